"""autobahn-js under Node.js: a program and a viewer in another language."""

import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from geometry_ws.client import Viewer
from tests.client.client_support import at, hash_of
from tests.client.programs import surfaces, wait_for

pytestmark = [pytest.mark.router, pytest.mark.nodejs]

PROGRAM = Path(__file__).parent / "nodejs" / "program.mjs"
PACKAGES = Path(__file__).parents[2] / "geometry_ws" / "web" / "node_modules"
SECONDS = 30


class Program:
    """The program; its lines are objects, waited for without stopping the event loop."""

    def __init__(self, url):
        self.process = subprocess.Popen(
            [shutil.which("node"), str(PROGRAM), url], stdout=subprocess.PIPE
        )
        self.lines = queue.Queue()
        self.pump = threading.Thread(target=self._copy, daemon=True)
        self.pump.start()

    def _copy(self):
        with self.process.stdout as stream:
            for line in stream:
                self.lines.put(json.loads(line))

    def _next(self, what, holds):
        while True:
            message = self.lines.get(timeout=SECONDS)
            if message["what"] == what and holds(message):
                return message

    async def message(self, what, holds=lambda message: True):
        return await deferToThread(self._next, what, holds)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.pump.join()


@pytest.fixture
def program(node):
    if shutil.which("node") is None or not (PACKAGES / "autobahn").is_dir():
        pytest.skip("there is no Node.js with the dashboard's packages on this machine")
    running = Program(node.websocket)
    yield running
    running.end()


async def test_a_program_in_javascript_calls_talks_draws_and_paints_the_same(node, program):
    hello = await program.message("hello")
    assert hello["version"] == {"major": 1, "minor": 1}
    error = await program.message("error")
    assert error["uri"].endswith("error.no_such_surface")
    assert error["fields"] == {"surface": "s99999"}
    surface = (await program.message("drawn"))["surface"]

    async def main(client):
        await bytes_go_both_ways(client, program)
        viewer = Viewer()
        await viewer.attach(client)
        await viewer.until(lambda v: surface in v.planes)
        await viewer.until(lambda v: v.hashes[surface] == hash_of(drawn()))
        await painters_agree(client, viewer, program)
        await client.publish("app.stop")

    await at(node, main)
    assert (await program.message("closed"))["reason"] == "closed"
    assert await deferToThread(program.process.wait, SECONDS) == 0
    # What threads of this test said is said.
    settled = Deferred()
    reactor.callLater(0, settled.callback, None)
    await settled


async def bytes_go_both_ways(client, program):
    data = bytes(range(256)) * 5
    back = Deferred()
    await client.subscribe("app.from_node", back.callback)
    await client.publish("app.to_node", data=data)
    heard = await program.message("heard")
    assert heard["bytes"] is True
    assert bytes.fromhex(heard["hex"]) == data
    message = await back
    assert message.keywords == {"data": data[::-1], "f": 1, "fun": 2, "self": 3}


async def painters_agree(client, viewer, program):
    """Python draws whatever a commit can say; both painters end with the same planes."""
    pixels = np.random.default_rng(7).integers(0, 256, (40, 60, 4), dtype=np.uint8)
    mine = await client.create_surface(width=30, height=20, scale=2, x=-20)
    await mine.commit(pixels)
    await mine.fill((200, 10, 60, 77), (5, 5, 20, 9))
    await mine.copy((0, 0, 30, 20), (9, 9))
    await mine.commit(pixels[:, :, :3], width=60, height=40, scale=1)
    await mine.commit(pixels[::-1], damage=[(1, 2, 3, 4), (30, 10, 20, 20)])
    await mine.move(400, -70)
    listed = {info["surface"] for info in (await client.call("surface.list"))["surfaces"]}
    await viewer.until(lambda v: set(v.planes) == listed and v.planes[mine.id].place.x == 400)
    frame = await program.message("frame", lambda frame: frame["seq"] >= viewer.canvas.seq)
    assert frame["bytes"] is True
    assert frame["hashes"] == viewer.hashes


def drawn():
    """What the program in JavaScript has drawn: a fill and an image upon it."""
    pixels = np.empty((30, 40, 4), np.uint8)
    pixels[:] = (25, 50, 100, 128)
    image = np.array([index % 251 for index in range(16 * 8 * 4)], np.uint8).reshape(8, 16, 4)
    image[..., 3] = 255
    pixels[4:12, 3:19] = image
    return pixels


def test_the_example_in_javascript_appears_and_vanishes_with_its_program(node):
    if shutil.which("node") is None or not (PACKAGES / "autobahn").is_dir():
        pytest.skip("there is no Node.js with the dashboard's packages on this machine")
    example = Path(__file__).parents[2] / "examples" / "draw.js"
    program = subprocess.Popen(
        [shutil.which("node"), str(example), node.url],
        env={**os.environ, "NODE_PATH": str(PACKAGES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout.readline() == f"Rings are shown at {node.url}.\n"
        surface = surfaces(node)["Rings"]["surface"]
        picture = f"/surfaces/{surface}.png"
        first = node.fetch("GET", picture).body
        wait_for(lambda: node.fetch("GET", picture).body != first)
    finally:
        program.terminate()
        _, complaints = program.communicate(timeout=SECONDS)
    assert complaints == ""
    wait_for(lambda: "Rings" not in surfaces(node))
