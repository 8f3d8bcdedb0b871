"""What clients send is taken in turns, in few pieces, and in time."""

import gc
from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock
from twisted.web.http import HTTPChannel

from geometry_ws.wamp.payload import MOST_VALUES
from geometry_ws.wamp.upstream.receiving import (
    GREETING_BYTES,
    LARGE_BYTES,
    LARGE_READ,
    MOST_PIECES,
    TURN_SECONDS,
    USUAL_READ,
    check_messages,
    end_pipelines,
    expect_whole_requests,
    receive_in_turns,
)

OPEN, CLOSING, CLOSED, CONNECTING = range(4)


class Router:
    """WebSockets whose messages take time, and what they did, in order."""

    def __init__(self):
        self.now = 0.0
        self.clock = Clock()
        self.done = []
        router = self

        class WebSocket:
            STATE_OPEN, STATE_CLOSING, STATE_CLOSED = OPEN, CLOSING, CLOSED

            def __init__(self, name, *seconds, size=0):
                self.name, self.messages = name, list(seconds)
                self.state = OPEN
                self.data = bytes(size)
                self.inside_message, self.message_data, self.frame_data = False, [], []
                self.current_frame = None
                self.trafficStats = SimpleNamespace(incomingOctetsWireLevel=0)
                self.paused = self.ended = self.shaken = False
                self.transport = SimpleNamespace(
                    pauseProducing=lambda: setattr(self, "paused", True),
                    resumeProducing=lambda: setattr(self, "paused", False),
                    abortConnection=lambda: setattr(self, "ended", True),
                    getPeer=lambda: "peer",
                )

            def processData(self):
                if not self.messages:
                    return False
                router.now += self.messages.pop(0)
                router.done.append(self.name)
                return bool(self.messages)

            def consumeData(self):
                self.shaken = True

        for _ in range(2):
            receive_in_turns(WebSocket, self.clock, lambda: self.now)
        self.websocket = WebSocket

    def receive(self, name, *seconds, size=0):
        websocket = self.websocket(name, *seconds, size=size)
        websocket.consumeData()
        return websocket


@pytest.fixture
def router():
    return Router()


def test_short_messages_are_worked_through_at_once(router):
    websocket = router.receive("a", *[TURN_SECONDS / 100] * 50)
    assert router.done == ["a"] * 50
    assert not websocket.paused
    assert router.clock.getDelayedCalls() == []


def test_a_connection_with_much_to_say_waits_for_the_others(router):
    flood = router.receive("flood", *[TURN_SECONDS / 4] * 12)
    assert router.done == ["flood"] * 5
    assert flood.paused
    router.receive("call", 0.001)
    assert router.done[-1] == "call"
    router.clock.advance(TURN_SECONDS / 2)
    assert router.done.count("flood") == 10
    router.clock.advance(TURN_SECONDS / 2)
    assert router.done.count("flood") == 12
    assert not flood.paused


def test_connections_that_wait_take_turns(router):
    for name in ("a", "b"):
        router.receive(name, *[TURN_SECONDS * 2] * 3)
    assert router.done == ["a", "b"]
    for _ in range(4):
        router.clock.advance(1)
    assert router.done == ["a", "b"] * 3


def test_of_large_messages_one_is_taken_at_a_time(router):
    """All sockets that can be read are worked through in one round of the event loop."""
    for name in ("a", "b", "c"):
        router.receive(name, 0.1, size=LARGE_BYTES)
    assert router.done == ["a"]
    router.receive("call", 0.001)
    assert router.done == ["a", "call"]
    router.clock.advance(0.1)
    router.clock.advance(0.1)
    assert router.done == ["a", "call", "b", "c"]


def test_of_many_busy_connections_one_is_served_at_a_time(router):
    """Each stays within its turn, and all together would hold the others."""
    quick = TURN_SECONDS * 0.9
    crowd = [router.receive(number, quick) for number in range(3)]
    for _ in range(3):
        for websocket in crowd:
            websocket.messages = [quick]
            websocket.consumeData()
    assert router.done == [0, 1, 2] * 3
    calm = router.receive("call", 0.001)
    assert not calm.paused
    assert router.done[-1] == "call"
    for _ in range(3):
        router.clock.advance(0.01)
    assert router.done[10:] == [0, 1, 2]
    assert not any(websocket.paused for websocket in crowd)


def test_a_part_of_a_large_message_does_not_wait(router):
    router.receive("large", 0.1, size=LARGE_BYTES)
    part = router.websocket("part", 0.001, size=LARGE_BYTES)
    part.current_frame = SimpleNamespace(length=10 * LARGE_BYTES)
    part.current_frame_masker = SimpleNamespace(pointer=lambda: 0)
    part.transport.transport = socket = SimpleNamespace(bufferSize=USUAL_READ)
    part.consumeData()
    assert router.done == ["large", "part"]
    assert socket.bufferSize == LARGE_READ, "what is missing is read in larger pieces"
    part.current_frame, part.data, part.messages = None, b"", [0.001]
    part.consumeData()
    assert socket.bufferSize == USUAL_READ


@pytest.mark.parametrize("gone", ["closed", "lost"])
def test_who_is_gone_has_no_turn_and_keeps_nobody_waiting(router, gone):
    first = router.receive("gone", *[TURN_SECONDS * 2] * 2)
    router.receive("other", *[TURN_SECONDS * 2] * 2)
    if gone == "closed":
        first.state = CLOSED
    else:
        first.transport = None
    router.clock.advance(1)
    assert router.done == ["gone", "other", "other"]


def test_a_handshake_is_autobahns(router):
    websocket = router.websocket("a", 1)
    websocket.state = CONNECTING
    websocket.consumeData()
    assert websocket.shaken
    assert router.done == []


def test_a_message_in_too_many_pieces_ends_its_connection(router):
    websocket = router.websocket("a")
    websocket.inside_message = True
    websocket.message_data, websocket.frame_data = [b""] * (MOST_PIECES - 1), [b"x"]
    websocket.consumeData()
    assert not websocket.ended
    websocket.frame_data.append(b"x")
    websocket.consumeData()
    assert websocket.ended


def make_greeted():
    class WebSocket:
        def __init__(self):
            self.got, self.ended = [], False
            self._session = SimpleNamespace(_session_id=None)
            self._serializer = SimpleNamespace(_serializer=SimpleNamespace(NAME="json"))
            self.transport = SimpleNamespace(
                abortConnection=lambda: setattr(self, "ended", True), getPeer=lambda: "peer"
            )

        def onMessage(self, payload, isBinary):  # noqa: N803 - Autobahn's name
            self.got.append(payload)

    for _ in range(2):
        check_messages(WebSocket)
    return WebSocket()


def test_a_greeting_is_short():
    websocket = make_greeted()
    websocket.onMessage(bytes(GREETING_BYTES), True)
    assert (len(websocket.got), websocket.ended) == (1, False)
    websocket.onMessage(bytes(GREETING_BYTES + 1), True)
    assert (len(websocket.got), websocket.ended) == (1, True)


def test_a_session_says_what_it_likes():
    websocket = make_greeted()
    websocket._session._session_id = 5
    websocket.onMessage(bytes(10**6), isBinary=True)
    assert len(websocket.got) == 1


def test_who_was_sent_away_is_not_heard():
    websocket = make_greeted()
    websocket._session = None
    websocket.onMessage(b"[1]", isBinary=False)
    assert (websocket.got, websocket.ended) == ([], False)


class Channel(HTTPChannel):
    """Twisted's, with a clock of its own and nothing that is done."""

    def __init__(self, clock):
        super().__init__()
        self.callLater = clock.callLater
        self.timed_out = False

    def timeoutConnection(self):
        self.timed_out = True


def test_a_request_has_its_time_from_its_first_byte():
    class Own(Channel):
        pass

    for _ in range(2):
        expect_whole_requests(Own)
    clock = Clock()
    channel, twisted = Own(clock), Channel(clock)
    for each in (channel, twisted):
        each.setTimeout(10)
    for _ in range(9):
        clock.advance(1.5)
        for each in (channel, twisted):
            each.resetTimeout()
    assert (channel.timed_out, twisted.timed_out) == (True, False)
    channel.timed_out = False
    # The answer is through, so the time for the next request begins.
    channel.setTimeout(10)
    clock.advance(9)
    channel.resetTimeout()
    clock.advance(9)
    assert not channel.timed_out
    channel.setTimeout(None)
    twisted.setTimeout(None)


def test_garbage_is_looked_for_after_a_large_message(router):
    seen = []
    large = router.websocket("large", 0.001, size=LARGE_BYTES)
    small = router.websocket("small", 0.001)
    for websocket in (large, small):
        process = websocket.processData

        def look(process=process):
            seen.append(gc.isenabled())
            return process()

        websocket.processData = look
        websocket.consumeData()
    assert seen == [False, True]
    assert gc.isenabled()


class Answering:
    """Twisted's channel, as far as requests that come too early are looked at."""

    def __init__(self, early):
        self._dataBuffer, self._buffer, self.persistent = [early], b"", True

    def requestDone(self, request):
        self.answered = request


@pytest.mark.parametrize(("early", "stays"), [(b"", True), (b"GET / HTTP/1.1", False)])
def test_a_connection_ends_where_a_request_does_not_wait_for_an_answer(early, stays):
    class Own(Answering):
        pass

    for _ in range(2):
        end_pipelines(Own)
    channel = Own(early)
    channel.requestDone("first")
    assert (channel.answered, channel.persistent) == ("first", stays)


def test_a_message_with_too_many_values_is_not_read():
    class WebSocket:
        def __init__(self, name):
            self.got, self.closed = [], None
            self._session = SimpleNamespace(_session_id=5)
            self._serializer = SimpleNamespace(_serializer=SimpleNamespace(NAME=name))

        def onMessage(self, payload, isBinary):  # noqa: N803 - Autobahn's name
            self.got.append(payload)

        def _fail_connection(self, code, reason):
            self.closed = code, reason

    for _ in range(2):
        check_messages(WebSocket)
    for name, item, head in (("msgpack", b"\x90", b"\xdd"), ("cbor", b"\x80", b"\x9a")):
        for count in (MOST_VALUES - 1, MOST_VALUES + 1):
            websocket = WebSocket(name)
            websocket.onMessage(head + count.to_bytes(4, "big") + item * count, isBinary=True)
            assert bool(websocket.got) == (count < MOST_VALUES)
            assert (websocket.closed is None) == (count < MOST_VALUES)
