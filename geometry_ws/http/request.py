"""Requests whose body is limited while it arrives.

Twisted collects a whole body before any resource sees the request. Here a body that is too large,
or is announced as such, is answered at once. The rest of it is read and dropped for a short while,
so that the client can read the answer.
"""

from typing import Any, Final

from twisted.web.server import Request, Site

from geometry_ws.http.answers import Answer
from geometry_ws.team.hooks import KEPT_BYTES
from geometry_ws.wamp.upstream.receiving import asked_path

_PATIENCE_SECONDS = 2.0

MOST_PIECES: Final = 4096
"""Chunks of a body, or packets from the network: a body in chunks of one byte would hold the router
for half a second."""


class LimitedRequest(Request):
    """A request with at most `limit` bytes of body."""

    limit = 0
    hook_paths: tuple[bytes, ...] = ()
    """A path that ends in one of these is for hooks: of a body only the beginning is kept."""

    hook_limit = 0
    hook_kept = 0
    refusal: Answer | None = None
    _received = 0
    _pieces = 0
    _refused = False
    _is_hook = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """Refuse by the announced length."""
        # A proxy may put all of the node below a path of its own.
        self._is_hook = asked_path(self.channel).endswith(self.hook_paths)
        if length is not None and length > self._most():
            self._refuse()
            length = 0
        elif self._is_hook and length is not None:
            length = min(length, self.hook_kept)
        super().gotLength(length)  # type: ignore[no-untyped-call]

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Refuse by what has arrived, for bodies that don't announce their length."""
        self._received += len(data)
        self._pieces += 1
        if self._pieces > MOST_PIECES:
            channel: Any = self.channel
            channel.transport.abortConnection()
        if self._received > self._most() or self._pieces > MOST_PIECES:
            self._refuse()
        if self._is_hook:
            data = data[: max(self.hook_kept - (self._received - len(data)), 0)]
        if not self._refused and data:
            super().handleContentChunk(data)  # type: ignore[no-untyped-call]

    def _most(self) -> int:
        return self.hook_limit if self._is_hook else self.limit

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """Serve the request, unless it is answered already."""
        if not self._refused:
            super().requestReceived(command, path, version)  # type: ignore[no-untyped-call]

    def _refuse(self) -> None:
        if self._refused or self.refusal is None:
            return
        self._refused = True
        self.requestHeaders.removeHeader(b"expect")
        channel: Any = self.channel
        transport = channel.transport
        if len(channel.requests) == 1:
            # The only one on this connection, so its answer is the next thing to be said.
            transport.write(_raw(self.refusal))
        channel.callLater(_PATIENCE_SECONDS, transport.loseConnection)


HOOK_HEADER: Final = "x-geometry-hook"
"""Its value is the name of the program that sends the hook."""

HOOK_PATH: Final = "/agents/hook"
HOOK_BYTES: Final = 64 * 2**20


def limit_bodies(site: type[Site], limit: int, refusal: Answer) -> None:
    """Let all sites of this class use limited requests; call it before one is made."""

    class Limited(LimitedRequest):
        pass

    Limited.limit = limit
    Limited.refusal = refusal
    Limited.hook_paths = (HOOK_PATH.encode(),)
    Limited.hook_limit = HOOK_BYTES
    Limited.hook_kept = KEPT_BYTES
    site.requestFactory = Limited


def _raw(answer: Answer) -> bytes:
    lines = [
        f"HTTP/1.1 {answer.status} Content Too Large",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(answer.body)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + answer.body
