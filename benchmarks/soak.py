"""A node in use for long: does it grow? Memory, open files and threads by the minute.

    python -m benchmarks.soak [--minutes 60] [--output soak.json]

Two programs draw, one of them pictures with loss; viewers attach and leave; sessions join and end
without a word; tasks are done and undone over WAMP and in the file; one viewer is stopped for
seconds again and again. The first sample is taken after two minutes, when all of it has happened.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from twisted.internet.defer import CancelledError

from benchmarks.processes.usage import PROC, command_line, memory_mb
from benchmarks.systems.node import RunningNode, running_node
from geometry_ws.client import CallError, Client, Viewer, run

_SETTLING_SECONDS = 120.0
_SAMPLE_SECONDS = 60.0
_CHANGES = 40
_STOPPED_SECONDS = 12


async def draw(client: Client, content: str) -> None:
    """Ten steps a second on a surface of its own."""
    surface = await client.create_surface(width=320, height=200, opaque=True, content=content)
    noise = np.random.default_rng(1).integers(0, 255, (230, 350, 3), np.uint8)
    step = 0
    while True:
        step += 1
        top, left = step % 30, (7 * step) % 30
        await surface.commit(noise[top : top + 200, left : left + 320])
        await client.sleep(1 / 10)


async def look(client: Client) -> None:
    """Attach, look for some seconds, leave, and again."""
    while True:
        viewer = Viewer()
        await viewer.attach(client)
        await client.sleep(random.uniform(0.5, 6))
        with suppress(CallError):
            # A viewer that was stopped for long isn't attached any more.
            await viewer.detach()


async def tick(client: Client, tasks: Path) -> None:
    """Do and undo tasks, by a call and in the file."""
    project = (await client.call("project.list"))["projects"][0]["project"]
    while True:
        listed = await client.call("task.list", project=project, change=tasks.parent.name)
        number = random.randrange(len(listed["tasks"]))
        with suppress(CallError):
            # The file may have been changed since it was listed.
            await client.call(
                "task.set",
                project=project,
                change=tasks.parent.name,
                task=number + 1,
                done=not listed["tasks"][number]["done"],
                revision=listed["revision"],
            )
        await client.sleep(random.uniform(0.3, 2))
        text = tasks.read_text("utf-8")
        # In one step: a list that is being written has no tasks.
        beside = tasks.with_name("written.tmp")
        beside.write_text(text.replace("- [ ]", "- [x]", 1))
        beside.replace(tasks)
        await client.sleep(random.uniform(0.3, 2))


async def come_and_go(client: Client) -> None:
    """Sessions that join, and whose connections end without a word."""
    from websockets.sync.client import connect

    address = f"ws://localhost:{os.environ['SOAK_PORT']}/ws"
    hello = json.dumps([1, "geometry", {"roles": {"subscriber": {}, "caller": {}}}])
    while True:
        websocket = connect(address, subprotocols=["wamp.2.json"])  # type: ignore[list-item]
        websocket.send(hello)
        websocket.send('[32, 1, {}, "app.soak"]')
        websocket.recv()
        # Its thread still waits for the socket, and closing alone would keep it open till then.
        websocket.socket.shutdown(socket.SHUT_RDWR)
        await client.sleep(random.uniform(0.1, 1))


def _play(role: str, address: str, tasks: str) -> None:
    roles: dict[str, Any] = {
        "pixels": lambda client: draw(client, "lossless"),
        "pictures": lambda client: draw(client, "video"),
        "look": look,
        "stopped": look,
        "tick": lambda client: tick(client, Path(tasks)),
        "come": come_and_go,
    }
    with suppress(CancelledError, KeyboardInterrupt):
        run(roles[role], address, twisted=True)


def _entries(pid: int, folder: str) -> int:
    return sum(1 for _ in (PROC / str(pid) / folder).iterdir())


def sample(node: RunningNode) -> dict[str, Any]:
    """Megabytes, open files and threads of the node's processes together, and of each."""
    processes = {}
    for pid in node.pids:
        with suppress(OSError):
            name = " ".join(command_line(pid)[:4])[-60:]
            files = _entries(pid, "fd")
            threads = _entries(pid, "task")
            processes[pid] = {
                "name": name,
                "mb": memory_mb([pid]),
                "files": files,
                "threads": threads,
            }
    return {
        "mb": memory_mb(node.pids),
        "files": sum(each["files"] for each in processes.values()),
        "threads": sum(each["threads"] for each in processes.values()),
        "processes": processes,
    }


def soak(minutes: float, say: Any = print) -> list[dict[str, Any]]:
    """The samples of a node in use; the first after it has settled."""
    with tempfile.TemporaryDirectory() as folder, running_node(Path(folder), _CHANGES) as node:
        environment = {**os.environ, "SOAK_PORT": str(node.port)}
        # A word of their own in the processes' names, so that nothing else is taken for them.
        command = [sys.executable, "-m", "benchmarks.soak", "--play"]
        children = [
            subprocess.Popen([*command, role, node.address, str(node.tasks())], env=environment)
            for role in ("pixels", "pictures", "look", "look", "stopped", "tick", "come")
        ]
        try:
            return list(_samples(node, children, minutes, say))
        finally:
            for child in children:
                child.send_signal(signal.SIGCONT)
                child.kill()
                child.wait()


def _samples(node: RunningNode, children: list[Any], minutes: float, say: Any) -> Any:
    stopped, begin = children[4], time.monotonic()
    following = begin + _SETTLING_SECONDS
    while time.monotonic() < begin + minutes * 60:
        stopped.send_signal(signal.SIGSTOP)
        time.sleep(_STOPPED_SECONDS)
        stopped.send_signal(signal.SIGCONT)
        time.sleep(_STOPPED_SECONDS)
        for child in children:
            if child.poll() is not None:
                raise RuntimeError(f"a part of the load has ended: {child.args[4]}")
        if time.monotonic() >= following:
            following += _SAMPLE_SECONDS
            taken = {"minute": round((time.monotonic() - begin) / 60, 1), **sample(node)}
            said = f"{taken['mb']} MB, {taken['files']} files, {taken['threads']} threads"
            say(f"{taken['minute']:5} min: {said}", flush=True)
            yield taken


def main() -> int:
    """Run, and keep the samples where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--output", type=Path, help="a file for all samples, as JSON")
    parser.add_argument("--play", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.play:
        _play(*chosen.play)
        return 0
    samples = soak(chosen.minutes)
    if chosen.output:
        chosen.output.write_text(json.dumps(samples, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
