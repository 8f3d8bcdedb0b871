"""A listening socket that answers what its judge does, and gives out everything else untouched."""

import socket
from contextlib import ExitStack

import pytest
from twisted.internet.task import Clock

from geometry_ws.wamp.upstream.early import (
    DRAIN_SECONDS,
    MOST_AT_ONCE,
    MOST_DRAINED,
    Drains,
    Early,
    EarlySocket,
    answer_early,
)

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class Reactor(Clock):
    def __init__(self):
        super().__init__()
        self.readers = []

    def addReader(self, reader):
        self.readers.append(reader)

    def removeReader(self, reader):
        self.readers.remove(reader)


def judge(data):
    """Answers what begins with a number of bytes that are to come in all."""
    number, colon, came = data.partition(b":")
    if not colon:
        return None
    return Early(ANSWER, len(data), int(number) - len(came))


class Door:
    def __init__(self, stack):
        self.reactor = Reactor()
        self.stack = stack
        self.socket = stack.enter_context(EarlySocket(socket.AF_INET, socket.SOCK_STREAM))
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen()
        self.socket.setblocking(False)
        self.socket.judge = lambda: judge
        self.socket.drains = Drains(self.reactor)

    def send(self, data):
        client = self.stack.enter_context(socket.create_connection(self.socket.getsockname()))
        client.sendall(data)
        return client


@pytest.fixture
def door():
    with ExitStack() as stack:
        yield Door(stack)


def everything(client):
    """All that is said until the connection ends."""
    return b"".join(iter(lambda: client.recv(4096), b""))


def test_what_can_be_answered_is_and_its_connection_ends(door):
    client = door.send(b"3:abc")
    with pytest.raises(BlockingIOError):
        door.socket.accept()
    assert everything(client) == ANSWER


def test_other_connections_come_out_with_every_byte(door):
    clients = [door.send(data) for data in (b"3:abc", b"GET / HTTP/1.1", b"0:", b"")]
    for expected in (b"GET / HTTP/1.1", b""):
        connection, _ = door.socket.accept()
        with connection:
            connection.setblocking(False)
            assert (connection.recv(100) if expected else b"") == expected
    assert everything(clients[0]) == everything(clients[2]) == ANSWER


def test_a_body_that_is_still_coming_is_dropped_and_answered_at_its_end(door):
    client = door.send(b"1000000:" + b"x" * 1000)
    with pytest.raises(BlockingIOError):
        door.socket.accept()
    (drain,) = door.reactor.readers
    left = 999_000
    while left:
        left -= client.send(b"y" * min(left, 100_000))
        while door.reactor.readers and drain._rest > left:
            drain.doRead()
    assert everything(client) == ANSWER
    assert (door.reactor.readers, door.reactor.getDelayedCalls()) == ([], [])


def test_a_body_that_never_ends_or_whose_sender_leaves_keeps_nothing(door):
    client, other = door.send(b"1000000:x"), door.send(b"1000000:x")
    with pytest.raises(BlockingIOError):
        door.socket.accept()
    other.close()
    door.reactor.readers[1].doRead()
    door.reactor.readers[-1].doRead()
    assert len(door.reactor.readers) == 1
    door.reactor.advance(DRAIN_SECONDS)
    assert (door.reactor.readers, everything(client)) == ([], b"")


def test_others_have_their_turn_and_places_are_few(door):
    for _ in range(MOST_AT_ONCE):
        door.send(b"0:")
    door.send(b"else")
    with pytest.raises(BlockingIOError):
        door.socket.accept()
    connection, _ = door.socket.accept()
    connection.close()
    for _ in range(MOST_DRAINED):
        door.socket.drains._count += 1
    door.send(b"0:")
    connection, _ = door.socket.accept()
    assert connection.recv(10) == b"0:"
    connection.close()


def test_ports_of_others_and_those_without_a_judge_stay_as_they_are():
    class Port:
        def __init__(self, factory):
            self.factory = factory
            self._logger = None

        def createInternetSocket(self):
            return socket.socket()

    for _ in range(2):
        answer_early(Port, lambda factory: factory == "ours", lambda _: None, Reactor())
    with Port("theirs").createInternetSocket() as theirs:
        assert type(theirs) is socket.socket
    with Port("ours").createInternetSocket() as ours:
        assert isinstance(ours, EarlySocket)
        assert ours.gettimeout() == 0.0
        ours.bind(("127.0.0.1", 0))
        ours.listen()
        with socket.create_connection(ours.getsockname()) as client:
            client.sendall(b"0:")
            connection, _ = ours.accept()
            assert connection.recv(2) == b"0:"
            connection.close()
