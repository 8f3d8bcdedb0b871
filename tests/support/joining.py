"""Machines that join a node: the command as people run it, and one that says whatever it likes."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import msgspec
from websockets.exceptions import ConnectionClosed

from geometry_ws.protocol.joining import Here, HereProject, calls_of, events_of, slot_of
from geometry_ws.protocol.projects import ProjectInfo
from tests.support.gate import bearer, give
from tests.support.nodes import fetch, write_project
from tests.support.raw_guest import RawGuest

COMMAND = [sys.executable, "-m", "geometry_ws", "join"]
ROLES = {name: {} for name in ("publisher", "subscriber", "caller", "callee")}


@contextmanager
def joining(node, folder, token, *options, board=""):
    """Run `geometry-ws join` for a project; gives the process, whose output is a pipe."""
    file = folder.parent / f"{folder.name}.token"
    file.write_text(token)
    process = subprocess.Popen(
        [*COMMAND, board or f"http://localhost:{node.port}", str(folder), "--token-file", str(file),
         "--state", str(folder.parent / f"{folder.name}.state"), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until_joined(process):
    """Read what the command says until it has joined; gives that line."""
    for line in process.stdout:
        if line.startswith("Joined"):
            return line
    raise AssertionError("it has not joined")


class Desk:
    """A machine that has joined, which a test may kill; `again` starts it anew."""

    def __init__(self, node, folder, token):
        self.tasks = folder / "openspec/changes/add-farewell/tasks.md"
        self._given = node, folder, token
        self._running = None
        self.process = None

    def again(self):
        """Join; gives what it says of that."""
        self.end()
        self._running = joining(*self._given)
        self.process = self._running.__enter__()
        return until_joined(self.process)

    def end(self):
        """Kill it, if it runs."""
        running, self._running = self._running, None
        if running is not None:
            running.__exit__(None, None, None)


def small_project(folder: Path) -> Path:
    return write_project(folder)


def until(look, seconds=15.0):
    """Wait until something is so, and give it."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not come to be so"
        time.sleep(0.02)
    return seen


def info_of(node, project):
    """What the node lists of a project; None where it doesn't."""
    listed = node.call("io.geometry_ws.v1.project.list").json["args"][0]["projects"]
    return next((each for each in listed if each["project"] == project), None)


def call_as(node, token, procedure, **keywords):
    """A call by HTTP as somebody."""
    body = msgspec.json.encode({"procedure": f"io.geometry_ws.v1.{procedure}", "kwargs": keywords})
    headers = {"Content-Type": "application/json", **(bearer(token) if token else {})}
    return fetch(node.port, "POST", "/call", body, headers)


class Stranger(RawGuest):
    """A session with the role of a machine, which does as a test says."""

    def __init__(self, node, person):
        token = give(node, person, "machine")
        self.person, self.slot = person, slot_of(person)
        super().__init__(
            node, "msgpack", details={"roles": ROLES, "authmethods": ["anonymous"]},
            headers=bearer(token),
        )  # fmt: skip
        assert self.welcome[0] == 2, self.welcome

    def register(self, procedure, **options):
        """Register something; gives the answer."""
        number = next(self._numbers)
        self.send([64, number, options, procedure])
        return self.answer_to(number)

    def publish_and_hear(self, topic, **options):
        """Publish with an acknowledgement; gives the answer."""
        number = next(self._numbers)
        self.send([16, number, {"acknowledge": True, **options}, topic, [], {}])
        return self.answer_to(number)

    def answer_to(self, number):
        """The answer to a request; what else comes before it is left aside."""
        while True:
            got = self.read()
            if number in got[1:3]:
                return got

    def join(self, *projects, **given):
        """Do as a machine does that joins with projects."""
        assert self.register(calls_of(self.slot), force_reregister=True)[0] == 65
        self.beat(*projects, **given)

    def beat(self, *projects, epoch="e1", seq=0, **given):
        infos = [
            ProjectInfo(**{
                "project": name, "title": name, "changes": 1, "specs": 0, "archived": 0, **given
            })
            for name in projects
        ]  # fmt: skip
        listed = [HereProject(info=each, seq=seq) for each in infos]
        self.tell("join.here", Here(major=1, epoch=epoch, projects=listed))

    def tell(self, topic, event):
        """Say that something has happened."""
        self.say({"topic": topic, "packed": msgspec.msgpack.encode(event)})

    def say(self, keywords):
        """Publish whatever it is on its own topic."""
        self.send([16, next(self._numbers), {}, events_of(self.slot), [], keywords])

    def asked(self, *names, seconds=20):
        """The next call of these procedures; what else is asked is answered with nothing."""
        while True:
            got = self.read(seconds)
            if got[0] == 68:
                said = got[5]
                if not names or said["procedure"] in names:
                    return got[1], said
                self.answer(got[1], {"claims": [], "items": []})

    def answer(self, number, value):
        self.send([70, number, {}, [{"packed": msgspec.msgpack.encode(value)}]])

    def answer_plainly(self, number, *values):
        self.send([70, number, {}, list(values)])

    def refuse(self, number, error, *args, **fields):
        self.send([8, 68, number, {}, error, list(args), fields])

    def is_ended(self, seconds=20):
        """Whether the node ends the connection."""
        try:
            while True:
                if self.read(seconds)[0] in (3, 6):
                    return True
        except ConnectionClosed:
            return True
        except TimeoutError:
            return False
