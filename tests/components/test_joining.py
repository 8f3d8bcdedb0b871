"""What a new viewer brings along, as far as the node can make use of it."""

import pytest

from geometry_ws.components.compositor.joining import JoiningViewers, all_codecs
from geometry_ws.render import video
from geometry_ws.stream.stream import Stream


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        ((), ["raw", "deflate", "jpeg"]),
        (("vp8",), ["raw", "deflate", "jpeg", "vp8"]),
        (("h264", "vp8"), ["raw", "deflate", "jpeg", "h264", "vp8"]),
    ],
)
def test_videos_may_come_where_both_ends_can(monkeypatch, here, expected) -> None:
    monkeypatch.setattr(video, "encodable", lambda: here)
    named = ["jpeg", "vp8", "h264", "raw", "something"]
    assert all_codecs(JoiningViewers().joining(named, Stream("e1", {}))) == expected


def test_who_names_no_video_loads_nothing_for_it(monkeypatch) -> None:
    def asked() -> tuple[str, ...]:
        raise AssertionError("nobody asked for videos")

    monkeypatch.setattr(video, "encodable", asked)
    assert JoiningViewers().joining(["jpeg"], Stream("e1", {})).codecs == {"jpeg"}
