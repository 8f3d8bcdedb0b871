"""What ends is forgotten, and a node that ends says so."""

import gc
import weakref

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from geometry_ws.client import Connection, Lost, Notices, Viewer


@pytest.fixture
def own_node(start_node):
    """A node that may be ended; started outside of the test's own time."""
    return start_node()


async def at(node, main):
    return await Connection(node.url, retry=False).serve(main)


async def test_what_a_program_is_through_with_is_forgotten(node):
    async def main(client):
        viewer = Viewer()
        await viewer.attach(client)
        surface = await client.create_surface(width=8, height=8)
        await surface.on_input(lambda _: None)
        await viewer.until(lambda v, id_=surface.id: id_ in v.planes)
        await surface.destroy()
        await viewer.detach()
        left = weakref.ref(viewer), weakref.ref(surface)
        del viewer, surface
        gc.collect()
        assert [each() for each in left] == [None, None]

    await at(node, main)


async def test_a_viewer_that_detached_is_gone_at_once(node):
    """Its planes are megabytes, and rings of references are looked for once in a long while."""

    async def main(client):
        surface = await client.create_surface(width=8, height=8)
        viewer = Viewer()
        await viewer.attach(client)
        for grey in range(5):
            await surface.fill((grey, grey, grey))
        await viewer.detach()
        canvas = weakref.ref(viewer.canvas)
        gc.disable()
        try:
            del viewer
            assert canvas() is None
        finally:
            gc.enable()

    await at(node, main)


async def test_a_viewer_that_detached_attaches_again(node):
    async def main(client):
        viewer = Viewer()
        for _ in range(2):
            await viewer.attach(client)
            surface = await client.create_surface(width=8, height=8)
            await viewer.until(lambda v, id_=surface.id: id_ in v.planes)
            await viewer.detach()

    await at(node, main)


async def test_a_node_that_ends_says_so(own_node):
    node = own_node
    heard = []

    class Telling(Notices):
        def closed(self, closed):
            heard.append((closed.reason, closed.sentence))

    async def main(client):
        stopping = deferToThread(node.process.stop)
        try:
            await Deferred()
        finally:
            await stopping

    with pytest.raises(Lost):
        await Connection(node.url, notices=Telling(), retry=False).serve(main)
    [(reason, sentence)] = heard
    assert reason == "wamp.close.system_shutdown"
    assert sentence == "the node is shutting down (The node ends.)"
