"""WebSockets without a subprotocol: sessions whose messages are put into plain JSON and back.

Autobahn chooses a serializer by the subprotocol, and takes a WebSocket without any for WAMP in
JSON. Here such a one says and hears what a conversation makes of WAMP's messages, and all else is
as for any other session: the router's checks, bounds, turns and pings.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from autobahn.wamp.exception import ProtocolError, SerializationError, TransportLost
from twisted.logger import Logger

from geometry_ws.wamp.upstream.changing import change_once
from geometry_ws.wamp.upstream.connections import SIZE

log = Logger()

_CONVERSATION = "geometry_ws_conversation"
_REFUSED = "geometry_ws_refused"
_PROTOCOL_ERROR: Final = 1002
_LONGEST_REASON = 120
"""The reason of a close has at most 123 bytes; RFC 6455, section 5.5."""

NewConversation = Callable[[str, str], Any]
"""From path and query to a conversation; raises ValueError with one sentence for the client."""


def speak_plainly(websocket: type[Any], converse: NewConversation, clock: Any) -> None:
    """Let WebSockets of the router speak plainly without a subprotocol; twice does no harm.

    ``converse`` gives a conversation for a path and a query. A conversation has `begin`, `hear` for
    what the client sends, and `say` for what the router sends; each gives messages for the router
    and objects for the client, and ``to_json`` writes such an object. Arguments are Crossbar.io's
    `WampWebSocketServerProtocol` and Twisted's reactor, or what stands for them.
    """
    change_once(websocket, "onConnect", lambda on_connect: _connecting(on_connect, converse, clock))
    change_once(websocket, "onOpen", lambda on_open: _opening(on_open, clock))


def _connecting(on_connect: Any, converse: NewConversation, clock: Any) -> Any:
    def connect(self: Any, request: Any) -> Any:
        answer = on_connect(self, request)
        if answer is not None and answer[0] is None:
            _, _, query = self.http_request_uri.partition("?")
            try:
                conversation = converse(request.path, query)
            except ValueError as problem:
                setattr(self, _REFUSED, str(problem))
            else:
                setattr(self, _CONVERSATION, conversation)
                # Of this one alone: the others shall not be asked for each message.
                self.send = partial(_say, self, clock)
                self.onMessage = partial(_hear, self, clock)
        return answer

    return connect


def _opening(on_open: Any, clock: Any) -> Any:
    def opened(self: Any) -> Any:
        refused = getattr(self, _REFUSED, None)
        if refused is not None:
            return self._fail_connection(_PROTOCOL_ERROR, refused[:_LONGEST_REASON])
        result = on_open(self)
        conversation = getattr(self, _CONVERSATION, None)
        if conversation is not None and self._session is not None:
            _do(self, conversation.begin(), clock)
        return result

    return opened


def _hear(websocket: Any, clock: Any, payload: bytes, isBinary: bool) -> None:  # noqa: N803
    if websocket._session is not None:
        conversation = getattr(websocket, _CONVERSATION)
        _do(websocket, conversation.hear(payload, is_binary=isBinary), clock, len(payload))


def _say(websocket: Any, clock: Any, msg: Any) -> None:
    if not websocket.isOpen():
        raise TransportLost
    _do(websocket, getattr(websocket, _CONVERSATION).say(msg), clock)


def _do(websocket: Any, outcome: Any, clock: Any, size: int = 0) -> None:
    """Send what is for the client, and hand on what is for the router when it is free to hear.

    ``size`` is the bytes of what the client has sent for it.
    """
    conversation = getattr(websocket, _CONVERSATION)
    for said in outcome.to_client:
        try:
            text = conversation.to_json(said)
        except (TypeError, ValueError, RecursionError) as problem:
            raise SerializationError(f"it can't be written in JSON ({problem})") from None
        websocket.sendMessage(text, False)
    if outcome.to_router:
        clock.callLater(0, _hand_on, websocket, outcome.to_router, size)
    if outcome.ends:
        websocket.sendClose(websocket.CLOSE_STATUS_CODE_NORMAL, outcome.ends[:_LONGEST_REASON])


def _hand_on(websocket: Any, messages: tuple[Any, ...], size: int) -> None:
    for msg in messages:
        if websocket._session is None:
            return
        setattr(websocket._session, SIZE, size)
        try:
            websocket._session.onMessage(msg)
        except ProtocolError as problem:
            websocket._fail_connection(_PROTOCOL_ERROR, f"WAMP Protocol Error ({problem})")
            return
