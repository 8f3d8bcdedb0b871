"""Who makes a request, and what `/session` answers."""

from collections.abc import Callable
from typing import Final

from twisted.logger import Logger
from twisted.web.server import Request

from geometry_ws.access.file import BadAccessFile
from geometry_ws.http import answers, decide
from geometry_ws.http.answers import Answer
from geometry_ws.http.decide import Head
from geometry_ws.http.doors import FORWARDED, Door, guest_role, presented
from geometry_ws.http.event_streams import Follow
from geometry_ws.http.gate import Gate, Visitor
from geometry_ws.protocol.errors import Busy, Unwritable

log = Logger()

TOKEN_HEADERS: Final = ("authorization", "cookie", *FORWARDED)
"""The headers that say who makes a request."""

RETRY_MS: Final = 5000


async def visitor_of(door: Door, head: Head, request: Request) -> Visitor:
    """Who makes a request at a door. Raises NotAdmitted, or Busy before the gate is there."""
    headers = _token_headers(head)
    if Gate.current is not None:
        return await Gate.current.visit(door, headers, _peer(request))
    role = guest_role(door, headers, presented(door, headers))
    if role is None:
        raise answers.unavailable()
    return Visitor("", role)


def turn_of(door: Door, head: Head, request: Request) -> float:
    """After how many seconds a WebSocket may be opened. Raises Busy where it may not now."""
    gate = Gate.current
    seconds = 0.0 if gate is None else gate.turn(door, _token_headers(head), _peer(request))
    if seconds is None:
        raise Busy("Somebody guesses tokens at this address; come back later.", retry_ms=RETRY_MS)
    return seconds


def follower(door: Door, visitor: Visitor) -> Follow:
    """What has a stream of somebody's end with his or her access, and forgets that."""

    def follow(end: Callable[[], None]) -> Callable[[], None]:
        return (lambda: None) if Gate.current is None else Gate.current.follow(visitor, door, end)

    return follow


async def log_in_or_out(door: Door, method: str, head: Head, request: Request) -> Answer:
    """What /session does: POST takes a link, GET says who somebody is, DELETE logs out."""
    gate, headers = Gate.current, _token_headers(head)
    if gate is None:
        raise answers.unavailable()
    try:
        if method == "POST":
            link = decide.read_link(request.content.read() if request.content else b"")
            visitor, cookie = await gate.log_in(door, link, _peer(request))
            return answers.who(visitor.person, visitor.role, cookie)
        if method == "DELETE":
            return answers.who("", "", await gate.log_out(door, headers))
    except BadAccessFile as problem:
        log.error("a login can't be noted: {problem}", problem=problem)
        words = "The node can't write down who comes in; its log says why."
        raise Unwritable(words, document="access.json") from None
    visitor = await gate.visit(door, headers, _peer(request))
    return answers.who(visitor.person, visitor.role)


def _token_headers(head: Head) -> dict[str, str]:
    """What a request says of who makes it; a header that came twice is as if it were one."""
    between = {"cookie": "; "}
    return {
        name: between.get(name, ", ").join(head.headers.get(name, ())) for name in TOKEN_HEADERS
    }


def _peer(request: Request) -> str:
    return str(getattr(request.getClientAddress(), "host", ""))
