"""A WAMP session that no keyword of a peer can harm.

Autobahn spreads the keywords of an event or a call over the handler's parameters, and on the way
there over those of its own helpers: a keyword named ``f``, ``fun`` or ``self`` collides and ends
the session. Here all keywords travel as one value, in both directions, and handlers get them so.
Every session of ours, in components and in clients, is one of these. The event loop is the one for
which Autobahn is used in this process: `session.py` is for Twisted.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import txaio
from autobahn.wamp import message
from autobahn.wamp.exception import ApplicationError, TransportLost
from autobahn.wamp.request import CallRequest, PublishRequest
from autobahn.wamp.types import (
    CallOptions,
    EventDetails,
    PublishOptions,
    RegisterOptions,
    SubscribeOptions,
)

from geometry_ws.wamp.upstream.sessions import (
    has_joined,
    next_request,
    transport_of,
    waiting_calls,
    waiting_publishes,
)

Keywords = Mapping[str, Any]
Heard = Callable[[Sequence[Any], Keywords, Any], Any]
"""A handler: (positional arguments, keywords, autobahn's details)."""

_PACKED = "_keywords"
_DETAILS = "_details"


class QuietKeywords:
    """What makes an application session of Autobahn one whose handlers get keywords as one value.

    To be named before Autobahn's class among the bases.
    """

    def onMessage(self, msg: Any) -> None:  # noqa: N802 - autobahn's name
        """Pack the keywords of calls and events before autobahn sees them."""
        if isinstance(msg, message.Event | message.Invocation):
            msg.kwargs = {_PACKED: msg.kwargs or {}}
        elif self._is_late(msg):
            return
        super().onMessage(msg)  # type: ignore[misc]

    def _is_late(self, msg: Any) -> bool:
        """Whether this answers a call that was answered already.

        A call that was given up is answered twice when the callee dies later; autobahn would take
        the second answer for a broken router and end the session.
        """
        if isinstance(msg, message.Error):
            return msg.request_type == message.Call.MESSAGE_TYPE and self._unknown(msg)
        return isinstance(msg, message.Result) and self._unknown(msg)

    def _unknown(self, msg: Any) -> bool:
        return has_joined(self) and msg.request not in waiting_calls(self)

    def onUserError(self, fail: Any, msg: str) -> None:  # noqa: N802 - autobahn's name
        """A declared error is an answer, not news: callers could fill our log with them."""
        if not isinstance(getattr(fail, "value", None), ApplicationError):
            super().onUserError(fail, msg)  # type: ignore[misc]

    async def listen(self, topic: str, handler: Heard, match: str | None = None) -> Any:
        """Subscribe; the handler is called as (args, keywords, details)."""

        def heard(*args: Any, **packed: Any) -> Any:
            details: EventDetails = packed[_DETAILS]
            return handler(args, packed[_PACKED], details)

        options = SubscribeOptions(match=match, details_arg=_DETAILS)
        return await self.subscribe(heard, topic, options=options)  # type: ignore[attr-defined]

    async def serve(
        self,
        procedure: str,
        endpoint: Callable[[Sequence[Any], Keywords, Any], Awaitable[Any]],
        *,
        take_over: bool = False,
    ) -> Any:
        """Register a procedure; the endpoint is awaited as (args, keywords, details).

        With ``take_over`` another session that has it, such as one whose connection broke, loses
        it.
        """

        async def called(*args: Any, **packed: Any) -> Any:
            return await endpoint(args, packed[_PACKED], packed[_DETAILS])

        options = RegisterOptions(details_arg=_DETAILS, force_reregister=take_over or None)
        return await self.register(called, procedure, options=options)  # type: ignore[attr-defined]

    def call_with(
        self,
        procedure: str,
        args: Sequence[Any] = (),
        keywords: Keywords | None = None,
        options: CallOptions | None = None,
    ) -> Any:
        """Call with keywords of any name. Gives a future of the event loop.

        Errors come as autobahn's ApplicationError.
        """
        number = self._begin(procedure)
        attributes = options.message_attr() if options else {}
        call = message.Call(
            number, procedure, args=list(args), kwargs=dict(keywords or {}), **attributes
        )
        answer: Any = txaio.create_future(canceller=lambda _: self._cancel(number))
        waiting = waiting_calls(self)
        waiting[number] = CallRequest(number, procedure, answer, options)
        self._send(call, waiting, number)
        return answer

    def publish_with(
        self,
        topic: str,
        args: Sequence[Any] = (),
        keywords: Keywords | None = None,
        options: PublishOptions | None = None,
    ) -> Any:
        """Publish with keywords of any name; a future where acknowledgement was asked for."""
        number = self._begin(topic)
        attributes = options.message_attr() if options else {}
        event = message.Publish(
            number, topic, args=list(args), kwargs=dict(keywords or {}), **attributes
        )
        answer: Any = None
        if options is not None and options.acknowledge:
            answer = txaio.create_future()
            waiting_publishes(self)[number] = PublishRequest(number, answer, was_encrypted=False)
        self._send(event, waiting_publishes(self), number)
        return answer

    def _begin(self, full: str) -> int:
        message.check_or_raise_uri(full, strict=False, allow_empty_components=False)
        if not transport_of(self):
            raise TransportLost()
        return next_request(self)

    def _cancel(self, number: int) -> None:
        transport = transport_of(self)
        if transport:
            transport.send(message.Cancel(number))

    def _send(self, msg: Any, waiting: dict[int, Any], number: int) -> None:
        try:
            transport_of(self).send(msg)
        except Exception:
            waiting.pop(number, None)
            raise
