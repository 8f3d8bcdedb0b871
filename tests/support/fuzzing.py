"""Whatever a guest may send to a node: bytes, WebSocket frames, and WAMP messages by a grammar.

Everything comes from one seed, so that what has been found can be tried again. A run of thousands
is a test; a run of a million is started by hand, against a node that runs anyway:

    python -m tests.support.fuzzing PORT COUNT [SEED]
"""

import base64
import json
import os
import random
import re
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import cbor2
import msgpack

from geometry_ws.protocol.registry import PROCEDURES, TOPICS
from tests.support.raw_guest import frame

SERIALIZERS: dict[str, Callable[[Any], bytes]] = {
    "msgpack": msgpack.packb,
    "cbor": cbor2.dumps,
    "json": lambda value: json.dumps(value, default=repr, skipkeys=True).encode(),
}
_KINDS = (*["message"] * 10, "mutated", "frame", "bytes", "request")
_MOST_PER_CONNECTION = 100
_URIS = sorted(PROCEDURES) + [re.sub("{.*}", "s1", topic) for topic in sorted(TOPICS)]
_WORDS = [
    "",
    "a",
    "s1",
    "world",
    "desktop",
    "shop",
    "add-farewell",
    "\0",
    "é",
    "\U0001f600",
    "x" * 300,
]
_NUMBERS = [0, 1, -1, 7, 2**31, 2**53, 2**63 - 1, -(2**63), 0.5, -1e300, 1e-320, 2**64]
_OPTIONS: dict[str, list[Any]] = {
    "acknowledge": [True, False, 1],
    "retain": [True],
    "match": ["exact", "prefix", "wildcard", "other"],
    "exclude_me": [False],
    "eligible": [[1], [], "all", [2**53 + 1]],
    "eligible_authrole": [["component"], "guest"],
    "exclude": [[1, 2, 3]],
    "disclose_me": [True],
    "forward_for": [[{"session": 1, "authid": "x", "authrole": "component"}], [], "x"],
    "receive_progress": [True],
    "progress": [True],
    "timeout": [0, 1, -1, 2**40],
    "invoke": ["single", "roundrobin", "all"],
    "force_reregister": [True],
    "get_retained": [True],
    "mode": ["kill", "skip", "killnowait", "x"],
    "enc_algo": ["cryptobox", "mqtt"],
    "transaction_hash": ["0x00"],
}


@dataclass
class Fuzzer:
    """Inputs by a seed, and the connections that they go to."""

    port: int
    seed: int
    sent: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    longest: float = 0.0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def run(self, count: int) -> Iterator[int]:
        """Send so many inputs; gives after each connection how many have been sent."""
        done = 0
        while done < count:
            done += self._use_connection(min(_MOST_PER_CONNECTION, count - done))
            yield done

    def _use_connection(self, most: int) -> int:
        kind = self._random.choice(_KINDS)
        if kind in ("bytes", "request"):
            with self._connected() as plain:
                self._send(plain, kind, self._bytes() if kind == "bytes" else self._request())
            return 1
        serializer = self._random.choice(sorted(SERIALIZERS))
        with self._connected() as connection:
            if not self._shake_hands(connection, serializer):
                return 1
            if self._random.random() < 0.95:
                self._say_hello(connection, serializer)
            for number in range(1, most + 1):
                if not self._send(connection, kind, self._input(kind, serializer)):
                    return number
        return most

    def _say_hello(self, connection: socket.socket, serializer: str) -> None:
        hello = [1, "geometry", {"roles": {"caller": {}, "publisher": {}, "subscriber": {}}}]
        connection.sendall(_framed(serializer, SERIALIZERS[serializer](hello)))

    def _connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def _shake_hands(self, connection: socket.socket, serializer: str) -> bool:
        key = base64.b64encode(self._random.randbytes(16)).decode()
        connection.sendall(
            f"GET /ws HTTP/1.1\r\nHost: localhost:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: wamp.2.{serializer}\r\n\r\n".encode()
        )
        return b" 101 " in connection.recv(4096)

    def _send(self, connection: socket.socket, kind: str, data: bytes) -> bool:
        """Send an input and wait until it is worked through; False where the connection is over.

        A ping behind it tells, whose pong comes when everything before it is done. A message is
        always followed by one, or by the end of its connection; what isn't a whole frame may
        take the ping for its own bytes.
        """
        self.sent[kind] += 1
        mark = self._random.randbytes(8)
        begin = time.monotonic()
        try:
            connection.sendall(data + frame(9, mark))
            connection.settimeout(20 if kind == "message" else 0.02)
            heard = b""
            while mark not in heard:
                more = connection.recv(2**16)
                heard += more
                if not more or _says_close(heard):
                    self.ended += 1
                    return False
        except TimeoutError:
            if kind == "message":
                raise
            return False
        except OSError:
            self.ended += 1
            return False
        finally:
            self.longest = max(self.longest, time.monotonic() - begin)
        return True

    def _input(self, kind: str, serializer: str) -> bytes:
        if kind == "frame":
            return self._frame()
        try:
            data = SERIALIZERS[serializer](self._message())
        except (OverflowError, ValueError, TypeError, UnicodeError):
            data = self._random.randbytes(20)
        if kind == "mutated":
            data = self._mutated(data)
        return _framed(serializer, data)

    def _bytes(self) -> bytes:
        beginnings = [b"", b"GET ", b"POST /call HTTP/1.1\r\n", b"\x16\x03\x01", b"PRI * HTTP/2.0"]
        return self._random.choice(beginnings) + self._random.randbytes(self._random.randrange(300))

    def _request(self) -> bytes:
        method = self._random.choice(["GET", "POST", "PUT", "HEAD", "OPTIONS", "\0"])
        path = self._random.choice(
            [
                "/",
                "/call",
                "/publish",
                "/health",
                "/metrics",
                "/screenshot/desktop.png",
                "/ws",
                "/..",
                "*",
            ]
        )
        call = {"procedure": self._random.choice(_URIS), "kwargs": self._map(2)}
        body = json.dumps(call, default=repr, skipkeys=True).encode()
        if self._random.random() < 0.3:
            body = self._mutated(body)
        length = len(body) if self._random.random() < 0.8 else self._random.choice([-1, 0, 2**40])
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        )
        return head.encode() + body

    def _frame(self) -> bytes:
        draw = self._random
        data = frame(
            draw.randrange(16), draw.randbytes(draw.randrange(200)), fin=draw.random() < 0.7
        )
        if draw.random() < 0.2:
            # A length that isn't true, or bits that mean nothing.
            data = bytes([data[0] | draw.randrange(128), draw.randrange(256)]) + data[2:]
        return data

    def _mutated(self, data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(self._random.randrange(1, 5)):
            place = self._random.randrange(len(changed) + 1)
            match self._random.randrange(4):
                case 0:
                    del changed[place : place + self._random.randrange(1, 9)]
                case 1:
                    changed[place:place] = self._random.randbytes(self._random.randrange(1, 9))
                case 2:
                    changed[place:place] = changed[: self._random.randrange(40)] * 3
                case _ if place < len(changed):
                    changed[place] ^= 1 << self._random.randrange(8)
        return bytes(changed)

    def _message(self) -> list[Any]:
        """A WAMP message with everything in its place, or nearly so."""
        draw = self._random
        number: Any = draw.randrange(1, 2**53)
        if draw.random() < 0.01:
            number = draw.choice(_NUMBERS)
        options = self._options()
        uri = draw.choice([*_URIS, "app.x", "app.x", "wamp.session.list", draw.choice(_WORDS)])
        messages: list[list[Any]] = [
            [48, number, options, uri, [], self._keywords(uri)],
            [48, number, options, uri, self._list(2), self._map(3)],
            [16, number, options, uri, [], self._keywords(uri)],
            [32, number, options, uri],
            [34, number, draw.randrange(1, 2**53)],
            [64, number, options, uri],
            [66, number, draw.randrange(1, 2**53)],
            [49, number, options],
            [70, number, options, self._list(2)],
            [8, 68, number, options, uri, self._list(1)],
            [5, self._map(1), "x"],
            [draw.randrange(80), number, options, uri],
            self._list(3),
        ]
        # What ends its connection comes seldom, so that others of it are heard.
        weights = [8, 2, 8, 3, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1]
        # GOODBYE and HELLO end or begin a session, so they come seldom.
        if draw.random() < 0.01:
            return draw.choice([[6, {}, "wamp.close.normal"], [1, "geometry", self._map(2)]])
        return draw.choices(messages, weights)[0]

    def _keywords(self, uri: str) -> Any:
        """Arguments as the procedure's example has them, one of them another; or any."""
        declared = PROCEDURES.get(uri)
        if declared is None or self._random.random() < 0.3:
            return self._map(3)
        keywords = dict(declared.example)
        if keywords and self._random.random() < 0.8:
            keywords[self._random.choice(sorted(keywords))] = self._value(3)
        return keywords

    def _options(self) -> Any:
        if self._random.random() < 0.01:
            return self._value(1)
        chosen = self._random.sample(sorted(_OPTIONS), self._random.choice([0, 0, 0, 1, 2, 4]))
        return {name: self._random.choice(_OPTIONS[name]) for name in chosen}

    def _value(self, depth: int) -> Any:
        draw = self._random
        match draw.randrange(9 if depth else 6):
            case 0:
                return draw.choice([None, True, False])
            case 1 | 2:
                return draw.choice(_NUMBERS)
            case 3 | 4:
                return draw.choice(_WORDS)
            case 5:
                if draw.random() < 0.02:
                    return draw.choice([float("nan"), float("inf")])
                return draw.randbytes(draw.randrange(50))
            case 6:
                return self._list(depth - 1)
            case 7:
                return self._map(depth - 1)
            case _:
                return self._odd(depth)

    def _odd(self, depth: int) -> Any:
        draw = self._random
        match draw.randrange(4):
            case 0:
                value: Any = 1
                for _ in range(draw.choice([10, 33, 200, 399])):
                    value = [value]
                return value
            case 1:
                return [draw.choice(_NUMBERS)] * draw.choice([100, 5000])
            case 2:
                return {draw.choice([1, None, b"x", "x"]): self._value(depth - 1)}
            case _:
                return "x" * draw.choice([1000, 100_000])

    def _list(self, depth: int) -> list[Any]:
        return [self._value(depth) for _ in range(self._random.randrange(5))]

    def _map(self, depth: int) -> dict[str, Any]:
        names = [*_WORDS, "surface", "project", "updates", "width", "stream", "look", "change"]
        chosen = self._random.sample(names, self._random.randrange(4))
        return {name: self._value(depth) for name in chosen}


def _says_close(heard: bytes) -> bool:
    """Whether one of a server's frames is a close; heard from the beginning of one."""
    while len(heard) >= 2:
        if heard[0] & 0x0F == 8:
            return True
        size, head = heard[1] & 0x7F, 2
        if size >= 126:
            head = 4 if size == 126 else 10
            size = int.from_bytes(heard[2:head], "big")
        heard = heard[head + size :]
    return False


def _framed(serializer: str, data: bytes) -> bytes:
    return frame(1 if serializer == "json" else 2, data)


def _watch(port: int) -> int:
    """Ask the compositor until standard input ends, and print how long it took."""
    import urllib.request

    body = json.dumps({"procedure": "compositor.hello", "kwargs": {}}).encode()
    waits, epochs = [], set()
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        begin = time.perf_counter()
        request = urllib.request.Request(
            f"http://localhost:{port}/call", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            epochs.add(json.load(answer)["args"][0]["epoch"])
        waits.append(time.perf_counter() - begin)
    waits.sort()
    print(
        f"{len(waits)} calls of another client: median {waits[len(waits) // 2] * 1e3:.1f} ms, "
        f"p99 {waits[len(waits) * 99 // 100] * 1e3:.1f} ms, longest {waits[-1] * 1e3:.0f} ms; "
        f"the compositor was started {len(epochs)} time(s)"
    )
    return 0


def main(arguments: list[str]) -> int:
    """Send COUNT inputs to the node at PORT, and say what became of it."""
    import subprocess

    if arguments[1:] == ["watch"]:
        return _watch(int(arguments[0]))
    port, count = int(arguments[0]), int(arguments[1])
    seed = int(arguments[2]) if len(arguments) > 2 else int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    command = [sys.executable, "-m", "tests.support.fuzzing", str(port), "watch"]
    watch = subprocess.Popen(command, stdin=subprocess.PIPE)
    fuzzer, begin = Fuzzer(port, seed), time.monotonic()
    printed = 0
    for done in fuzzer.run(count):
        if done >= printed + 10_000:
            printed = done
            rate = done / (time.monotonic() - begin)
            print(f"\r{done:,} inputs, {rate:,.0f}/s", end="", flush=True)
    watch.communicate(b"end")
    print(
        f"\n{dict(fuzzer.sent)}; {fuzzer.ended} connections were ended by the node; "
        f"the longest wait for an input was {fuzzer.longest:.2f} s"
    )
    return watch.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
