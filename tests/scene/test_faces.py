"""Which looks a surface is for: exactly those that it names, wherever that is asked."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.attention import Attention, Look
from geometry_ws.scene.errors import InvalidContent, LimitExceeded
from geometry_ws.scene.faces import ALWAYS, ShownWhen
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill
from geometry_ws.scene.places import PlaceHistory
from geometry_ws.scene.seat import Seat
from geometry_ws.scene.world import Update, World

BORDERS = (0.3, 0.5, 0.85, 1.0, 4.0)
SCALES = st.sampled_from([0.001, 0.1, *BORDERS, 0.299999, 0.84999999, 2.0, 64.0])
THEMES = st.sampled_from(["light", "dark"])
FACES = st.builds(
    ShownWhen,
    st.none() | THEMES,
    st.sampled_from([0.0, 0.3, 0.5]),
    st.sampled_from([0.85, 1.0, math.inf]),
) | st.just(ALWAYS)
LOOKS = st.builds(
    Look,
    st.just(0.0),
    st.just(0.0),
    st.just(100.0),
    st.just(100.0),
    SCALES,
    st.just(False),
    THEMES,
    st.none() | SCALES,
)


def drawn(world: World, **more) -> str:
    surface, _ = world.create("a", 10, 10, **more)
    world.commit("a", [Update(surface, ops=(Fill(Rect(0, 0, 10, 10), (1, 2, 3, 255)),))])
    return surface


@given(st.lists(FACES, max_size=8), st.lists(LOOKS, min_size=1, max_size=5))
def test_each_look_has_exactly_the_faces_that_are_for_it(faces, looks) -> None:
    """Viewers' pixels, what owners are told and what the pointer finds agree."""
    world = World()
    history = PlaceHistory(world.stacking)
    for face in faces:
        drawn(world, shown_when=face)
    history.note(1)
    looked = {change.surface: change.looked for change in Attention().update(looks, world.stack())}
    for surface, face in zip(world.stack(), faces, strict=True):
        for look in looks:
            assert look.shows(surface) == face.matches(look.theme, look.faces_at)
        assert looked[surface.id] == any(look.shows(surface) for look in looks)
    for look in looks:
        shown = [surface.id for surface in world.stack() if look.shows(surface)]
        for seq in (0, 1):
            hit = history.hit(seq, 5, 5, look)
            assert (hit and hit.surface) == (shown[-1] if shown else None)


@given(LOOKS)
def test_of_faces_that_share_all_scales_there_is_always_one(look) -> None:
    ends = [0.0, *BORDERS, math.inf]
    faces = [
        ShownWhen(theme, least, below)
        for theme in ("light", "dark")
        for least, below in itertools.pairwise(ends)
    ]
    assert sum(face.matches(look.theme, look.faces_at) for face in faces) == 1


def test_a_viewer_that_says_nothing_sees_in_the_light_at_full_size() -> None:
    world = World()
    history = PlaceHistory(world.stacking)
    drawn(world, shown_when=ShownWhen("light", 0.85))
    drawn(world, shown_when=ShownWhen("dark"))
    drawn(world, shown_when=ShownWhen(None, below=0.85))
    assert history.hit(0, 5, 5).surface == "s1"


def test_a_face_without_a_picture_waits_for_its_first_one() -> None:
    """Its owner is told that somebody looks, and draws; until then viewers get nothing of it."""
    world = World()
    look = Look(0, 0, 100, 100, theme="dark")
    dark, _ = world.create("a", 10, 10, shown_when=ShownWhen("dark"))
    plain, _ = world.create("a", 10, 10)
    assert [look.shows(world.surfaces[name]) for name in (dark, plain)] == [False, True]
    assert [change.looked for change in Attention().update([look], world.stack())] == [True, True]
    world.commit("a", [Update(dark, x=1)])
    assert not look.shows(world.surfaces[dark])
    fill = (Fill(Rect(0, 0, 1, 1), (9, 9, 9, 255)),)
    world.commit("a", [Update(dark, ops=fill)])
    assert look.shows(world.surfaces[dark])
    world.commit("a", [Update(dark, width=12)])
    assert not look.shows(world.surfaces[dark])


def test_a_press_means_the_face_that_its_viewer_shows() -> None:
    world = World()
    history = PlaceHistory(world.stacking)
    light = drawn(world, shown_when=ShownWhen("light"))
    dark = drawn(world, shown_when=ShownWhen("dark"))
    history.note(1)
    seat = Seat(world.surfaces, history)
    night, day = Look(0, 0, 50, 50, theme="dark"), Look(0, 0, 50, 50)
    for look, expected in ((night, dark), (day, light)):
        for frame in (0, 1):
            seat.pointer("down", 5, 5, buttons=1, frame=frame, look=look)
            assert seat.focus == expected
            seat.pointer("up", 5, 5, frame=frame, look=look)
            assert seat.wheel(5, 5, 0, 1, frame=frame, look=look)[-1].surface == expected
    world.destroy("a", dark)
    assert history.hit(1, 5, 5, night).surface == dark, "as it was seen"
    assert history.hit(0, 5, 5, night) is None


def test_what_a_surface_is_for_can_be_changed_and_taken_back() -> None:
    world = World()
    history = PlaceHistory(world.stacking)
    surface = drawn(world)
    changes = world.configure("a", surface, shown_when=ShownWhen("dark"))
    assert changes.planes[surface].placed
    assert changes.described == {surface}
    assert history.hit(0, 5, 5) is None
    assert not world.configure("a", surface, shown_when=ShownWhen("dark"))
    world.configure("a", surface, shown_when=ShownWhen())
    assert world.surfaces[surface].shown_when is ALWAYS
    assert history.hit(0, 5, 5).surface == surface


def test_a_commit_says_for_whom_many_surfaces_are_in_one_step() -> None:
    """Wholly or not at all, beside pixels and places; what isn't said stays."""
    world = World()
    light, dark = drawn(world), drawn(world, shown_when=ShownWhen("dark", below=0.001))
    wanted = [
        Update(light, shown_when=ShownWhen("light")),
        Update(dark, x=3, shown_when=ShownWhen("dark")),
    ]
    with pytest.raises(InvalidContent):
        world.commit("a", [*wanted[:1], Update(dark, shown_when=ShownWhen(None, 2.0, 1.0))])
    assert world.surfaces[light].shown_when is ALWAYS
    changes = world.commit("a", wanted)
    assert changes.described == {light, dark}
    assert all(changes.planes[each].placed for each in (light, dark))
    history = PlaceHistory(world.stacking)
    for theme, surface in (("light", light), ("dark", dark)):
        assert history.hit(0, 5, 5, Look(0, 0, 50, 50, theme=theme)).surface == surface
    world.commit("a", [Update(dark, x=4)])
    assert world.surfaces[dark].shown_when == ShownWhen("dark")
    world.commit("a", [Update(dark, shown_when=ShownWhen())])
    assert world.surfaces[dark].shown_when is ALWAYS


@pytest.mark.parametrize(
    ("face", "field"),
    [
        (ShownWhen("dim"), "shown_when.theme"),  # type: ignore[arg-type]
        (ShownWhen(None, 0.5, 0.5), "shown_when.scale"),
        (ShownWhen(None, -1.0), "shown_when.scale"),
        (ShownWhen(None, math.nan), "shown_when.scale"),
        (ShownWhen(None, 0.5, math.nan), "shown_when.scale"),
        (ShownWhen(None, math.inf), "shown_when.scale"),
    ],
)
def test_scales_that_no_look_can_have_are_refused(face, field) -> None:
    world = World()
    surface = drawn(world)
    for attempt in (
        lambda: world.create("a", 10, 10, shown_when=face),
        lambda: world.configure("a", surface, shown_when=face),
    ):
        with pytest.raises(InvalidContent) as problem:
            attempt()
        assert problem.value.field == field


def test_a_face_counts_and_takes_memory_once_it_is_drawn() -> None:
    """A board makes all faces of its cards, and draws those that somebody looks at."""
    world = World()
    night, side = ShownWhen("dark"), 4096  # a quarter of what one program may have

    def has() -> int:
        held = sum(surface.buffer_bytes for surface in world.surfaces.values())
        return -(-held // (side * side * 4))

    faces = [world.create("a", side, side, shown_when=night, opaque=True)[0] for _ in range(40)]
    assert has() == 0
    dot = (Fill(Rect(0, 0, 1, 1), (1, 2, 3, 255)),)
    for surface in faces[:4]:
        world.commit("a", [Update(surface, ops=dot)])
    assert has() == 4
    with pytest.raises(LimitExceeded):
        world.commit("a", [Update(faces[4], ops=dot)])
    assert world.surfaces[faces[4]].waits
    with pytest.raises(LimitExceeded):
        world.create("a", 1, 1)
    world.commit("a", [Update(faces[0], width=side - 1)])
    assert has() == 3, "it begins anew, and waits"
    world.commit("a", [Update(faces[4], ops=dot)])
    assert has() == 4
    world.destroy("a", faces[1])
    world.destroy("a", faces[5])
    assert has() == 3
    world.commit("a", [Update(faces[0], ops=dot)])
    assert has() == 4
    world.remove_owner("a")
    world.create("a", side, side)


def test_a_face_whose_first_picture_is_clear_is_there() -> None:
    """Nothing differs from the blank picture, but its owner has drawn it."""
    world = World()
    surface, _ = world.create("a", 10, 10, shown_when=ShownWhen("dark"))
    changes = world.commit("a", [Update(surface, ops=(Fill(Rect(0, 0, 10, 10), (0, 0, 0, 0)),))])
    assert surface in changes.planes
    assert Look(0, 0, 50, 50, theme="dark").shows(world.surfaces[surface])


def test_what_is_drawn_first_lies_on_a_blank_picture_of_its_own() -> None:
    world = World()
    glass, _ = world.create("a", 3, 2, shown_when=ShownWhen("dark"))
    solid, _ = world.create("a", 3, 2, shown_when=ShownWhen("dark"), opaque=True)
    for surface in (glass, solid):
        world.commit("a", [Update(surface, ops=(Fill(Rect(1, 0, 1, 1), (9, 8, 7, 255)),))])
        pixels = world.surfaces[surface].buffer
        assert pixels.flags.writeable
        assert pixels[0, 1].tolist() == [9, 8, 7, 255]
        assert pixels[1].tolist() == [[0, 0, 0, 255 if surface == solid else 0]] * 3
    assert world.surfaces[glass].buffer[0, 0].tolist() == [0, 0, 0, 0]
