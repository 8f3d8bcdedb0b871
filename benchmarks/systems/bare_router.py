"""A router with nothing of ours but its means: the limit for any server between the two ends.

The node has the same processes as ours, a router and a container, and lets everybody do anything.
The relay in the container publishes what it is called with.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.processes.children import ROOT, Failed
from benchmarks.processes.usage import children, command_line, free_port
from geometry_ws.protocol.names import MESSAGE_BYTES, REALM

START_SECONDS = 40.0
_ANYTHING = dict.fromkeys(("call", "register", "publish", "subscribe"), True)


class BareRouter:
    """A running node; `workers` are its processes by their parts."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self.process = process
        self.workers: dict[str, int] = {}

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def pids(self) -> list[int]:
        return [self.process.pid, *children(self.process.pid)]

    def answers(self, procedure: str) -> bool:
        """Whether a procedure is registered."""
        body = json.dumps({"procedure": procedure, "kwargs": {}})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("POST", "/call", body, {"Content-Type": "application/json"})
            return b"no_such_procedure" not in connection.getresponse().read()
        except OSError:
            return False  # it doesn't listen yet
        finally:
            connection.close()


@contextmanager
def bare_router(folder: Path, components: Sequence[dict[str, Any]] = ()) -> Iterator[BareRouter]:
    """Start one, with further components before the relay; it is gone when the block ends.

    Raises Failed.
    """
    port = free_port()
    (folder / "config.json").write_text(json.dumps(_configuration(port, components)))
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with (folder / "bare.log").open("wb") as said:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("crossbar"), "start", "--cbdir", str(folder)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path},
        )
    node = BareRouter(port, process)
    try:
        _wait(node)
        yield node
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(node: BareRouter) -> None:
    deadline = time.monotonic() + START_SECONDS
    while len(node.workers) < 2 or not _serves_http(node.port):
        for pid in children(node.process.pid):
            words = command_line(pid)
            if "--worker" in words[:-1]:
                node.workers[words[words.index("--worker") + 1]] = pid
        if node.process.poll() is not None or time.monotonic() > deadline:
            raise Failed("the bare router didn't start")
        time.sleep(0.05)


def _serves_http(port: int) -> bool:
    """Whether HTTP is served at a port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _configuration(port: int, more: Sequence[dict[str, Any]]) -> dict[str, Any]:
    permission = {"uri": "", "match": "prefix", "allow": _ANYTHING}
    permission |= {"disclose": {"caller": True, "publisher": True}}
    transport = {
        "type": "rawsocket",
        "endpoint": {"type": "unix", "path": "relay.sock"},
        "serializer": "cbor",
    }
    beat = {"type": "class", "classname": "benchmarks.systems.bare_components.Heartbeat"}
    relay = {"type": "class", "classname": "benchmarks.systems.bare_components.Relay"}
    # The heartbeat is there before anything else has begun.
    components = [beat, *more, relay] if more else [relay]
    serializers = ["msgpack", "cbor"]
    return {
        "version": 2,
        "workers": [
            {
                "id": "router",
                "type": "router",
                "realms": [
                    {"name": REALM, "roles": [{"name": "anonymous", "permissions": [permission]}]}
                ],
                "transports": [
                    {
                        "type": "web",
                        "endpoint": {"type": "tcp", "port": port, "interface": "127.0.0.1"},
                        "paths": {
                            "/": {"type": "json", "value": {}},
                            "call": {"type": "caller", "realm": REALM, "role": "anonymous"},
                            "ws": {
                                "type": "websocket",
                                "serializers": serializers,
                                "options": {
                                    "max_message_size": MESSAGE_BYTES,
                                    "max_frame_size": MESSAGE_BYTES,
                                },
                            },
                        },
                    },
                    {
                        "type": "rawsocket",
                        "endpoint": {"type": "unix", "path": "relay.sock"},
                        "serializers": ["cbor"],
                        "options": {"max_message_size": 2**24},
                    },
                ],
            },
            {
                "id": "relay",
                "type": "container",
                "components": [
                    {**component, "realm": REALM, "transport": transport}
                    for component in components
                ],
            },
        ],
    }
