"""Messages over the router's own socket arrive whole, in order, and are joined once."""

import itertools
import struct
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from twisted.protocols.basic import Int32StringReceiver

from geometry_ws.wamp.framing import LARGE_READ, USUAL_READ, gather


class Receiver(Int32StringReceiver):
    """Keeps what it receives, and how much it was handed in all."""

    MAX_LENGTH = 5000

    def __init__(self):
        self.messages, self.handed, self.refused = [], 0, 0

    def dataReceived(self, data):
        self.handed += len(data)
        super().dataReceived(data)

    def stringReceived(self, message):
        self.messages.append(message)

    def lengthLimitExceeded(self, length):
        self.refused = length


def packed(messages):
    return b"".join(struct.pack("!I", len(message)) + message for message in messages)


def pieces_of(data, cuts):
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


@given(
    st.lists(st.integers(0, 3000).map(lambda length: bytes([length % 251]) * length), max_size=12),
    st.lists(st.integers(0, 40_000), max_size=30),
    st.integers(0, 30),
)
def test_messages_arrive_as_they_were_sent_however_they_are_cut(messages, cuts, begin):
    receiver = Receiver()
    pieces = pieces_of(packed(messages), cuts)
    for piece in pieces[:begin]:
        receiver.dataReceived(piece)
    gather(receiver)
    for piece in pieces[begin:]:
        receiver.dataReceived(piece)
    assert receiver.messages == messages


def test_a_large_message_is_handed_on_once():
    receiver = Receiver()
    gather(receiver)
    data = packed([b"x" * 5000])
    for start in range(0, len(data), 50):
        receiver.dataReceived(data[start : start + 50])
    assert receiver.messages == [b"x" * 5000]
    assert receiver.handed <= len(data) + 100


def test_of_a_large_message_more_is_read_at_a_time_but_nothing_behind_it():
    receiver = Receiver()
    receiver.MAX_LENGTH = 2**20
    receiver.transport = SimpleNamespace(bufferSize=USUAL_READ)
    gather(receiver)
    data = packed([b"x" * (LARGE_READ + USUAL_READ), b"next"])
    sizes = []
    while data:
        sizes.append(receiver.transport.bufferSize)
        receiver.dataReceived(data[: sizes[-1]])
        data = data[sizes[-1] :]
    assert sizes[:2] == [USUAL_READ, LARGE_READ]
    assert receiver.transport.bufferSize == USUAL_READ
    assert [len(message) for message in receiver.messages] == [LARGE_READ + USUAL_READ, 4]


def test_a_message_that_is_too_long_is_refused_with_its_first_bytes():
    receiver = Receiver()
    gather(receiver)
    receiver.dataReceived(struct.pack("!I", 6000) + b"abc")
    assert receiver.refused == 6000


def test_what_waited_during_a_pause_comes_after_it():
    receiver = Receiver()
    receiver.transport = type("Transport", (), {"resumeProducing": lambda self: None})()
    gather(receiver)
    receiver.paused = True
    receiver.dataReceived(packed([b"one", b"two"])[:12])
    assert receiver.messages == []
    receiver.resumeProducing()
    assert receiver.messages == [b"one"]
    receiver.dataReceived(packed([b"one", b"two"])[12:])
    assert receiver.messages == [b"one", b"two"]


def test_other_transports_are_left_alone():
    gather(None)
    gather(object())
