"""Handlers of a picture that is shown: what they hear, and what becomes of those that fail."""

import pytest

from tests.client.programs import run_program

pytestmark = pytest.mark.router


HANDLERS = """
import asyncio, sys
import numpy as np
import geometry_ws as gw

screen = gw.connect(sys.argv[1], keep=False)
handle = screen.show(np.zeros((40, 40)), title="Hears", at=(-4000, -4000))

@handle.on_input
def fails(event):
    raise KeyError("mine")

@handle.on_input
async def answers(event):
    await asyncio.sleep(0)
    try:
        handle.flush()
    except gw.client.ClientError as problem:
        print(event.kind, event.phase, event.x, problem)
    handle.update(np.ones((40, 40)), text="pressed")

@handle.on_drop
def keeps(drop):
    print(drop.files, drop.x, drop.files[0].save(sys.argv[2]).read_text())

handle.flush(20)

from geometry_ws.client import Connection, Viewer

async def press():
    async with Connection(sys.argv[1], retry=False) as client:
        viewer = Viewer()
        await viewer.attach(client)
        await asyncio.wait_for(viewer.until(lambda v: v.planes), 20)
        await client.publish("seat.pointer", phase="down", x=-3990.0, y=-3980.0, buttons=1)
        while handle._options["text"] != "pressed":
            await asyncio.sleep(0.01)
        async def give(message):
            size = message.keywords.pop("bytes")
            await client.call("drop.give", **message.keywords, data=b"gnaws"[:size])
        ended = client.promise()
        await client.subscribe("drop.on_fetch", give)
        await client.subscribe("drop.on_end", lambda message: ended.resolve(message.keywords))
        files = [{"name": "beaver.txt", "bytes": 5}]
        await client.call("drop.offer", files=files, x=-3990.0, y=-3980.0)
        assert not (await ended).get("refused")

asyncio.run(press())
assert handle.flush(20) in (True, False)
"""


def test_a_handler_that_fails_is_told_and_ends_nothing(node, tmp_path):
    ended = run_program(HANDLERS, node.url, str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert "pointer down 10.0 A handler can't wait" in ended.stdout
    assert "[<'beaver.txt', 5 bytes>] 10.0 gnaws" in ended.stdout
    assert "a handler of 'Hears' failed" in ended.stderr
    assert "KeyError: 'mine'" in ended.stderr
