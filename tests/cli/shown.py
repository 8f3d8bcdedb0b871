"""What `geometry-ws show` shows, and a person who uses it: both beside the test."""

import json
import subprocess
import sys

import pytest

from tests.cli.cli_support import QUIET
from tests.client.programs import Program, surfaces, wait_for

# A person: looks at the world, presses, types. It reads what to do, and answers each line.
PERSON = """
import asyncio, json, sys
from geometry_ws.client import Connection, Viewer

async def main(url):
    async with Connection(url, retry=False) as client:
        viewer = Viewer()
        await viewer.attach(client)
        copied = asyncio.Queue()
        topic = "io.geometry_ws.v1.seat.on_clipboard"
        await client.subscribe(topic, lambda message: copied.put_nowait(message.keywords["text"]))
        for line in iter(sys.stdin.readline, ""):
            word, more = json.loads(line)
            answer = ""
            if word == "look":
                name = more.pop("name")
                viewer.look(**more)
                await viewer.until(lambda viewer: name in viewer.planes)
            elif word == "drop":
                name, data = more.pop("name"), more.pop("data").encode()
                async def give(message):
                    start, size = message.keywords["at"], message.keywords.pop("bytes")
                    piece = data[start : start + size]
                    await client.call("drop.give", **message.keywords, data=piece)
                await client.subscribe("drop.on_fetch", give)
                files = [{"name": name, "bytes": len(data)}]
                ended = asyncio.Event()
                await client.subscribe("drop.on_end", lambda _: ended.set())
                await client.call("drop.offer", files=files, **more)
                await ended.wait()
            elif word == "copied":
                answer = await asyncio.wait_for(copied.get(), 20)
            else:
                await client.publish(word, **more)
            print(json.dumps(answer), flush=True)

asyncio.run(main(sys.argv[1]))
"""


class Shown:
    """A program that is shown."""

    def __init__(self, node, title, process):
        self.node, self.title, self.process = node, title, process

    @property
    def surface(self):
        return surfaces(self.node).get(self.title)

    def says(self, words):
        return wait_for(lambda: words in ((self.surface or {}).get("text") or "") and self.surface)

    @property
    def child(self):
        """The process of the program itself."""
        return int(self.says("I am ")["text"].split("I am ")[1].split()[0])

    def end(self):
        """Wait for its end; gives the status and its last words."""
        status = self.process.wait(40)
        return status, self.process.stderr.read().decode().splitlines()[-1]


class Person:
    """Somebody at a browser."""

    def __init__(self, program, shown):
        self.program, self.shown = program, shown

    def do(self, word, **more):
        self.program.say(json.dumps([word, more]))
        return json.loads(self.program.line())

    def press(self, x=20.0, y=20.0, phases=("down", "up")):
        place = self.shown.surface
        for phase in phases:
            at = {"x": place["x"] + x, "y": place["y"] + y}
            self.do("seat.pointer", phase=phase, button=0, buttons=int(phase != "up"), **at)

    def write(self, line):
        self.do("seat.text", text=line)
        for phase in ("down", "up"):
            self.do("seat.key", phase=phase, key="Enter", code="Enter")


@pytest.fixture
def show(node):
    """A `geometry-ws show` with these arguments; the title is what it is called, if it is given."""
    processes = []

    def begin(title, *arguments, options=()):
        command = [sys.executable, "-m", "geometry_ws", "show", "--url", node.url, "--title", title]
        process = subprocess.Popen(
            [*command, *options, *arguments],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=QUIET,
        )
        processes.append(process)
        return Shown(node, title, process)

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def person(node):
    """Somebody who uses what is shown."""
    programs = []

    def begin(shown):
        programs.append(Program(PERSON, node.url))
        return Person(programs[-1], shown)

    yield begin
    for program in programs:
        program.__exit__()
