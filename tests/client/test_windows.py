"""A program's window at a real node: others move and close it, and the program knows."""

import numpy as np
import pytest
from twisted.internet.defer import Deferred

from geometry_ws.client import CallError, Viewer
from tests.client.test_large_pictures import FIRST, SECOND, at, large

pytestmark = pytest.mark.router


async def test_a_window_that_was_moved_stays_there_when_it_is_drawn_anew(node, elsewhere):
    """Also where its picture is too large for a message, and another surface takes its place."""

    async def main(client):
        surface = await large(client)
        await surface.commit(FIRST)

        async def person(other):
            await other.call("surface.place", surface=surface.id, x=-7500, y=-7100, front=True)

        await at(node, person)
        before = surface.id
        await surface.commit(SECOND)
        assert surface.id != before
        (mine,) = (await client.call("surface.list", mine=True))["surfaces"]
        assert (mine["x"], mine["y"]) == (surface.x, surface.y) == (-7500, -7100)

    await at(node, main)


async def test_a_program_hears_that_its_window_was_closed(node):
    async def main(client):
        surface = await client.create_surface(width=20, height=10, x=-8000, title="Plot")
        await surface.commit(np.zeros((10, 20, 3), np.uint8))
        closed = Deferred()
        await surface.on_closed(closed.callback)

        async def person(other):
            viewer = Viewer()
            await viewer.attach(other)
            await viewer.until(lambda viewer: surface.id in viewer.planes)
            await other.call("surface.close", surface=surface.id)
            await viewer.until(lambda viewer: surface.id not in viewer.planes)

        await at(node, person)
        event = await closed
        assert (event.surface, event.by.role) == (surface.id, "guest")
        with pytest.raises(CallError) as problem:
            await surface.commit(np.zeros((10, 20, 3), np.uint8))
        assert problem.value.name == "no_such_surface"

    await at(node, main)
