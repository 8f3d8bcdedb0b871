"""Faces in the stream: places for all, pixels for those whose look they are for."""

import numpy as np
import pytest

from geometry_ws.scene.attention import Look
from geometry_ws.scene.faces import ALWAYS, ShownWhen
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.scene.world import Update, World
from geometry_ws.stream.for_looks import MOST_LOOKS, ForLooks
from geometry_ws.stream.viewer import Joining
from geometry_ws.stream.wire import BadFrame, from_wire, to_wire
from tests.stream.streaming import Node, draw, noise
from tests.stream.vector_builders import frame, place

LIGHT = Look(0, 0, 500, 500)
DARK = Look(0, 0, 500, 500, theme="dark")
FAR = Look(0, 0, 500, 500, 0.4)


def face(node: Node, shown_when: ShownWhen, seed: int = 1) -> str:
    surface = node.act("create", "a", 40, 30, shown_when=shown_when)
    node.act("commit", "a", [picture(node, surface, seed)])
    return surface


def picture(_: Node | None, surface: str, seed: int):
    return Update(surface, ops=(Image(Rect(0, 0, 40, 30), noise(40, 30, seed)),))


def has(node: Node, viewer: int, surface: str) -> bool:
    pixels = node.clients[viewer].store.planes[surface].pixels
    return bool(np.array_equal(pixels, node.world.surfaces[surface].buffer))


def test_each_theme_gets_its_own_faces_and_all_places() -> None:
    node = Node()
    light, dark = face(node, ShownWhen("light")), face(node, ShownWhen("dark"), 2)
    node.join(1, LIGHT)
    node.settle()
    node.join(2, DARK)
    node.settle()
    assert [has(node, 1, name) for name in (light, dark)] == [True, False]
    assert [has(node, 2, name) for name in (light, dark)] == [False, True]
    places = [node.clients[viewer].store.planes[dark].place for viewer in (1, 2)]
    assert places[0] == places[1]
    assert places[0].shown_when == ShownWhen("dark")


def test_a_change_of_one_face_is_no_message_for_others() -> None:
    node = Node()
    face(node, ShownWhen("light"))
    dark = face(node, ShownWhen("dark"), 2)
    for viewer, look in ((1, LIGHT), (2, DARK), (3, FAR)):
        node.join(viewer, look)
    node.settle()
    node.frames.clear()
    node.now += 1
    draw(node, dark, picture(node, dark, 3).ops[0])
    node.settle()
    assert [publish.eligible for publish in node.frames] == [(2,)]


def test_who_looks_otherwise_gets_what_is_new_and_nothing_that_is_known() -> None:
    node = Node()
    near, far = face(node, ShownWhen(None, 0.85)), face(node, ShownWhen(None, below=0.85), 2)
    node.join(1, LIGHT)
    node.settle()
    assert not has(node, 1, far)
    node.look(1, FAR)
    node.settle()
    assert has(node, 1, far)
    node.frames.clear()
    node.look(1, LIGHT)
    node.settle()
    assert not node.frames, "its near face was there already"
    node.act("commit", "a", [picture(node, far, 5)])
    node.settle()
    assert not node.frames
    node.look(1, FAR)
    node.settle()
    assert has(node, 1, far)
    assert {op.plane for publish in node.frames for op in publish.frame.ops} == {far}
    assert has(node, 1, near)


def test_a_face_that_was_never_drawn_is_not_sent_and_wakes_nobody() -> None:
    node = Node()
    node.join(1, DARK)
    node.settle()
    dark = node.act("create", "a", 40, 30, shown_when=ShownWhen("dark"))
    node.settle()
    assert not [op for publish in node.frames for op in publish.frame.ops]
    node.now += 1
    assert node.stream.next_due(node.now) is None
    node.act("commit", "a", [picture(node, dark, 5)])
    node.settle()
    assert has(node, 1, dark)


def test_a_surface_that_is_for_others_from_now_on_changes_its_place_alone() -> None:
    node = Node()
    surface = face(node, ALWAYS)
    node.join(1, LIGHT)
    node.settle()
    node.frames.clear()
    node.act("configure", "a", surface, shown_when=ShownWhen("dark"))
    node.settle()
    (publish,) = node.frames
    assert not publish.frame.ops
    assert node.clients[1].store.planes[surface].place.shown_when == ShownWhen("dark")


def test_a_viewer_that_comes_back_goes_on_with_its_faces() -> None:
    node = Node()
    light, dark = face(node, ShownWhen("light")), face(node, ShownWhen("dark"), 2)
    node.join(1, LIGHT, Joining(token="token 1"))
    node.settle()
    node.clients[1].shown = DARK
    assert node.lose(1, 2)
    node.settle()
    assert has(node, 2, dark)
    assert has(node, 2, light), "what it had it still has"


@pytest.mark.parametrize(
    "shown_when",
    [
        ALWAYS,
        ShownWhen("light"),
        ShownWhen("dark", 0.3, 0.5),
        ShownWhen(None, 0.85),
        ShownWhen(None, below=0.1),
    ],
)
def test_what_a_plane_is_for_survives_the_wire(shown_when) -> None:
    wire = frame(2, 1, planes=[place("s1")])
    read = from_wire(wire)
    changed = read._replace(planes=(read.planes[0]._replace(shown_when=shown_when),))
    again = from_wire(to_wire(changed))
    assert again == changed
    assert (again.planes[0].shown_when is ALWAYS) == (shown_when == ALWAYS)


@pytest.mark.parametrize(
    "shown_when",
    [
        "dark",
        {"theme": "dim"},
        {"scale": [1]},
        {"scale": [0, 1]},
        {"scale": [2, 1]},
        {"scale": [1, float("nan")]},
        {"scale": [True, None]},
        {"scale": ["1", None]},
    ],
)
def test_what_a_plane_cannot_be_for_is_refused(shown_when) -> None:
    with pytest.raises(BadFrame):
        from_wire(frame(2, 1, planes=[place("s1", shown_when=shown_when)]))


def test_faces_for_others_cost_a_tick_nothing(monkeypatch) -> None:
    """A viewer lacks all of them, and isn't asked about each, several times a tick."""
    node = Node()
    for seed in range(20):
        face(node, ShownWhen("light"), seed)
    for _ in range(300):
        face(node, ShownWhen("dark"))
    light = face(node, ShownWhen("light"), 99)
    node.join(1, LIGHT)
    node.settle()
    asked = []
    shows = Look.shows

    def counted(look: Look, surface) -> bool:
        asked.append(surface.id)
        return shows(look, surface)

    monkeypatch.setattr(Look, "shows", counted)
    node.now += 1
    stale = node.stream._viewers[1].stale
    node.act("commit", "a", [picture(node, light, 5)])
    node.settle()
    assert has(node, 1, light)
    assert set(asked) == {light}
    assert len(asked) < 20
    assert node.stream._viewers[1].stale is stale, "nothing was copied either"


def test_which_planes_are_for_a_look_is_known_after_each_change() -> None:
    world = World()
    for_looks = ForLooks(world.surfaces)

    def step(method: str, *args, **more):
        result = getattr(world, method)(*args, **more)
        value, changes = result if isinstance(result, tuple) else (None, result)
        for_looks.changed(changes)
        return value

    plain = step("create", "a", 40, 30)
    assert for_looks.names(DARK) == for_looks.names(LIGHT) == {plain}
    dark = step("create", "a", 40, 30, shown_when=ShownWhen("dark"))
    assert for_looks.names(DARK) == {plain}, "it has no picture"
    step("commit", "a", [picture(None, dark, 1)])
    assert (for_looks.names(DARK), for_looks.names(LIGHT)) == ({plain, dark}, {plain})
    version = for_looks.version
    step("move", "a", dark, 5, 5)
    step("commit", "a", [picture(None, dark, 2)])
    assert for_looks.version == version, "nothing is for other looks"
    step("configure", "a", dark, shown_when=ShownWhen("light"))
    step("configure", "a", plain, shown_when=ShownWhen("dark"))
    assert (for_looks.names(DARK), for_looks.names(LIGHT)) == (set(), {dark})
    step("configure", "a", dark, shown_when=ALWAYS)
    assert for_looks.names(DARK) == for_looks.names(LIGHT) == {dark}
    for number in range(MOST_LOOKS + 3):
        assert for_looks.names(Look(0, 0, 1, 1, 1 + number / 100)) == {dark}
    step("destroy", "a", dark)
    assert for_looks.names(DARK) == set()
