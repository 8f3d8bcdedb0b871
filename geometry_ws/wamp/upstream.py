"""What we use of Autobahn, Crossbar.io and Twisted beyond their public interfaces.

Everything of that kind stands here, so that a new version of theirs is checked in one place:
`USED` names it, and a test says which of it a new version has changed. Crossbar.io is imported
when it is needed, since clients have none.
"""

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any, Final, NamedTuple

from geometry_ws.protocol.rights import COMPONENT_ROLE


class Used(NamedTuple):
    """A name beyond a public interface, where it is, and what it is used for."""

    owner: str
    name: str
    why: str


USED: Final = (
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_transport",
        "a session sends messages that it makes itself",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_session_id",
        "an answer may come before the session has joined",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_request_id_gen",
        "calls and publishes that we make share Autobahn's numbers",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_call_reqs",
        "Autobahn resolves the answers of calls that we make",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_publish_reqs",
        "Autobahn resolves the acknowledgements of publishes that we make",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_authrole",
        "the router's sessions keep their role there, too",
    ),
    Used("autobahn.util", "hl", "it colours words of log lines that are never written"),
    Used("crossbar._util", "hl", "it colours words of log lines that are never written"),
    Used(
        "crossbar.router.broker:Broker",
        "processPublish",
        "retained events are refused before the broker sees them",
    ),
    Used(
        "twisted.protocols.basic:Int32StringReceiver",
        "_unprocessed",
        "pieces of a large message are joined once",
    ),
)

_MARK = "drops_retained"


# --- Autobahn's session --------------------------------------------------------------------------


def transport_of(session: Any) -> Any:
    """The transport of a session; None without one."""
    return session._transport


def has_joined(session: Any) -> bool:
    """Whether a session has a session id."""
    return session._session_id is not None


def next_request(session: Any) -> int:
    """The number of a session's next request."""
    number: int = session._request_id_gen.next()
    return number


def waiting_calls(session: Any) -> dict[int, Any]:
    """The calls of a session that wait for an answer, by their numbers; may be changed."""
    calls: dict[int, Any] = session._call_reqs
    return calls


def waiting_publishes(session: Any) -> dict[int, Any]:
    """The publishes of a session that wait for an acknowledgement, by number; may be changed."""
    publishes: dict[int, Any] = session._publish_reqs
    return publishes


# --- Twisted's receiver --------------------------------------------------------------------------


def take_unprocessed(receiver: Any) -> bytes:
    """Take out of a receiver of prefixed strings what it has of an unfinished message."""
    rest: bytes = receiver._unprocessed
    receiver._unprocessed = b""
    return rest


# --- the router ----------------------------------------------------------------------------------


def drop_retained(broker: type[Any] | None = None) -> None:
    """Let brokers of this class (the router's) keep no events; a second call does no harm.

    WAMP lets a publisher ask that the router keep an event for later subscribers. It would keep
    one for each topic, for good, and permissions can't tell such a publish from another: any guest
    could fill the router's memory. So the option is removed before the broker sees it, unless a
    component publishes. Brokers that exist already keep none either.
    """
    if broker is None:
        from crossbar.router.broker import Broker

        broker = Broker
    original = broker.processPublish
    if getattr(original, _MARK, False):
        return

    @wraps(original)
    def process(self: Any, session: Any, publish: Any) -> Any:
        if publish.retain and session._authrole != COMPONENT_ROLE:
            publish.retain = None
        return original(self, session, publish)

    setattr(process, _MARK, True)
    broker.processPublish = process


def log_plainly(*modules: ModuleType) -> None:
    """Leave words uncoloured from now on, in this process; a second call does no harm.

    For every message that it gets or sends, libraries of the router put some words of a debug line
    into a terminal's colours, also where no such line is written: a twentieth of the router's work
    with fifty viewers. Our log goes to files and pipes, where colours are only in the way. Where
    the names that are replaced are gone, colours stay.
    """
    if not modules:
        import autobahn.util
        from crossbar import _util

        modules = autobahn.util, _util
    for module in modules:
        if callable(getattr(module, "hl", None)):
            plain: Callable[..., str] = _plain
            module.hl = plain  # type: ignore[attr-defined]


def _plain(text: object, bold: bool = False, color: str = "") -> str:  # noqa: ARG001 - as it was
    return text if isinstance(text, str) else str(text)
