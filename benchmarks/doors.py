"""What the doors cost: a call and a message of a frame's size, by each way in.

One node with two listeners for others, one with TLS of its own, one behind a real nginx with TLS
where there is one; all rounds are in turn, so that ratios hold on a busy machine too. Then: joining
and being refused, and what a call of somebody else takes while one address guesses tokens as
quickly as it can. Run it by `python -m benchmarks.doors`; it needs the extra `test`.
"""

import contextlib
import json
import os
import selectors
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import trustme
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

ROUNDS, CALLS, FRAMES, JOINS = 5, 200, 60, 20
FRAME_BYTES = 20_000
GUESS_SECONDS = 8.0
GUESSERS = 300
_REQUEST = (
    f"GET /session HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {'x' * 43}\r\n\r\n"
).encode()
TOPIC = "app.frame"
ROLES = {role: {} for role in ("caller", "publisher", "subscriber")}
COMMAND = [sys.executable, "-m", "geometry_ws"]
PUBLIC = "https://board.example:{port}"
PROXY = """daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{site} }}
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="geometry-ws-doors-") as name:
        folder = Path(name)
        project = folder / "project"
        (project / "openspec" / "changes").mkdir(parents=True)
        authority = trustme.CA()
        pair = _certificate(authority, folder)
        context = ssl.create_default_context()
        authority.configure_trust(context)
        token = _access(folder, "add", "ann", "--role", "maintainer", "--token")
        with contextlib.ExitStack() as stack:
            ways = {}
            for way, options in (("TLS", ["--tls", *map(str, pair)]), ("nginx + TLS", [])):
                if way.startswith("nginx") and shutil.which("nginx") is None:
                    continue
                port, outside = _free_port(), _free_port()
                if options:
                    listening = ["--listen", f"127.0.0.1:{outside}", *options]
                else:
                    public = PUBLIC.format(port=outside)
                    behind = _free_port()
                    listening = ["--public", public, "--public-port", str(behind)]
                    stack.enter_context(_proxy(folder, pair, outside, behind))
                stack.enter_context(_node(folder, project, port, listening, way))
                if not ways:
                    ways["plain"] = lambda port=port: _open(port, None, "localhost", "")
                host = "127.0.0.1" if options else "board.example"
                ways[way] = lambda port=outside, host=host: _open(port, context, host, token)
                first = port
            _compare(ways)
            _admit(ways)
            _guess(ways["plain"], first)


def _compare(ways: dict[str, Callable[[], "Session"]]) -> None:
    """Medians of rounds that are in turn, and how many times the plain one."""
    sessions = {way: make() for way, make in ways.items()}
    for name, measure in (("a call", Session.call), ("20 kB to oneself", Session.frame)):
        count = CALLS if measure is Session.call else FRAMES
        rounds: dict[str, list[float]] = {way: [] for way in sessions}
        for _ in range(ROUNDS):
            for way, session in sessions.items():
                rounds[way].append(_median(partial(measure, session), count))
        plain = statistics.median(rounds["plain"])
        for way, medians in rounds.items():
            median = statistics.median(medians)
            print(f"{name:<18} {way:<12} {median * 1000:7.2f} ms  {median / plain:5.2f} ×")
    for session in sessions.values():
        session.socket.close()


def _admit(ways: dict[str, Callable[[], "Session"]]) -> None:
    for way, make in ways.items():
        joined = _median(lambda make=make: make().socket.close(), JOINS)
        print(f"{'joining':<18} {way:<12} {joined * 1000:7.2f} ms")


def _guess(make: Callable[[], "Session"], port: int) -> None:
    """A call of somebody else while an address guesses, and how often it does."""
    session = make()
    first = _refused(port)
    quiet = [_time(session.call) for _ in range(5 * CALLS)]
    guessing = Guessing(port)
    guessing.start()
    begun = time.monotonic()
    times = []
    while time.monotonic() - begun < GUESS_SECONDS:
        times.append(_time(session.call))
    guessing.ended.set()
    guessing.join()
    print(f"{'a refusal':<18} {'the first':<12} {first * 1000:7.2f} ms")
    for name, measured in (("quiet", quiet), ("guesses", times)):
        median, late = statistics.median(measured), statistics.quantiles(measured, n=20)[-1]
        print(f"{'a call':<18} {name:<12} {median * 1000:7.2f} ms  95 %: {late * 1000:.2f} ms")
    ratio = statistics.median(times) / statistics.median(quiet)
    print(f"{guessing.count / GUESS_SECONDS:.0f} guesses a second: {ratio:.2f} × of a quiet call")


class Guessing(threading.Thread):
    """Connections that try one token after the other, each as soon as the last was refused."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.ended = threading.Event()
        self.count = 0
        self._port = port
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        for _ in range(GUESSERS):
            self._begin()
        while not self.ended.is_set():
            for key, _ in self._selector.select(0.1):
                guesser = key.fileobj
                assert isinstance(guesser, socket.socket)
                try:
                    alive = bool(guesser.recv(65536))
                    if alive:
                        self.count += 1
                        guesser.sendall(_REQUEST)
                except OSError:
                    alive = False
                if not alive:
                    self._selector.unregister(guesser)
                    guesser.close()
                    self._begin()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()

    def _begin(self) -> None:
        guesser = socket.create_connection(("127.0.0.1", self._port))
        guesser.sendall(_REQUEST)
        self._selector.register(guesser, selectors.EVENT_READ)


class Session:
    """A session by WAMP, as JSON."""

    def __init__(self, opened: ClientConnection) -> None:
        self.socket = opened
        self.count = 0
        self._send(1, "geometry", {"roles": ROLES})
        said = self._read()
        if said[0] != 2:
            raise OSError(said)
        self._send(32, 1, {}, TOPIC)
        self._until(33)
        self.picture = "x" * FRAME_BYTES

    def call(self) -> None:
        self.count += 1
        self._send(48, self.count, {}, "io.geometry_ws.v1.project.list", [], {})
        self._until(50)

    def frame(self) -> None:
        self.count += 1
        self._send(16, self.count, {"exclude_me": False}, TOPIC, [self.picture])
        self._until(36)

    def _send(self, *message: object) -> None:
        self.socket.send(json.dumps(message))

    def _read(self) -> list[object]:
        return list(json.loads(self.socket.recv(timeout=20)))

    def _until(self, kind: int) -> None:
        while (said := self._read())[0] != kind:
            if said[0] in (3, 6, 8):
                raise OSError(said)


def _open(port: int, context: ssl.SSLContext | None, host: str, token: str) -> Session:
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Session(
        connect(
            f"{'wss' if context else 'ws'}://{host}:{port}/ws",
            sock=plain,
            ssl=context,
            server_hostname=host if context else None,
            subprotocols=["wamp.2.json"],
            additional_headers={"Authorization": f"Bearer {token}"} if token else {},
            compression=None,
            ping_interval=None,
        )
    )


def _refused(port: int) -> float:
    """How long a handshake with a wrong token takes until it is refused."""
    begun = time.perf_counter()
    with contextlib.suppress(OSError, WebSocketException):
        _open(port, None, "localhost", "x" * 43).socket.close()
    return time.perf_counter() - begun


def _time(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _median(work: Callable[[], object], count: int) -> float:
    return statistics.median(_time(work) for _ in range(count))


def _certificate(authority: trustme.CA, folder: Path) -> tuple[Path, Path]:
    issued = authority.issue_cert("127.0.0.1", "board.example")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.touch(0o600)
    key.write_bytes(issued.private_key_pem.bytes())
    return certificate, key


def _access(folder: Path, *words: str) -> str:
    """Give access at both nodes by one file."""
    command = [*COMMAND, "access", *words, "--state", str(folder / "TLS")]
    token = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    other = folder / "nginx + TLS" / "state"
    other.mkdir(parents=True, mode=0o700)
    other.parent.chmod(0o700)
    shutil.copy2(folder / "TLS" / "state" / "access.json", other / "access.json")
    return token


@contextlib.contextmanager
def _node(folder: Path, project: Path, port: int, options: list[str], way: str) -> Iterator[None]:
    command = [*COMMAND, "up", str(project), "--port", str(port), "--state", str(folder / way)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = ""
        while "Others open" not in said:
            line = process.stdout.readline()
            if not line:
                raise OSError(said)
            said += line
        yield
    finally:
        process.send_signal(2)
        process.wait(20)


@contextlib.contextmanager
def _proxy(folder: Path, pair: tuple[Path, Path], port: int, behind: int) -> Iterator[None]:
    """An nginx as docs/access.md has it."""
    page = (Path(__file__).parents[1] / "docs" / "access.md").read_text("utf-8")
    site = page.partition("```nginx\n")[2].partition("```")[0]
    for there, here in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/ssl/board.pem", str(pair[0])),
        ("/etc/ssl/board.key", str(pair[1])),
        ("127.0.0.1:8082", f"127.0.0.1:{behind}"),
    ):
        site = site.replace(there, here)
    configuration = folder / "nginx.conf"
    configuration.write_text(PROXY.format(folder=folder, site=site))
    process = subprocess.Popen(["nginx", "-c", str(configuration), "-p", str(folder)])
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    print(f"load {os.getloadavg()[0]:.1f}")
    main()
