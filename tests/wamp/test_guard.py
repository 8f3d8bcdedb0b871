"""The router checks what clients send, bounds what it keeps, and ends idle connections."""

from types import SimpleNamespace

import pytest
from autobahn.exception import Disconnected, PayloadExceededError
from autobahn.wamp import message
from autobahn.wamp.exception import (
    ApplicationError,
    ProtocolError,
    SerializationError,
    TransportLost,
)
from twisted.internet.task import Clock

from geometry_ws.protocol.errors import Busy, InvalidArgument, LimitExceeded, NoSuchProcedure
from geometry_ws.protocol.names import REALM, uri
from geometry_ws.wamp.upstream.connections import QUEUED_BYTES, SIZE
from geometry_ws.wamp.upstream.guard import (
    ANSWERS_WAITING_BYTES,
    CALLEE_BYTES,
    CALLS_AT_A_TIME,
    EVENTS_WAITING_BYTES,
    LARGE_BYTES,
    MOST_CALLS,
    MOST_PATTERNS,
    MOST_PERMISSIONS,
    MOST_SUBSCRIPTIONS,
    QUEUED_MOST,
    guard_router,
)

FORGED = [{"session": 7, "authid": "somebody else", "authrole": "component"}]


class Registrations(dict):
    """Who serves procedures, by their names."""

    def get_observation(self, procedure):
        return self.get(procedure)


def make_router():
    class Router:
        """Keeps what it is asked to do."""

        def __init__(self):
            self._authorization_cache = {}
            self._broker = SimpleNamespace(_session_to_subscriptions={})
            self._dealer = SimpleNamespace(
                _caller_to_invocations={},
                _invocations={},
                _invocations_by_call={},
                _registration_map=Registrations(),
            )
            self.processed, self.sent, self.failing = [], [], {}

        def process(self, session, msg):
            self.processed.append(msg)

        def send(self, session, msg):
            if session in self.failing and not isinstance(msg, message.Error):
                raise self.failing[session]
            self.sent.append((session, msg))

    clock = Clock()
    guard_router(Router, clock)
    guard_router(Router, clock)
    router = Router()
    router.clock = clock
    return router


class Session:
    """A session of the router, as far as the guard looks at it."""

    def __init__(self, role="guest", leaving=False):
        self._authrole = role
        self._goodbye_sent = leaving
        self._session_id = 3
        self._realm = REALM
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


def test_only_who_was_called_may_answer_with_an_error():
    router, component, guest = make_router(), Session("component"), Session()
    router._dealer._invocations[7] = SimpleNamespace(callee=component)
    kind = message.Invocation.MESSAGE_TYPE
    with pytest.raises(ProtocolError):
        router.process(guest, message.Error(kind, 7, "app.forged"))
    router.process(guest, message.Error(kind, 8, "app.late"))
    router.process(component, message.Error(kind, 7, "app.true"))
    assert [error.error for error in router.processed] == ["app.late", "app.true"]


def test_a_number_of_a_call_is_used_once_at_a_time():
    router, session, other = make_router(), Session(), Session()
    router._dealer._invocations_by_call[session._session_id, 7] = None
    other._session_id = 4
    router.process(other, message.Call(7, "app.x"))
    router.process(session, message.Call(8, "app.x"))
    with pytest.raises(ProtocolError):
        router.process(session, message.Call(7, "app.x"))
    assert [call.request for call in router.processed] == [7, 8]


def test_a_call_that_waits_with_the_number_of_another_ends_its_session():
    router, session = make_router(), Session()
    ended = []
    socket = SimpleNamespace(
        abortConnection=lambda: ended.append(session), getPeer=lambda: "peer", dataBuffer=b""
    )
    session._transport = SimpleNamespace(transport=socket)
    call_all(router, session, CALLS_AT_A_TIME + 1)
    router._dealer._invocations_by_call[session._session_id, CALLS_AT_A_TIME + 1] = None
    answer(router, session, 1)
    assert ended == [session]
    assert len(router.processed) == CALLS_AT_A_TIME


def test_a_call_that_no_component_could_read_is_answered():
    router, session = make_router(), Session()
    router.process(session, message.Call(1, "app.x", kwargs={"value": deep()}))
    [(receiver, error)] = router.sent
    assert receiver is session
    assert (error.request_type, error.request) == (message.Call.MESSAGE_TYPE, 1)
    assert (error.error, error.kwargs) == (InvalidArgument.uri, {"field": "kwargs"})
    assert router.processed == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [(uri("change.lst"), uri("change.list")), ("change.list", uri("change.list"))],
)
def test_a_call_of_what_is_not_there_is_told_the_nearest_name(name, nearest):
    router, session = make_router(), Session()
    router.process(session, message.Call(1, name))
    [(_, error)] = router.sent
    assert error.error == NoSuchProcedure.uri
    assert error.kwargs["nearest"][0] == nearest
    assert router.processed == []


@pytest.mark.parametrize("name", [uri("change.list"), "wamp.session.count", "app.x"])
def test_other_calls_are_the_router_s_to_allow(name):
    router = make_router()
    router.process(Session(), message.Call(1, name))
    assert [call.procedure for call in router.processed] == [name]


def test_realms_of_others_have_procedures_of_their_own():
    router, session = make_router(), Session()
    session._realm = "other"
    router.process(session, message.Call(1, "other.thing"))
    assert len(router.processed) == 1


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


@pytest.mark.parametrize("problem", [ValueError("no such number"), TransportLost()])
def test_an_event_that_fails_costs_one_receiver(problem):
    router, session, other = make_router(), Session(), Session()
    router.failing[session] = problem
    router.send(session, message.Event(1, 2))
    router.send(other, message.Event(1, 2))
    assert [receiver for receiver, _ in router.sent] == [other]


def test_an_answer_that_can_not_be_written_costs_its_component_nothing_and_is_told():
    router, session = make_router(), Session()
    router.failing[session] = SerializationError("no such number")
    router.send(session, message.Result(7))
    [(_, error)] = router.sent
    assert (error.request_type, error.request) == (message.Call.MESSAGE_TYPE, 7)
    assert error.error == ApplicationError.INVALID_PAYLOAD


@pytest.mark.parametrize("problem", [TransportLost(), Disconnected("closing")])
def test_an_answer_to_a_caller_that_is_gone_costs_its_component_nothing(problem):
    router, session = make_router(), Session()
    router.failing[session] = problem
    router.send(session, message.Result(7))
    assert router.sent == []


def test_an_answer_that_is_too_large_is_the_routers_to_tell():
    router, session = make_router(), Session()
    router.failing[session] = PayloadExceededError("too large")
    with pytest.raises(PayloadExceededError):
        router.send(session, message.Result(7))


def test_a_call_to_a_component_that_fails_does_not_vanish():
    router, session = make_router(), Session("component")
    router.failing[session] = ValueError("no such number")
    with pytest.raises(ValueError, match="number"):
        router.send(session, message.Invocation(1, 2))


@pytest.mark.parametrize(
    ("msg", "bound"),
    [
        (message.Event(1, 2), EVENTS_WAITING_BYTES),
        (message.Result(1), ANSWERS_WAITING_BYTES),
        (message.Error(48, 1, "app.error"), ANSWERS_WAITING_BYTES),
    ],
    ids=["event", "result", "error"],
)
def test_a_receiver_for_which_too_much_waits_is_dropped(msg, bound):
    router, session, other = make_router(), Session(), Session()
    ended = []
    socket = SimpleNamespace(
        dataBuffer=b"x" * 1000,
        offset=500,
        _tempDataLen=bound - 500,
        abortConnection=lambda: ended.append(session),
        getPeer=lambda: "peer",
    )
    session._transport = SimpleNamespace(transport=socket)
    router.send(session, msg)
    assert (len(router.sent), ended) == (1, [])
    socket._tempDataLen += 1
    router.send(session, msg)
    router.send(other, msg)
    assert ended == [session]
    assert [receiver for receiver, _ in router.sent] == [session, other]


def work_at(router, session):
    """Let the router count the calls that were passed on and aren't answered."""
    answered = {sent.request for _, sent in router.sent}
    router._dealer._caller_to_invocations[session] = [
        SimpleNamespace(call=call) for call in router.processed if call.request not in answered
    ]


def call_all(router, session, count, procedure="app.x"):
    for number in range(count):
        router.process(session, message.Call(number + 1, procedure))
        if len(router.processed) <= CALLS_AT_A_TIME:
            work_at(router, session)


def answer(router, session, number):
    """As the router does it: the call isn't counted any more when its answer is sent."""
    calls = router._dealer._caller_to_invocations[session]
    calls[:] = [each for each in calls if each.call.request != number]
    router.send(session, message.Result(number))
    router.clock.advance(0)
    work_at(router, session)


def test_calls_of_one_session_are_passed_on_some_at_a_time():
    router, session, other = make_router(), Session(), Session()
    call_all(router, session, CALLS_AT_A_TIME + 3)
    assert len(router.processed) == CALLS_AT_A_TIME
    router.process(other, message.Call(1, "app.x"))
    assert len(router.processed) == CALLS_AT_A_TIME + 1
    router.processed.pop()
    for number in (3, 1, 2):
        answer(router, session, number)
    numbers = [call.request for call in router.processed]
    assert numbers == list(range(1, CALLS_AT_A_TIME + 4))


def test_calls_that_wait_are_bounded():
    router, session = make_router(), Session()
    call_all(router, session, MOST_CALLS)
    assert router.sent == []
    router.process(session, message.Call(MOST_CALLS + 1, "app.x"))
    [(_, error)] = router.sent
    assert (error.request_type, error.request) == (message.Call.MESSAGE_TYPE, MOST_CALLS + 1)
    assert error.error == LimitExceeded.uri
    assert error.kwargs == {"limit": "calls_per_session", "maximum": MOST_CALLS}


def test_a_call_that_waits_can_be_cancelled():
    router, session = make_router(), Session()
    call_all(router, session, CALLS_AT_A_TIME + 2)
    router.process(session, message.Cancel(CALLS_AT_A_TIME + 1))
    [(_, error)] = router.sent
    assert (error.request, error.error) == (CALLS_AT_A_TIME + 1, ApplicationError.CANCELED)
    router.process(session, message.Cancel(1))
    assert router.processed[-1].request == 1
    answer(router, session, 2)
    assert router.processed[-1].request == CALLS_AT_A_TIME + 2


def test_calls_of_a_session_that_has_left_are_forgotten():
    router, session = make_router(), Session()
    call_all(router, session, CALLS_AT_A_TIME + 2)
    session._session_id = 4
    answer(router, session, 1)
    assert len(router.processed) == CALLS_AT_A_TIME


def test_commits_do_not_count_and_keep_their_place():
    router, session = make_router(), Session()
    commit = uri("surface.commit")
    call_all(router, session, 2 * CALLS_AT_A_TIME, commit)
    assert len(router.processed) == 2 * CALLS_AT_A_TIME
    work_at(router, session)
    for number in range(100, 100 + CALLS_AT_A_TIME + 1):
        router.process(session, message.Call(number, "app.x"))
        work_at(router, session)
    router.process(session, message.Call(200, commit))
    # One call waits, and the commit that came after it waits behind it.
    assert len(router.processed) == 3 * CALLS_AT_A_TIME
    answer(router, session, 100)
    last = [call.request for call in router.processed[-2:]]
    assert last == [100 + CALLS_AT_A_TIME, 200]


@pytest.mark.parametrize("role", ["component", "bridge"])
def test_calls_of_components_and_of_the_bridge_do_not_wait(role):
    router, session = make_router(), Session(role)
    call_all(router, session, CALLS_AT_A_TIME + 2)
    assert len(router.processed) == CALLS_AT_A_TIME + 2


def behind(size):
    """A component that has so much to read yet."""
    component = Session("component")
    socket = SimpleNamespace(dataBuffer=b"", offset=0, _tempDataLen=size)
    component._transport = SimpleNamespace(transport=socket)
    return component


@pytest.mark.parametrize(
    ("waiting", "small", "large"),
    [(CALLEE_BYTES, True, True), (CALLEE_BYTES + 1, True, False), (2**28, False, False)],
)
def test_a_component_that_does_not_keep_up_gets_no_large_calls(waiting, small, large):
    router, session = make_router(), Session("bridge")
    registration = SimpleNamespace(observers=[behind(waiting)])
    router._dealer._registration_map["app.x"] = registration
    for number, size in enumerate((100, LARGE_BYTES + 1), 1):
        setattr(session, SIZE, size)
        router.process(session, message.Call(number, "app.x"))
    passed = [call.request for call in router.processed]
    assert (1 in passed, 2 in passed) == (small, large)
    assert {error.error for _, error in router.sent} <= {Busy.uri}


def test_bytes_of_calls_that_wait_are_bounded_and_counted():
    router, session = make_router(), Session()
    call_all(router, session, CALLS_AT_A_TIME)
    setattr(session, SIZE, QUEUED_MOST // 2)
    for number in (101, 102, 103):
        router.process(session, message.Call(number, "app.x"))
    assert getattr(session, QUEUED_BYTES) == QUEUED_MOST
    [(_, error)] = router.sent
    assert (error.request, error.error) == (103, LimitExceeded.uri)
    router.process(session, message.Cancel(102))
    answer(router, session, 1)
    assert getattr(session, QUEUED_BYTES) == 0


@pytest.mark.parametrize(("role", "arrives"), [("guest", False), ("component", True), (None, True)])
def test_events_of_guests_are_lost_by_a_component_that_does_not_keep_up(role, arrives):
    router = make_router()
    router.send(behind(EVENTS_WAITING_BYTES), message.Event(1, 2, publisher_authrole=role))
    router.send(behind(EVENTS_WAITING_BYTES + 1), message.Event(1, 3, publisher_authrole=role))
    assert len(router.sent) == (2 if arrives else 1)


def test_patterns_are_bounded():
    router, session = make_router(), Session()
    pattern = SimpleNamespace(match="prefix")
    exact = SimpleNamespace(match="exact")
    router._broker._session_to_subscriptions[session] = [pattern] * (MOST_PATTERNS - 1) + [exact]
    router.process(session, message.Subscribe(1, "app.", match="prefix"))
    assert len(router.processed) == 1
    router._broker._session_to_subscriptions[session].append(pattern)
    router.process(session, message.Subscribe(2, "app.", match="wildcard"))
    assert router.sent[0][1].kwargs == {"limit": "patterns_per_session", "maximum": MOST_PATTERNS}
    router.process(session, message.Subscribe(3, "app.x"))
    assert len(router.processed) == 2


def test_subscriptions_are_bounded():
    router, session = make_router(), Session()
    router._broker._session_to_subscriptions[session] = set(range(MOST_SUBSCRIPTIONS))
    router.process(session, message.Subscribe(1, "app.x"))
    [(_, error)] = router.sent
    assert (error.request_type, error.request) == (message.Subscribe.MESSAGE_TYPE, 1)
    assert error.kwargs == {"limit": "subscriptions_per_session", "maximum": MOST_SUBSCRIPTIONS}
    assert router.processed == []


def test_permissions_that_are_kept_are_bounded():
    router, session = make_router(), Session()
    router._authorization_cache["first"] = {}
    router.process(session, message.Call(1, "app.x"))
    for number in range(MOST_PERMISSIONS + 10):
        router._authorization_cache[f"app.{number}"] = {"allow": False}
    assert len(router._authorization_cache) == MOST_PERMISSIONS
    assert "first" not in router._authorization_cache
    assert f"app.{MOST_PERMISSIONS}" in router._authorization_cache
