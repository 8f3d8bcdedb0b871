"""A router with nothing of ours but its means: the limit for any server between the two ends.

The node has the same processes as ours, a router and a container, and lets everybody do anything.
`Relay` is the component in the container: it publishes what it is called with.
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

from children import Failed
from measure import answers, children, command_line, free_port

from geometry_ws.protocol.names import MESSAGE_BYTES, REALM
from geometry_ws.wamp.session import QuietSession

HERE = Path(__file__).parent
PROCEDURE = "app.benchmark.commit"
TOPIC = "app.benchmark.shown"
HEARTBEAT = "app.benchmark.heartbeat"
BEAT_SECONDS = 0.001
START_SECONDS = 40.0
_ANYTHING = dict.fromkeys(("call", "register", "publish", "subscribe"), True)


class Relay(QuietSession):
    """Publishes what it is called with, and answers."""

    async def onJoin(self, details: Any) -> None:  # noqa: N802 - autobahn's name
        await self.serve(PROCEDURE, self._commit)

    async def _commit(self, args: Any, keywords: Any, details: Any) -> Any:
        self.publish_with(TOPIC, (), keywords)
        return {}


class Heartbeat(QuietSession):
    """Notes how long the event loop of its container was held up at most, and by what."""

    _last = (0.0, 0.0, 0.0)
    _worst = (0.0, 0.0, 0.0)

    async def onJoin(self, details: Any) -> None:  # noqa: N802 - autobahn's name
        from twisted.internet.task import LoopingCall

        # Importing holds everything up, once, before there is anything to serve.
        import geometry_ws.components.openspec.component  # noqa: F401

        self._last = _clocks()
        LoopingCall(self._beat).start(BEAT_SECONDS, now=False)
        await self.serve(HEARTBEAT, self._tell)

    def _beat(self) -> None:
        now = _clocks()
        passed, worked, queued = (new - old for new, old in zip(now, self._last, strict=True))
        blocked = passed - queued - BEAT_SECONDS
        self._worst = max(self._worst, (blocked, worked, queued))
        self._last = now

    async def _tell(self, args: Any, keywords: Any, details: Any) -> Any:
        """The longest since the last time that somebody asked, and its parts.

        The loop worked itself, or waited for the interpreter, which other threads held. What it
        waited for a processor that other processes had isn't counted, but told.
        """
        self._beat()
        (blocked, worked, queued), self._worst = self._worst, (0.0, 0.0, 0.0)
        told = {"worst_ms": blocked, "worked_ms": worked, "queued_ms": queued}
        return {name: round(1000 * seconds, 1) for name, seconds in told.items()}


def _clocks() -> tuple[float, float, float]:
    """Now, what this thread has worked, and what it has waited for a processor, in seconds."""
    try:
        queued = int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        queued = 0.0
    return time.monotonic(), time.thread_time(), queued


class Bare:
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
        """Whether somebody has registered a procedure."""
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
def bare_node(folder: Path, components: Sequence[dict[str, Any]] = ()) -> Iterator[Bare]:
    """Start one, with further components before the relay; it is gone when the block ends.

    Raises Failed.
    """
    port = free_port()
    (folder / "config.json").write_text(json.dumps(_configuration(port, components)))
    path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    with (folder / "bare.log").open("wb") as said:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("crossbar"), "start", "--cbdir", str(folder)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path},
        )
    node = Bare(port, process)
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


def _wait(node: Bare) -> None:
    deadline = time.monotonic() + START_SECONDS
    while len(node.workers) < 2 or not answers(node.port):
        for pid in children(node.process.pid):
            words = command_line(pid)
            if "--worker" in words[:-1]:
                node.workers[words[words.index("--worker") + 1]] = pid
        if node.process.poll() is not None or time.monotonic() > deadline:
            raise Failed("the bare router didn't start")
        time.sleep(0.05)


def _configuration(port: int, more: Sequence[dict[str, Any]]) -> dict[str, Any]:
    permission = {"uri": "", "match": "prefix", "allow": _ANYTHING}
    permission |= {"disclose": {"caller": True, "publisher": True}}
    transport = {
        "type": "rawsocket",
        "endpoint": {"type": "unix", "path": "relay.sock"},
        "serializer": "cbor",
    }
    beat = {"type": "class", "classname": "bare.Heartbeat"}
    relay = {"type": "class", "classname": "bare.Relay"}
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


if __name__ == "__main__":
    sys.exit("This is started by run.py.")
