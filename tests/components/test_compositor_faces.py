"""Surfaces that say for whom they are, as programs and viewers meet them on the wire."""

import io

import numpy as np
import pytest
from PIL import Image
from twisted.internet.defer import Deferred

from geometry_ws.protocol import outputs, seats, streams, surfaces
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


def test_a_list_can_be_of_those_that_somebody_would_see(alone):
    names = {
        create(alone, title=title, **({"shown_when": when} if when else {})): title
        for title, when in (
            ("plain", None),
            ("day", {"theme": "light", "scale": [0.5, None]}),
            ("night", {"theme": "dark", "scale": [0.5, None]}),
            ("far", {"scale": [None, 0.5]}),
        )
    }

    def listed(**asked):
        request = decode(surfaces.ListSurfaces, (), asked)
        infos = alone.list_surfaces(by(2), request).surfaces
        return [names[info.surface] for info in infos]

    assert listed() == ["plain", "day", "night", "far"]
    assert listed(theme="dark", scale=1.0) == ["plain", "night"]
    assert listed(theme="light") == ["plain", "day", "far"]
    assert listed(scale=0.3) == ["plain", "far"]
    assert listed(scale=0.3, theme="dark", mine=True) == []


def picture(compositor, **asked):
    """The colours of a screenshot, and how long it took on the compositor's clock."""
    request = decode(outputs.Screenshot, (), {"width": 164, "height": 164, **asked})
    answers = []
    Deferred.fromCoroutine(
        compositor.screenshot_output(by(NIGHT), request)
    ).addBoth(answers.append)  # fmt: skip
    begun = compositor.time.seconds()
    while not answers and compositor.time.seconds() < begun + 5:
        compositor.time.advance(0.01)
    pixels = np.asarray(Image.open(io.BytesIO(answers[0].data)).convert("RGB"))
    took = compositor.time.seconds() - begun
    return [tuple(map(int, pixels[82, 82])), tuple(map(int, pixels[0, 0]))], took


def paint(compositor, surface, colour):
    update = surfaces.Update(surface=surface, ops=[Fill((0, 0, 100, 100), (*colour, 255))])
    request = surfaces.Commit(updates=[update])
    Deferred.fromCoroutine(compositor.commit_surfaces(by(PROGRAM), request))


RED, BLUE, GREEN = (200, 0, 0), (0, 0, 200), (0, 200, 0)
DAYLIGHT, DARKNESS = (237, 239, 243), (12, 14, 17)


def test_a_picture_shows_the_faces_that_are_for_it_over_its_own_ground(alone):
    day = create(alone, shown_when={"theme": "light"})
    night = create(alone, shown_when={"theme": "dark", "scale": [0.5, None]})
    far = create(alone, shown_when={"theme": "dark", "scale": [None, 0.5]})
    for surface, colour in ((day, RED), (night, BLUE), (far, GREEN)):
        paint(alone, surface, colour)
    assert picture(alone)[0] == [RED, DAYLIGHT]
    assert picture(alone, theme="dark")[0] == [BLUE, DARKNESS]
    assert picture(alone, theme="dark", scale=0.3)[0] == [GREEN, DARKNESS]
    near = {"x": 50, "y": 50, "zoom": 0.4}
    assert picture(alone, theme="dark", camera=near)[0][0] == GREEN
    alone.set_output(by(2), outputs.SetOutput(output="desktop", theme="dark", scale=0.3))
    (output,) = alone.list_outputs(by(2), outputs.ListOutputs()).outputs
    assert (output.theme, output.scale) == ("dark", 0.3)
    assert picture(alone)[0] == [GREEN, DARKNESS]
    alone.set_output(by(2), outputs.SetOutput(output="desktop", scale=0))
    assert picture(alone)[0] == [BLUE, DARKNESS]
    assert alone.events("output.on_changed")[-1]["output"]["theme"] == "dark"


def test_a_face_that_nobody_looks_at_is_drawn_for_a_picture(alone):
    """Its owner is told, as for a viewer, and told when the picture is made."""
    day = create(alone, shown_when={"theme": "light"})
    paint(alone, day, RED)
    request = decode(
        surfaces.CreateSurface,
        (),
        {"width": 100, "height": 100, "shown_when": {"theme": "dark"}},
    )
    night = alone.create_surface(by(PROGRAM), request).surface
    publish = alone.publish_with

    def draw_when_looked(topic, args=(), keywords=None, options=None):
        publish(topic, args, keywords, options)
        if topic.endswith(f"on_looked.{night}") and keywords["looked"]:
            alone.time.callLater(0.5, paint, alone, night, BLUE)

    alone.publish_with = draw_when_looked
    shown, took = picture(alone, theme="dark")
    assert shown == [BLUE, DARKNESS]
    assert 0.5 < took < 1
    alone.time.advance(1)
    assert looked(alone)[night] is False


def test_a_picture_waits_for_nothing_that_viewers_look_at(alone):
    night = create(alone, shown_when={"theme": "dark"})
    paint(alone, night, BLUE)
    attach(alone, NIGHT, theme="dark")
    alone.time.advance(1)
    shown, took = picture(alone, theme="dark")
    assert shown[0] == BLUE
    assert took == 0
    assert picture(alone)[1] == 0, "nothing is for it"


def test_what_is_never_drawn_is_done_without_and_the_most_alike_takes_its_place(alone):
    for shown_when, colour in (
        ({"theme": "light", "scale": [0.85, None]}, RED),
        ({"theme": "dark", "scale": [0.5, 0.85]}, GREEN),
        ({"theme": "dark", "scale": [None, 0.3]}, BLUE),
    ):
        paint(alone, create(alone, shown_when=shown_when), colour)
    request = {"width": 100, "height": 100, "shown_when": {"theme": "dark", "scale": [0.85, None]}}
    alone.create_surface(by(PROGRAM), decode(surfaces.CreateSurface, (), request))
    shown, took = picture(alone, theme="dark")
    assert shown[0] == GREEN
    assert 2 <= took < 2.5


def test_an_owner_hears_of_another_look_at_once_and_ten_times_a_second_at_most(alone):
    """The person waits for the face that is drawn then."""
    create(alone, shown_when={"theme": "light"})
    create(alone, shown_when={"theme": "dark"})
    attach(alone, NIGHT)
    alone.time.advance(1)
    alone.time.advance(1)
    alone.published.clear()
    for step in range(1, 51):
        theme = "dark" if step % 2 else "light"
        alone.hear_look(by(NIGHT), decode(streams.Look, (), {**VIEW, "theme": theme}))
        alone.time.advance(0.01)
        if step == 1:
            assert len(alone.events("surface.on_looked")) == 2
    assert len(alone.events("surface.on_looked")) <= 2 * 6
