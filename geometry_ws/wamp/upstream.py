"""What we use of Autobahn, Crossbar.io and Twisted beyond their public interfaces.

Everything of that kind stands here, so that a new version of theirs is checked in one place:
`USED` names it, and a test says which of it a new version has changed. Crossbar.io is imported
when it is needed, since clients have none.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any, Final, NamedTuple

from autobahn.wamp import message
from twisted.logger import Logger

from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.rights import COMPONENT_ROLE
from geometry_ws.wamp.fast_json import read_json
from geometry_ws.wamp.payload import payload_problem

log = Logger()


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
    Used("crossbar.router.router:Router", "process", "messages of clients are checked first"),
    Used("crossbar.router.router:Router", "send", "an event that fails costs one receiver"),
    Used("autobahn.wamp.message:Call", "_forward_for", "what a client says of itself is dropped"),
    Used("autobahn.wamp.message:Publish", "_forward_for", "the same"),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_goodbye_sent",
        "the router's sessions have it, too: they were told to leave",
    ),
    Used(
        "crossbar.router.protocol:WampWebSocketServerProtocol",
        "onOpen",
        "a connection that doesn't join is ended",
    ),
    Used("autobahn.wamp.serializer", "_loads", "JSON is read by the scanner that is written in C"),
    Used(
        "twisted.internet.abstract:FileDescriptor",
        "_tempDataLen",
        "with dataBuffer and offset: what waits for a receiver that doesn't read",
    ),
    Used(
        "twisted.protocols.basic:Int32StringReceiver",
        "_unprocessed",
        "pieces of a large message are joined once",
    ),
    Used("crossbar", "web3", "it is loaded and not used: see upstream_start.py"),
    Used(
        "crossbar.worker.main",
        "_run_command_exec_worker",
        "a process whose command names this module is a worker: see upstream_start.py",
    ),
)

_GUARDED = "geometry_ws_guards"

MOST_PERMISSIONS: Final = 4096
"""Answers of the router's authorization that are kept; it would keep one for each URI that any
client ever names."""

WAITING_BYTES: Final = 16 * 2**20
"""What may wait in the router for one receiver that doesn't read; with more it is dropped. A viewer
has at most 1 MiB on its way, and the largest answer has 12 MiB."""

JOIN_SECONDS: Final = 10.0
"""A connection that hasn't joined after so long is ended; it would keep its place for ever."""


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
    if getattr(original, _GUARDED, False):
        return

    @wraps(original)
    def process(self: Any, session: Any, publish: Any) -> Any:
        if publish.retain and session._authrole != COMPONENT_ROLE:
            publish.retain = None
        return original(self, session, publish)

    setattr(process, _GUARDED, True)
    broker.processPublish = process


class BoundedCache(OrderedDict[Any, Any]):
    """A mapping that forgets its oldest entries."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Keep an entry, and at most `MOST_PERMISSIONS`."""
        super().__setitem__(key, value)
        while len(self) > MOST_PERMISSIONS:
            self.popitem(last=False)


def guard_router(router: type[Any] | None = None) -> None:
    """Let routers of this class check what clients send; a second call does no harm.

    - What a client says of itself (`forward_for`, made for links between routers) is dropped: the
      router would tell components that somebody else calls.
    - A payload that a receiver couldn't read is refused (`payload_problem`).
    - A session that was told to leave is heard no more.
    - The cache of permissions is bounded.
    - An event that can't be written for one receiver costs that receiver the event; the router
      would give up on all receivers after it.
    - A receiver for which too much waits is dropped: the router would keep all of it in memory.
    """
    if router is None:
        from crossbar.router.router import Router

        router = Router
    if getattr(router.process, _GUARDED, False):
        return
    process, send = router.process, router.send

    @wraps(process)
    def guarded_process(self: Any, session: Any, msg: Any) -> Any:
        if not isinstance(self._authorization_cache, BoundedCache):
            self._authorization_cache = BoundedCache(self._authorization_cache)
        if getattr(session, "_goodbye_sent", False):
            return None
        if getattr(msg, "forward_for", None):
            msg._forward_for = []
        if isinstance(msg, message.Call | message.Publish) and session._authrole != COMPONENT_ROLE:
            problem = payload_problem(msg.args, msg.kwargs)
            if problem:
                return _refuse(self, session, msg, problem)
        return process(self, session, msg)

    @wraps(send)
    def guarded_send(self: Any, session: Any, msg: Any) -> Any:
        if not isinstance(msg, message.Event):
            return send(self, session, msg)
        if session._authrole != COMPONENT_ROLE and waiting_bytes(session) > WAITING_BYTES:
            log.warn("{session} doesn't read: its connection is ended", session=session._session_id)
            session._transport.transport.abortConnection()
            return None
        try:
            return send(self, session, msg)
        except Exception as problem:  # noqa: BLE001 - of whatever kind: it is about one receiver
            log.debug(
                "an event couldn't be sent to {session}: {problem}",
                session=session._session_id,
                problem=problem,
            )

    setattr(guarded_process, _GUARDED, True)
    router.process, router.send = guarded_process, guarded_send


def waiting_bytes(session: Any) -> int:
    """The bytes that a session's connection has been given and hasn't sent yet; 0 if not known."""
    socket: Any = getattr(transport_of(session), "transport", None)
    try:
        return int(len(socket.dataBuffer) - socket.offset + socket._tempDataLen)
    except AttributeError:
        return 0


def _refuse(router: Any, session: Any, msg: Any, problem: str) -> None:
    """Answer a message that isn't passed on; an event without acknowledgement has no answer."""
    if isinstance(msg, message.Call) or msg.acknowledge:
        values = {"field": "kwargs"}
        error = message.Error(
            msg.MESSAGE_TYPE, msg.request, InvalidArgument.uri, args=[problem], kwargs=values
        )
        router.send(session, error)


def end_idle_connections(protocol: type[Any] | None = None, clock: Any = None) -> None:
    """Let WebSockets of this class end where they don't join in time; a second call does no harm.

    Neither Autobahn nor Crossbar.io ends a connection that never says HELLO, or that doesn't
    answer a challenge; it counts for the bound on connections.
    """
    if protocol is None:
        from crossbar.router.protocol import WampWebSocketServerProtocol

        protocol = WampWebSocketServerProtocol
    on_open = protocol.onOpen
    if getattr(on_open, _GUARDED, False):
        return

    @wraps(on_open)
    def opened(self: Any) -> Any:
        if clock is None:
            from twisted.internet import reactor as later
        else:
            later = clock

        def look() -> None:
            session = self._session
            if self.transport is not None and (session is None or not has_joined(session)):
                self.transport.abortConnection()

        later.callLater(JOIN_SECONDS, look)
        return on_open(self)

    setattr(opened, _GUARDED, True)
    protocol.onOpen = opened


def read_json_fast(serializer: Any = None) -> None:
    """Let Autobahn read JSON by `fast_json.read_json`, in this process."""
    if serializer is None:
        from autobahn.wamp import serializer as autobahn_serializer

        serializer = autobahn_serializer
    serializer._loads = read_json


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
