"""Surfaces of programs as windows: moved, raised and closed by whoever operates the world."""

import pytest

from geometry_ws.protocol import registry, surfaces
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import NoSuchSurface, NotAuthorized
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.rights import Right
from geometry_ws.scene.free_places import GAP
from tests.components.compositor_alone import Alone, by

PLOT = Caller(session=1, authid="plot", authrole="program")
ANN = Caller(session=5, authid="ann", authrole="maintainer")
RHEA = Caller(session=6, authid="rhea", authrole="reviewer")
BOARD = Caller(session=2, authid="board", authrole="component")


@pytest.fixture
def alone():
    compositor = Alone()
    yield compositor
    compositor.stop()


def create(compositor, owner=PLOT, **more):
    request = decode(surfaces.CreateSurface, (), {"width": 100, "height": 80, **more})
    return compositor.create_surface(owner, request).surface


def place(compositor, caller, surface, **more):
    request = decode(surfaces.PlaceSurface, (), {"surface": surface, **more})
    compositor.place_surface(caller, request)


def close(compositor, caller, surface):
    compositor.close_surface(caller, surfaces.OneSurface(surface=surface))


def listed(compositor):
    """Where the surfaces lie, the lowest first."""
    infos = compositor.list_surfaces(by(9), surfaces.ListSurfaces()).surfaces
    return {info.surface: (info.x, info.y) for info in infos}


def test_a_person_moves_a_window_and_brings_it_to_the_front(alone):
    first, second = create(alone), create(alone, x=10)
    place(alone, RHEA, first, x=300, y=-40)
    assert listed(alone) == {first: (300, -40), second: (10, 0)}
    assert [*listed(alone)] == [first, second]
    place(alone, RHEA, first, front=True)
    assert [*listed(alone)] == [second, first]
    place(alone, RHEA, second, y=7)
    assert listed(alone)[second] == (10, 7)
    alone.time.advance(1)
    changes = [event["id"] for event in alone.events("surface.on_changed")]
    assert {first, second} == set(changes)


def test_a_window_is_put_where_it_covers_nothing(alone):
    create(alone, width=600, height=400)
    window = create(alone, x=5, width=100, height=50)
    place(alone, RHEA, window, free=True)
    assert listed(alone)[window] == (0, -GAP - 50)


def test_a_window_s_faces_go_together_and_no_other_surface_of_its_program(alone):
    faces = [
        create(alone, x=20, shown_when=shown_when)
        for shown_when in ({"theme": "light"}, {"theme": "dark"}, {"scale": [None, 0.5]})
    ]
    beside = create(alone, x=20)
    elsewhere = create(alone, x=21, shown_when={"theme": "dark"})
    others = create(alone, by(3), x=20, shown_when={"theme": "dark"})
    place(alone, ANN, faces[1], x=500, front=True)
    places = listed(alone)
    assert {places[face] for face in faces} == {(500, 0)}
    assert [places[name] for name in (beside, elsewhere, others)] == [(20, 0), (21, 0), (20, 0)]
    assert [*places][-3:] == faces, "in the order that they had"
    close(alone, ANN, faces[0])
    assert set(listed(alone)) == {beside, elsewhere, others}


def test_who_closes_a_window_has_its_program_s_role_or_is_a_maintainer(alone):
    plot, guests = create(alone), create(alone, by(3))
    for surface in (plot, guests):
        with pytest.raises(NotAuthorized):
            close(alone, RHEA, surface)
    close(alone, by(4), guests)  # a guest may do everything
    assert set(listed(alone)) == {plot}
    close(alone, ANN, plot)
    assert listed(alone) == {}
    gone = [
        (topic, keywords["by"]["person"], eligible)
        for topic, keywords, eligible in alone.published
        if topic.startswith("surface.on_closed")
    ]
    assert gone == [
        (f"surface.on_closed.{guests}", "", [3]),
        (f"surface.on_closed.{plot}", "ann", [1]),
    ]
    with pytest.raises(NoSuchSurface):
        close(alone, ANN, plot)


def test_what_a_script_shows_by_http_is_a_guest_s(alone):
    shown = create(alone, Caller(session=8, authid="", authrole="bridge"))
    close(alone, by(4), shown)
    assert listed(alone) == {}


def test_the_node_s_own_surfaces_are_no_windows(alone):
    card = create(alone, BOARD)
    for attempt in (
        lambda: place(alone, ANN, card, x=1),
        lambda: close(alone, ANN, card),
        lambda: place(alone, ANN, "s99", front=True),
    ):
        with pytest.raises(NoSuchSurface):
            attempt()
    assert listed(alone) == {card: (0, 0)}


def test_a_program_that_has_left_has_no_window(alone):
    surface = create(alone)
    alone._hear_leave([PLOT.session], {}, None)
    with pytest.raises(NoSuchSurface):
        place(alone, ANN, surface, x=1)


def test_to_operate_is_what_it_takes():
    for name in ("surface.place", "surface.close"):
        assert registry.PROCEDURES[uri(name)].right is Right.OPERATE
