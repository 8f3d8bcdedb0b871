"""The border between WAMP and a component: checks, translates, never decides.

`bind` registers every procedure of an interface and subscribes to every topic it listens to.
Arguments are checked against the declaration, exceptions become declared errors, results plain
values. The component behind it sees typed requests and a `Caller`, never autobahn's types.
"""

import inspect
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any

import msgspec
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import PublishOptions
from twisted.internet.defer import CancelledError
from twisted.logger import Logger

from geometry_ws.protocol.checking import declared_error, decode, encode
from geometry_ws.protocol.declare import (
    Caller,
    DeclaredError,
    EventRefused,
    Interface,
    Procedure,
    Topic,
)
from geometry_ws.protocol.errors import InternalError, LimitExceeded
from geometry_ws.wamp.call_turns import owner_of
from geometry_ws.wamp.refusals import Refusals
from geometry_ws.wamp.session import QuietSession
from geometry_ws.wamp.threads import CALL, CallAtWork

log = Logger()

SENT_BYTES = 12 * 2**20
"""The largest message that a component sends.

A raw socket carries 16 MiB; a larger message is lost there, and its receiver waits for ever.
Serializers differ a little and the router adds its own, so this is well below that.
"""

_LONGEST_TEXT = 2000
"""Of an error: some quote what stands in a file."""


Method = Callable[[Caller, Any], Any]
Around = Callable[[Procedure, Method, Caller, Any], Any]
"""Called in place of a procedure's method, which it is given; its answer is the procedure's."""


async def bind(session: QuietSession, component: Interface, around: Around | None = None) -> None:
    """Serve everything that the component's interfaces declare; fails as a whole."""
    for procedure in component.procedures():
        await session.serve(procedure.uri, _endpoint(session, component, procedure, around))
    refuse = _refuser(session, component)
    for topic in component.heard():
        await session.listen(topic.uri, _listener(session, component, topic, refuse))


def announce(
    session: QuietSession,
    topic: Topic,
    payload: msgspec.Struct | Mapping[str, Any],
    identifier: str = "",
    eligible: Iterable[int] | None = None,
) -> None:
    """Publish an event, to everybody or to the named sessions alone.

    An empty list of sessions would mean everybody to the router; here it means nobody.
    """
    options = None
    if eligible is not None:
        sessions = list(eligible)
        if not sessions:
            return
        options = PublishOptions(eligible=sessions)
    keywords = encode(payload) if isinstance(payload, msgspec.Struct) else payload
    session.publish_with(topic.at(identifier), keywords=keywords, options=options)


def read_event(kind: type[Any], args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """An event's keywords, typed; None where they aren't what was declared."""
    try:
        return decode(kind, args, keywords)
    except (DeclaredError, msgspec.ValidationError):
        log.warn("an event of {kind} can't be read", kind=kind.__name__)
        return None


def size_of(value: msgspec.Struct) -> int:
    """The bytes of a value as MessagePack, which is close to what CBOR needs."""
    return len(msgspec.msgpack.encode(value))


def _endpoint(
    session: QuietSession, component: Interface, procedure: Procedure, around: Around | None = None
) -> Callable[..., Any]:
    method: Method = getattr(component, procedure.method)
    if around is not None:
        method = partial(around, procedure, method)

    async def endpoint(args: Sequence[Any], keywords: Mapping[str, Any], details: Any) -> Any:
        at_work: CallAtWork | None = None
        try:
            caller = _caller(session, details)
            owner = owner_of(caller.session, caller.authrole, procedure.name)
            if owner is not None:
                at_work = CallAtWork(owner, procedure.name)
                # Each call's coroutine has a context of its own.
                CALL.set(at_work)
            request = decode(procedure.request, args, keywords)
            result = method(caller, request)
            if inspect.isawaitable(result):
                result = await result
            if not isinstance(result, procedure.result):
                raise TypeError(f"{procedure.name} answered {type(result).__name__}")
            return _fitting(procedure, result)
        except CancelledError:
            # The router told us that the caller gave up or ran out of time. Until we answer, the
            # call counts among those of its session that are worked at.
            if at_work is not None:
                await at_work.until_through()
            raise ApplicationError(ApplicationError.CANCELED, "The call was canceled.") from None
        except Exception as problem:  # noqa: BLE001 - the one place that translates them all
            raise _translate(procedure, problem) from None

    return endpoint


def _fitting(procedure: Procedure, result: msgspec.Struct) -> dict[str, Any]:
    """The result as plain values; one that the transport would lose is refused instead."""
    if size_of(result) > SENT_BYTES:
        raise LimitExceeded(
            f"The answer to {procedure.name} is larger than a message may be; ask for less.",
            limit="message_bytes",
            maximum=SENT_BYTES,
        )
    return encode(result)


Refuse = Callable[[Topic, int, DeclaredError], None]
"""Called with the topic of an event that can't be read, its publisher, and the problem."""


def _refuser(session: QuietSession, component: Interface) -> Refuse:
    """Nobody waits for an answer to an event: its publisher is told, and the log counts it."""
    refusals = Refusals()
    answers = [topic for topic in type(component).published() if topic.payload is EventRefused]

    def refuse(topic: Topic, publisher: int, problem: DeclaredError) -> None:
        now, count = monotonic(), refusals.count(publisher)
        if refusals.may_log(now):
            log.warn(
                "events that can't be read so far: {total}; last {topic} of {session}: {problem}",
                total=refusals.total,
                topic=topic.name,
                session=publisher,
                problem=_shortened(problem.message),
            )
        if answers and publisher and refusals.may_tell(publisher, now):
            event = EventRefused(
                topic=topic.uri,
                field=_shortened(str(problem.values.get("field", ""))),
                text=_shortened(problem.message),
                count=count,
            )
            announce(session, answers[0], event, eligible=[publisher])

    return refuse


def _listener(
    session: QuietSession, component: Interface, topic: Topic, refuse: Refuse
) -> Callable[..., None]:
    method = getattr(component, topic.method or "")

    def listener(args: Sequence[Any], keywords: Mapping[str, Any], details: Any) -> None:
        try:
            number, role = details.publisher or 0, details.publisher_authrole or ""
            origin = session.origin_of(number, role)
            method(
                Caller(number, details.publisher_authid or "", role, origin),
                decode(topic.payload, args, keywords),
            )
        except DeclaredError as problem:
            refuse(topic, details.publisher or 0, problem)
        except Exception:  # noqa: BLE001 - a fault of ours must not end the session
            log.failure("{topic} failed", topic=topic.name)

    return listener


def _caller(session: QuietSession, details: Any) -> Caller:
    if details.caller is None:
        raise ValueError("the router doesn't disclose who calls: set disclose.caller")
    role = details.caller_authrole or ""
    origin = session.origin_of(details.caller, role)
    return Caller(details.caller, details.caller_authid or "", role, origin)


def _translate(procedure: Procedure, problem: Exception) -> ApplicationError:
    correlation = secrets.token_hex(4)
    error = declared_error(procedure, problem, correlation)
    if isinstance(error, InternalError):
        log.failure("{name} failed ({correlation})", name=procedure.name, correlation=correlation)
    values = {name: _shortened(value) for name, value in error.values.items()}
    return ApplicationError(error.uri, _shortened(error.message), **values)


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[:_LONGEST_TEXT] + "…"
    return value
