"""Calls of a component are answered in turns of their callers, and not while too much is unsent."""

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock

from geometry_ws.protocol.errors import Busy
from geometry_ws.wamp import call_turns
from geometry_ws.wamp.call_turns import STRETCH_SECONDS, CallTurns, owner_of
from geometry_ws.wamp.fair_queue import Ledger


class Component:
    """Answers calls, each in as long as its kind says."""

    def __init__(self):
        self.clock = Clock()
        self.now = 100.0
        self.takes_more = True
        self.answered, self.refused, self.number = [], [], 0
        self.turns = CallTurns(
            Ledger(),
            lambda: self.clock,
            self.handle,
            lambda invocation, problem: self.refused.append((invocation.caller, problem)),
            lambda: self.takes_more,
            time=lambda: self.now,
        )

    def handle(self, invocation):
        self.now += invocation.registration
        self.answered.append(invocation.caller)

    def call(self, caller, seconds, role="guest"):
        self.number += 1
        invocation = SimpleNamespace(
            request=self.number, caller=caller, caller_authrole=role, registration=seconds
        )
        self.turns.take(invocation)
        return self.number

    def go_on(self):
        """The next turn of the event loop: what is asked for meanwhile comes with another."""
        [call] = self.clock.getDelayedCalls()
        self.clock.calls.remove(call)
        call.func(*call.args)


@pytest.fixture
def component():
    return Component()


def test_calls_that_take_little_are_answered_as_they_come(component):
    for caller in range(100):
        component.call(caller, STRETCH_SECONDS / 200)
    assert component.answered == list(range(100))
    assert component.clock.getDelayedCalls() == []


def test_one_caller_does_not_keep_the_others_waiting(component):
    for _ in range(40):
        component.call("greedy", 0.1)
    component.call("other", 0.1)
    component.go_on()
    assert component.answered == ["greedy", "other"]
    while component.clock.getDelayedCalls():
        component.go_on()
    assert component.answered.count("greedy") == 40
    assert component.answered.count("other") == 1


def test_between_two_long_calls_the_event_loop_has_its_turn(component):
    for caller in range(5):
        component.call(caller, 0.1)
    assert len(component.answered) == 1
    for answered in (2, 3, 4, 5):
        component.go_on()
        assert len(component.answered) == answered


def test_calls_of_components_do_not_wait(component):
    for _ in range(5):
        component.call("greedy", 0.1)
    component.call("board", 0.1, "component")
    assert component.answered == ["greedy", "board"]
    component.turns.stop()


def test_nothing_is_answered_while_the_router_has_not_taken_what_it_was_told(component):
    component.takes_more = False
    component.call("a", 0.001)
    for _ in range(5):
        component.go_on()
    assert component.answered == []
    component.takes_more = True
    component.go_on()
    assert component.answered == ["a"]


def test_a_call_that_waits_can_be_dropped(component):
    component.call("a", 0.1)
    number = component.call("b", 0.1)
    assert component.turns.drop(number)
    assert not component.turns.drop(number)
    component.go_on()
    assert component.answered == ["a"]


def test_calls_that_wait_are_bounded_and_the_greediest_is_refused(component, monkeypatch):
    monkeypatch.setattr(call_turns, "MOST_WAITING_CALLS", 4)
    component.turns._queue._most = 4
    component.takes_more = False
    for _ in range(4):
        component.call("greedy", 0.1)
    component.call("other", 0.1)
    [(caller, problem)] = component.refused
    assert caller == "greedy"
    assert isinstance(problem, Busy)
    assert problem.message.startswith("4 calls wait already; call again in a second")
    component.turns.stop()
    assert component.clock.getDelayedCalls() == []
    assert component.answered == []


def test_everybody_who_uses_http_has_a_turn_for_each_procedure():
    assert owner_of(1, "bridge", "a") != owner_of(1, "bridge", "b")
    assert owner_of(1, "guest", "a") == owner_of(1, "guest", "b")
    assert owner_of(1, "component", "a") is None


def test_a_failure_ends_no_other_call(component):
    handle = component.turns._handle

    def fail_once(invocation):
        if invocation.caller == "b":
            raise RuntimeError("never")
        handle(invocation)

    component.turns._handle = fail_once
    for caller in "abc":
        component.call(caller, 0.1)
    component.go_on()
    assert component.answered == ["a", "c"]
