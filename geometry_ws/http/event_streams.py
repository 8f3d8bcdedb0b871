"""``GET /events``: the node's events as server-sent events (WHATWG HTML, section 9.2).

One subscription of the router's own session serves all of them. Each stream has its place in the
log of events; one that reads slowly is behind, and nothing is kept for it beyond the log.
"""

from collections.abc import Callable
from typing import Any, Final

from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request
from zope.interface import implementer

from geometry_ws.http.event_log import EventLog
from geometry_ws.http.plain import (
    READERS_HELP,
    Said,
    Subscription,
    event,
    everything,
    hello,
    to_json,
)
from geometry_ws.protocol.errors import Busy
from geometry_ws.wamp.quiet import QuietKeywords
from geometry_ws.wamp.upstream.connections import end_connection

log = Logger()

MOST_STREAMS: Final = 64
"""Streams at a time; each holds a place of the port."""

MOST_OF_PERSON: Final = 16
"""Those of somebody who came by name, so that nobody takes all of them."""

ALIVE_SECONDS: Final = 15.0
"""After so long without an event a comment is sent, so that proxies don't end the connection."""

RESUME_SECONDS: Final = 300.0
"""So long events are kept for who may come back, after the last one has left."""

STALLED_SECONDS: Final = 30.0
"""Who has read nothing for so long is disconnected; it may come back with its last id."""

_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
_LOST: Final = "Some events came before you, or went by too fast: ask for what you need."


Follow = Callable[[Callable[[], None]], Callable[[], None]]
"""Takes what ends a stream, and gives what forgets it."""


class EventStreams:
    """All streams, and the log that they read; ``clock`` is Twisted's reactor or what stands for
    it."""

    def __init__(self, name: str, clock: Any) -> None:
        self._log = EventLog(name)
        self._clock = clock
        self._streams: set[EventStream] = set()
        self._session: QuietKeywords | None = None
        self._followed_at = clock.seconds()

    async def open(
        self,
        session: QuietKeywords,
        wanted: tuple[Subscription, ...],
        last_id: str,
        projects: Any,
        follow: Follow = lambda end: lambda: None,  # noqa: ARG005 - a guest's never ends
        person: str = "",
    ) -> Resource:
        """A resource that answers one request with the events of these topics.

        After an id that the log has given, events go on where they stopped. `follow` is told how
        the stream is ended when its client may listen no longer; `person` is who comes by name.
        Raises Busy.
        """
        if person and sum(each.person == person for each in self._streams) >= MOST_OF_PERSON:
            words = f"{person} follows events {MOST_OF_PERSON} times by HTTP already; end some."
            raise Busy(words, retry_ms=5000)
        if len(self._streams) >= MOST_STREAMS:
            raise Busy("Too many clients follow events by HTTP; try again soon.", retry_ms=5000)
        if self._session is not session:
            self._session = session
            for subscription in everything():
                match = "prefix" if subscription.is_prefix else None
                await session.listen(subscription.uri, self._hear(subscription.uri), match)
        stream = EventStream(self._log, self._streams, self._clock, wanted, last_id, projects)
        stream.unfollow = follow(stream.cut)
        stream.person = person
        return stream

    def _hear(self, uri: str) -> Callable[[Any, Any, Any], None]:
        def heard(args: Any, keywords: Any, details: Any) -> None:
            now = self._clock.seconds()
            if self._streams:
                self._followed_at = now
            elif now - self._followed_at > RESUME_SECONDS:
                # Every event would be written down, for the rest of the node's life.
                self._log.skip()
                return
            topic = details.topic or uri
            try:
                data = to_json(event(topic, args, keywords, details.publisher))
            except (TypeError, ValueError, RecursionError) as problem:
                log.debug("an event can't be written in JSON: {problem}", problem=problem)
                return
            self._log.add(topic, data)
            for stream in tuple(self._streams):
                stream.pump()

        return heard


@implementer(IPushProducer)
class EventStream(Resource):
    """One answer that goes on until its client leaves.

    Whoever doesn't render it calls ``unfollow``.
    """

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(
        self,
        events: EventLog,
        streams: "set[EventStream]",
        clock: Any,
        wanted: tuple[Subscription, ...],
        last_id: str,
        projects: Any,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._log = events
        self._streams = streams
        self._clock = clock
        self._wanted = wanted
        self._last_id = last_id
        self._projects = projects
        self._request: Any = None
        self._paused_at: float | None = None
        self._written_at = 0.0
        self._timer: Any = None
        self.unfollow: Callable[[], None] = lambda: None
        self.person = ""
        number = events.number_of(last_id) if last_id else events.newest
        self._is_lost = number is None
        self._at = events.newest if number is None else number

    def render(self, request: Request) -> int:
        """Greet the client, then write what comes."""
        self._request = request
        for name, value in _HEADERS:
            request.setHeader(name, value)
        request.notifyFinish().addBoth(self._ended)
        self._streams.add(self)
        self._timer = self._clock.callLater(ALIVE_SECONDS, self._look)
        request.registerProducer(self, True)
        self._write(to_json(hello(self._projects, self._wanted, READERS_HELP)))
        self.pump()
        return NOT_DONE_YET

    def cut(self) -> None:
        """End it: its client may listen no longer."""
        if self._request is not None:
            end_connection(self._request.transport, "its access ends")

    def pump(self) -> None:
        """Write the events that this client lacks, while it reads."""
        if self._paused_at is not None or self._request is None:
            return
        if self._is_lost or self._at < self._log.forgotten:
            self._is_lost = False
            self._at = max(self._at, self._log.forgotten)
            said: Said = {"type": "gap", "message": _LOST}
            self._write(to_json(said))
        for logged in self._log.after(self._at):
            if self._paused_at is not None or self._request is None:
                return
            self._at = logged.number
            if _is_wanted(self._wanted, logged.topic):
                self._write(logged.data)

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The client doesn't read fast enough."""
        if self._paused_at is None:
            self._paused_at = self._clock.seconds()

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The client has read what waited for it."""
        self._paused_at = None
        self.pump()

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The client is gone; `_ended` hears it, too."""
        self._paused_at = self._clock.seconds()

    def _write(self, data: bytes) -> None:
        event_id = self._log.id_of(self._at).encode()
        self._request.write(b"id: " + event_id + b"\ndata: " + data + b"\n\n")
        self._written_at = self._clock.seconds()

    def _look(self) -> None:
        """Show that the connection is alive, or end one whose client has stopped reading."""
        now = self._clock.seconds()
        self._timer = self._clock.callLater(ALIVE_SECONDS, self._look)
        if self._paused_at is None:
            if now - self._written_at >= ALIVE_SECONDS / 2:
                self._request.write(b":\n\n")
        elif now - self._paused_at >= STALLED_SECONDS:
            end_connection(self._request.transport, "it doesn't read its events")

    def _ended(self, _: Any) -> None:
        self._streams.discard(self)
        self.unfollow()
        self._request = None
        if self._timer.active():
            self._timer.cancel()


def _is_wanted(wanted: tuple[Subscription, ...], topic: str) -> bool:
    return any(
        topic.startswith(each.uri) if each.is_prefix else topic == each.uri for each in wanted
    )
