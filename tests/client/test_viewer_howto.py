"""The viewer of docs/viewer-howto.md: the page shows the program, and the program works."""

import asyncio
import contextlib
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from examples.viewer import State, follow
from geometry_ws.protocol.names import short

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "examples" / "viewer.py"
BLOCKS = re.findall(
    r"```python\n(.*?)```", (ROOT / "docs" / "viewer-howto.md").read_text("utf-8"), re.S
)


def make_frame(seq, *ops, **more):
    return {"epoch": "e", "seq": seq, "base": seq - 1, "time_us": 1, "ops": list(ops), **more}


def make_keyframe(seq, **more):
    plane = {"plane": "s1", "x": 0, "y": 0, "z": 1, "width": 2, "height": 2, "opaque": True}
    fill = ["fill", "s1", [0, 0, 2, 2], [10, 20, 30, 255]]
    return make_frame(seq, fill, keyframe=True, planes=[plane], **more)


class FakeSession:
    """Answers calls, and gives frames to the handlers; ends when all frames were given."""

    def __init__(self, *, resumed=False):
        self.resumed = resumed
        self.calls = []
        self.acks = []
        self.handlers = {}
        self.attached = True

    async def call(self, procedure, **keywords):
        self.calls.append((short(procedure), keywords))
        if short(procedure) == "stream.attach":
            return {"resumed": self.resumed, "token": f"token{len(self.calls)}", "epoch": "e"} | {
                "window_bytes": 65536, "acks_per_second": 15, "seq": 0,
            }  # fmt: skip
        return {}

    async def subscribe(self, handler, topic):
        self.handlers[short(topic)] = handler

    def publish(self, topic, **keywords):
        assert short(topic) == "stream.ack"
        self.acks.append((keywords["epoch"], keywords["seq"], keywords["part"]))

    def is_attached(self):
        return self.attached

    def attaches(self):
        return [keywords for name, keywords in self.calls if name == "stream.attach"]


def run_session(session, state, *messages):
    """Follow until all messages were taken; a message is a frame, or None for a detach."""

    async def feed():
        while "stream.on_detached.world" not in session.handlers:
            await asyncio.sleep(0)
        for message in messages:
            if message is None:
                session.handlers["stream.on_detached.world"](stream="world", reason="silent")
            else:
                session.handlers["stream.on_frame.world"](**message)
            await asyncio.sleep(0.1)
        session.attached = False

    async def both():
        await asyncio.gather(follow(session, state), feed())

    asyncio.run(asyncio.wait_for(both(), 20))


def test_the_page_shows_the_program_word_for_word():
    assert BLOCKS
    text = PROGRAM.read_text("utf-8").partition('"""\n\n')[2]
    assert "\n\n\n".join(block.strip("\n") for block in BLOCKS) == text.strip("\n")
    assert sum(map(len, map(str.splitlines, BLOCKS))) <= 80


def test_frames_are_painted_and_acknowledged():
    session, state = FakeSession(), State()
    run_session(session, state, make_keyframe(1), make_frame(2))
    assert [name for name, _ in session.calls] == ["compositor.hello", "stream.attach"]
    assert state.canvas.planes["s1"].pixels[0, 0].tolist() == [30, 20, 10, 255]
    assert session.acks == [("e", 1, 0), ("e", 2, 0)]


def test_a_gap_asks_for_a_keyframe_and_what_came_is_acknowledged():
    session, state = FakeSession(), State()
    run_session(session, state, make_keyframe(1), make_frame(7), make_frame(8), make_keyframe(9))
    assert [name for name, _ in session.calls].count("stream.refresh") == 1
    assert [seq for _, seq, _ in session.acks] == [1, 7, 8, 9]
    assert state.canvas.seq == 9


def test_a_lost_session_is_resumed_with_what_is_shown():
    state = State()
    run_session(FakeSession(), state, make_keyframe(1), make_frame(2))
    token = state.token
    session = FakeSession(resumed=True)
    run_session(session, state, make_frame(3))
    [keywords] = session.attaches()
    assert keywords["resume"] == {"token": token, "epoch": "e", "seq": 2}
    assert state.canvas.seq == 3
    assert "s1" in state.canvas.planes


def test_a_session_that_is_not_resumed_waits_for_a_keyframe():
    state = State()
    run_session(FakeSession(), state, make_keyframe(1))
    session = FakeSession(resumed=False)
    run_session(session, state, make_frame(3), make_keyframe(4))
    assert [name for name, _ in session.calls].count("stream.refresh") == 0
    assert state.canvas.seq == 4


def test_a_detached_viewer_attaches_anew():
    session, state = FakeSession(), State()
    run_session(session, state, make_keyframe(1), None, make_keyframe(2))
    assert len(session.attaches()) == 2
    assert "resume" not in session.attaches()[1]
    assert state.canvas.seq == 2


class Proxy:
    """Carries the bytes of one connection after the other to a node, until it is cut.

    The node answers to its own names only, so the proxy writes the node's port into the request.
    """

    def __init__(self, port):
        self._port = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open = []
        self._threads = []
        self.port = self._server.getsockname()[1]
        self._start(self._accept)

    def _start(self, work, *args):
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._port))
            self._open = [near, far]
            for source, target in ((near, far), (far, near)):
                self._start(self._carry, source, target)

    def _carry(self, source, target):
        mine, nodes = (f"localhost:{port}".encode() for port in (self.port, self._port))
        try:
            while data := source.recv(65536):
                target.sendall(data.replace(mine, nodes))
        except OSError:
            pass

    def cut(self):
        for end in self._open:
            with contextlib.suppress(OSError):  # the other side may have closed it
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self):
        self._server.shutdown(socket.SHUT_RDWR)  # closing alone wakes no accept
        self._server.close()
        self.cut()
        for thread in self._threads:
            thread.join(10)


@pytest.mark.router
def test_the_program_follows_a_real_node_and_resumes_after_a_cut(node):
    proxy = Proxy(node.port)
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), f"ws://localhost:{proxy.port}/ws"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    attaches = ("attached\n", "resumed\n")
    timer = threading.Timer(50, program.kill)
    timer.start()
    try:
        lines = iter(program.stdout.readline, "")
        assert next(line for line in lines if line in attaches) == "attached\n"
        assert "paints" in next(lines)
        proxy.cut()
        assert next(line for line in lines if line in attaches) == "resumed\n"
    finally:
        timer.cancel()
        program.send_signal(signal.SIGINT)
        program.wait(20)
        program.stdout.close()
        proxy.close()
