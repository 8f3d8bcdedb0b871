"""One connection to a node: a WebSocket, a WAMP session on it, and how both ended.

Nothing here tries twice: `connection.py` does. The event loop is handed in.
"""

from collections.abc import Callable
from typing import Any

from autobahn.twisted.websocket import WampWebSocketClientFactory, WampWebSocketClientProtocol
from autobahn.wamp.types import CloseDetails, ComponentConfig, SessionDetails
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.python.failure import Failure

from geometry_ws.client.address import Address
from geometry_ws.client.errors import TooLarge, Unreachable
from geometry_ws.client.failure_reasons import Closed, refusal
from geometry_ws.client.loopback import send_unpaced
from geometry_ws.protocol.names import MESSAGE_BYTES, REALM
from geometry_ws.wamp.serializers import make_serializers
from geometry_ws.wamp.session import QuietSession

OPEN_SECONDS = 10.0
PING_SECONDS = 5.0
CLOSE_SECONDS = 1.0


class LinkSession(QuietSession):
    """The session of a link; tells the link that it has joined or left."""

    def __init__(self, joined: Callable[["LinkSession"], None]) -> None:
        super().__init__(ComponentConfig(realm=REALM))
        self._joined = joined
        self.reason = ""
        self.text = ""

    def onJoin(self, details: SessionDetails) -> None:  # noqa: N802, ARG002 - autobahn's name
        """The router has welcomed us."""
        self._joined(self)

    def onLeave(self, details: CloseDetails) -> Any:  # noqa: N802 - autobahn's name
        """Remember why; autobahn ends what waits and closes the transport."""
        self.reason, self.text = details.reason or "", details.message or ""
        return super().onLeave(details)


class LinkProtocol(WampWebSocketClientProtocol):  # type: ignore[misc]
    """A WebSocket that knows the size of what it carries."""

    message_bytes = 0
    """The size of the message that is being handled."""

    received_bytes = 0
    """All messages since the WebSocket was opened."""

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """Take a message from the node."""
        self.message_bytes = len(payload)
        self.received_bytes += len(payload)
        super().onMessage(payload, isBinary)

    def sendMessage(self, payload: bytes, *args: Any, **options: Any) -> None:  # noqa: N802
        """Send, unless the router would drop the connection for it."""
        maximum = self.factory.maximum
        if len(payload) > maximum:
            raise TooLarge(len(payload), maximum)
        super().sendMessage(payload, *args, **options)

    def onClose(  # noqa: N802
        self,
        wasClean: bool,  # noqa: N803
        code: int | None,
        reason: str | None,
    ) -> None:
        """The WebSocket is closed, or never opened."""
        session = self._session
        super().onClose(wasClean, code, reason)
        self.factory.over(session, code, reason)


class LinkFactory(WampWebSocketClientFactory):  # type: ignore[misc]
    """Makes the one protocol of a link."""

    protocol = LinkProtocol

    def __init__(
        self,
        url: str,
        reactor: Any,
        joined: Callable[[LinkSession], None],
        over: Callable[..., Any],
    ) -> None:
        super().__init__(
            lambda: LinkSession(joined),
            url,
            serializers=make_serializers(),
            reactor=reactor,
        )
        self.maximum = MESSAGE_BYTES  # until the node's hello says otherwise
        self.over = over
        self.setProtocolOptions(
            openHandshakeTimeout=OPEN_SECONDS,
            closeHandshakeTimeout=CLOSE_SECONDS,
            serverConnectionDropTimeout=CLOSE_SECONDS,
            autoPingInterval=PING_SECONDS,
            autoPingTimeout=PING_SECONDS,
            tcpNoDelay=True,
            failByDrop=True,
        )


class Link:
    """One attempt to reach a node, and the session that it leads to.

    ``joined`` fires once with the session or fails with Unreachable; ``closed`` fires once, after
    that, with how it ended.
    """

    def __init__(self, address: Address, reactor: Any) -> None:
        self._address = address
        self._reactor = reactor
        self._factory = LinkFactory(address.url, reactor, self._welcomed, self._over)
        self._session: LinkSession | None = None
        self._protocol: Any = None
        self.joined: Deferred[LinkSession] = Deferred()
        self.closed: Deferred[Closed] = Deferred()
        self._timer: Any = None
        self._connecting: Any = None
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

    def open(self) -> "Deferred[LinkSession]":
        """Begin to connect; gives ``joined``."""
        self._timer = self._reactor.callLater(OPEN_SECONDS, self._too_slow)
        self._connecting = self._endpoint().connect(self._factory)
        self._connecting.addCallbacks(self._connected, self._refused)
        return self.joined

    def close(self) -> None:
        """Say goodbye, and end the connection if the node doesn't answer."""
        if self._session is None or not self._session.is_attached():
            self._abort()
            return
        if self._closing:
            return
        self._closing = True
        self._session.leave()
        self._timer = self._reactor.callLater(CLOSE_SECONDS, self._abort)

    def _endpoint(self) -> Any:
        host, port = self._address.host, self._address.port
        endpoint = HostnameEndpoint(self._reactor, host, port, timeout=OPEN_SECONDS)
        if not self._address.secure:
            return endpoint
        from twisted.internet.ssl import optionsForClientTLS

        return wrapClientTLS(optionsForClientTLS(host), endpoint)

    def _connected(self, protocol: Any) -> None:
        self._protocol = protocol
        send_unpaced(protocol.transport)

    def _welcomed(self, session: LinkSession) -> None:
        self._session = session
        self._stop_timer()
        if not self.joined.called:
            self.joined.callback(session)

    def _refused(self, failure: Failure) -> None:
        problem = failure.value or Exception()
        self._fail(refusal(problem, self._address.place), Closed(detail=str(problem)))

    def _too_slow(self) -> None:
        self._timer = None
        self._fail(f"{self._address.place} does not answer", Closed(detail="too slow"))
        self._abort()

    def _over(self, session: LinkSession | None, code: int | None, reason: str | None) -> None:
        goodbye = (session.reason, session.text) if session else ("", "")
        closed = Closed(*goodbye, code, reason or "")
        self._fail(f"{self._address.place} can't be used: {closed.sentence}", closed)

    def _fail(self, sentence: str, closed: Closed) -> None:
        self._stop_timer()
        if not self.joined.called:
            self.joined.errback(Unreachable(sentence))
        if not self.closed.called:
            self.closed.callback(closed)

    def _abort(self) -> None:
        self._stop_timer()
        if self._protocol is not None and self._protocol.transport is not None:
            self._protocol.transport.abortConnection()
        elif self._connecting is not None:
            self._connecting.cancel()

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
