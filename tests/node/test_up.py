"""`geometry-ws up`, as a person uses it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from geometry_ws.node.readiness import missing
from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router


class Up:
    """A running `geometry-ws up`."""

    def __init__(self, project, state, port):
        self.port = port
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "geometry_ws",
                "up",
                project,
                "--port",
                str(port),
                "--state",
                state,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            start_new_session=True,
        )

    @property
    def websocket(self):
        return f"ws://localhost:{self.port}/ws"

    def read_until(self, words):
        said = ""
        while words not in said:
            line = self.process.stdout.readline()
            assert line, said
            said += line
        return said

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        said = self.process.communicate(timeout=30)[0]
        return self.process.returncode, said


@pytest.fixture
def up(tmp_path, free_port):
    started = []

    def start(project, state=tmp_path / "state", port=None):
        program = Up(project, state, port or free_port())
        started.append(program)
        return program

    yield start
    for program in started:
        if program.process.poll() is None:
            program.process.kill()
        program.process.wait()
        program.process.stdout.close()


def is_gone(pids, seconds=10):
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_ctrl_c_ends_it_in_order(up, project, descendants, tmp_path):
    """It says where to look and how to stop; afterwards status 0, and no process is left."""
    running = up(project)
    said = running.read_until("Ctrl-C")
    assert f"http://localhost:{running.port}/" in said
    below = descendants(running.process.pid)
    assert len(below) == 3
    status, said = running.end()
    assert status == 0
    assert "Traceback" not in said
    assert is_gone(below)
    # Each component has said goodbye to the router.
    log = (tmp_path / "state/logs/node.log").read_text()
    assert "SIGTERM" in log
    assert "lost its session" not in log


def test_starting_twice_is_one_sentence(up, project):
    """The same project, or only the same port: where it runs, or what to do."""
    first = up(project)
    first.read_until("Ctrl-C")
    second = up(project, port=first.port + 1)
    said = second.process.communicate(timeout=30)[0]
    assert second.process.returncode == 1
    assert said.count("\n") == 1
    assert f"http://localhost:{first.port}/" in said
    third = up(project, state=first_state(first), port=first.port)
    said = third.process.communicate(timeout=30)[0]
    assert third.process.returncode == 1
    assert said.count("\n") == 1
    assert "--port" in said
    assert missing(first.port) == []


def first_state(running):
    return running.process.args[-1].with_name("other")


def test_a_taken_port_is_one_sentence(up, project):
    with socket.create_server(("127.0.0.1", 0)) as server:
        refused = up(project, port=server.getsockname()[1])
        said = refused.process.communicate(timeout=30)[0]
    assert refused.process.returncode == 1
    assert said.count("\n") == 1
    assert "--port" in said


def test_no_project_is_one_sentence(up, tmp_path):
    refused = up(tmp_path)
    said = refused.process.communicate(timeout=30)[0]
    assert refused.process.returncode == 1
    assert said.count("\n") == 1


def pid_of(part, pids):
    """The process of a part of the node, by what `ps` shows of it."""
    (pid,) = [pid for pid, words in pids.items() if PARTS[part] in words]
    return pid


PARTS = {
    "router": "router_process",
    "compositor": "--worker compositor",
    "openspec": "--worker openspec",
}


def test_every_worker_that_is_killed_comes_back(up, project, descendants):
    """Also when it is killed again and again: each time everything answers again."""
    running = up(project)
    running.read_until("Ctrl-C")
    for part in ("router", "compositor", "openspec", "router", "compositor", "openspec"):
        os.kill(pid_of(part, descendants(running.process.pid)), signal.SIGKILL)
        running.read_until("is back")
        assert missing(running.port) == []
    below = descendants(running.process.pid)
    assert sorted(part for part in PARTS if pid_of(part, below)) == sorted(PARTS)
    assert running.end(signal.SIGTERM)[0] == 0
    assert is_gone(below)


async def test_clients_outlive_the_process_of_openspec(up, project, descendants, connect):
    """Their sessions and surfaces stay; followers learn of the new start without an edit."""
    running = up(project)
    await deferToThread(running.read_until, "Ctrl-C")
    client = await connect(running)
    hello = await client.call_with(uri("compositor.hello"))
    state = await client.call_with(uri("project.get"))
    mine = await client.call_with(uri("surface.create"), keywords={"width": 9, "height": 9})
    changed = Deferred()
    await client.listen(
        uri(f"project.on_changed.{state['project']}"),
        lambda args, keywords, details: changed.called or changed.callback(keywords),
    )
    victim = pid_of("openspec", descendants(running.process.pid))
    os.kill(victim, signal.SIGSTOP)
    pending = client.call_with(uri("task.list"), keywords={"change": "add-farewell"})
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(ApplicationError, match="callee"):
        await pending
    event = await changed
    assert event["epoch"] != state["epoch"]
    assert event["events"] == []
    await deferToThread(running.read_until, "is back")
    again = await client.call_with(uri("project.get"))
    assert (again["epoch"], again["seq"]) == (event["epoch"], event["seq"])
    assert (await client.call_with(uri("compositor.hello")))["epoch"] == hello["epoch"]
    surfaces = (await client.call_with(uri("surface.list")))["surfaces"]
    titles = [surface["title"] for surface in surfaces]
    assert mine["surface"] in [surface["surface"] for surface in surfaces]
    assert len([title for title in titles if "add-farewell" in title]) == 1
    client.leave()
    await client.ended
    assert (await deferToThread(running.end))[0] == 0


def test_a_killed_supervisor_takes_its_node_along(up, project, descendants):
    """And the next start works at once."""
    running = up(project)
    running.read_until("Ctrl-C")
    below = descendants(running.process.pid)
    running.process.kill()
    if sys.platform.startswith("linux"):
        assert is_gone(below)
    again = up(project, port=running.port)
    again.read_until("Ctrl-C")
    assert again.end()[0] == 0


def test_it_can_be_stopped_while_it_starts(up, project):
    running = up(project)
    running.read_until("Starting")
    status, said = running.end()
    assert status == 0
    assert "Traceback" not in said
