"""What `geometry-ws show` takes apart and plays, without a node."""

import io
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geometry_ws.cli.sources.choosing import BadChoice, Choice, choose
from geometry_ws.cli.sources.files import Files, Followed, in_order
from geometry_ws.cli.sources.source import Pace, SourceError
from geometry_ws.cli.sources.splitting import MOST_BETWEEN, PictureSplitter, RawSplitter


def encoded(name, side=9, **options):
    pixels = np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, name, **options)
    return data.getvalue()


PICTURES = [
    encoded("PNG"),
    encoded("JPEG", 64, quality=100),
    encoded("JPEG", 40, progressive=True, comment=b"\xff\xd9 \xff\xd8\xff"),
    encoded("WEBP"),
    encoded("WEBP", 31, lossless=True),
]


@given(
    st.lists(st.sampled_from(PICTURES), min_size=1, max_size=5),
    st.sampled_from([b"", b"\n", b"--frame\r\nContent-Type: image/jpeg\r\n\r\n"]),
    st.integers(1, 3000),
)
def test_pictures_are_split_wherever_the_stream_is_cut(pictures, between, size):
    stream = b"".join(between + picture for picture in pictures)
    splitter = PictureSplitter()
    parts = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert [whole for part in parts for whole in splitter.feed(part)] == pictures
    splitter.end()


@given(st.sampled_from(PICTURES), st.data())
def test_a_picture_that_is_cut_off_is_refused(picture, data):
    splitter = PictureSplitter()
    splitter.feed(picture[: data.draw(st.integers(0, len(picture) - 1))])
    with pytest.raises(SourceError):
        splitter.end()


@given(st.binary(max_size=300))
def test_no_bytes_do_harm(data):
    splitter = PictureSplitter()
    try:
        for head in (b"", *(picture[:40] for picture in PICTURES)):
            splitter.feed(head + data)
        splitter.end()
    except SourceError:
        pass


def test_what_is_no_picture_is_refused_at_once():
    with pytest.raises(SourceError, match="begins with b'no pictu', which is no PNG"):
        PictureSplitter().feed(b"no picture" + bytes(MOST_BETWEEN + 20))
    with pytest.raises(SourceError, match="more than 64 MiB"):
        PictureSplitter().feed(PICTURES[0][:8] + b"\xff\xff\xff\xffIDAT")


@given(st.binary(min_size=1, max_size=100), st.integers(1, 50))
def test_raw_pixels_are_split_by_their_size(data, size):
    splitter = RawSplitter((2, 3), 3)
    whole = []
    for start in range(0, len(data), size):
        whole += splitter.feed(data[start : start + size])
    rest = len(data) % 18
    assert b"".join(whole) == data[: len(data) - rest]
    if rest:
        with pytest.raises(SourceError, match=f"{rest} of 18 bytes"):
            splitter.end()


class Through(Exception):
    pass


class FakeStage:
    """Time goes by in `sleep` alone; `steps` are called, one in each `sleep`."""

    def __init__(self, *steps):
        self.looked = True
        self.time = 0.0
        self.shown = []
        self.heard = []
        self.waited = 0
        self._steps = list(steps)

    def show(self, picture, text=""):
        self.shown.append(text)

    def wait_until_looked(self, unless=lambda: False):
        if not self.looked:
            self.looked = True
            self.waited += 1
            self.time += 100

    def say(self, sentence):
        self.heard.append(sentence)

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds
        if not self._steps:
            raise Through
        self._steps.pop(0)()


def test_time_stands_still_while_nobody_looks():
    stage = FakeStage(*[lambda: None] * 9)
    pace = Pace(stage)
    assert pace.wait(0)
    assert pace.wait(1)
    assert stage.time == 1
    stage.looked = False
    assert pace.wait(2)
    assert (stage.time, stage.waited) == (101, 1)
    assert pace.wait(3)
    assert stage.time == 102
    stage.time += 0.2
    assert not pace.wait(3.1)  # too late
    stage.time += 7
    assert pace.wait(3.2)  # lost: it goes on from here
    assert pace.wait(3.3)


def test_the_newest_is_followed_and_what_is_half_written_is_waited_for(tmp_path):
    def write(name, data, second):
        (tmp_path / name).write_bytes(data)
        os.utime(tmp_path / name, (second, second))

    png = PICTURES[0]
    stage = FakeStage(
        lambda: write("1.png", png, 1),
        lambda: write("2.png", png[:40], 2),
        lambda: write("2.png", png, 2),
        lambda: write("notes.txt", b"no picture", 3),
        lambda: write("0.jpg", b"broken", 4),
        lambda: None,
        lambda: None,
        lambda: (tmp_path / "2.png").unlink(),
    )
    with pytest.raises(Through):
        Followed(Files(str(tmp_path)), None).play(stage)
    assert stage.shown == ["1.png", "2.png"]
    waiting, broken = stage.heard
    assert waiting.endswith("waiting for the first")
    assert broken.startswith("`0.jpg` is no picture")


def test_files_are_in_the_order_of_counting():
    paths = ["a10.png", "a2.png", "a1b3.png", "b.png", "2.png", "10.png"]
    assert [str(path) for path in in_order(iter(paths))] == [
        "2.png", "10.png", "a1b3.png", "a2.png", "a10.png", "b.png"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "options", "sentence"),
    [
        (["-", "x"], {}, "shown alone"),
        (["x"], {"size": (1, 1)}, "standard input"),
        (["-"], {"pixels": "rgb"}, "needs --size"),
        (["-"], {"follow": True}, "for files"),
        (["x", "y"], {"follow": True}, "in quotes"),
    ],
)
def test_what_does_not_fit_together_is_refused(words, options, sentence):
    with pytest.raises(BadChoice, match=sentence):
        choose(Choice(tuple(words), **options))
