"""Pictures that are too large for one message: several commits, shown at once."""

import numpy as np
import pytest
from twisted.internet.defer import Deferred

from geometry_ws.client import CallError, Viewer, drawing
from geometry_ws.protocol.seats import PointerInput
from tests.client.client_support import at, keywords
from tests.client.programs import run_program

pytestmark = pytest.mark.router


FIRST, SECOND = (np.full((300, 300, 3), value, np.uint8) for value in (90, 200))
SECOND[::7, ::5] = 10


async def large(client):
    place = {"x": np.int64(-7000), "y": -7000}
    return await client.create_surface(
        width=np.int64(300), height=300, opaque=True, title="Large", **place
    )


async def test_a_large_picture_is_seen_at_once_or_not_at_all(node, elsewhere):
    seen = []

    def shows(surface, wanted):
        def looks(viewer):
            for plane in viewer.planes.values():
                if (plane.place.x, plane.place.opacity) == (-7000, 1.0):
                    pixels = plane.pixels[..., 2::-1]
                    seen.append(any((pixels == each).all() for each in (FIRST, SECOND)))
            plane = viewer.planes.get(surface.id)
            return plane is not None and (plane.pixels[..., 2::-1] == wanted).all()

        return looks

    async def main(client):
        async def look(other):
            viewer = Viewer()
            await viewer.attach(other)
            surface = await large(client)
            await surface.commit(FIRST)
            await viewer.until(shows(surface, FIRST))
            before = surface.id
            waiting = Deferred.fromCoroutine(viewer.until(shows(surface, SECOND)))
            await surface.commit(SECOND)
            await waiting
            assert surface.id != before
            await viewer.until(lambda viewer: before not in viewer.planes)

        await at(node, look)

    await at(node, main)
    assert seen
    assert all(seen)


async def test_a_surface_with_a_large_picture_is_what_it_was(node, elsewhere):
    """It hears its input, has its title, moves, and is removed."""

    async def main(client):
        surface = await large(client)
        pressed = Deferred()

        def press(event):
            if event.phase == "down" and not pressed.called:
                pressed.callback(None)

        await surface.on_input(press)
        before = surface.id
        assert (await surface.commit(FIRST)).seen is False
        event = PointerInput(phase="down", x=-6990.0, y=-6990.0, buttons=1)

        async def person(other):
            viewer = Viewer()
            await viewer.attach(other)
            await viewer.until(lambda viewer: surface.id in viewer.planes)
            await other.publish_with("seat.pointer", keywords(event))
            await pressed

        await at(node, person)
        (mine,) = (await client.call("surface.list", mine=True))["surfaces"]
        assert (mine["title"], mine["x"], mine["opacity"]) == ("Large", -7000, 1.0)
        assert client.surfaces == 1
        with pytest.raises(CallError):
            await client.call("surface.destroy", surface=before)
        await surface.move(-6000, -7000)
        await surface.commit(SECOND[:100], width=300, height=100)
        await surface.destroy()
        assert client.surfaces == 0

    await at(node, main)


WALL = """
import sys
import numpy as np
import geometry_ws as gw

screen = gw.connect(sys.argv[1], keep=False)
random = np.random.default_rng(1)
wall = random.integers(0, 256, (1600, 2560, 3), dtype=np.uint8)
handle = screen.show(wall, title="Wall", at=(-90000, 0))
assert handle.flush(60) is False
handle.update(np.zeros((2160, 3840), np.uint8))
handle.flush(60)
assert handle.size == (3840, 2160) and not handle.problem
print(len(screen.handles))
"""


def test_a_wall_is_shown_in_one_call(node):
    ended = run_program(WALL, node.url)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "1\n", "")


def test_a_picture_is_cut_into_rows():
    pixels = np.arange(10 * 7 * 4, dtype=np.uint8).reshape(10, 7, 4)
    whole = ["image", [3, 5, 7, 10], "rgba", pixels.tobytes()]
    parts = list(drawing.cut(whole, 7 * 4 * 3 + 1))
    assert [part[1] for part in parts] == [
        [3, 5, 7, 3],
        [3, 8, 7, 3],
        [3, 11, 7, 3],
        [3, 14, 7, 1],
    ]
    assert b"".join(part[3] for part in parts) == whole[3]
    assert len(list(drawing.cut(whole, 1))) == 10


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"width": 3.5}, "`width` is a whole number, not 3.5"),
        ({"x": "4"}, "`x` is a whole number, not '4'"),
    ],
)
async def test_sizes_and_places_are_whole_numbers(node, wrong, sentence):
    async def main(client):
        with pytest.raises(ValueError, match=sentence):
            await client.create_surface(**{"width": 8, "height": 8, **wrong})

    await at(node, main)
