"""Connections within the machine send without pacing; others are left as they are."""

import socket
from types import SimpleNamespace

import pytest

from geometry_ws.client.loopback import send_unpaced

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
