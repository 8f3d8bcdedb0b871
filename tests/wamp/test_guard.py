"""The router checks what clients send, bounds what it keeps, and ends idle connections."""

from types import SimpleNamespace

from autobahn.wamp import message
from twisted.internet.task import Clock

from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.wamp.upstream.guard import (
    JOIN_SECONDS,
    MOST_PERMISSIONS,
    WAITING_BYTES,
    end_idle_connections,
    guard_router,
)

FORGED = [{"session": 7, "authid": "somebody else", "authrole": "component"}]


def make_router():
    class Router:
        """Keeps what it is asked to do."""

        def __init__(self):
            self._authorization_cache = {}
            self.processed, self.sent, self.failing = [], [], set()

        def process(self, session, msg):
            self.processed.append(msg)

        def send(self, session, msg):
            if session in self.failing:
                raise ValueError("this receiver can't take it")
            self.sent.append((session, msg))

    guard_router(Router)
    guard_router(Router)
    return Router()


class Session:
    """A session of the router, as far as the guard looks at it."""

    def __init__(self, role="guest", leaving=False):
        self._authrole = role
        self._goodbye_sent = leaving
        self._session_id = 3
        self._transport = None


def deep():
    value = []
    for _ in range(399):
        value = [value]
    return value


def test_what_a_client_says_of_itself_is_dropped_from_every_message():
    router, session = make_router(), Session()
    messages = [
        message.Call(1, "app.x", forward_for=FORGED),
        message.Publish(2, "app.x", forward_for=FORGED),
        message.Yield(3, forward_for=FORGED),
        message.Subscribe(4, "app.x", forward_for=FORGED),
        message.Register(5, "app.x", forward_for=FORGED),
        message.Unsubscribe(6, 1, forward_for=FORGED),
        message.Unregister(7, 1, forward_for=FORGED),
        message.Cancel(8, forward_for=FORGED),
        message.Error(message.Invocation.MESSAGE_TYPE, 9, "app.error", forward_for=FORGED),
    ]
    for msg in messages:
        router.process(session, msg)
    assert router.processed == messages
    assert [msg.forward_for for msg in messages] == [[]] * len(messages)


def test_a_call_that_no_component_could_read_is_answered():
    router, session = make_router(), Session()
    router.process(session, message.Call(1, "app.x", kwargs={"value": deep()}))
    [(receiver, error)] = router.sent
    assert receiver is session
    assert (error.request_type, error.request) == (message.Call.MESSAGE_TYPE, 1)
    assert (error.error, error.kwargs) == (InvalidArgument.uri, {"field": "kwargs"})
    assert router.processed == []


def test_an_event_that_no_receiver_could_read_is_refused_and_answered_where_that_is_asked_for():
    router, session = make_router(), Session()
    router.process(session, message.Publish(1, "app.x", kwargs={"map": {1: 2}}))
    assert router.sent == []
    router.process(session, message.Publish(2, "app.x", kwargs={"map": {1: 2}}, acknowledge=True))
    [(_, error)] = router.sent
    assert (error.request_type, error.request) == (message.Publish.MESSAGE_TYPE, 2)
    assert router.processed == []


def test_components_are_not_bounded_so():
    router = make_router()
    router.process(Session("component"), message.Publish(1, "app.x", args=[[0] * 300_000]))
    assert len(router.processed) == 1


def test_a_session_that_was_told_to_leave_is_heard_no_more():
    router = make_router()
    router.process(Session(leaving=True), message.Call(1, "app.x"))
    assert (router.processed, router.sent) == ([], [])


def test_an_event_that_fails_costs_one_receiver_and_other_messages_raise():
    router, session = make_router(), Session()
    router.failing.add(session)
    router.send(session, message.Event(1, 2))
    try:
        router.send(session, message.Result(1))
    except ValueError:
        return
    raise AssertionError("a result that can't be sent must not vanish")


def test_a_receiver_for_which_too_much_waits_is_dropped():
    router, session, other = make_router(), Session(), Session()
    ended = []
    socket = SimpleNamespace(
        dataBuffer=b"x" * 1000,
        offset=500,
        _tempDataLen=WAITING_BYTES - 500,
        abortConnection=lambda: ended.append(session),
    )
    session._transport = SimpleNamespace(transport=socket)
    router.send(session, message.Event(1, 2))
    assert (len(router.sent), ended) == (1, [])
    socket._tempDataLen += 1
    router.send(session, message.Event(1, 3))
    router.send(other, message.Event(1, 3))
    assert ended == [session]
    assert [receiver for receiver, _ in router.sent] == [session, other]


def test_permissions_that_are_kept_are_bounded():
    router, session = make_router(), Session()
    router._authorization_cache["first"] = {}
    router.process(session, message.Call(1, "app.x"))
    for number in range(MOST_PERMISSIONS + 10):
        router._authorization_cache[f"app.{number}"] = {"allow": False}
    assert len(router._authorization_cache) == MOST_PERMISSIONS
    assert "first" not in router._authorization_cache
    assert f"app.{MOST_PERMISSIONS}" in router._authorization_cache


def make_connection(clock):
    class Protocol:
        def __init__(self):
            self._session = None
            self.opened = 0
            self.transport = SimpleNamespace(abortConnection=lambda: setattr(self, "ended", True))
            self.ended = False

        def onOpen(self):
            self.opened += 1

    end_idle_connections(Protocol, clock)
    end_idle_connections(Protocol, clock)
    connection = Protocol()
    connection.onOpen()
    assert connection.opened == 1
    return connection


def test_a_connection_that_does_not_join_is_ended():
    clock = Clock()
    silent, waiting, joined, gone = (make_connection(clock) for _ in range(4))
    waiting._session = SimpleNamespace(_session_id=None)
    joined._session = SimpleNamespace(_session_id=5)
    gone.transport = None
    clock.advance(JOIN_SECONDS - 0.01)
    assert not silent.ended
    clock.advance(0.02)
    assert [each.ended for each in (silent, waiting, joined, gone)] == [True, True, False, False]
    assert clock.getDelayedCalls() == []
