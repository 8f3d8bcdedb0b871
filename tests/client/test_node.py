"""Programs and viewers of ours at a real node."""

import hashlib

import numpy as np
import pytest
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from geometry_ws.client import (
    CallError,
    ClientError,
    Connection,
    Lost,
    ProjectFollower,
    TooLarge,
    Unreachable,
    Viewer,
)
from geometry_ws.client.drawing import copy, fill
from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from geometry_ws.protocol.seats import PointerInput
from geometry_ws.render.pixels import premultiply
from tests.client.client_support import at, hash_of, keywords

pytestmark = pytest.mark.router


async def test_a_surface_lives_from_create_to_destroy(node):
    async def main(client):
        surface = await client.create_surface(width=40, height=30, x=7, title="mine", text="words")
        answer = await surface.fill((10, 20, 30))
        assert answer.seen is False
        listed = await client.call("surface.list", mine=True)
        (info,) = listed["surfaces"]
        assert (info["surface"], info["title"], info["x"]) == (surface.id, "mine", 7)
        await surface.move(-5, 6)
        await surface.configure(title="other", opacity=0.5)
        await surface.lower()
        await surface.raise_()
        (info,) = (await client.call("surface.list", mine=True))["surfaces"]
        assert (info["x"], info["y"], info["title"], info["opacity"]) == (-5, 6, "other", 0.5)
        await surface.destroy()
        with pytest.raises(CallError) as caught:
            await surface.fill((0, 0, 0))
        assert caught.value.name == "no_such_surface"
        assert caught.value.fields == {"surface": surface.id}

    await at(node, main)


async def test_a_viewer_has_exactly_the_pixels_that_were_committed(node):
    pixels = np.random.default_rng(1).integers(0, 256, (60, 80, 4), dtype=np.uint8)
    opaque = pixels[..., :3]

    async def watch(other, surface, viewer, expected):
        await viewer.until(lambda v: v.hashes.get(surface.id) == expected)

    async def main(client):
        viewer = Viewer()

        async def look(other):
            await viewer.attach(other)
            surface = await client.create_surface(width=80, height=60, scale=1)
            answer = await surface.commit(opaque)
            assert answer.seen is True
            assert answer.frame >= 1
            await watch(other, surface, viewer, hash_of(opaque[..., ::-1], 255))
            await surface.commit(pixels)
            expected = premultiply(pixels)[..., [2, 1, 0, 3]]
            await watch(other, surface, viewer, hash_of(expected))
            await surface.commit(
                ops=[fill((0, 0, 40, 30), (255, 0, 0)), copy((0, 0, 9, 9), (60, 40))]
            )
            expected[40:49, 60:69] = expected[0:9, 0:9]
            expected[:30, :40] = (0, 0, 255, 255)
            await watch(other, surface, viewer, hash_of(expected))
            await surface.commit(opaque[:20, :20], at=(3, 4), damage=[(5, 5, 2, 2)])
            expected[5:7, 5:7, :3] = opaque[1:3, 2:4, ::-1]
            expected[5:7, 5:7, 3] = 255
            await watch(other, surface, viewer, hash_of(expected))
            await surface.commit(opaque, width=40, height=30, scale=2)
            await watch(other, surface, viewer, hash_of(opaque[..., ::-1], 255))
            assert surface.buffer_size == (80, 60)
            await surface.destroy()
            await viewer.until(lambda v: surface.id not in v.planes)
            await viewer.detach()
            assert viewer.statistics.refreshes == 0

        await at(node, look)

    await at(node, main)


async def test_pixels_come_to_those_who_look_and_the_owner_is_told(node):
    looked = []

    async def main(client):
        viewer = Viewer()
        viewer.look(50_000, 50_000, 100, 100)
        await viewer.attach(client)
        surface = await client.create_surface(width=8, height=8, x=-9000, y=-9000)
        sharp = Deferred()

        def hear(event):
            looked.append((event.looked, event.scale))
            if event.looked and event.scale == 2 and not sharp.called:
                sharp.callback(None)

        await surface.on_looked(hear)
        await surface.fill((1, 2, 3))
        await viewer.until(lambda v: surface.id in v.planes)
        assert not viewer.planes[surface.id].pixels.any()
        viewer.look(-9010, -9010, 40, 40, scale=2.0)
        await viewer.until(lambda v: v.planes[surface.id].pixels.any())
        assert viewer.planes[surface.id].pixels[7, 7].tolist() == [3, 2, 1, 255]
        await sharp

    await at(node, main)


async def test_from_afar_a_viewer_has_fewer_pixels_unless_it_wants_all(node):
    pixels = np.random.default_rng(1).integers(0, 256, (60, 83, 3), dtype=np.uint8)
    exact = hash_of(pixels[..., ::-1], 255)

    async def main(client):
        surface = await client.create_surface(width=83, height=60, x=-5000, y=-5000)
        await surface.commit(pixels)

        async def look(other):
            viewer = Viewer(thumbnails=False)
            viewer.look(-6000, -6000, 3000, 3000, scale=0.2)
            await viewer.attach(other)
            await viewer.until(lambda v: v.hashes.get(surface.id) == exact)

        await at(node, look)
        viewer = Viewer()
        viewer.look(-6000, -6000, 3000, 3000, scale=0.2)
        await viewer.attach(client)
        await viewer.until(lambda v: surface.id in v.planes and v.planes[surface.id].pixels.any())
        small = viewer.planes[surface.id].pixels
        assert (small[:4, :4] == small[0, 0]).all()
        assert (small[56:, 80:] == small[56, 80]).all()
        viewer.look(-5100, -5100, 300, 300, scale=0.6)
        await viewer.until(lambda v: v.hashes[surface.id] == exact)

    await at(node, main)


async def test_a_paused_viewer_gets_nothing_until_it_goes_on(node):
    async def main(client):
        viewer = Viewer()
        await viewer.attach(client)
        surface = await client.create_surface(width=8, height=8)
        await viewer.until(lambda v: surface.id in v.planes)
        await viewer.pause()
        before = viewer.statistics.messages
        assert (await surface.fill((1, 2, 3))).seen is False
        assert viewer.statistics.messages == before
        await viewer.pause(False)
        await viewer.until(lambda v: v.planes[surface.id].pixels.any())

    await at(node, main)


async def test_what_is_asked_of_a_viewer_fails_where_it_is_asked(node):
    async def main(client):
        viewer = Viewer()
        await viewer.attach(client)
        surface = await client.create_surface(width=8, height=8)
        await viewer.until(lambda v: surface.id in v.planes)
        await surface.destroy()
        with pytest.raises(KeyError):
            await viewer.until(lambda v: v.planes[surface.id].pixels.any())

    await at(node, main)


async def test_one_commit_shows_several_surfaces_at_once(node):
    seen = []

    async def main(client):
        viewer = Viewer(on_frame=lambda painted: seen.append(painted))
        await viewer.attach(client)
        first = await client.create_surface(width=4, height=4)
        second = await client.create_surface(width=4, height=4)
        seen.clear()
        red, blue = (255, 0, 0), (0, 0, 255)
        await client.commit(
            first.update(ops=[fill((0, 0, 4, 4), red)]),
            second.update(ops=[fill((0, 0, 4, 4), blue)], x=100),
        )
        await viewer.until(lambda v: v.planes[second.id].place.x == 100)
        frames = [painted for painted in seen if first.id in painted.damage]
        assert {first.id, second.id} <= set(frames[0].damage)

    await at(node, main)


async def test_input_of_a_viewer_reaches_the_owner_alone(node):
    heard, others = [], []

    async def main(client):
        surface = await client.create_surface(width=50, height=50, x=-3000, y=-3000)
        await surface.fill((9, 9, 9))
        arrived = Deferred()

        def handler(event):
            heard.append(event)
            if event.kind == "pointer" and event.phase == "down":
                arrived.callback(None)

        await surface.on_input(handler)

        async def person(other):
            topic = f"surface.on_input.{surface.id}"
            await other.subscribe(topic, others.append)
            viewer = Viewer()
            await viewer.attach(other)
            await viewer.until(lambda v: surface.id in v.planes)
            press = PointerInput(
                phase="down", x=-2990.0, y=-2980.5, buttons=1, frame=viewer.canvas.seq
            )
            await other.publish_with("seat.pointer", keywords(press))
            await arrived

        await at(node, person)

    await at(node, main)
    down = next(event for event in heard if event.phase == "down")
    assert (down.x, down.y, down.button) == (10.0, 19.5, 0)
    assert others == []


async def test_a_follower_sees_a_tick(node):
    async def main(client):
        changed = Deferred()

        def tell(state, event):
            if event is not None and state.changes["add-farewell"].done == 2:
                changed.callback(event.by)

        follower = ProjectFollower(changed=tell)
        state = await follower.follow(client)
        before = node.tasks.read_text()
        assert state.changes["add-farewell"].done == 1
        task = {"change": "add-farewell", "task": 2, "expect": "1.2 Say them"}
        try:
            await client.call_with("task.set", {**task, "done": True})
            by = await changed
            assert by.session == client.session
        finally:
            await client.call_with("task.set", {**task, "done": False})
        assert node.tasks.read_text() == before

    await at(node, main)


async def test_messages_of_programs_carry_bytes_and_any_keyword(node):
    data = bytes(range(256)) * 40
    hostile = dict.fromkeys(("f", "fun", "self", "topic", "options", "details", "args"), data)

    async def main(client):
        heard = Deferred()
        await client.subscribe("app.test.", heard.callback, prefix=True)

        async def other(sender):
            await sender.publish_with("app.test.bytes", hostile)

        await at(node, other)
        message = await heard
        assert message.topic == "app.test.bytes"
        assert message.keywords == hostile
        assert message.size > len(data) * 7

    await at(node, main)


async def test_what_the_router_would_close_us_for_is_refused_before(node):
    async def main(client):
        with pytest.raises(TooLarge):
            await client.publish("app.x", data=bytes(16 * 2**20))
        for name in ("app.Big", "app..x", "app.x y", ""):
            with pytest.raises(ClientError):
                await client.publish(name)
        with pytest.raises(ClientError, match="can't be sent"):
            await client.publish("app.x", data=object())
        with pytest.raises(CallError) as caught:
            await client.publish("stream.on_frame.world", seq=1)
        assert caught.value.name == "not_authorized"
        assert client.connected

    await at(node, main)


async def test_a_handler_that_fails_harms_nothing_and_is_logged(node, monkeypatch):
    logged = []

    class Log:
        def failure(self, text, failure, **fields):
            logged.append(text.format(**fields))

    monkeypatch.setattr("geometry_ws.client.on_twisted.log", Log())

    async def main(client):
        heard = Deferred()

        def handler(message):
            if message.keywords:
                raise RuntimeError("mine")
            heard.callback(None)

        await client.subscribe("app.fails", handler)

        async def other(sender):
            await sender.publish("app.fails", bad=1)
            await sender.publish("app.fails")

        await at(node, other)
        await heard
        assert logged == ["the handler of app.fails failed"]

    await at(node, main)


async def test_where_nothing_listens_is_told(node):
    with pytest.raises(Unreachable, match="nothing listens at localhost:1"):
        await at("ws://localhost:1", None)
    with pytest.raises(Unreachable, match="no WebSocket at this path"):
        await at(f"{node.url}nowhere", None)


@pytest.fixture
def own_node(start_node):
    """A node that may be harmed; started outside of the test's own time."""
    return start_node()


async def test_a_program_and_a_viewer_come_back_with_the_node(own_node):
    node = own_node
    viewer = Viewer()
    epochs, ready = [], [Deferred(), Deferred()]
    pixels = np.full((4, 4, 3), 200, np.uint8)

    async def main(client):
        await viewer.attach(client)
        surface = await client.create_surface(width=4, height=4)
        await surface.commit(pixels)
        await viewer.until(lambda v: v.hashes.get(surface.id) == hash_of(pixels, 255))
        epochs.append(client.hello.epoch)
        ready[len(epochs) - 1].callback(None)
        try:
            await client.sleep(1000)
        except Exception as problem:
            assert isinstance(problem, Exception)
            raise

    connection = Connection(node.url)
    served = Deferred.fromCoroutine(connection.serve(main))
    log = Log(node.folders.logs)
    again = None
    try:
        await ready[0]
        shown = len(viewer.planes)
        await deferToThread(node.process.clear)
        again = Node(node.folders, log)
        assert len(viewer.planes) == shown
        await ready[1]
        assert epochs[0] != epochs[1]
        assert viewer.canvas.epoch == epochs[1]
    finally:
        connection.stop()
        await served.addErrback(lambda _: None)
        if again is not None:
            await deferToThread(again.stop)
        log.close()


async def test_a_session_that_is_lost_ends_what_waits(own_node):
    node = own_node
    lost = []

    async def main(client):
        surface = await client.create_surface(width=4, height=4)
        try:
            while True:
                await surface.fill((1, 2, 3))
        except Lost as problem:
            lost.append(problem)
            raise

    served = Deferred.fromCoroutine(at(node, main))
    node_ended = deferToThread(node.process.clear)
    with pytest.raises((Lost, Unreachable)):
        await served
    await node_ended


def test_hashes_are_of_the_bytes():
    """The helper below is what the viewer's hash means: SHA-256 of BGRA rows."""
    assert hash_of(np.zeros((1, 1, 4), np.uint8)) == hashlib.sha256(bytes(4)).hexdigest()
