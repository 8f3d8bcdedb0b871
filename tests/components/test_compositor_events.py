"""What the compositor tells, and to whom, seen without a router."""

import pytest
from compositor_alone import Alone, by

from geometry_ws.components import seating
from geometry_ws.protocol import outputs, seats, streams, surfaces


@pytest.fixture
def alone():
    compositor = Alone()
    yield compositor
    compositor.stop()


def create(compositor, session, **more):
    request = surfaces.CreateSurface(width=100, height=100, **more)
    return compositor.create_surface(by(session), request).surface


def test_each_topic_counts_its_own_events(alone):
    create(alone, 1)
    alone.set_output(by(1), outputs.SetOutput(output="desktop", width=800))
    create(alone, 1)
    assert [event["seq"] for event in alone.events("surface.on_changed")] == [1, 2]
    assert [event["seq"] for event in alone.events("output.on_changed")] == [1]


def test_a_seat_that_makes_room_lets_go_what_it_held(alone, monkeypatch):
    monkeypatch.setattr(seating, "_MOST_SEATS", 1)
    create(alone, 1)
    alone.hear_pointer(by(5), seats.PointerInput(phase="down", x=10, y=10, buttons=1))
    alone.hear_pointer(by(6), seats.PointerInput(phase="move", x=500, y=500))
    heard = [(event["seat"], event["phase"]) for event in alone.events("surface.on_input")]
    assert heard == [("v1", "enter"), ("v1", "down"), ("v1", "cancel"), ("v1", "leave")]


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
