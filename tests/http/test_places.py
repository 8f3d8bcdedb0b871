"""Calls by HTTP have places: bounded, shared by procedures, with a little patience."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import CancelledError
from twisted.internet.task import Clock

from geometry_ws.http.places import MOST_CALLS, MOST_WAITING, WAIT_SECONDS, Places
from geometry_ws.protocol.errors import Busy


def take(places, kind, count=1):
    """Calls that want a place; each is called when it has one, or when it is refused."""
    calls = [places.take(kind) for _ in range(count)]
    for call in calls:
        call.addErrback(lambda failure: failure.type)
    return calls


def having(calls):
    return [call for call in calls if call.called and call.result is None]


@pytest.fixture
def clock():
    return Clock()


def test_one_procedure_gets_half_and_another_finds_places(clock):
    places = Places(clock)
    dear = take(places, "dear", MOST_WAITING)
    assert len(having(dear)) == MOST_CALLS // 2
    assert having(take(places, "hello"))
    for _ in range(10):
        places.give_back("dear")
    assert len(having(dear)) == MOST_CALLS // 2 + 10


@given(st.integers(1, 20))
def test_however_many_procedures_are_dear_another_finds_a_place(count):
    places = Places(Clock())
    for number in range(count):
        take(places, f"dear{number}", 40)
    assert having(take(places, "hello"))
    assert places._taken.total() <= MOST_CALLS + count


def test_who_waits_too_long_is_refused(clock):
    places = Places(clock)
    calls = take(places, "dear", MOST_CALLS // 2 + 2)
    clock.advance(WAIT_SECONDS - 0.1)
    assert not calls[-1].called
    places.give_back("dear")
    clock.advance(0.1)
    assert [call.result for call in calls[-2:]] == [None, Busy]
    assert clock.getDelayedCalls() == []


def test_who_leaves_waits_no_more(clock):
    places = Places(clock)
    calls = [places.take("dear") for _ in range(MOST_CALLS // 2 + 2)]
    calls[-2].cancel()
    calls[-2].addErrback(lambda failure: failure.trap(CancelledError) and None)
    places.give_back("dear")
    assert having(calls[-1:])
    assert clock.getDelayedCalls() == []


def test_what_waits_is_bounded_and_of_what_waits_most_the_newest_is_refused(clock):
    places = Places(clock)
    dear = take(places, "dear", MOST_CALLS // 2 + MOST_WAITING)
    others = take(places, "other", MOST_CALLS // 4 + 10)
    assert [call.result for call in dear[-10:]] == [Busy] * 10
    assert not any(call.called for call in dear[MOST_CALLS // 2 : -10])
    assert len(having(others)) == MOST_CALLS // 4
    assert sum(len(waiting) for waiting in places._waiting.values()) == MOST_WAITING
