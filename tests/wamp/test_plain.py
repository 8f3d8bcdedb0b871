"""A WebSocket without a subprotocol, between the router's session and a conversation."""

from types import SimpleNamespace

from twisted.internet.task import Clock

from geometry_ws.wamp.upstream.connections import SIZE
from geometry_ws.wamp.upstream.plain import speak_plainly


class Conversation:
    """Hands on what it hears, and refuses what says so."""

    @staticmethod
    def to_json(said):
        return str(said).encode()

    def begin(self):
        return SimpleNamespace(to_router=("hello",), to_client=(), ends="")

    def hear(self, payload, *, is_binary):
        return SimpleNamespace(to_router=(payload,), to_client=("heard",), ends="")

    def say(self, msg):
        return SimpleNamespace(to_router=(), to_client=(msg,), ends="over" if msg == "bye" else "")


def converse(path, query):
    if path == "/ws":
        raise ValueError("ask for a subprotocol")
    return Conversation()


class Session:
    """The router's session: what it hears, and how large it was said to be."""

    def __init__(self) -> None:
        self.heard = []

    def onMessage(self, msg):
        self.heard.append((msg, getattr(self, SIZE)))


def websocket_class(subprotocol):
    class WebSocket:
        CLOSE_STATUS_CODE_NORMAL = 1000

        def __init__(self, path):
            self.http_request_uri = path
            self.sent, self.closed, self._session = [], [], None

        def onConnect(self, request):
            return subprotocol, {}

        def onOpen(self):
            self._session = Session()

        def onMessage(self, payload, is_binary):
            self.sent.append("wamp")

        def send(self, msg):
            self.sent.append("wamp")

        def isOpen(self):
            return self._session is not None

        def sendMessage(self, payload, is_binary):
            self.sent.append(payload)

        def sendClose(self, code, reason):
            self.closed.append((code, reason))

        def _fail_connection(self, code, reason):
            self.closed.append((code, reason))

    return WebSocket


def opened(path, subprotocol=None):
    clock, kind = Clock(), websocket_class(subprotocol)
    speak_plainly(kind, converse, clock)
    speak_plainly(kind, converse, clock)
    websocket = kind(path)
    websocket.onConnect(SimpleNamespace(path=path.partition("?")[0]))
    websocket.onOpen()
    clock.advance(0)
    return websocket, clock


def test_what_is_said_counts_by_its_size_as_for_every_session() -> None:
    """The router bounds by it what waits of a session's calls."""
    websocket, clock = opened("/events?topics=app")
    websocket.onMessage(b"x" * 5000, True)
    clock.advance(0)
    assert websocket._session.heard == [("hello", 0), (b"x" * 5000, 5000)]
    assert websocket.sent == [b"heard"]


def test_what_the_router_says_is_translated_and_a_goodbye_closes() -> None:
    websocket, _ = opened("/")
    websocket.send("event")
    websocket.send("bye")
    assert websocket.sent == [b"event", b"bye"]
    assert websocket.closed == [(1000, "over")]


def test_who_asks_wrongly_is_closed_with_the_reason_and_has_no_session() -> None:
    websocket, _ = opened("/ws")
    assert websocket.closed == [(1002, "ask for a subprotocol")]
    assert websocket._session is None


def test_a_websocket_with_a_subprotocol_is_left_alone() -> None:
    websocket, _ = opened("/ws", "wamp.2.json")
    websocket.onMessage(b"x", True)
    websocket.send("event")
    assert websocket.sent == ["wamp", "wamp"]
