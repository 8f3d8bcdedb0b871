"""Nodes that other machines reach: `geometry-ws up --listen` or `--public`, as people do it."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "geometry_ws"]
ADDRESS = "10.231.77.2"
"""A node's address in a namespace of its own; this side of it has the one before."""


@dataclass(frozen=True)
class Network:
    """A namespace that stands for another machine, with one address."""

    name: str
    address: str

    @property
    def prefix(self) -> list[str]:
        """Before a command that shall run there."""
        return ["ip", "netns", "exec", self.name]


@pytest.fixture
def other_machine() -> Iterator[Network]:
    """Another machine in a network of two; skips where that can't be made."""
    network = Network("geometry-ws-test", ADDRESS)
    here = ADDRESS.rpartition(".")[0] + ".1"
    steps = [
        f"netns add {network.name}",
        f"link add gws-test type veth peer name gws-peer netns {network.name}",
        f"addr add {here}/24 dev gws-test",
        "link set gws-test up",
        f"-n {network.name} addr add {ADDRESS}/24 dev gws-peer",
        f"-n {network.name} link set gws-peer up",
        f"-n {network.name} link set lo up",
    ]
    remove = ["ip", "netns", "del", network.name]
    if shutil.which("ip") is None:
        pytest.skip("there is no program ip")
    subprocess.run(remove, capture_output=True, check=False)
    try:
        for step in steps:
            done = subprocess.run(["ip", *step.split()], capture_output=True, check=False)
            if done.returncode:
                pytest.skip(f"no network namespace can be made here: {done.stderr.decode()}")
        yield network
    finally:
        subprocess.run(remove, capture_output=True, check=False)


@dataclass(frozen=True)
class Opened:
    """A node that was started with these options."""

    project: Path
    state: Path
    port: int

    def access(self, *words: str) -> str:
        """What `geometry-ws access` prints."""
        command = [*COMMAND, "access", *words, "--state", str(self.state)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @property
    def tasks(self) -> Path:
        """The one tasks.md of the small project."""
        return self.project / "openspec/changes/add-farewell/tasks.md"


@contextmanager
def up(node: Opened, *options: str, prefix: Sequence[str] = ()) -> Iterator[str]:
    """Start a node, and give what it says until it is ready; it is ended then."""
    command = [*prefix, *COMMAND, "up", str(node.project), "--port", str(node.port)]
    process = subprocess.Popen(
        [*command, "--state", str(node.state), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = ""
    try:
        while "Others open" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, **given: Any
) -> tuple[int, Any]:
    """One request; the status and the body as JSON, where it is."""
    headers = {"Content-Type": "application/json", **given.pop("headers", {})}
    connection.request(method, path, headers=headers, **given)
    answer = connection.getresponse()
    body = answer.read()
    is_json = answer.headers.get_content_type() == "application/json"
    return answer.status, json.loads(body) if is_json else body


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
