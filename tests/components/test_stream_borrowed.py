"""Large planes are encoded where they lie: what is drawn meanwhile comes with the next frame."""

import numpy as np
import pytest
from twisted.internet.defer import Deferred

from geometry_ws.protocol import streams, surfaces
from geometry_ws.protocol.values import Fill, Image
from geometry_ws.stream import builder
from geometry_ws.stream.painter import PlaneStore
from geometry_ws.stream.wire import from_wire
from tests.components.compositor_alone import Alone, by


@pytest.fixture
def alone(monkeypatch):
    monkeypatch.setattr(builder, "BORROW_PIXELS", 100_000)
    compositor = Alone()
    yield compositor
    compositor.stop()
    compositor.time.advance(1)


def painted(compositor) -> PlaneStore:
    """A viewer that has painted all frames so far."""
    events = compositor.events("stream.on_frame")
    store = PlaneStore(events[0]["epoch"])
    for event in events:
        store.apply(from_wire(event))
        ack = streams.Ack(stream="world", epoch=event["epoch"], seq=event["seq"])
        compositor.hear_ack(by(5), ack)
    return store


def let_go(compositor) -> None:
    while compositor.held:
        compositor.held.pop(0)[1]()


def test_what_is_drawn_while_a_large_plane_is_encoded_is_not_in_that_frame(alone):
    pixels = np.random.default_rng(1).integers(0, 2, (400, 500, 4), np.uint8)
    pixels[..., 3] = 255
    request = surfaces.CreateSurface(width=500, height=400, opaque=True)
    surface = alone.create_surface(by(1), request).surface
    image = Image(rect=(0, 0, 500, 400), codec="bgra", data=pixels.tobytes())
    first = surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=[image])])
    Deferred.fromCoroutine(alone.commit_surfaces(by(1), first))
    alone.attach_stream(by(5), streams.Attach(stream="world"))
    alone.hold = True
    alone.time.advance(0.05)
    assert [pool for pool, _ in alone.held] == ["frames"]
    fill = Fill(rect=(0, 0, 500, 20), rgba=(9, 9, 9, 255))
    second = surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=[fill])])
    Deferred.fromCoroutine(alone.commit_surfaces(by(1), second))
    let_go(alone)
    alone.hold = False
    for _ in range(9):
        alone.time.advance(0.02)
    frames = alone.events("stream.on_frame")
    assert frames[0]["keyframe"]
    begun = PlaneStore(frames[0]["epoch"])
    for frame in [frame for frame in frames if frame["seq"] == frames[0]["seq"]]:
        begun.apply(from_wire(frame))
    assert np.array_equal(begun.planes[surface].pixels, pixels)
    pixels[:20] = (9, 9, 9, 255)
    for _ in range(9):
        store = painted(alone)
        alone.time.advance(0.02)
    assert np.array_equal(store.planes[surface].pixels, pixels)
