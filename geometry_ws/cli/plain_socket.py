"""A WebSocket to a node's door without WAMP, of the standard library alone: small and soon there.

What belongs to an agent ends with its session, so the program that offers the tools keeps one
open. Everything here blocks for a moment at most; `wait` also answers the node's pings.
"""

import json
import os
import select
import socket
import time
from base64 import b64encode
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from geometry_ws.client.address import Address

CONNECT_SECONDS = 3.0
CALL_SECONDS = 30.0
MOST_BYTES = 2**24
_TOPIC = "project.on_listed"
_MOST_EVENTS = 200
_TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10


class Unreachable(Exception):
    """No node answers there, or the connection has ended."""


class Untrusted(Unreachable):
    """The certificate of what answers there isn't trusted here; says so in a sentence."""


class Refused(Exception):
    """The node's error: its code and its sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class PlainSocket:
    """A session with a node; raises Unreachable whenever it turns out to be gone.

    Raises Refused where nobody is let in, or no more.
    """

    def __init__(self, address: Address, topic: str = _TOPIC) -> None:
        self.events: deque[dict[str, Any]] = deque(maxlen=_MOST_EVENTS)
        """What was told on the topic, the oldest first; whoever wants it takes it out."""
        self._buffer = bytearray()
        self._parts = bytearray()
        self._said: list[dict[str, Any]] = []
        self._calls = 0
        try:
            self._socket = _connect(address)
            self._buffer += _shake_hands(self._socket, address, topic)
            self.hello = self._await(lambda said: said.get("type") == "hello", CONNECT_SECONDS)
        except (OSError, ValueError) as problem:
            raise Unreachable(str(problem)) from None

    def fileno(self) -> int:
        """For `select`."""
        return self._socket.fileno()

    def close(self) -> None:
        """End the session."""
        self._socket.close()

    def call(self, procedure: str, keywords: Mapping[str, Any]) -> Any:
        """Call a procedure by its short name; raises Refused with the node's error."""
        self._calls += 1
        number = self._calls
        request = {"id": number, "call": procedure, "kwargs": dict(keywords)}
        self._send(_TEXT, json.dumps(request).encode())
        said = self._await(lambda each: each.get("id") == number, CALL_SECONDS)
        if said.get("type") == "error":
            code = str(said.get("error", "")).rpartition(".")[2]
            raise Refused(code, str(said.get("message", "")))
        return said.get("result")

    def listen(self) -> None:
        """Take what has arrived: answers pings, keeps events, forgets what else nobody wants."""
        self._read(0)
        self._forget()

    def _await(self, wanted: Any, seconds: float) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while True:
            for said in self._said:
                if wanted(said):
                    self._forget()
                    return said
            self._forget()
            left = until - time.monotonic()
            if left <= 0:
                raise Unreachable("The node doesn't answer.")
            self._read(left)

    def _read(self, seconds: float) -> None:
        """Take what comes, waiting so long for something."""
        try:
            if self._parse() or not select.select([self._socket], [], [], seconds)[0]:
                return
            data = self._socket.recv(65536)
        except (OSError, ValueError) as problem:
            raise Unreachable(str(problem)) from None
        if not data:
            raise self._ended()
        self._buffer += data
        self._parse()

    def _parse(self) -> bool:
        """Take the whole frames in the buffer; says whether there were any."""
        any_frame = False
        while (frame := self._frame()) is not None:
            any_frame = True
            final, opcode, payload = frame
            if opcode == _PING:
                self._send(_PONG, payload)
            elif opcode == _CLOSE:
                raise self._ended()
            elif opcode in (0, _TEXT, _BINARY):
                self._parts += payload
                if len(self._parts) > MOST_BYTES:
                    raise Unreachable("The node sends too much at once.")
                if final:
                    said = json.loads(self._parts)
                    self._parts.clear()
                    if isinstance(said, dict):
                        waits = self.events if said.get("type") == "event" else self._said
                        waits.append(said)
        return any_frame

    def _forget(self) -> None:
        """Forget what was said, but for why the session ends."""
        self._said = [said for said in self._said if said.get("type") == "goodbye"]

    def _ended(self) -> Exception:
        """Why the node has ended the session; it says so before it does."""
        for said in self._said:
            if said.get("type") == "goodbye":
                code = str(said.get("reason", "")).rpartition(".")[2]
                return Refused(code, str(said.get("message", "")))
        return Unreachable("The node has closed the connection.")

    def _frame(self) -> tuple[bool, int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 127, 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(buffer[2:start], "big")
        if length > MOST_BYTES:
            raise Unreachable("The node sends too much at once.")
        if len(buffer) < start + length:
            return None
        frame = bool(buffer[0] & 128), buffer[0] & 15, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return frame

    def _send(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        if length < 126:
            head = bytes((128 | opcode, 128 | length))
        elif length < 2**16:
            head = bytes((128 | opcode, 128 | 126)) + length.to_bytes(2, "big")
        else:
            head = bytes((128 | opcode, 128 | 127)) + length.to_bytes(8, "big")
        mask = os.urandom(4)
        whole = (mask * (length // 4 + 1))[:length]
        number = int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")
        try:
            self._socket.sendall(head + mask + number.to_bytes(length, "big"))
        except OSError as problem:
            raise Unreachable(str(problem)) from None


def _connect(address: Address) -> socket.socket:
    connection = socket.create_connection((address.host, address.port), CONNECT_SECONDS)
    if address.secure:
        import ssl  # large, and hardly ever needed

        context = ssl.create_default_context()
        try:
            connection = context.wrap_socket(connection, server_hostname=address.host)
        except ssl.SSLCertVerificationError as problem:
            connection.close()
            raise Untrusted(
                f"The certificate of {address.place} isn't trusted here ({problem.verify_message})."
                " SSL_CERT_FILE=authority.pem before the command names who has signed it."
            ) from None
    connection.settimeout(CALL_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _head(method: str, address: Address, path: str, **headers: object) -> bytes:
    """The head of a request at a node, which says who we are."""
    lines = [f"{method} {address.base}{path} HTTP/1.1", f"Host: {address.place}"]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines += [f"{name}: {value}" for name, value in {**named, **address.headers}.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def _shake_hands(connection: socket.socket, address: Address, topic: str) -> bytes:
    """Ask for a WebSocket; gives what came after the answer's head."""
    key = b64encode(os.urandom(16)).decode()
    wishes = {"Upgrade": "websocket", "Connection": "Upgrade"}
    asked = {"Sec_WebSocket_Key": key, "Sec_WebSocket_Version": 13}
    connection.sendall(_head("GET", address, f"/events?topics={topic}", **wishes, **asked))
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = connection.recv(4096)
        if not data or len(answer) > 2**16:
            raise ValueError("This is no node of geometry_ws.")
        answer += data
    said, _, rest = answer.partition(b"\r\n\r\n")
    if b" 101 " not in said.split(b"\r\n")[0]:
        raise ValueError("This is no node of geometry_ws.")
    return rest


def post(address: Address, procedure: str, keywords: Mapping[str, Any]) -> Any:
    """Call a procedure once, by HTTP; raises Refused and Unreachable."""
    body = json.dumps(dict(keywords)).encode()
    head = _head("POST", address, f"/call/{procedure}", **_json(body))
    answer = bytearray()
    try:
        connection = _connect(address)
        with connection:
            connection.sendall(head + body)
            while (data := connection.recv(65536)) and len(answer) < MOST_BYTES:
                answer += data
        said = json.loads(answer.partition(b"\r\n\r\n")[2])
    except (OSError, ValueError) as problem:
        raise Unreachable(str(problem)) from None
    if not isinstance(said, dict) or not isinstance(said.get("args"), list) or not said["args"]:
        raise Unreachable("This is no node of geometry_ws.")
    if "error" in said:
        raise Refused(str(said["error"]).rpartition(".")[2], str(said["args"][0]))
    return said["args"][0]


def _json(body: bytes) -> dict[str, object]:
    """What a request with a body says of it; it is the connection's only one."""
    return {
        "Connection": "close",
        "Content_Type": "application/json",
        "Content_Length": len(body),
    }


def send_hook(address: Address, client: str, body: bytes) -> None:
    """Pass on what a coding agent's hook says; raises Unreachable."""
    head = _head("POST", address, "/agents/hook", **_json(body), X_Geometry_Hook=quote(client))
    try:
        with _connect(address) as connection:
            connection.settimeout(CONNECT_SECONDS)
            connection.sendall(head + body)
            connection.recv(1)
    except OSError as problem:
        raise Unreachable(str(problem)) from None
