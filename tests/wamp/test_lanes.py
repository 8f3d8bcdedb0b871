"""Calls that aren't small go to a component one at a time; who has sent little comes first."""

from types import SimpleNamespace

from autobahn.wamp import message
from autobahn.wamp.exception import ApplicationError
from twisted.internet.task import Clock

from geometry_ws.wamp.lanes import LOOK_SECONDS, READY_BYTES, SMALL_BYTES, Lane
from geometry_ws.wamp.upstream.connections import QUEUED_BYTES, SIZE
from geometry_ws.wamp.upstream.guard import LARGE_BYTES
from tests.wamp.test_guard import Session, behind, make_router


class Component:
    """A component, and what is on its way to it."""

    def __init__(self):
        self.clock = Clock()
        self.unsent, self.passed = 0, []
        self.lane = Lane(self.clock, lambda: self.unsent)

    def ask(self, session, size):
        """A session wants to pass something on."""
        if self.lane.is_free_for(session):
            self.unsent = size
            self.passed.append(session)
        else:
            self.lane.wait(session, size, lambda: self.ask(session, size))

    def read_all(self):
        """The component takes what is there; gives who was passed on then."""
        count, self.unsent = len(self.passed), 0
        self.clock.advance(LOOK_SECONDS)
        return self.passed[count:]


def test_one_is_on_its_way_at_a_time():
    component = Component()
    for session in (1, 2, 3):
        component.ask(session, READY_BYTES + 1)
    assert component.passed == [1]
    component.clock.advance(LOOK_SECONDS)
    assert component.passed == [1]
    assert [component.read_all() for _ in range(3)] == [[2], [3], []]
    assert component.clock.getDelayedCalls() == []


def test_several_go_while_they_are_taken_at_once():
    component = Component()
    for session in (1, 2, 3):
        component.ask(session, READY_BYTES)
    assert component.passed == [1, 2, 3]


def test_who_has_sent_much_lets_others_go_first():
    component = Component()
    for session in (1, 1, 1, 2):
        component.ask(session, 2**24)
        component.lane.is_free_for(session)
    assert component.read_all() == [1]
    component.ask(1, 2**24)
    component.ask(3, 2**24)
    assert component.read_all() == [2]
    assert component.read_all() == [3]
    assert component.read_all() == [1]


def test_something_small_comes_before_something_large():
    component = Component()
    component.ask(1, 2**24)
    component.ask(2, 2**24)
    component.ask(3, 2**24)
    component.read_all()
    component.ask(4, 2**13)
    assert component.read_all()[0] == 4


def test_who_comes_later_waits_behind_those_who_wait():
    component = Component()
    component.ask(1, 2**24)
    component.ask(2, 2**24)
    component.unsent = 0
    component.ask(3, 2**24)
    assert component.passed == [1]


def test_one_that_fails_does_not_hold_the_others():
    component = Component()
    component.unsent = 2**24
    component.lane.wait(1, 2**24, lambda: 1 / 0)
    component.ask(2, 2**24)
    component.unsent = 0
    try:
        component.clock.advance(LOOK_SECONDS)
    except ZeroDivisionError:
        pass
    component.clock.advance(LOOK_SECONDS)
    assert component.passed == [2]


def large_call(router, session, number, size=LARGE_BYTES):
    setattr(session, SIZE, size)
    router.process(session, message.Call(number, "app.x"))


def test_calls_wait_until_a_component_has_taken_what_it_was_sent():
    """But for small ones, and those of a session stay in their order."""
    router, session, other = make_router(), Session(), Session()
    other._session_id = 4
    component = behind(READY_BYTES + 1)
    router._dealer._registration_map["app.x"] = SimpleNamespace(observers=[component])
    large_call(router, session, 1)
    large_call(router, session, 2, 0)
    large_call(router, other, 3, SMALL_BYTES)
    large_call(router, other, 4)
    assert [call.request for call in router.processed] == [3]
    assert getattr(session, QUEUED_BYTES) == LARGE_BYTES
    component._transport.transport._tempDataLen = READY_BYTES
    router.clock.advance(LOOK_SECONDS)
    assert [call.request for call in router.processed] == [3, 1, 2, 4]
    assert getattr(session, QUEUED_BYTES) == 0


def test_a_call_that_waits_for_a_component_can_be_cancelled():
    router, session = make_router(), Session()
    component = behind(READY_BYTES + 1)
    router._dealer._registration_map["app.x"] = SimpleNamespace(observers=[component])
    large_call(router, session, 1)
    router.process(session, message.Cancel(1))
    [(_, error)] = router.sent
    assert (error.request, error.error) == (1, ApplicationError.CANCELED)
    component._transport.transport._tempDataLen = 0
    router.clock.advance(LOOK_SECONDS)
    assert router.processed == []
