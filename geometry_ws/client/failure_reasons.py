"""Why a connection could not be made, or ended, in words for a person. Pure."""

from dataclasses import dataclass

from geometry_ws.protocol.names import REALM, uri

LOST = "wamp.close.transport_lost"

REFUSALS = (uri("error.not_admitted"), uri("error.revoked"))
"""The reasons after which it is no use to come back."""

_SENTENCES = {
    "wamp.close.normal": "the session was closed",
    "wamp.close.goodbye_and_out": "the session was closed",
    "wamp.close.killed": "the node ended this session",
    "wamp.close.system_shutdown": "the node is shutting down",
    "wamp.error.no_such_realm": f"what answers there has no realm {REALM!r}: is it such a node?",
    "wamp.error.no_auth_method": "the node wants credentials",
    "wamp.error.not_authorized": "the node refuses these credentials",
}

_CODES = {
    1001: "the node went away",
    1002: "the node found our message wrong (WebSocket code 1002)",
    1009: "a message was too large for the node (WebSocket code 1009)",
    1011: "the node could not handle a message (WebSocket code 1011)",
}

_WORDS = (
    ("no pong", "the node had no answer to its pings: this program was busy, or stood still"),
    ("ping timeout", "the node did not answer a ping in time"),
    ("upgrade failed [404]", "there is no WebSocket at this path: is it such a node?"),
    ("upgrade failed [403]", "the node refuses this address"),
    ("upgrade failed [421]", "the node refuses this address: use the one that it printed"),
    ("upgrade failed [503]", "the node opens no more sessions just now"),
    ("upgrade failed", "what answers there is no such node"),
    ("opening handshake", "what answers there is no such node"),
    ("too big", "the node sent a message that is too large"),
)


@dataclass(frozen=True)
class Closed:
    """How a session ended: WAMP's reason and message, the WebSocket's code and reason."""

    reason: str = ""
    message: str = ""
    code: int | None = None
    detail: str = ""

    @property
    def is_refusal(self) -> bool:
        """Whether the node lets us in no more, or never did."""
        return self.reason in REFUSALS

    @property
    def sentence(self) -> str:
        """What happened, in a few words that begin small."""
        if self.reason and self.reason != LOST:
            if self.is_refusal and self.message:
                return self.message[0].lower() + self.message[1:].rstrip(".")
            said = _SENTENCES.get(self.reason, self.reason)
            return f"{said} ({self.message})" if self.message else said
        if self.code in _CODES:
            return _CODES[self.code]
        lower = self.detail.lower()
        for word, sentence in _WORDS:
            if word in lower:
                return sentence
        return "the connection was lost: the node ended, or was started anew"


def refusal(problem: BaseException, place: str) -> str:
    """Why nothing could be opened at a place."""
    kind = type(problem).__name__
    if isinstance(problem, ConnectionRefusedError) or kind == "ConnectionRefusedError":
        return f"nothing listens at {place}"
    if kind in ("DNSLookupError", "gaierror"):
        return f"the name in {place} is not known"
    if kind in ("TimeoutError", "TCPTimedOutError", "UserError"):
        return f"{place} does not answer"
    if kind in ("NoRouteError", "NetworkUnreachable"):
        return f"there is no way to {place}"
    text = " ".join(str(problem).split())
    return f"{place} can't be reached: {text or kind}"
