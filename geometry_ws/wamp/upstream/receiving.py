"""How the router takes what clients send: in turns, in a bounded number of pieces, and in time.

A connection's bytes are worked through before those of another are looked at, however long it
takes: 64 kB are eleven thousand pings, or three thousand events. And all connections that have
something to read are worked through before an answer is passed on. So a connection that has had its
time waits, and of those that wait, and of large messages, one is served at a time; between two of
them all others have their turn.
"""

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Final

from geometry_ws.wamp.count_values import check_cbor, check_msgpack
from geometry_ws.wamp.upstream.changing import change_once
from geometry_ws.wamp.upstream.connections import (
    COMPLETE,
    SIZE,
    end_connection,
    look_at_memory,
    unfinished_bytes,
)
from geometry_ws.wamp.upstream.sessions import has_joined

TURN_SECONDS: Final = 0.005
"""After so long a connection's next message waits for the others; one message is never divided."""

STRETCH_SECONDS: Final = 0.02
PAUSE_SECONDS: Final = 0.001
"""When connections have taken so long with hardly a pause between them, the busy ones wait."""

BUSY_SECONDS: Final = 0.01
"""A connection is busy that has taken so long lately; what it took counts half after a second."""

LARGE_BYTES: Final = 32 * 1024
"""A message from this size may take longer than a turn, so it waits for other large ones."""

MOST_PIECES: Final = 32_768
"""Pieces of one WebSocket message, as frames or as they come from the network; each takes some
forty bytes beside its content. The largest message in packets of 500 bytes has as many."""

USUAL_READ: Final = 64 * 1024
"""What Twisted reads at a time."""

LARGE_READ: Final = 256 * 1024
"""What is read at a time of a large message."""

GREETING_BYTES: Final = 8192
"""A message of a connection that hasn't joined: its roles, and what it gives to be admitted."""

_LATELY = "geometry_ws_lately"
_REST = 0.25
"""Between two turns of connections that wait there is this part of the first one's time."""


class Turns:
    """Who waits, and who is served; for all WebSockets of a router.

    ``consume`` is Autobahn's way to work through what a WebSocket has received.
    """

    def __init__(self, consume: Any, clock: Any, time: Any) -> None:
        self._consume = consume
        self._clock = clock
        self._time = time
        self._waiting: deque[Any] = deque()
        self._is_resting = False
        self._spent_at_a_stretch = 0.0
        self._ended = 0.0

    def take(self, websocket: Any) -> None:
        """Work through what a WebSocket has received, now or when its turn comes."""
        if websocket in self._waiting:
            return
        is_late = self._is_late() and self._is_busy(websocket)
        if is_late or ((self._is_resting or self._waiting) and _may_be_long(websocket)):
            self._let_wait(websocket)
            self._rest(0.0)
        else:
            spent = self._work(websocket)
            self._count(websocket, spent)
            self._rest(spent)

    def _count(self, websocket: Any, spent: float) -> None:
        """Note what a connection has taken lately, and all of them without a pause."""
        now = self._time()
        if now - spent - self._ended > PAUSE_SECONDS:
            self._spent_at_a_stretch = 0.0
        self._spent_at_a_stretch += spent
        self._ended = now
        then, lately = getattr(websocket, _LATELY, (now, 0.0))
        setattr(websocket, _LATELY, (now, lately * 0.5 ** (now - then) + spent))

    def _is_late(self) -> bool:
        """Whether connections have been worked through for long, with hardly a pause."""
        return (
            self._spent_at_a_stretch > STRETCH_SECONDS
            and self._time() - self._ended < PAUSE_SECONDS
        )

    def _is_busy(self, websocket: Any) -> bool:
        _, lately = getattr(websocket, _LATELY, (0.0, 0.0))
        return bool(lately > BUSY_SECONDS)

    def _work(self, websocket: Any) -> float:
        """Give a WebSocket a turn; gives the seconds that it took."""
        begin = self._time()
        if websocket.state not in (websocket.STATE_OPEN, websocket.STATE_CLOSING):
            self._consume(websocket)
        elif _may_be_long(websocket):
            with _without_collections():
                self._work_through(websocket, begin)
        else:
            self._work_through(websocket, begin)
        return float(self._time() - begin)

    def _work_through(self, websocket: Any, begin: float) -> None:
        while websocket.processData() and websocket.state != websocket.STATE_CLOSED:
            if self._time() - begin > TURN_SECONDS:
                self._let_wait(websocket)
                break
        if websocket.state != websocket.STATE_CLOSED:
            self._look_at(websocket)

    def _look_at(self, websocket: Any) -> None:
        if not websocket.inside_message:
            setattr(websocket, COMPLETE, websocket.trafficStats.incomingOctetsWireLevel)
        elif _pieces(websocket) > MOST_PIECES:
            end_connection(websocket.transport, "its message comes in too many pieces")
            return
        read_at_once(websocket.transport, _missing(websocket))
        look_at_memory(websocket, self._clock.seconds())

    def _let_wait(self, websocket: Any) -> None:
        websocket.transport.pauseProducing()
        self._waiting.append(websocket)

    def _rest(self, spent: float) -> None:
        """Serve the next one after all others had their turn, where that is needed."""
        if not self._is_resting and (self._waiting or spent > TURN_SECONDS):
            self._is_resting = True
            self._clock.callLater(spent * _REST, self._serve_next)

    def _serve_next(self) -> None:
        self._is_resting = False
        while self._waiting:
            websocket = self._waiting.popleft()
            if websocket.transport is None or websocket.state == websocket.STATE_CLOSED:
                continue
            spent = self._work(websocket)
            self._count(websocket, spent)
            if websocket not in self._waiting and websocket.transport is not None:
                websocket.transport.resumeProducing()
            self._rest(spent)
            return


@contextmanager
def _without_collections() -> Iterator[None]:
    """Look for garbage afterwards: many lists would have all the heap looked through."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def receive_in_turns(websocket: Any, clock: Any, time: Any = perf_counter) -> None:
    """Let WebSockets of the router be worked through in turns; a second call does no harm.

    Arguments are Crossbar.io's `WampWebSocketServerProtocol`, Twisted's reactor and a clock, or
    what stands for them.
    """

    def in_turns(consume: Any) -> Any:
        turns = Turns(consume, clock, time)

        def consume_in_turn(self: Any) -> None:
            turns.take(self)

        return consume_in_turn

    change_once(websocket, "consumeData", in_turns)


def _may_be_long(websocket: Any) -> bool:
    """Whether a large message is complete, or may be among what has come."""
    if unfinished_bytes(websocket) + len(websocket.data) < LARGE_BYTES:
        return False
    return len(websocket.data) >= _missing(websocket)


def read_at_once(transport: Any, missing: int) -> None:
    """Let a socket read larger pieces while so many bytes are missing, never more than these.

    Each piece is a turn of the event loop. What comes behind a message has its turn as always.
    """
    while (below := getattr(transport, "transport", None)) is not None:
        transport = below
    if hasattr(transport, "bufferSize"):
        transport.bufferSize = min(max(missing, USUAL_READ), LARGE_READ)


def _missing(websocket: Any) -> int:
    """How much has to come until a frame that has begun is whole."""
    frame = websocket.current_frame
    return 0 if frame is None else int(frame.length - websocket.current_frame_masker.pointer())


def _pieces(websocket: Any) -> int:
    return len(websocket.message_data) + len(websocket.frame_data or ())


def check_messages(websocket: Any) -> None:
    """Let WebSockets of the router read short messages until they join, and none of many values.

    What HELLO says of a client is kept, logged and told to sessions that watch others join; the
    router takes long to put eight megabytes of it into words. Components send as many values as
    they like, over another transport. A second call does no harm. The argument is Crossbar.io's
    `WampWebSocketServerProtocol`, or what stands for it.
    """
    change_once(websocket, "onMessage", _checking)


def _checking(on_message: Any) -> Any:
    def on_checked_message(self: Any, payload: bytes, isBinary: bool) -> Any:  # noqa: N803
        if self._session is None:
            # It was sent away, and may have sent HELLO before it could know.
            return None
        if len(payload) > GREETING_BYTES and not has_joined(self._session):
            end_connection(self.transport, f"it says more than {GREETING_BYTES:,} bytes to join")
            return None
        check = _CHECKS.get(self._serializer._serializer.NAME)
        try:
            if check is not None:
                check(payload)
        except ValueError as problem:
            return self._fail_connection(_PROTOCOL_ERROR, f"WAMP Protocol Error ({problem})")
        setattr(self._session, SIZE, len(payload))
        return on_message(self, payload, isBinary)

    return on_checked_message


_CHECKS: Final = {"msgpack": check_msgpack, "cbor": check_cbor}
"""By serializer; JSON is bounded where it is read."""

_PROTOCOL_ERROR: Final = 1002
"""The status of a WebSocket's close; RFC 6455, section 7.4.1."""


def asked_path(channel: Any) -> bytes:
    """The path of the request whose head has just arrived on Twisted's `HTTPChannel`."""
    return bytes(getattr(channel, "_path", b"")).partition(b"?")[0]


def end_pipelines(channel: Any) -> None:
    """Let connections end after an answer where the next request came before it.

    Twisted works through all of them before anything else, and copies the rest for each. Browsers,
    `curl` and proxies wait for an answer. A second call does no harm. The argument is Twisted's
    `HTTPChannel`, or what stands for it.
    """
    change_once(channel, "requestDone", _ending_pipelines)


def _ending_pipelines(request_done: Any) -> Any:
    def done(self: Any, request: Any) -> Any:
        # Twisted puts there what follows a body, which may be nothing.
        if any(self._dataBuffer) or self._buffer:
            self.persistent = False
        return request_done(self, request)

    return done


def expect_whole_requests(channel: Any) -> None:
    """Let a request over HTTP be complete in time; a second call does no harm.

    Twisted begins the time anew with every byte, so that a request of one byte every two seconds
    keeps its place for ever. Here the time begins with the first byte of a request. The argument is
    Twisted's `HTTPChannel`, or what stands for it.
    """
    change_once(channel, "resetTimeout", _beginning_once)
    change_once(channel, "setTimeout", _beginning_anew)


def _beginning_once(reset: Any) -> Any:
    def reset_once(self: Any) -> None:
        if not getattr(self, _BEGUN, False):
            setattr(self, _BEGUN, True)
            reset(self)

    return reset_once


def _beginning_anew(set_timeout: Any) -> Any:
    def set_anew(self: Any, period: float | None) -> Any:
        setattr(self, _BEGUN, False)
        return set_timeout(self, period)

    return set_anew


_BEGUN = "geometry_ws_request_has_begun"
