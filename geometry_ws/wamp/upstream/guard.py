"""What clients send is checked by the router before it passes it on; what waits is bounded."""

from collections import OrderedDict
from functools import wraps
from typing import Any, Final

from autobahn.wamp import message
from twisted.logger import Logger

from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.rights import COMPONENT_ROLE
from geometry_ws.wamp.payload import payload_problem
from geometry_ws.wamp.upstream.sessions import has_joined, transport_of

log = Logger()

_GUARDED = "geometry_ws_guards"

MOST_PERMISSIONS: Final = 4096
"""Answers of the router's authorization that are kept; it would keep one for each URI that any
client ever names."""

WAITING_BYTES: Final = 16 * 2**20
"""What may wait in the router for one receiver that doesn't read; with more it is dropped. A viewer
has at most 1 MiB on its way, and the largest answer has 12 MiB."""

JOIN_SECONDS: Final = 10.0
"""A connection that hasn't joined after so long is ended; it would keep its place for ever."""


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
