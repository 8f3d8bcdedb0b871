"""What is said leaves at once; connections within the machine send without pacing."""

import socket
from types import SimpleNamespace

import pytest
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import MemoryReactorClock, StringTransport
from twisted.python.failure import Failure

from geometry_ws.client.address import parse_address
from geometry_ws.client.loopback import send_unpaced
from geometry_ws.client.on_twisted import TwistedLoop

OPTION = getattr(socket, "TCP_CONGESTION", None)


class Transport:
    """A connected socket as an event loop has it; ``host`` is what it says of the other end."""

    def __init__(self, connected, host):
        self._connected, self._host = connected, host

    def getPeer(self):
        return SimpleNamespace(host=self._host)

    def getHandle(self):
        return self._connected


@pytest.fixture
def connected():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        yield client


@pytest.mark.skipif(OPTION is None, reason="the system knows no such setting")
def test_a_connection_within_the_machine_is_not_paced(connected):
    assert send_unpaced(Transport(connected, "127.0.0.1"))
    assert connected.getsockopt(socket.IPPROTO_TCP, OPTION, 16).rstrip(b"\0") == b"reno"


def test_other_connections_are_left_alone(connected):
    for host in ("192.0.2.7", "example.org", ""):
        assert not send_unpaced(Transport(connected, host))
    assert not send_unpaced(SimpleNamespace())


def test_a_socket_that_is_gone_does_no_harm(connected):
    connected.close()
    assert not send_unpaced(Transport(connected, "127.0.0.1"))


class Prompt(StringTransport):
    """A connection that can be told to send small pieces as they come, as TCP can."""

    prompt = None

    def setTcpNoDelay(self, enabled):
        self.prompt = enabled


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_message_does_not_wait_for_the_one_before_to_be_acknowledged(scheme):
    """An event and an answer right after it are two small pieces: TCP would wait 40 ms."""
    reactor = MemoryReactorClock()
    TwistedLoop(reactor).link(parse_address(f"{scheme}://127.0.0.1:8081")).open().send(None)
    (_, _, factory, *_), *_ = reactor.tcpClients
    transport = Prompt()
    connection = factory.buildProtocol(None)
    connection.makeConnection(transport)
    assert transport.prompt is True
    # Its handshake's time limit is kept beside the reactor, and would end some other test.
    connection.connectionLost(Failure(ConnectionDone()))
