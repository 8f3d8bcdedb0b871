"""Surfaces that say for whom they are, as programs and viewers meet them on the wire."""

import pytest

from geometry_ws.protocol import seats, streams, surfaces
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.errors import InvalidArgument, InvalidContent
from geometry_ws.protocol.values import Fill
from tests.components.compositor_alone import Alone, by

PROGRAM, DAY, NIGHT = 1, 5, 6
VIEW = {"x": 0, "y": 0, "width": 500, "height": 500}


@pytest.fixture
def alone():
    compositor = Alone()
    yield compositor
    compositor.stop()


def create(compositor, **more):
    keywords = {"width": 100, "height": 100, **more}
    request = decode(surfaces.CreateSurface, (), keywords)
    surface = compositor.create_surface(by(PROGRAM), request).surface
    update = surfaces.Update(surface=surface, ops=[Fill((0, 0, 100, 100), (9, 9, 9, 255))])
    compositor._commits.commit(by(PROGRAM), surfaces.Commit(updates=[update])).send(None)
    return surface


def attach(compositor, session, **look):
    attached = decode(streams.Attach, (), {"look": {**VIEW, **look}})
    compositor.attach_stream(by(session), attached)


def looked(compositor):
    return {event["surface"]: event["looked"] for event in compositor.events("surface.on_looked")}


def pressed(compositor, session):
    compositor.hear_pointer(by(session), seats.PointerInput(phase="down", x=9, y=9, buttons=1))
    compositor.hear_pointer(by(session), seats.PointerInput(phase="up", x=9, y=9))
    downs = [event for event in compositor.events("surface.on_input") if event["phase"] == "down"]
    return downs[-1]["surface"] if downs else None


def test_each_viewer_presses_its_own_face_and_owners_know_which_are_looked_at(alone):
    light = create(alone, shown_when={"theme": "light"})
    dark = create(alone, shown_when={"theme": "dark", "scale": [0.5, None]})
    far = create(alone, shown_when={"theme": "dark", "scale": [None, 0.5]})
    attach(alone, DAY)
    attach(alone, NIGHT, theme="dark", scale=3.0, face_scale=1.5)
    alone.time.advance(1)
    assert looked(alone) == {light: True, dark: True, far: False}
    assert pressed(alone, DAY) == light
    assert pressed(alone, NIGHT) == dark
    look = {**VIEW, "theme": "dark", "scale": 0.4}
    alone.hear_look(by(NIGHT), decode(streams.Look, (), look))
    alone.time.advance(1)
    assert looked(alone) == {light: True, dark: False, far: True}
    assert pressed(alone, NIGHT) == far


def test_places_say_for_whom_they_are_and_pixels_go_to_these_alone(alone):
    light = create(alone, shown_when={"theme": "light"})
    dark = create(alone, shown_when={"theme": "dark"})
    attach(alone, NIGHT, theme="dark")
    alone.time.advance(1)
    (keyframe,) = alone.events("stream.on_frame")
    assert {place["plane"]: place["shown_when"] for place in keyframe["planes"]} == {
        light: {"theme": "light"},
        dark: {"theme": "dark"},
    }
    assert {op[1] for op in keyframe["ops"]} == {dark}


def test_everybody_can_read_for_whom_a_surface_is(alone):
    surface = create(alone, shown_when={"theme": "dark", "scale": [0.3, None]})
    (info,) = alone.list_surfaces(by(2), surfaces.ListSurfaces()).surfaces
    assert (info.shown_when.theme, info.shown_when.scale) == ("dark", (0.3, None))
    nothing = decode(surfaces.ConfigureSurface, (), {"surface": surface, "shown_when": {}})
    alone.configure_surface(by(PROGRAM), nothing)
    (info,) = alone.list_surfaces(by(2), surfaces.ListSurfaces()).surfaces
    assert info.shown_when is None
    alone.time.advance(1)
    assert alone.events("surface.on_changed")[-1]["surface"]["shown_when"] is None


@pytest.mark.parametrize(
    ("shown_when", "sentence"),
    [
        ({"theme": "dim"}, "`shown_when.theme` can't be 'dim': it is one of dark, light."),
        ({"scale": [0, 1]}, "`shown_when.scale[0]` must be more than 0."),
        ({"scale": [1]}, "`shown_when.scale` must have 2 entries, not 1."),
        ({"scale": [1, float("nan")]}, "`shown_when.scale[1]` must be a finite number."),
        ({"scale": [1, float("inf")]}, "`shown_when.scale[1]` must be a finite number."),
        ({"when": 1}, "`shown_when.when` isn't known; here are theme, scale."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(alone, shown_when, sentence):
    with pytest.raises(InvalidArgument) as problem:
        create(alone, shown_when=shown_when)
    assert str(problem.value) == sentence


def test_scales_that_end_before_they_begin_are_refused(alone):
    with pytest.raises(InvalidContent) as problem:
        create(alone, shown_when={"scale": [0.85, 0.5]})
    assert problem.value.values["field"] == "shown_when.scale"
    assert not alone.list_surfaces(by(2), surfaces.ListSurfaces()).surfaces
    surface = create(alone)
    request = {"surface": surface, "shown_when": {"scale": [0.85, 0.85]}}
    with pytest.raises(InvalidContent):
        alone.configure_surface(by(PROGRAM), decode(surfaces.ConfigureSurface, (), request))
