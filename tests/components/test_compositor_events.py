"""What the compositor tells, and to whom, seen without a router."""

import base64

import numpy as np
import pytest
from twisted.internet.defer import Deferred

from geometry_ws.components.compositor import seats as compositor_seats
from geometry_ws.protocol import errors, outputs, seats, streams, surfaces
from geometry_ws.protocol.declare import Caller, Origin
from geometry_ws.protocol.values import Area, CursorPicture, Image
from geometry_ws.render.png import encode_png
from tests.components.compositor_alone import Alone, by


@pytest.fixture
def alone():
    compositor = Alone()
    yield compositor
    compositor.stop()


def create(compositor, session, width=100, height=100):
    request = surfaces.CreateSurface(width=width, height=height)
    return compositor.create_surface(by(session), request).surface


def test_each_topic_counts_its_own_events(alone):
    create(alone, 1)
    alone.set_output(by(1), outputs.SetOutput(output="desktop", width=800))
    create(alone, 1)
    assert [event["seq"] for event in alone.events("surface.on_changed")] == [1, 2]
    assert [event["seq"] for event in alone.events("output.on_changed")] == [1]


def test_a_seat_that_makes_room_lets_go_what_it_held(alone, monkeypatch):
    monkeypatch.setattr(compositor_seats, "_MOST_SEATS", 1)
    create(alone, 1)
    alone.hear_pointer(by(5), seats.PointerInput(phase="down", x=10, y=10, buttons=1))
    alone.hear_pointer(by(6), seats.PointerInput(phase="move", x=500, y=500))
    heard = [(event["seat"], event["phase"]) for event in alone.events("surface.on_input")]
    assert heard == [("v1", "enter"), ("v1", "down"), ("v1", "cancel"), ("v1", "leave")]


def test_an_owner_is_told_whose_input_it_is(alone):
    create(alone, 1)
    ann = Caller(5, "ann", "maintainer", Origin("192.168.1.7"))
    alone.hear_pointer(ann, seats.PointerInput(phase="down", x=10, y=10, buttons=1))
    alone.hear_pointer(by(6), seats.PointerInput(phase="move", x=10, y=10))
    pen = seats.PointerInput(phase="down", x=10, y=10, device="pen", pressure=0.25)
    alone.hear_pointer(by(6), pen)
    event = alone.events("surface.on_input")[-1]
    assert (event["device"], event["pressure"]) == ("pen", 0.25)
    senders = [event["by"] for event in alone.events("surface.on_input")]
    expected = {"session": 5, "authid": "ann", "person": "ann", "role": "maintainer"}
    expected |= {"machine": "192.168.1.7", "forwarded": ""}
    assert senders[:2] == [expected, expected]
    assert {each["session"] for each in senders[2:]} == {6}


def offered(alone, session, number, text="otter"):
    """What the compositor answers a program that offers text; True where it is passed on."""
    try:
        alone.offer_text(by(session), seats.OfferText(input=number, text=text))
    except errors.NoSuchInput:
        return False
    return True


def test_a_program_fills_the_clipboard_of_whoever_asked_and_of_nobody_else(alone):
    surface = create(alone, 1)
    alone.hear_pointer(by(5), seats.PointerInput(phase="move", x=10, y=10))
    alone.hear_pointer(by(5), seats.PointerInput(phase="down", x=10, y=10, buttons=1))
    alone.hear_key(by(5), seats.KeyInput(phase="down", key="c"))
    numbers = {
        (event["kind"], event.get("phase")): event["input"]
        for event in alone.events("surface.on_input")
    }
    move, press, key = (
        numbers[which] for which in (("pointer", "move"), ("pointer", "down"), ("key", "down"))
    )
    assert not offered(alone, 1, move), "a mere movement asks for nothing"
    assert not offered(alone, 2, press), "another program's"
    assert not offered(alone, 1, key + 1), "it never was"
    assert offered(alone, 1, press)
    assert not offered(alone, 1, press), "once"
    (event,) = [each for each in alone.published if each[0] == "seat.on_clipboard"]
    assert event[1:] == ({"surface": surface, "text": "otter"}, [5])
    alone.time.advance(5.1)
    assert not offered(alone, 1, key), "too late"


def test_people_see_where_others_point_by_the_names_that_they_have(alone):
    """Who has access goes by that name whatever it says; who hides is told to nobody."""
    everything = seats.SharePointers(see=True, shown=True, name="ann")
    ann, eve = Caller(5, "ann", "maintainer"), Caller(6, "eve", "viewer")
    assert not alone.share_pointers(ann, everything).watched
    assert alone.share_pointers(eve, everything).watched
    hidden = seats.SharePointers(see=True, shown=False)
    alone.share_pointers(by(7), hidden)
    alone.hear_pointer_at(by(7), seats.PointerAt(x=9, y=9))
    alone.hear_pointer_at(eve, seats.PointerAt(x=3, y=4))
    alone.time.advance(0.1)
    for x in range(100):
        alone.hear_pointer_at(ann, seats.PointerAt(x=x, y=0))
        alone.time.advance(0.01)
    alone._hear_leave([6], {}, None)
    alone.time.advance(0.1)
    published = [each for each in alone.published if each[0].startswith("seat.on_")]
    assert published[0] == ("seat.on_watched", {"watched": True}, [5])
    pointers = [(news, eligible) for topic, news, eligible in published if "pointers" in topic]
    first = {"seat": "v2", "name": "eve", "x": 3.0, "y": 4.0}
    assert pointers[0] == ({"pointers": [first], "gone": []}, [5, 7])
    assert pointers[1][0]["pointers"][0]["name"] == "ann"
    assert 9 <= len(pointers) <= 13, "ten times a second, whoever floods"
    assert pointers[-1] == ({"pointers": [], "gone": ["v2"]}, [5, 7])
    assert "v3" not in str(pointers)


def test_everybody_is_told_what_a_surface_wants_of_keyboard_and_wheel(alone):
    """Viewers know it before it is pressed; without a word it takes text, and not the wheel."""
    surface = create(alone, 1)
    (before,) = alone.list_surfaces(by(2), surfaces.ListSurfaces()).surfaces
    assert (before.keyboard, before.wheel) == ("text", False)
    wishes = surfaces.ConfigureSurface(surface=surface, keyboard="none", wheel=True)
    alone.configure_surface(by(1), wishes)
    alone.time.advance(1)
    after = alone.events("surface.on_changed")[-1]["surface"]
    assert (after["keyboard"], after["wheel"]) == ("none", True)
    alone.hear_pointer(by(5), seats.PointerInput(phase="down", x=10, y=10, buttons=1))
    alone.hear_key(by(5), seats.KeyInput(phase="down", key="a"))
    assert {event["kind"] for event in alone.events("surface.on_input")} == {"pointer"}


def test_everybody_is_told_which_parts_of_a_surface_can_be_pressed(alone):
    areas = [Area(rect=(0, 0, 9, 9), cursor="pointer", link="/changes/a?project=p")]
    request = surfaces.CreateSurface(width=9, height=9, areas=areas, pointer=False)
    made = alone.create_surface(by(1), request)
    (info,) = alone.list_surfaces(by(2), surfaces.ListSurfaces()).surfaces
    assert (info.areas, info.pointer) == (areas, False)
    changed = surfaces.ConfigureSurface(surface=made.surface, areas=[], pointer=True)
    alone.configure_surface(by(1), changed)
    alone.time.advance(1)
    event = alone.events("surface.on_changed")[-1]["surface"]
    assert (event["areas"], event["pointer"]) == ([], True)


def test_a_picture_to_point_with_is_told_to_everybody_and_bounded(alone):
    surface = create(alone, 1)

    def point_with(width, **more):
        file = encode_png(np.full((4, width, 4), 255, np.uint8))
        picture = CursorPicture(**{"png": base64.b64encode(file).decode(), **more})
        request = surfaces.ConfigureSurface(surface=surface, cursor_picture=picture)
        alone.configure_surface(by(1), request)
        (info,) = alone.list_surfaces(by(2), surfaces.ListSurfaces()).surfaces
        return info.cursor_picture, picture

    shown, asked = point_with(128, x=127, y=3)
    assert shown == asked
    for width, more in ((129, {}), (8, {"x": 8}), (8, {"y": 4}), (8, {"png": "QUJD"}),
                        (8, {"png": "a) url(x"}), (8, {"png": "ü"})):  # fmt: skip
        with pytest.raises(errors.InvalidContent):
            point_with(width, **more)
    assert point_with(8, png="")[0] is None


def test_a_viewer_without_frames_changes_nothing_for_others(alone):
    """Frame 0 means where things lie now; frame 1 still means what it showed."""
    surface = create(alone, 1)
    alone.attach_stream(by(5), streams.Attach(stream="world"))
    alone.time.advance(0.02)
    (frame,) = alone.events("stream.on_frame")
    move = surfaces.MoveSurface(surface=surface, x=1000, y=0)
    alone.move_surface(by(1), move)
    alone.hear_pointer(by(6), seats.PointerInput(phase="move", x=1010, y=10, frame=0))
    seen = seats.PointerInput(phase="down", x=10, y=10, buttons=1, frame=frame["seq"])
    alone.hear_pointer(by(5), seen)
    heard = [
        (event["seat"], event["phase"], event["x"]) for event in alone.events("surface.on_input")
    ]
    assert heard[:2] == [("v1", "enter", 10), ("v1", "move", 10)]
    assert heard[2:] == [("v2", "enter", 10), ("v2", "down", 10)]


def test_frames_are_encoded_where_nothing_else_is(alone):
    """Neither commits nor screenshots, however many, keep frames from being encoded."""
    surface = create(alone, 1, width=400, height=400)
    alone.attach_stream(by(5), streams.Attach(stream="world"))
    alone.time.advance(0.02)
    (frame,) = alone.events("stream.on_frame")
    ack = streams.Ack(stream="world", epoch=frame["epoch"], seq=frame["seq"])
    alone.hear_ack(by(5), ack)
    pixels = np.random.default_rng(1).integers(0, 2, (400, 400, 4), np.uint8)
    image = Image(rect=(0, 0, 400, 400), codec="png", data=encode_png(pixels))
    request = surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=[image])])
    alone.hold = True
    answers = []
    Deferred.fromCoroutine(alone.commit_surfaces(by(1), request)).addBoth(answers.append)
    (decoding,) = alone.held
    alone.held.clear()
    decoding[1]()
    alone.time.advance(0.02)
    ((pool, encode),) = alone.held
    assert (decoding[0], pool) == ("work", "frames")
    encode()
    assert [answer.seen for answer in answers] == [True]


def test_a_picture_of_a_surface_is_its_own_and_bounded(alone):
    with pytest.raises(errors.NoSuchSurface):
        alone._screens.begin_surface("nothing")
    small = create(alone, 1, 8, 4)
    picture = alone._screens.begin_surface(small).make()
    assert (picture.surface, picture.width, picture.height) == (small, 8, 4)
    alone._screens.begin_surface(small)
    with pytest.raises(errors.Busy):
        alone._screens.begin_surface(small)
