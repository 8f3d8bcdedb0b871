"""Large messages are handed over as files, in their order, between those who know of it."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from twisted.internet.interfaces import IFileDescriptorReceiver

from geometry_ws.wamp.upstream import handing
from geometry_ws.wamp.upstream.connections import waiting_bytes
from geometry_ws.wamp.upstream.handing import (
    ASKED,
    HANDED_BYTES,
    Handing,
    hand_over,
    hand_over_if_offered,
)

LARGE = bytes(range(256)) * (HANDED_BYTES // 256)


class Connection:
    """A receiver of prefixed strings, on a socket whose other end is another one's."""

    all = []

    def __init__(self):
        self.all.append(self)
        self.transport = SimpleNamespace(
            protocol=SimpleNamespace(),
            dataBuffer=b"",
            offset=0,
            _tempDataLen=0,
            sendFileDescriptor=lambda file: self.files.append(os.dup(file)),
            abortConnection=lambda: self.connectionLost("aborted"),
        )
        self.sent, self.files, self.received, self.ends = [], [], [], []

    def sendString(self, data):
        self.sent.append(data)

    def stringReceived(self, data):
        self.received.append(data)

    def connectionLost(self, reason):
        self.ends.append(reason)

    def deliver(self, other):
        """Let the other end receive what was sent here: files come before their marks."""
        for file in self.files:
            other.transport.protocol.fileDescriptorReceived(file)
        for data in self.sent:
            other.stringReceived(data)
        self.files.clear()
        self.sent.clear()


@pytest.fixture(autouse=True)
def no_file_stays_open():
    yield
    while Connection.all:
        connection = Connection.all.pop()
        connection.connectionLost("over")
        for file in connection.files:
            os.close(file)


def session_of(connection, role="component", **given):
    return SimpleNamespace(_transport=connection, _authrole=role, _authextra=given)


def make_pair():
    here, there = Connection(), Connection()
    Handing(here)
    Handing(there)
    assert IFileDescriptorReceiver.providedBy(there.transport.protocol)
    return here, there


def test_a_connection_ends_when_a_mark_comes_without_its_file():
    here, there = make_pair()
    here.sendString(LARGE)
    while here.files:
        os.close(here.files.pop())  # as Linux does for who can open no more
    here.deliver(there)

    assert (there.received, there.ends) == ([], ["aborted"])


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_messages_of_all_sizes_arrive_in_their_order():
    here, there = make_pair()
    before = open_files()
    messages = [b"small", LARGE, b"", LARGE[:-1], LARGE + b"x", b"last"]
    for each in messages:
        here.sendString(each)
    assert max(map(len, here.sent)) < HANDED_BYTES
    here.deliver(there)
    assert there.received == messages
    assert waiting_bytes(session_of(here)) == 0
    assert open_files() == before


def test_what_was_not_read_yet_counts_as_waiting():
    here, there = make_pair()
    here.sendString(LARGE)
    here.sendString(LARGE + b"x")
    assert waiting_bytes(session_of(here)) == 2 * HANDED_BYTES + 1
    here.deliver(there)
    assert waiting_bytes(session_of(here)) == 0


def test_files_that_were_read_are_closed_though_nobody_asks_what_waits():
    here, there = make_pair()
    before = open_files()
    for _ in range(5):
        here.sendString(LARGE)
        here.deliver(there)
    assert open_files() <= before + 1


def test_the_end_of_a_connection_closes_its_files():
    before = open_files()
    here, there = make_pair()
    here.sendString(LARGE)
    file = here.files.pop()
    there.transport.protocol.fileDescriptorReceived(file)
    here.connectionLost("gone")
    there.connectionLost("gone")
    assert (here.ends, there.ends) == (["gone"], ["gone"])
    assert open_files() == before


def test_a_message_goes_as_ever_where_there_is_no_room_for_a_file(monkeypatch):
    def full(_data):
        raise OSError("no room")

    monkeypatch.setattr(handing, "_file_of", full)
    here, there = make_pair()
    here.sendString(LARGE)
    here.deliver(there)
    assert there.received == [LARGE]


def make_router():
    class Router:
        def attach(self, session):
            return session

    hand_over(Router)
    hand_over(Router)
    return Router()


@pytest.mark.parametrize(
    ("role", "given", "offered"),
    [
        ("component", {ASKED: True}, True),
        ("component", {}, False),
        ("guest", {ASKED: True}, False),
        ("guest", {ASKED: True, handing._OFFERED: True}, False),
    ],
)
def test_the_router_hands_over_to_components_that_ask(role, given, offered):
    connection = Connection()
    make_router().attach(session_of(connection, role, **given))
    connection.sendString(LARGE)
    assert (connection.sent != [LARGE]) == offered


def test_a_component_hands_over_where_the_router_says_so():
    router = session_of(Connection(), **{ASKED: True})
    make_router().attach(router)
    offering, foreign = Connection(), Connection()
    hand_over_if_offered(session_of(offering), router._authextra)
    hand_over_if_offered(session_of(foreign), {ASKED: True})
    for each in (offering, foreign):
        each.sendString(LARGE)
    assert offering.sent != [LARGE]
    assert foreign.sent == [LARGE]
