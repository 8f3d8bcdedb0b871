"""One connection to a node: a WebSocket, a WAMP session on it, and how both ended.

Nothing here tries twice: `connection.py` does. What an event loop does its own way is left to
`on_twisted.py` and `on_asyncio.py`.
"""

from collections.abc import Callable
from typing import Any

from autobahn.exception import Disconnected
from autobahn.wamp import message
from autobahn.wamp.types import CloseDetails, ComponentConfig, SessionDetails

from geometry_ws.client.address import Address
from geometry_ws.client.errors import NotAdmitted, TooLarge, Unreachable
from geometry_ws.client.failure_reasons import Closed, refusal
from geometry_ws.client.loops import Loop, Promise, Timer
from geometry_ws.protocol.names import MESSAGE_BYTES, REALM
from geometry_ws.wamp.quiet import QuietKeywords

OPEN_SECONDS = 10.0
PING_SECONDS = 5.0
CLOSE_SECONDS = 1.0

AGAIN_SECONDS = 1.0
"""After so long it is looked again whether a ping was answered: a program that has computed finds
what the node has said meanwhile only after its timers."""


class JoinedSession(QuietKeywords):
    """The session of a link; tells the link that it has joined, and remembers why it left."""

    def __init__(self, joined: Callable[[Any], None]) -> None:
        super().__init__(ComponentConfig(realm=REALM))  # type: ignore[call-arg]
        self._joined = joined
        self.reason = ""
        self.text = ""
        self.name = ""
        self.role = ""
        self.taken: Callable[[], Any] | None = None
        """Called when another session has taken a procedure of ours over."""

    def onMessage(self, msg: Any) -> None:  # noqa: N802 - autobahn's name
        """Take a message; autobahn only logs that a procedure is ours no more."""
        super().onMessage(msg)
        if isinstance(msg, message.Unregistered) and not msg.request and self.taken is not None:
            self.taken()

    def onJoin(self, details: SessionDetails) -> None:  # noqa: N802 - autobahn's name
        """The router has welcomed us."""
        self.name, self.role = details.authid or "", details.authrole or ""
        self._joined(self)

    def onLeave(self, details: CloseDetails) -> Any:  # noqa: N802 - autobahn's name
        """Remember why; autobahn ends what waits and closes the transport."""
        self.reason, self.text = details.reason or "", details.message or ""
        return super().onLeave(details)  # type: ignore[misc]


class CountingProtocol:
    """A WebSocket that knows the size of what it carries."""

    factory: Any
    autoPingPending: bytes | None  # noqa: N815 - autobahn's name
    state: int
    STATE_OPEN: int
    _session: Any
    _again: Timer | None = None

    message_bytes = 0
    """The size of the message that is being handled."""

    received_bytes = 0
    """All messages since the WebSocket was opened."""

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """Take a message from the node."""
        self.message_bytes = len(payload)
        self.received_bytes += len(payload)
        super().onMessage(payload, isBinary)  # type: ignore[misc]

    def sendMessage(self, payload: bytes, *args: Any, **options: Any) -> None:  # noqa: N802
        """Send, unless the router would drop the connection for it."""
        maximum = self.factory.maximum
        if len(payload) > maximum:
            raise TooLarge(len(payload), maximum)
        super().sendMessage(payload, *args, **options)  # type: ignore[misc]

    def onAutoPingTimeout(self) -> None:  # noqa: N802 - autobahn's name
        """The node hasn't answered a ping in time, or the answer waits until we look."""
        self.autoPingTimeoutCall = None  # it is this one, and over
        ping = self.autoPingPending
        self._again = self.factory.later(AGAIN_SECONDS, lambda: self._look_again(ping))

    def _look_again(self, ping: bytes | None) -> None:
        if self.autoPingPending == ping and self.state == self.STATE_OPEN:
            super().onAutoPingTimeout()  # type: ignore[misc]

    def onClose(  # noqa: N802
        self,
        wasClean: bool,  # noqa: N803
        code: int | None,
        reason: str | None,
    ) -> None:
        """The WebSocket is closed, or never opened."""
        if self._again is not None:
            self._again.cancel()
        session = self._session
        super().onClose(wasClean, code, reason)  # type: ignore[misc]
        self.factory.over(session, code, reason)


def set_options(factory: Any, over: Callable[..., Any]) -> None:
    """Give a factory of the one protocol of a link what is the same for every event loop."""
    factory.maximum = MESSAGE_BYTES  # until the node's hello says otherwise
    factory.over = over
    factory.setProtocolOptions(
        openHandshakeTimeout=OPEN_SECONDS,
        closeHandshakeTimeout=CLOSE_SECONDS,
        serverConnectionDropTimeout=CLOSE_SECONDS,
        autoPingInterval=PING_SECONDS,
        autoPingTimeout=PING_SECONDS,
        tcpNoDelay=True,
        failByDrop=True,
    )


class Link:
    """One attempt to reach a node, and the session that it leads to."""

    def __init__(self, address: Address, loop: Loop) -> None:
        self.address = address
        self._loop = loop
        self._factory = self._make_factory()
        self._factory.later = loop.later
        self._session: Any = None
        self._protocol: Any = None
        self._joined: Promise = loop.promise()
        self._ended: Promise = loop.promise()
        self._closed: Closed | None = None
        self._listeners: list[Callable[[Closed], Any]] = []
        self._timer: Timer | None = None
        self._closing = False

    @property
    def message_bytes(self) -> int:
        """The size of the message that is being handled."""
        return self._protocol.message_bytes if self._protocol else 0

    @property
    def received_bytes(self) -> int:
        """All bytes of messages from the node."""
        return self._protocol.received_bytes if self._protocol else 0

    @property
    def maximum(self) -> int:
        """The largest message that the node takes; a hello tells it."""
        maximum: int = self._factory.maximum
        return maximum

    @maximum.setter
    def maximum(self, size: int) -> None:
        self._factory.maximum = size

    async def open(self) -> Any:
        """Connect; gives the session. Raises Unreachable."""
        self._timer = self._loop.later(OPEN_SECONDS, self._too_slow)
        self._connect()
        return await self._joined

    def when_closed(self, listener: Callable[[Closed], Any]) -> None:
        """Call with how it ended, once; at once where it has ended."""
        if self._closed is not None:
            listener(self._closed)
        else:
            self._listeners.append(listener)

    async def until_closed(self) -> None:
        """Wait until nothing of it is left."""
        if self._closed is None:
            await self._ended

    def close(self) -> None:
        """Say goodbye, and end the connection if the node doesn't answer."""
        if self._session is None or not self._session.is_attached():
            self._abort()
            return
        if self._closing:
            return
        self._closing = True
        try:
            self._session.leave()
        except Disconnected:
            # The node has closed it, and the session doesn't know yet.
            self._abort()
            return
        self._timer = self._loop.later(CLOSE_SECONDS, self._abort)

    def _make_factory(self) -> Any:
        """A factory of protocols; `_welcomed` and `_over` are told."""
        raise NotImplementedError

    def _connect(self) -> None:
        """Begin to connect; `_connected` or `_refused` is told."""
        raise NotImplementedError

    def _give_up(self) -> None:
        """Stop to connect; `_refused` is told."""
        raise NotImplementedError

    def _drop(self, transport: Any) -> None:
        """End a connection at once."""
        raise NotImplementedError

    def _connected(self, protocol: Any) -> None:
        self._protocol = protocol

    def _welcomed(self, session: Any) -> None:
        self._session = session
        self._stop_timer()
        self._joined.resolve(session)

    def _refused(self, problem: BaseException) -> None:
        self._fail(refusal(problem, self.address.place), Closed(detail=str(problem)))

    def _too_slow(self) -> None:
        self._timer = None
        self._fail(f"{self.address.place} does not answer", Closed(detail="too slow"))
        self._abort()

    def _over(self, session: Any, code: int | None, reason: str | None) -> None:
        said, text = (session.reason, session.text) if session else ("", "")
        closed = Closed(said, text, code, reason or "")
        self._fail(f"{self.address.place} can't be used: {closed.sentence}", closed)

    def _fail(self, sentence: str, closed: Closed) -> None:
        self._stop_timer()
        self._joined.reject((NotAdmitted if closed.is_refusal else Unreachable)(sentence))
        if self._closed is not None:
            return
        self._closed = closed
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener(closed)
        self._ended.resolve()

    def _abort(self) -> None:
        self._stop_timer()
        if self._protocol is not None and self._protocol.transport is not None:
            self._drop(self._protocol.transport)
        elif self._protocol is None:
            self._give_up()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
