"""What clients send is checked by the router before it passes it on; what waits is bounded."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from autobahn.exception import PayloadExceededError
from autobahn.wamp import message
from autobahn.wamp.exception import ApplicationError, ProtocolError, SerializationError
from twisted.logger import Logger

from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.errors import Busy, InvalidArgument, LimitExceeded
from geometry_ws.protocol.names import APP_PREFIX, PREFIX, REALM, uri
from geometry_ws.protocol.registry import find_procedure
from geometry_ws.protocol.rights import BRIDGE_ROLE, COMPONENT_ROLE
from geometry_ws.wamp.lanes import SMALL_BYTES, Lane
from geometry_ws.wamp.payload import payload_problem
from geometry_ws.wamp.refusals import Refusals
from geometry_ws.wamp.upstream.changing import change_once
from geometry_ws.wamp.upstream.connections import (
    QUEUED_BYTES,
    SIZE,
    end_connection,
    look_at_memory,
    waiting_bytes,
)
from geometry_ws.wamp.upstream.sessions import POOLED, transport_of

log = Logger()

MOST_PERMISSIONS: Final = 4096
"""Answers of the router's authorization that are kept; it would keep one for each URI that any
client ever names."""

MOST_CALLS: Final = 1024
"""Calls of one session that wait for their answers at a time."""

MOST_SUBSCRIPTIONS: Final = 1024
"""Subscriptions of one session; the router keeps each topic that anybody names."""

MOST_PATTERNS: Final = 32
"""Subscriptions by prefix or wildcard of one session: each that fits an event gets its own."""

CALLS_AT_A_TIME: Final = 8
"""Calls of one session that components work at; others of it wait in the router, so that calls of
other sessions come between them. Commits don't count: their answers wait for viewers, and the
compositor bounds them itself."""

EVENTS_WAITING_BYTES: Final = 16 * 2**20
"""What may wait in the router for a subscriber that doesn't read; with more it is dropped. A viewer
has at most 1 MiB on its way."""

LARGE_BYTES: Final = 64 * 2**10
CALLEE_BYTES: Final = 16 * 2**20
MOST_CALLEE_BYTES: Final = 128 * 2**20
"""What may wait in the router for a component. Beyond the first bound large calls are refused, so
that small ones find their way; beyond the second all are."""

QUEUED_MOST: Final = 32 * 2**20
"""Bytes of one session's calls that wait until others of it are answered."""

ANSWERS_WAITING_BYTES: Final = 64 * 2**20
"""The same for answers, of which the largest has 12 MiB: who calls several times gets them all."""


def drop_retained(broker: type[Any]) -> None:
    """Let brokers of this class (the router's) keep no events; a second call does no harm.

    WAMP lets a publisher ask that the router keep an event for later subscribers. It would keep
    one for each topic, for good, and permissions can't tell such a publish from another: any guest
    could fill the router's memory. So the option is removed before the broker sees it, unless a
    component publishes. Brokers that exist already keep none either. The argument is Crossbar.io's
    `Broker`, or what stands for it.
    """
    change_once(broker, "processPublish", _keeping_none)


def _keeping_none(process: Any) -> Any:
    def process_unretained(self: Any, session: Any, publish: Any) -> Any:
        if publish.retain and session._authrole != COMPONENT_ROLE:
            publish.retain = None
        return process(self, session, publish)

    return process_unretained


class BoundedCache(OrderedDict[Any, Any]):
    """A mapping that forgets its oldest entries."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Keep an entry, and at most `MOST_PERMISSIONS`."""
        super().__setitem__(key, value)
        while len(self) > MOST_PERMISSIONS:
            self.popitem(last=False)


def guard_router(router: type[Any], clock: Any) -> None:
    """Let routers of this class check what clients send; a second call does no harm.

    - What a client says of itself (`forward_for`, made for links between routers) is dropped: the
      router would tell components that somebody else calls.
    - An error for a call that another session was asked to answer ends its sender.
    - A call with the number of another that is under way ends its sender: the router would forget
      one of them, and keep the session for ever.
    - A payload that a receiver couldn't read is refused (`payload_problem`).
    - A call of what the protocol hasn't is told the nearest name, not that it isn't allowed.
    - A session that was told to leave is heard no more.
    - The cache of permissions, and the calls and subscriptions of a session are bounded.
    - An event or answer that can't be written costs its receiver that message. The router would
      give up on all receivers of the event, and leave the caller without an answer.
    - Calls and events for a component that doesn't keep up are refused, large ones first. A large
      event for one is never passed on: none needs to be large.
    - A receiver for which too much waits is dropped: the router would keep all of it in memory.

    Arguments are Crossbar.io's `Router` and Twisted's reactor, or what stands for them.
    """
    change_once(router, "process", lambda process: _guarded(process, clock))
    change_once(router, "send", lambda send: _bounded(send, clock))


def _guarded(process: Any, clock: Any) -> Any:
    def guarded_process(self: Any, session: Any, msg: Any) -> Any:
        if not isinstance(self._authorization_cache, BoundedCache):
            self._authorization_cache = BoundedCache(self._authorization_cache)
        if getattr(session, "_goodbye_sent", False):
            return None
        if getattr(msg, "forward_for", None):
            msg._forward_for = []
        if isinstance(msg, message.Error):
            _check_callee(self, session, msg)
        elif isinstance(msg, message.Call) and _is_under_way(self, session, msg):
            raise ProtocolError(f"the call {msg.request} is under way already")
        if session._authrole not in _OWN_ROLES and (problem := _problem(self, session, msg)):
            return _refuse(self, session, msg, problem)
        if not _is_unqueued(session) and _waits(self, session, msg, clock):
            return None
        return process(self, session, msg)

    return guarded_process


def _check_callee(router: Any, session: Any, error: Any) -> None:
    """End a session that answers a call which another one was asked; the router looks at results.

    Calls are numbered from one, so that everybody knows which are under way.
    """
    invocation = router._dealer._invocations.get(error.request)
    if (
        error.request_type == message.Invocation.MESSAGE_TYPE
        and invocation is not None
        and invocation.callee is not session
    ):
        raise ProtocolError(f"the call {error.request} wasn't this session's to answer")


def _is_under_way(router: Any, session: Any, call: Any) -> bool:
    """Whether a session has another call of the same number, which the router would mix up."""
    return (session._session_id, call.request) in router._dealer._invocations_by_call


def _bounded(send: Any, clock: Any) -> Any:
    def bounded_send(self: Any, session: Any, msg: Any) -> Any:
        bound = _BOUNDS.get(type(msg))
        if bound is None:
            return send(self, session, msg)
        if _is_too_much(session, msg):
            return None
        if session._authrole != COMPONENT_ROLE:
            if waiting_bytes(session) > bound:
                socket = transport_of(session).transport
                end_connection(socket, f"it doesn't read, and {bound:,} bytes wait for it")
                return None
            look_at_memory(transport_of(session), clock.seconds())
        if type(msg) is not message.Event and getattr(session, _QUEUE, None):
            clock.callLater(0, _pass_on, self, session, clock)
        try:
            return send(self, session, msg)
        except PayloadExceededError:
            # The router answers the caller then.
            raise
        except Exception as problem:  # noqa: BLE001 - of whatever kind: it is about one receiver
            kind, number = type(msg).__name__, session._session_id
            log.debug("{kind} can't be sent to {number}: {e}", kind=kind, number=number, e=problem)
            if isinstance(msg, message.Result) and isinstance(problem, SerializationError):
                return send(self, session, _unwritten(msg))

    return bounded_send


def _is_too_much(session: Any, msg: Any) -> bool:
    """Whether an event of a guest isn't passed on to a component, which can't keep up."""
    return (
        session._authrole == COMPONENT_ROLE
        and isinstance(msg, message.Event)
        and msg.publisher_authrole not in (None, COMPONENT_ROLE)
        and waiting_bytes(session) > EVENTS_WAITING_BYTES
    )


def _unwritten(result: Any) -> Any:
    """What a caller is answered whose serializer can't write the result."""
    words = "The answer can't be written in JSON, or in what else this session uses."
    call = message.Call.MESSAGE_TYPE
    return message.Error(call, result.request, ApplicationError.INVALID_PAYLOAD, args=[words])


_BOUNDS: Final = {
    message.Event: EVENTS_WAITING_BYTES,
    message.Result: ANSWERS_WAITING_BYTES,
    message.Error: ANSWERS_WAITING_BYTES,
}


_OWN_ROLES: Final = (COMPONENT_ROLE, "trusted")
"""Components, and the session by which Crossbar.io asks them who may join."""

_UNQUEUED: Final = (*_OWN_ROLES, BRIDGE_ROLE)


def _is_unqueued(session: Any) -> bool:
    """Whether a session's calls don't wait for one another: HTTP bounds its calls itself."""
    return session._authrole in _UNQUEUED or getattr(session, POOLED, False)


_RETRY_MS: Final = 1000
_QUEUE = "geometry_ws_waiting_calls"
_LANE = "geometry_ws_lane"
_COMMIT = uri("surface.commit")


def _waits(router: Any, session: Any, msg: Any, clock: Any) -> bool:
    """Put a call into its session's queue where it can't go on yet, or take one out."""
    queue = getattr(session, _QUEUE, None)
    if isinstance(msg, message.Call):
        size = getattr(session, SIZE, 0)
        if not queue and _may_go_on(router, session, msg, size, clock):
            return False
        if queue is None:
            queue = deque()
            setattr(session, _QUEUE, queue)
        queue.append((session._session_id, msg, _count(session, size)))
        return True
    if isinstance(msg, message.Cancel) and queue:
        waiting = [entry for entry in queue if entry[1].request == msg.request]
        for entry in waiting:
            queue.remove(entry)
            _count(session, -entry[2])
            error = message.Error(message.Call.MESSAGE_TYPE, msg.request, ApplicationError.CANCELED)
            router.send(session, error)
        return bool(waiting)
    return False


def _count(session: Any, size: int) -> int:
    """Note that so many bytes of calls wait, or wait no more."""
    setattr(session, QUEUED_BYTES, getattr(session, QUEUED_BYTES, 0) + size)
    return size


def _may_go_on(router: Any, session: Any, call: Any, size: int, clock: Any) -> bool:
    """Whether a component may have this call now: beside others of its session, and in its lane."""
    if call.procedure != _COMMIT:
        worked_at = router._dealer._caller_to_invocations.get(session, ())
        counted = [each for each in worked_at if each.call.procedure != _COMMIT]
        if len(counted) >= CALLS_AT_A_TIME:
            return False
    lane = _lane(router, call, clock) if size > SMALL_BYTES else None
    if lane is None or lane.is_free_for(session._session_id):
        return True
    lane.wait(session._session_id, size, lambda: _pass_on(router, session, clock))
    return False


def _lane(router: Any, call: Any, clock: Any) -> Lane | None:
    """The lane of whoever serves a procedure; None where nobody does."""
    callees = _callees(router, call)
    if not callees:
        return None
    callee = max(callees, key=waiting_bytes)
    if not hasattr(callee, _LANE):
        setattr(callee, _LANE, Lane(clock, lambda: waiting_bytes(callee)))
    lane: Lane = getattr(callee, _LANE)
    return lane


def _callees(router: Any, call: Any) -> Sequence[Any]:
    registration = router._dealer._registration_map.get_observation(call.procedure)
    return registration.observers if registration else ()


def _pass_on(router: Any, session: Any, clock: Any) -> None:
    """Let calls that wait go on in their order, after one was answered or taken."""
    queue = getattr(session, _QUEUE, ())
    while queue:
        number, call, size = queue[0]
        is_over = number != session._session_id or session._goodbye_sent
        if not is_over and not _may_go_on(router, session, call, size, clock):
            return
        queue.popleft()
        _count(session, -size)
        if is_over:
            continue
        if _is_under_way(router, session, call):
            socket = transport_of(session).transport
            end_connection(socket, f"its call {call.request} is under way already")
        else:
            # As Crossbar.io does it for a call that has just come.
            type(router).process.__wrapped__(router, session, call)


def _problem(router: Any, session: Any, msg: Any) -> DeclaredError | None:
    """Why a message isn't passed on; None where it is."""
    if isinstance(msg, message.Subscribe):
        subscriptions = router._broker._session_to_subscriptions.get(session, ())
        if len(subscriptions) >= MOST_SUBSCRIPTIONS:
            return _too_many("subscriptions", MOST_SUBSCRIPTIONS)
        if msg.match != message.Subscribe.MATCH_EXACT:
            patterns = sum(each.match != message.Subscribe.MATCH_EXACT for each in subscriptions)
            if patterns >= MOST_PATTERNS:
                return _too_many("patterns", MOST_PATTERNS)
    if isinstance(msg, message.Call) and session._realm == REALM and _is_ours(msg.procedure):
        try:
            find_procedure(msg.procedure)
        except DeclaredError as unknown:
            return unknown
    waiting = len(getattr(session, _QUEUE, ()))
    if isinstance(msg, message.Call) and waiting >= MOST_CALLS - CALLS_AT_A_TIME:
        return _too_many("calls that wait for an answer", MOST_CALLS)
    if isinstance(msg, message.Call) and (refused := _no_room(router, session, msg)):
        return refused
    is_event_for_us = isinstance(msg, message.Publish) and msg.topic.startswith(PREFIX)
    if is_event_for_us and getattr(session, SIZE, 0) > LARGE_BYTES:
        return _too_large_event()
    if isinstance(msg, message.Call | message.Publish):
        problem = payload_problem(msg.args, msg.kwargs)
        if problem:
            return InvalidArgument(problem, field="kwargs")
    return None


def _no_room(router: Any, session: Any, call: Any) -> DeclaredError | None:
    """Why a call has to wait outside; None where there is room for it."""
    size = getattr(session, SIZE, 0)
    if getattr(session, _QUEUE, None) and getattr(session, QUEUED_BYTES, 0) + size > QUEUED_MOST:
        return _too_many("bytes of calls that wait", QUEUED_MOST)
    waiting = max(map(waiting_bytes, _callees(router, call)), default=0)
    if waiting > (CALLEE_BYTES if size > LARGE_BYTES else MOST_CALLEE_BYTES):
        return Busy(
            f"{waiting:,} bytes of calls wait for the component already; call again in a second.",
            retry_ms=_RETRY_MS,
        )
    return None


def _is_ours(procedure: str) -> bool:
    """Whether the protocol says what there is: the router and programs have procedures, too."""
    return not procedure.startswith(("wamp.", APP_PREFIX))


_REFUSALS: Final = Refusals()


def _too_many(things: str, most: int) -> LimitExceeded:
    return LimitExceeded(
        f"A session may have at most {most:,} {things}.",
        limit=f"{things.split()[0]}_per_session",
        maximum=most,
    )


def _too_large_event() -> LimitExceeded:
    """Input and acks are short; a component would read 15 MB only to find what is wrong with it,
    and everybody's calls wait behind that."""
    words = f"An event for a component has at most {LARGE_BYTES:,} bytes."
    return LimitExceeded(words, limit="event_bytes", maximum=LARGE_BYTES)


def _refuse(router: Any, session: Any, msg: Any, problem: DeclaredError) -> None:
    """Answer a message that isn't passed on; an event without acknowledgement has no answer."""
    if isinstance(msg, message.Publish) and not msg.acknowledge:
        _REFUSALS.count(session._session_id)
        if _REFUSALS.may_log(monotonic()):
            log.warn(
                "events that aren't passed on so far: {total}; last {topic} of {number}: {problem}",
                total=_REFUSALS.total,
                topic=msg.topic,
                number=session._session_id,
                problem=problem.message,
            )
    else:
        error = message.Error(
            msg.MESSAGE_TYPE,
            msg.request,
            problem.uri,
            args=[problem.message],
            kwargs=problem.values,
        )
        router.send(session, error)
