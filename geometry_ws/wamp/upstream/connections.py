"""The router's connections: their places, what they hold in memory, and their end.

A listening port has a number of places. Neither Twisted, Autobahn nor Crossbar.io ends a connection
that never joins, or one that was told to leave and stays; each keeps its place and what waits for
it in memory. Here all of that is bounded, and new ones find room.
"""

from collections.abc import Iterator
from typing import Any, Final

from twisted.internet.task import deferLater
from twisted.logger import Logger

from geometry_ws.protocol.rights import COMPONENT_ROLE
from geometry_ws.wamp.memory import give_memory_back
from geometry_ws.wamp.upstream.changing import change_once
from geometry_ws.wamp.upstream.handing import handed_bytes
from geometry_ws.wamp.upstream.sessions import has_joined, transport_of

log = Logger()

JOIN_SECONDS: Final = 10.0
"""A connection that hasn't joined after so long is ended; it would keep its place for ever."""

LEAVE_SECONDS: Final = 0.3
"""A session that was told to leave has so long to close its connection."""

GOODBYE_SECONDS: Final = 0.2
"""When the node ends, so long it waits for what it says last to go out."""

HELD_BYTES: Final = 256 * 2**20
"""What all connections of a port may hold in memory: bytes that wait to be sent, and those of
messages that aren't complete. Beyond it the connection that holds most is ended."""

PLACES_FOR_REQUESTS: Final = 50
"""Places of a port that no WebSocket gets: pages are loaded and `curl` is answered in any case."""

PLACES_FOR_PAGES: Final = 50
"""Further places that only WebSockets with an Origin get, as the node's own page has it."""

STRANGERS_ENDED: Final = 50
"""How many connections of those who weren't let in a full port ends at once, at most."""

_ADMITTED: Final = "geometry_ws_admitted"
"""An attribute of HTTP's channels: a request on it was made by somebody who was let in."""

_TRY_AGAIN_LATER = 1013
"""The status of a WebSocket's close that asks to come back; registered with IANA."""

_SHUTDOWN = "wamp.close.system_shutdown"
_GOING_AWAY = 1001
"""The status of a WebSocket's close where a server goes down; RFC 6455, section 7.4.1."""

_POLICY_VIOLATION = 1008
"""The status of a WebSocket's close for a peer that doesn't do what it must."""

NO_PONG: Final = "No pong"
"""How the reason of a close begins that is sent to a peer which answers no pings."""

_LOOK_SECONDS = 0.1
_HEAVY_BYTES = 2**20
_HEAVY_TOTAL = 16 * 2**20
_LIGHT_TOTAL = 4 * 2**20


def waiting_bytes(session: Any) -> int:
    """The bytes that a session's connection has been given and hasn't passed on; 0 if not known."""
    return _unsent(getattr(transport_of(session), "transport", None)) + handed_bytes(session)


def look_at_memory(websocket: Any, now: float) -> None:
    """Bound what all connections hold, where this one may have come to hold more."""
    transport = getattr(websocket, "transport", None)
    if _unsent(transport) + unfinished_bytes(websocket) > _HEAVY_BYTES and (
        port := port_of(transport)
    ):
        port.end_the_heaviest(now)


def _unsent(socket: Any) -> int:
    try:
        return int(len(socket.dataBuffer) - socket.offset + socket._tempDataLen)
    except AttributeError:
        return 0


def unfinished_bytes(protocol: Any) -> int:
    """The bytes of a WebSocket's message that isn't complete; 0 for other protocols."""
    if not getattr(protocol, "inside_message", False):
        return 0
    received: int = protocol.trafficStats.incomingOctetsWireLevel
    return received - int(getattr(protocol, COMPLETE, 0))


SIZE: Final = "geometry_ws_size"
"""An attribute of the router's sessions: the bytes of the message that is being looked at."""

QUEUED_BYTES: Final = "geometry_ws_queued_bytes"
"""An attribute of the router's sessions: the bytes of calls that wait until others are answered."""

COMPLETE: Final = "geometry_ws_complete"
"""An attribute of WebSockets: how many bytes had come when the last message was complete."""


def _queued(protocol: Any) -> int | None:
    """The bytes of calls that wait; None for a component's connection, which is never ended.

    What guests send to components is bounded before it gets there: see `guard.py`.
    """
    session = getattr(protocol, "_session", None)
    if getattr(session, "_authrole", None) == COMPONENT_ROLE:
        return None
    return int(getattr(session, QUEUED_BYTES, 0))


def end_connection(socket: Any, reason: str) -> None:
    """End a connection at once, and say why in the log."""
    if socket is not None:
        log.warn("{peer}: the connection is ended: {reason}", peer=socket.getPeer(), reason=reason)
        socket.abortConnection()


class Port:
    """The connections of one listening port, as Crossbar.io's factory counts them."""

    def __init__(self, factory: Any) -> None:
        self._factory = factory
        self._looked = 0.0
        self._was_heavy = False

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return len(self._factory.protocols) >= int(self._factory.max_connections)

    def make_room(self) -> bool:
        """End connections of strangers, else the oldest that does nothing; says whether there are.

        A stranger has neither joined nor made a request that was let in, whatever is being
        answered. Some are ended of the address that has most, those that do nothing and the oldest
        first: who comes from elsewhere isn't shut out. Connections are in the order in which they
        came.
        """
        strangers: dict[str, list[Any]] = {}
        idle = None
        for connection in self._factory.protocols:
            if connection.disconnecting:
                continue
            protocol = _innermost(connection)
            if _is_stranger(protocol):
                strangers.setdefault(_address_of(connection), []).append(connection)
            elif idle is None and _is_idle(protocol):
                idle = connection
        most = max(strangers.values(), key=len, default=[])
        most.sort(key=lambda connection: not _is_idle(_innermost(connection)))
        # Some at once, so that who comes quickly doesn't have all of them looked at each time.
        ended = most[: max(1, min(STRANGERS_ENDED, len(most) // 2))] or ([idle] if idle else [])
        for connection in ended:
            connection.disconnecting = True
            connection.transport.abortConnection()
        return bool(ended)

    def has_room_for(self, websocket: Any) -> bool:
        """Whether a WebSocket that has just been opened may stay."""
        most = int(self._factory.max_connections) - PLACES_FOR_REQUESTS
        if not websocket.http_headers.get("origin"):
            most -= PLACES_FOR_PAGES
        return sum(1 for _ in self._websockets()) <= most

    def end_idle_websocket(self, opened: Any) -> bool:
        """End the oldest other WebSocket that hasn't joined, if there is one."""
        for websocket in self._websockets():
            if websocket is not opened and _is_idle(websocket):
                websocket.transport.abortConnection()
                return True
        return False

    def end_the_heaviest(self, now: float) -> None:
        """End connections until all hold less than HELD_BYTES; at most ten times a second."""
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        held = {
            connection: _unsent(connection.transport) + unfinished_bytes(protocol) + queued
            for connection in self._factory.protocols
            if (queued := _queued(protocol := _innermost(connection))) is not None
        }
        total = sum(held.values())
        if total > _HEAVY_TOTAL:
            self._was_heavy = True
        elif self._was_heavy and total < _LIGHT_TOTAL:
            self._was_heavy = False
            give_memory_back()
        while total > HELD_BYTES:
            heaviest = max(held, key=lambda connection: held[connection])
            reason = f"all connections hold {total:,} bytes, and it holds most"
            total -= held.pop(heaviest)
            end_connection(heaviest.transport, reason)

    def say_goodbye(self, clock: Any) -> Any:
        """Tell all sessions that the node ends; gives a Deferred for when they have heard it."""
        websockets = list(self._websockets())
        for websocket in websockets:
            session = websocket._session
            try:
                if session is not None and has_joined(session) and not session._goodbye_sent:
                    session.leave(_SHUTDOWN, "The node ends.")
                websocket._fail_connection(_GOING_AWAY, "The node ends.")
            except Exception as problem:  # noqa: BLE001 - the others shall hear it all the same
                log.debug("{peer} isn't told: {e}", peer=websocket.peer, e=problem)
        return deferLater(clock, GOODBYE_SECONDS) if websockets else None

    def _websockets(self) -> Iterator[Any]:
        for connection in self._factory.protocols:
            protocol = _innermost(connection)
            if hasattr(protocol, "inside_message"):
                yield protocol


def _innermost(protocol: Any) -> Any:
    """What speaks HTTP or WebSocket, within what counts connections and within TLS."""
    while hasattr(protocol, "wrappedProtocol"):
        protocol = protocol.wrappedProtocol
    return protocol


def let_in(channel: Any) -> None:
    """Note that a request on a channel of HTTP was made by somebody who was let in."""
    setattr(channel, _ADMITTED, True)


def _is_stranger(protocol: Any) -> bool:
    """Whether nobody was let in by a connection so far."""
    if hasattr(protocol, "inside_message"):
        return _is_idle(protocol)
    return not getattr(getattr(protocol, "_channel", protocol), _ADMITTED, False)


def _address_of(connection: Any) -> str:
    return str(getattr(connection.transport.getPeer(), "host", ""))


def _is_idle(protocol: Any) -> bool:
    """Whether a protocol is neither a joined session nor answering a request."""
    if hasattr(protocol, "inside_message"):
        session = protocol._session
        return session is None or not has_joined(session)
    channel = getattr(protocol, "_channel", protocol)
    return not getattr(channel, "_handlingRequest", False)


def bound_connections(factory: Any, websocket: Any, session: Any, clock: Any) -> None:
    """Bound what connections of the router's ports take; a second call does no harm.

    - A full port ends connections of strangers, else the oldest that does nothing, and takes the
      new one.
    - Some places are kept for requests, and some for pages.
    - A WebSocket that isn't joined is ended after JOIN_SECONDS, also after a session has left.
    - A session that was told to leave is disconnected after LEAVE_SECONDS.
    - A WebSocket that answers no pings is told so before it is ended.
    - When the process ends, all sessions are told so before their sockets are closed.
    - Once a second the connections that hold most are ended, where all hold too much.

    Arguments are Crossbar.io's `MaxConnectionsFactory`, `WampWebSocketServerProtocol` and
    `RouterSession`, and Twisted's reactor, or what stands for them.
    """
    change_once(factory, "unregisterProtocol", _forgetting)
    change_once(factory, "buildProtocol", lambda build: _building(build, clock))
    change_once(websocket, "onOpen", lambda on_open: _opening(on_open, clock))
    change_once(websocket, "onAutoPingTimeout", _saying_why)
    change_once(session, "leave", lambda leave: _leaving(leave, clock))


def port_of(connection: Any) -> Port | None:
    """The port of a connection (a WebSocket's `transport`); None where places aren't counted."""
    counted = getattr(connection, "protocol", None)
    port = getattr(getattr(counted, "factory", None), _PORT, None)
    return port if isinstance(port, Port) else None


_PORT = "geometry_ws_port"


def _building(build: Any, clock: Any) -> Any:
    def build_with_room(self: Any, address: Any) -> Any:
        port = getattr(self, _PORT, None)
        if port is None:
            port = Port(self)
            setattr(self, _PORT, port)
            _look_at_memory(port, clock)
            clock.addSystemEventTrigger("before", "shutdown", port.say_goodbye, clock)
        if port.is_full and port.make_room():
            # The one that is ended still counts until its end is told, so the bound is passed by.
            return self.protocol(self, self.wrappedFactory.buildProtocol(address))
        return build(self, address)

    return build_with_room


def _forgetting(unregister: Any) -> Any:
    """Connections that have ended lie in rings of references; what they held may be large."""

    def forget(self: Any, connection: Any) -> None:
        unregister(self, connection)
        socket, protocol = connection.transport, _innermost(connection)
        if hasattr(socket, "dataBuffer"):
            socket.dataBuffer, socket.offset = b"", 0
            socket._tempDataBuffer, socket._tempDataLen = [], 0
        if hasattr(protocol, "inside_message"):
            protocol.data, protocol.message_data, protocol.frame_data = b"", [], []

    return forget


def _look_at_memory(port: Port, clock: Any) -> None:
    port.end_the_heaviest(clock.seconds())
    clock.callLater(1.0, _look_at_memory, port, clock)


def _opening(on_open: Any, clock: Any) -> Any:
    def opened(self: Any) -> Any:
        port = port_of(self.transport)
        if port is not None and not port.has_room_for(self) and not port.end_idle_websocket(self):
            log.warn("no place for another session: {peer} is sent away", peer=self.peer)
            reason = "Too many sessions: close some, or try later."
            return self._fail_connection(_TRY_AGAIN_LATER, reason)
        clock.callLater(JOIN_SECONDS, _end_unless_joined, self, clock)
        return on_open(self)

    return opened


def _end_unless_joined(websocket: Any, clock: Any, *, was_joined: bool = False) -> None:
    if websocket.transport is None:
        return
    joined = websocket._session is not None and has_joined(websocket._session)
    if joined or was_joined:
        clock.callLater(JOIN_SECONDS, _end_unless_joined, websocket, clock, was_joined=joined)
    else:
        websocket.transport.abortConnection()


def _saying_why(_end_at_once: Any) -> Any:
    """The peer may be busy, and read this later; Autobahn would end the connection without a word.

    It does so where the peer doesn't close in turn.
    """

    def say_why(self: Any) -> None:
        self.autoPingTimeoutCall = None
        seconds = self.autoPingTimeout
        reason = f"{NO_PONG} for {seconds:g} s."
        log.warn("{peer}: the connection is ended: {reason}", peer=self.peer, reason=reason)
        self._fail_connection(_POLICY_VIOLATION, reason)

    return say_why


def _leaving(leave: Any, clock: Any) -> Any:
    def left(self: Any, *args: Any, **keywords: Any) -> Any:
        transport, identity = transport_of(self), self._session_id
        try:
            return leave(self, *args, **keywords)
        finally:
            clock.callLater(LEAVE_SECONDS, _end_unless_left, self, transport, identity)

    return left


def _end_unless_left(session: Any, transport: Any, identity: Any) -> None:
    if transport is not None and session._session_id == identity and transport_of(session):
        end_connection(transport.transport, "its session was told to leave, and stays")
