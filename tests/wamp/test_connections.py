"""Connections of the router have places, a bound on what they hold, and an end."""

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.web.http import HTTPChannel

from geometry_ws.wamp.upstream.connections import (
    GOODBYE_SECONDS,
    HELD_BYTES,
    JOIN_SECONDS,
    LEAVE_SECONDS,
    PLACES_FOR_PAGES,
    PLACES_FOR_REQUESTS,
    STRANGERS_ENDED,
    bound_connections,
    let_in,
    look_at_memory,
)

PLACES = PLACES_FOR_REQUESTS + PLACES_FOR_PAGES + 10


class Socket:
    """A transport that knows what waits in it, and whether it was ended."""

    def __init__(self, host=""):
        self.peer = SimpleNamespace(host=host)
        self.dataBuffer, self.offset = b"", 0
        self._tempDataBuffer, self._tempDataLen = [], 0
        self.ended = False
        self.protocol = None

    def abortConnection(self):
        self.ended = True

    def getPeer(self):
        return self.peer


class WebSocket:
    """Autobahn's protocol, as far as connections are looked at."""

    def __init__(self, socket, origin=""):
        self.transport = socket
        self.peer = "peer"
        self.http_headers = {"origin": origin} if origin else {}
        self.inside_message = False
        self.trafficStats = SimpleNamespace(incomingOctetsWireLevel=0)
        self._session = None
        self.opened, self.closed = 0, None
        self.autoPingTimeout = 25.0

    def onOpen(self):
        self.opened += 1
        self._session = SimpleNamespace(_session_id=None)

    def onAutoPingTimeout(self):
        self.transport.abortConnection()

    def _fail_connection(self, code, reason):
        self.closed = code, reason

    def join(self, number=1):
        self._session._session_id = number
        return self


class Session:
    """The router's session."""

    def __init__(self, websocket=None):
        self._transport = websocket
        self._session_id = 5
        self.left = 0

    def leave(self):
        self.left += 1
        if self.left > 1:
            raise RuntimeError("was asked before")


class Door:
    """A listening port, with classes of its own."""

    def __init__(self):
        class Factory(WrappingFactory):
            protocol = ProtocolWrapper
            max_connections = PLACES

            def __init__(self):
                super().__init__(SimpleNamespace(buildProtocol=lambda address: HTTPChannel()))
                self.refused = 0

            def buildProtocol(self, address):
                if len(self.protocols) < self.max_connections:
                    return super().buildProtocol(address)
                self.refused += 1
                return None

        self.websocket = type("OwnWebSocket", (WebSocket,), {})
        self.session = type("OwnSession", (Session,), {})
        self.clock = Clock()
        self.at_shutdown = []
        self.clock.addSystemEventTrigger = lambda *trigger: self.at_shutdown.append(trigger)
        for _ in range(2):
            bound_connections(Factory, self.websocket, self.session, self.clock)
        self.factory = Factory()

    def come(self, host=""):
        """A new connection that says nothing yet; None where it is refused."""
        connection = self.factory.buildProtocol("address")
        if connection is not None:
            connection.transport = Socket(host)
            connection.transport.protocol = connection
            self.factory.registerProtocol(connection)
        return connection

    def open(self, origin=""):
        """A new WebSocket."""
        connection = self.come()
        websocket = self.websocket(connection.transport, origin)
        connection.wrappedProtocol = websocket
        websocket.onOpen()
        return websocket

    def go(self, connection):
        """A connection's end arrives."""
        self.factory.unregisterProtocol(connection)

    def end(self):
        """The process is asked to end; gives what it waits for."""
        assert [trigger[:2] for trigger in self.at_shutdown] == [("before", "shutdown")]
        _, _, say, *arguments = self.at_shutdown[0]
        return say(*arguments)


@pytest.fixture
def door():
    return Door()


def test_sessions_are_told_that_the_node_ends(door):
    joined, silent, broken, earlier = (door.open() for _ in range(4))
    goodbyes = []
    for websocket in (joined, broken, earlier):
        session = websocket.join()._session
        session._transport, session._goodbye_sent = websocket, websocket is earlier
        session.leave = lambda *why, of=websocket: goodbyes.append((of, *why))
    broken._session.leave = lambda *why: 1 / 0
    door.come()
    waited_for = door.end()
    assert goodbyes == [(joined, "wamp.close.system_shutdown", "The node ends.")]
    assert [each.closed for each in (joined, silent, earlier)] == [(1001, "The node ends.")] * 3
    assert not waited_for.called
    door.clock.advance(GOODBYE_SECONDS)
    assert waited_for.called


def test_a_port_without_sessions_is_not_waited_for(door):
    door.come()
    assert door.end() is None


def ended(connections):
    return [connection.transport.ended for connection in connections]


def test_a_full_port_ends_the_oldest_strangers_that_do_nothing(door):
    first = door.come()
    first.wrappedProtocol._handlingRequest = True
    others = [door.come() for _ in range(PLACES - 1)]
    assert door.come() is not None
    assert not first.transport.ended
    assert ended(others) == [True] * STRANGERS_ENDED + [False] * (len(others) - STRANGERS_ENDED)
    assert door.factory.refused == 0


def test_a_full_port_ends_the_oldest_that_was_let_in_where_there_is_no_stranger(door):
    first, second = everybody = [door.come() for _ in range(PLACES)][:2]
    for connection in door.factory.protocols:
        let_in(connection.wrappedProtocol)
    first.wrappedProtocol._handlingRequest = True
    assert door.come() is not None
    assert ended(everybody) == [False, True]
    assert second.disconnecting


def test_a_port_full_of_requests_of_those_who_were_let_in_refuses(door):
    for _ in range(PLACES):
        channel = door.come().wrappedProtocol
        channel._handlingRequest = True
        let_in(channel)
    assert door.come() is None
    assert door.factory.refused == 1


def test_an_address_that_fills_a_port_with_guesses_shuts_out_nobody_else(door):
    """Guesses are answered late: each keeps its connection busy meanwhile."""
    guest = door.come(host="10.0.0.1")
    guest.wrappedProtocol._handlingRequest = True
    session = door.open().join()
    guesses = [door.come(host="10.0.0.66") for _ in range(PLACES - 2)]
    for each in guesses:
        each.wrappedProtocol._handlingRequest = True
    for _ in range(3 * PLACES):
        latest = door.come(host="10.0.0.66")
        latest.wrappedProtocol._handlingRequest = True
        for connection in list(door.factory.protocols):
            if connection.transport.ended:
                door.go(connection)
    assert door.come(host="10.0.0.2") is not None
    assert not guest.transport.ended
    assert not session.transport.ended
    assert door.factory.refused == 0


def test_sessions_leave_places_for_pages_and_for_requests(door):
    sessions = [door.open().join() for _ in range(PLACES - PLACES_FOR_REQUESTS - PLACES_FOR_PAGES)]
    assert all(session.opened for session in sessions)
    refused = door.open()
    assert (refused.opened, refused.closed[0]) == (0, 1013)
    assert "sessions" in refused.closed[1]
    door.go(refused.transport.protocol)
    pages = [door.open(origin="http://localhost").join() for _ in range(PLACES_FOR_PAGES)]
    assert all(page.opened for page in pages)
    assert door.open(origin="http://localhost").closed[0] == 1013
    assert door.come() is not None


def test_a_session_finds_room_where_others_have_not_joined(door):
    silent = [door.open() for _ in range(PLACES - PLACES_FOR_REQUESTS - PLACES_FOR_PAGES)]
    latest = door.open()
    assert (latest.opened, latest.transport.ended) == (1, False)
    assert [websocket.transport.ended for websocket in silent[:2]] == [True, False]


def test_a_connection_that_does_not_join_is_ended(door):
    silent, joined, gone = door.open(), door.open().join(), door.open()
    gone.transport = None
    door.clock.advance(JOIN_SECONDS - 0.01)
    assert not silent.transport.ended
    door.clock.advance(0.02)
    assert (silent.transport.ended, joined.transport.ended) == (True, False)


def test_a_connection_whose_session_has_left_has_the_same_time(door):
    websocket = door.open().join()
    for _ in range(5):
        door.clock.advance(JOIN_SECONDS)
    websocket._session._session_id = None
    door.clock.advance(JOIN_SECONDS)
    assert not websocket.transport.ended
    door.clock.advance(JOIN_SECONDS)
    assert websocket.transport.ended


def test_a_session_that_was_told_to_leave_and_stays_is_disconnected(door):
    deaf, polite, again = (door.session(SimpleNamespace(transport=Socket())) for _ in range(3))
    for session in (deaf, polite, again):
        session.leave()
    with pytest.raises(RuntimeError):
        again.leave()
    sockets = [session._transport.transport for session in (deaf, polite, again)]
    polite._session_id = None
    door.clock.advance(LEAVE_SECONDS - 0.01)
    assert not sockets[0].ended
    door.clock.advance(0.02)
    assert [socket.ended for socket in sockets] == [True, False, True]


def test_who_holds_most_is_ended_when_all_hold_too_much(door):
    reader, writer, light = (door.open().join() for _ in range(3))
    reader.transport._tempDataLen = HELD_BYTES // 2
    writer.inside_message = True
    writer.trafficStats.incomingOctetsWireLevel = HELD_BYTES // 2
    light.transport._tempDataLen = 1000
    door.clock.advance(1)
    assert [each.transport.ended for each in (reader, writer, light)] == [True, False, False]
    door.go(reader.transport.protocol)
    door.clock.advance(1)
    assert not writer.transport.ended


def test_memory_is_looked_at_as_soon_as_a_connection_holds_much(door):
    first, second = door.open().join(), door.open().join()
    door.clock.advance(0.5)
    for websocket in (first, second):
        websocket.transport._tempDataLen = HELD_BYTES // 2 + 1
    look_at_memory(second, door.clock.seconds())
    assert [websocket.transport.ended for websocket in (first, second)] == [True, False]


def test_what_a_connection_held_is_forgotten_when_it_ends(door):
    websocket = door.open().join()
    websocket.transport.dataBuffer = b"x" * 1000
    websocket.data, websocket.message_data, websocket.frame_data = b"x", [b"x"], [b"x"]
    door.go(websocket.transport.protocol)
    assert websocket.transport.dataBuffer == b""
    assert (websocket.data, websocket.message_data, websocket.frame_data) == (b"", [], [])


def test_a_websocket_that_answers_no_pings_is_told_so():
    websocket = Door().open()
    websocket.onAutoPingTimeout()
    assert websocket.closed == (1008, "No pong for 25 s.")
