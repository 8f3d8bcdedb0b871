"""What is shown: exactly the planes for the look, without a blink and without a flicker."""

import json
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.attention import Look
from geometry_ws.scene.faces import ShownWhen
from geometry_ws.scene.geometry import Rect
from geometry_ws.stream.frame import PlanePlace
from geometry_ws.stream.shown_planes import MOST_PIECES, SLACK, FaceScale, ShownPlanes, without
from tests.stream.streaming import Node
from tests.stream.test_faces import face, picture

SCALES = st.floats(0.001, 64)
STEPS = json.loads((Path(__file__).parents[1] / "vectors" / "face_scale.json").read_text("utf-8"))


def test_the_scale_for_choosing_follows_as_the_page_s_does() -> None:
    scale = FaceScale()
    for step in STEPS["steps"]:
        assert getattr(scale, step["how"])(step["scale"]) == step["at"]
        assert scale.at == step["at"]


@given(st.lists(SCALES, min_size=1), SCALES)
def test_whoever_zooms_to_and_fro_at_a_border_sees_no_change(scales, border) -> None:
    """The scale is never far off, and a tremble of less than the slack crosses no border twice."""
    choosing = FaceScale(scales[0])
    for scale in scales:
        assert scale / SLACK <= choosing.follow(scale) <= scale * SLACK
    choosing.jump(border)
    side = choosing.follow(border * 1.03) >= border
    for _ in range(3):
        assert side == (choosing.follow(border * 1.004) >= border)
        assert side == (choosing.follow(border * 1.028) >= border)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 10), st.integers(1, 10)),
        max_size=12,
    )
)
def test_what_is_missing_is_what_no_rectangle_covers(rects) -> None:
    whole = Rect(0, 0, 10, 10)
    missing: tuple[Rect, ...] = (whole,)
    pixels = {(x, y) for x in range(10) for y in range(10)}
    for x, y, width, height in rects:
        painted = Rect(x, y, min(width, 10 - x), min(height, 10 - y))
        missing = without(missing, painted)
        pixels -= {
            (across, down)
            for across in range(painted.x, painted.right)
            for down in range(painted.y, painted.bottom)
        }
        left = [
            (across, down)
            for rect in missing
            for across in range(rect.x, rect.right)
            for down in range(rect.y, rect.bottom)
        ]
        assert len(left) == len(set(left))
        assert set(left) == pixels


def test_what_is_missing_never_grows_without_bound() -> None:
    missing: tuple[Rect, ...] = (Rect(0, 0, 4000, 1),)
    for x in range(1, 4000, 2):
        missing = without(missing, Rect(x, 0, 1, 1))
        assert len(missing) <= MOST_PIECES


class Watching:
    """A viewer in a simulated node, and what it shows."""

    def __init__(self, node: Node, look: Look) -> None:
        self.node, self.chosen = node, ShownPlanes()
        node.join(1, look)

    @property
    def shown(self) -> list[str]:
        client = self.node.clients[1]
        look = client.shown
        return list(self.chosen.choose(client.store.planes, look.theme, look.faces_at))


DAY, NIGHT = Look(0, 0, 500, 500), Look(0, 0, 500, 500, theme="dark")


def test_the_old_face_stays_until_the_new_one_has_come() -> None:
    """The dark face is drawn only when its owner hears that somebody looks at it."""
    node = Node()
    light = face(node, ShownWhen("light"))
    dark = node.act("create", "a", 40, 30, shown_when=ShownWhen("dark"))
    watching = Watching(node, DAY)
    node.settle()
    assert watching.shown == [light]
    node.look(1, NIGHT)
    assert watching.shown == [light]
    node.settle()
    assert watching.shown == [light], "nothing has been drawn yet"
    node.act("commit", "a", [picture(node, dark, 2)])
    assert watching.shown == [light]
    node.settle()
    assert watching.shown == [dark]
    node.look(1, DAY)
    assert watching.shown == [light], "at once: its pixels are there"


@given(
    st.lists(
        st.builds(
            ShownWhen,
            st.none() | st.sampled_from(["light", "dark"]),
            st.sampled_from([0.0, 0.3, 0.5]),
            st.sampled_from([0.85, 1.0, 100.0]),
        ),
        max_size=6,
    ),
    st.lists(
        st.builds(
            Look,
            st.just(0),
            st.just(0),
            st.just(500),
            st.just(500),
            st.sampled_from([0.1, 0.3, 0.5, 0.84, 0.85, 1.0, 4.0]),
            st.just(False),
            st.sampled_from(["light", "dark"]),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_a_viewer_at_rest_shows_exactly_what_is_for_its_look(faces, looks) -> None:
    node = Node()
    names = [face(node, shown_when, seed) for seed, shown_when in enumerate(faces)]
    watching = Watching(node, looks[0])
    for look in looks:
        node.look(1, look)
        node.settle()
        node.now += 0.5
        node.settle()
        expected = [
            name
            for name, shown_when in zip(names, faces, strict=True)
            if shown_when.matches(look.theme, look.scale)
        ]
        assert watching.shown == expected
        node.check_pictures()


def test_a_face_goes_once_another_covers_it() -> None:
    """Whatever else is awaited there, such as a face that is never drawn."""

    def plane(theme, z, width=4, height=4, *, drawn=True):
        place = PlanePlace("s", 0, 0, z, width, height, shown_when=ShownWhen(theme))
        missing = () if drawn else (Rect(0, 0, width, height),)
        return SimpleNamespace(place=place, missing=missing)

    planes = {
        "day": plane("light", 2),
        "night": plane("dark", 3, drawn=False),
        "probe": plane("dark", 1, 9, 9, drawn=False),
    }
    chosen = ShownPlanes()
    assert chosen.choose(planes, "light", 1) == ("day",)
    assert chosen.choose(planes, "dark", 1) == ("day",)
    planes["ground"] = plane("dark", 0, 9, 9)
    assert chosen.choose(planes, "dark", 1) == ("ground", "day"), "it stands on it, not for it"
    planes["night"] = plane("dark", 3, 6, 4)
    assert chosen.choose(planes, "dark", 1) == ("ground", "night")
