"""How the router and the components send: the same bytes in the same order, for less work.

Nothing here changes what is sent. ``GEOMETRY_WS_PLAIN_SENDING`` in the environment of a process
leaves its libraries as they are: a comma-separated list of names of `CHANGES`, or ``all``. Tests
have a fingerprint of every function of theirs that this stands on.
"""

import os
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from autobahn.util import id as new_id
from autobahn.wamp import message
from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet.defer import succeed
from twisted.python.failure import Failure

from geometry_ws.wamp.upstream.changing import change_once

SWITCH: Final = "GEOMETRY_WS_PLAIN_SENDING"

_LIBRARIES = "wamp.", "crossbar."
"""Topics of the libraries themselves have rules of their own."""


def hurry_router(environment: Mapping[str, str] = os.environ) -> None:
    """Let this process, a router's, send faster; a second call does no harm."""
    _change(CHANGES, environment)


def hurry_component(environment: Mapping[str, str] = os.environ) -> None:
    """Let this process, a component's, send faster; a second call does no harm."""
    _change(["at_once", "no_context"], environment)


def _change(names: Collection[str], environment: Mapping[str, str]) -> None:
    plain = environment.get(SWITCH, "").split(",")
    for name in names:
        if name not in plain and "all" not in plain:
            CHANGES[name]()


def send_at_once(descriptor: type[Any] | None = None, kinds: Collection[type] = ()) -> None:
    """Let sockets of these kinds send while nothing waits; the event loop gets only the rest.

    Twisted sends nothing in `write`. It asks the system to tell when the socket takes bytes, is
    called by its event loop, sends, and asks no more: three calls of the system for each message
    and viewer, where one does it. What doesn't fit, and every failure, takes Twisted's way.
    """
    if descriptor is None:
        from twisted.internet import tcp, unix
        from twisted.internet.abstract import FileDescriptor

        descriptor, kinds = FileDescriptor, (tcp.Server, tcp.Client, unix.Server, unix.Client)
    quick = frozenset(kinds)

    def at_once(write: Any) -> Any:
        def write_at_once(self: Any, data: bytes) -> None:
            if data and type(data) is bytes and type(self) in quick and _nothing_waits(self):
                try:
                    sent = self.socket.send(data)
                except OSError:
                    sent = 0  # whatever is wrong, Twisted meets it again
                if sent == len(data):
                    return
                data = data[sent:]
            write(self, data)

        return write_at_once

    change_once(descriptor, "write", at_once)


def _nothing_waits(socket: Any) -> bool:
    """Whether bytes may go out now: before them there are none, and the socket isn't ending.

    A producer that is asked for more whenever the socket is empty depends on Twisted's way.
    """
    return (
        socket.connected
        and not socket._tempDataLen
        and not socket.dataBuffer
        and not socket.disconnecting
        and not socket._aborting
        and not socket._writeDisconnected
        and (socket.producer is None or (socket.streamingProducer and not socket.producerPaused))
        and not getattr(socket, "_sendmsgQueue", None)
    )


def make_frames_once(protocol: type[Any] | None = None) -> None:
    """Let WebSockets share the frame of an event; a second call does no harm.

    Autobahn writes an event once for all receivers with the same serializer, but builds a frame
    around it for each, with a copy of it and words for three debug lines.
    """
    if protocol is None:
        from crossbar.router.protocol import WampWebSocketServerProtocol

        protocol = WampWebSocketServerProtocol
    change_once(protocol, "send", _sharing_frames)


def _sharing_frames(send: Any) -> Any:
    def send_frame(self: Any, msg: Any) -> None:
        frame = _shared_frame(self, msg) if type(msg) is message.Event else None
        if frame is None:
            send(self, msg)
        else:
            self.transport.write(frame)

    return send_frame


def _shared_frame(connection: Any, event: Any) -> bytes | None:
    """The frame of an event, counted as sent; None where Autobahn is to find out what to do."""
    if (
        connection.state != WebSocketProtocol.STATE_OPEN
        or connection._session is None
        or connection._perMessageCompress is not None
        or connection.send_queue
        or connection.autoFragmentSize
        or connection.maskServerFrames
        or connection.trackedTimings
        or connection.logFrames
        or connection.logOctets
    ):
        return None
    serializer = connection._serializer
    try:
        # Its statistics are kept, too: Crossbar.io publishes them.
        payload, binary = serializer.serialize(event)
    except Exception:  # noqa: BLE001 - whatever it is, Autobahn names and logs it
        return None
    size = len(payload)
    if 0 < connection.maxMessagePayloadSize < size:
        return None
    shared = event._serialized
    # Events keep what they were written as, by serializer.
    key = make_frames_once, serializer._serializer
    frame: bytes | None = shared.get(key)
    if frame is None:
        frame = shared[key] = connection.factory.prepareMessage(payload, binary).payloadHybi
    traffic = connection.trafficStats
    traffic.outgoingWebSocketMessages += 1
    traffic.outgoingWebSocketFrames += 1
    traffic.outgoingOctetsAppLevel += size
    traffic.outgoingOctetsWebSocketLevel += size
    traffic.outgoingOctetsWireLevel += len(frame)
    return frame


def answer_from_cache(router: type[Any] | None = None) -> None:
    """Let routers give a permission that they have kept without more; a second call does no harm.

    Crossbar.io lays out each kept answer for a debug line that is never written.
    """
    if router is None:
        from crossbar.router.router import Router

        router = Router
    change_once(router, "authorize", _answering_from_cache)


def _answering_from_cache(authorize: Any) -> Any:
    def authorize_soon(self: Any, session: Any, uri: str, action: str, options: Any) -> Any:
        answer = _cached_answer(self, session, uri, action)
        if answer is None:
            return authorize(self, session, uri, action, options)
        return succeed(answer)

    return authorize_soon


def _cached_answer(router: Any, session: Any, uri: str, action: str) -> Any:
    """What the router has kept of a role's permissions; None where it has to look.

    It changes its answers for its own sessions, whose role is named so.
    """
    role = session._authrole
    if role == "trusted" or role not in router._roles:
        return None
    return router._authorization_cache.get((session._realm, role, uri, action)) or None


def publish_shortly(broker: type[Any] | None = None) -> None:
    """Let brokers publish usual events the short way; a second call does no harm.

    A usual event is allowed by a permission that is kept, wants no answer, isn't retained, logged,
    traced or checked by a schema, and goes to all of its receivers in one piece. Of two dozen
    steps, most with Deferreds and words for debug lines, there are five left then.
    """
    if broker is None:
        from crossbar.router.broker import Broker

        broker = Broker
    change_once(broker, "processPublish", _publishing_shortly)


def _publishing_shortly(process: Any) -> Any:
    def process_shortly(self: Any, session: Any, publish: Any) -> Any:
        answer = _usual_answer(self, session, publish)
        if answer is not None:
            receivers = _receivers(self, publish)
            if all(len(of) <= self._options.event_dispatching_chunk_size for _, of in receivers):
                return _deliver(self._router, session, publish, receivers, answer)
        return process(self, session, publish)

    return process_shortly


def _usual_answer(broker: Any, session: Any, publish: Any) -> Any:
    """The kept permission for a usual event; None for every other one."""
    router = broker._router
    if (
        publish.acknowledge
        or publish.retain
        or publish.payload is not None
        or publish.forward_for
        or publish.topic.startswith(_LIBRARIES)
        or router.is_traced
        or broker._event_store
    ):
        return None
    answer = _cached_answer(router, session, publish.topic, "publish")
    # Its topic was checked before it came into the cache.
    return answer if answer and answer["allow"] and not answer.get("validate") else None


def _receivers(broker: Any, publish: Any) -> list[tuple[Any, list[Any]]]:
    """The subscriptions that fit an event, each with the sessions that shall get it."""
    subscriptions = broker._subscription_map.match_observations(publish.topic)
    return [
        (subscription, list(broker._filter_publish_receivers(subscription.observers, publish)))
        for subscription in subscriptions
    ]


def _deliver(
    router: Any,
    session: Any,
    publish: Any,
    receivers: list[tuple[Any, list[Any]]],
    answer: Mapping[str, Any],
) -> None:
    who = session._session_id, session._authid, session._authrole
    publisher, authid, authrole = who if answer["disclose"] else (None, None, None)
    publication = new_id()
    to_itself = publish.exclude_me is False
    for subscription, sessions in receivers:
        if not sessions:
            continue
        is_exact = subscription.match == message.Subscribe.MATCH_EXACT
        event = message.Event(
            subscription.id,
            publication,
            args=publish.args,
            kwargs=publish.kwargs,
            publisher=publisher,
            publisher_authid=authid,
            publisher_authrole=authrole,
            topic=None if is_exact else publish.topic,
            transaction_hash=publish.transaction_hash,
        )
        event._router_internal = who
        for receiver in sessions:
            is_there = receiver._session_id and receiver._transport
            if is_there and (to_itself or receiver is not session):
                # What fails here costs this receiver its event: see `guard_router`.
                router.send(receiver, event)


def call_without_context(log: Any = None) -> None:
    """Let the event loop call sockets without a logging context; a second call does no harm.

    Twisted copies two dictionaries for each event of each socket, so that what is logged meanwhile
    by its old interface names the connection. Failures are logged with that name as before.
    """
    if log is None:
        from twisted.python import log
    change_once(log, "callWithLogger", _calling_without_context)


def _calling_without_context(call: Any) -> Any:
    def call_plainly(logger: Any, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        try:
            return work(*args, **named)
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001 - as Twisted does it
            failure = Failure()
            return call(logger, failure.raiseException)

    return call_plainly


CHANGES: Final[Mapping[str, Callable[[], None]]] = MappingProxyType(
    {
        "at_once": send_at_once,
        "frames_once": make_frames_once,
        "cached_answers": answer_from_cache,
        "short_publish": publish_shortly,
        "no_context": call_without_context,
    }
)
"""What is changed, by the names that the switch has for it."""
