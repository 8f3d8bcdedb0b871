"""What stands for a router where a component is alone: it hears what the component says.

A component is a WAMP session and knows no other way to answer. Here its session has a transport
that takes its registrations and publishes, and by which it is called. Nothing is serialized.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from autobahn.wamp import message, role
from autobahn.wamp.exception import ApplicationError, TransportLost
from twisted.internet.defer import Deferred

from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.names import REALM
from geometry_ws.wamp.serializers import make_serializers
from geometry_ws.wamp.session import QuietSession

_SESSION = 1

Published = Callable[[str, Mapping[str, Any]], None]
"""Called with the topic and the keywords of each event."""


class LoneRouter:
    """The transport of one component's session, and the way to call it."""

    transport_details = None

    def __init__(self, clock: Any, published: Published, left: Callable[[str], None]) -> None:
        """`left` is called with a sentence when the component leaves, such as that it can't
        start."""
        self._serializer = make_serializers()[0]
        self._clock = clock
        self._published = published
        self._left = left
        self._session: QuietSession | None = None
        self._numbers = count(1)
        self._procedures: dict[str, int] = {}
        self._subscriptions: dict[str, int] = {}
        self._calls: dict[int, Deferred[Any]] = {}

    def open(self, session: QuietSession) -> None:
        """Let a component join."""
        self._session = session
        session.onOpen(self)

    def call(self, procedure: str, keywords: Mapping[str, Any], caller: Caller) -> "Deferred[Any]":
        """Call the component as somebody; fails with ApplicationError."""
        registration = self._procedures.get(procedure)
        number = next(self._numbers)
        answer: Deferred[Any] = Deferred(lambda _: self._interrupt(number))
        if registration is None or self._session is None:
            answer.errback(ApplicationError(ApplicationError.NO_SUCH_PROCEDURE, procedure))
            return answer
        self._calls[number] = answer
        self._session.onMessage(
            message.Invocation(
                number,
                registration,
                args=[],
                kwargs=dict(keywords),
                caller=caller.session,
                caller_authid=caller.authid,
                caller_authrole=caller.authrole,
            )
        )
        return answer

    def tell(self, topic: str, args: Sequence[Any]) -> None:
        """Publish an event to the component, if it has subscribed to exactly that."""
        subscription = self._subscriptions.get(topic)
        if subscription is not None and self._session is not None:
            publication = next(self._numbers)
            self._session.onMessage(
                message.Event(subscription, publication, args=list(args), kwargs={})
            )

    # --- autobahn's ITransport ---------------------------------------------------------------

    def send(self, msg: Any) -> None:
        """Take what the component says; it is answered when the event loop comes to it."""
        if isinstance(msg, message.Publish):
            self._published(msg.topic, msg.kwargs or {})
        elif isinstance(msg, message.Yield):
            if answer := self._calls.pop(msg.request, None):
                answer.callback(msg.args[0] if msg.args else None)
        elif isinstance(msg, message.Error):
            if answer := self._calls.pop(msg.request, None):
                error = ApplicationError(msg.error, *(msg.args or ()), **(msg.kwargs or {}))
                answer.errback(error)
        elif isinstance(msg, message.Goodbye):
            self._clock.callLater(0, self._end, msg.message or "")
        else:
            self._clock.callLater(0, self._answer, msg)

    def isOpen(self) -> bool:  # noqa: N802 - autobahn's name
        """Whether the component may go on."""
        return self._session is not None

    @property
    def is_closed(self) -> bool:
        """Whether the component has left."""
        return self._session is None

    def close(self) -> None:
        """The component has left."""
        session, self._session = self._session, None
        if session is not None:
            session.onClose(wasClean=True)
        calls, self._calls = self._calls, {}
        for answer in calls.values():
            answer.errback(TransportLost())

    abort = close

    def _answer(self, msg: Any) -> None:
        number = next(self._numbers)
        reply: Any
        if isinstance(msg, message.Hello):
            features = {"broker": role.RoleBrokerFeatures(), "dealer": role.RoleDealerFeatures()}
            reply = message.Welcome(_SESSION, features, realm=REALM)
        elif isinstance(msg, message.Register):
            self._procedures[msg.procedure] = number
            reply = message.Registered(msg.request, number)
        elif isinstance(msg, message.Subscribe):
            self._subscriptions[msg.topic] = number
            reply = message.Subscribed(msg.request, number)
        elif isinstance(msg, message.Call):
            reply = message.Error(
                message.Call.MESSAGE_TYPE, msg.request, ApplicationError.NO_SUCH_PROCEDURE
            )
        else:
            return
        if self._session is not None:
            self._session.onMessage(reply)

    def _end(self, sentence: str) -> None:
        if self._session is not None:
            self._session.onMessage(message.Goodbye(message.Goodbye.DEFAULT_REASON))
            self.close()
        self._left(sentence)

    def _interrupt(self, number: int) -> None:
        if self._calls.pop(number, None) is not None and self._session is not None:
            self._session.onMessage(message.Interrupt(number))
