"""Blocking work of components: what nobody waits for any more isn't begun."""

import contextvars
import threading
import weakref

import pytest
from twisted.internet.defer import CancelledError, Deferred

from geometry_ws.protocol.errors import Busy
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.threads import CALL, MOST_WAITING, CallAtWork


class Large:
    """Something that work holds."""


def ask(session, owner, work, *args, kind="kind"):
    """Let a caller ask for work."""
    context = contextvars.copy_context()
    context.run(CALL.set, CallAtWork(owner, kind))
    return context.run(session.in_thread, work, *args)


@pytest.fixture
def session():
    session = ComponentSession()
    session.workers = 1
    session._joined = True
    yield session
    session._end()


async def test_work_that_is_cancelled_before_it_begins_is_not_done(session):
    go, done = threading.Event(), []
    first = session.in_thread(go.wait, 60)
    large = Large()
    held = weakref.ref(large)
    cancelled = session.in_thread(lambda each: done.append(each), large)
    last = session.in_thread(done.append, "last")
    del large
    cancelled.cancel()
    with pytest.raises(CancelledError):
        await cancelled
    assert held() is None
    go.set()
    await first
    await last
    assert done == ["last"]


async def test_work_that_has_begun_is_done_also_where_nobody_waits(session):
    begun, go, done = threading.Event(), threading.Event(), []

    def work():
        begun.set()
        go.wait(60)
        done.append("whole")

    task = session.in_thread(work)
    begun.wait(60)
    task.cancel()
    with pytest.raises(CancelledError):
        await task
    go.set()
    await session.in_thread(lambda: None)
    assert done == ["whole"]


async def test_of_callers_who_wait_each_has_its_turn(session):
    go, order = threading.Event(), []
    session.ledger.charge("any", "kind", 1e-5, 0.0)
    work = [ask(session, owner, go.wait, 60, kind="held") for owner in ("first", "second")]
    for owner in ("greedy",) * 20 + ("other",):
        work.append(ask(session, owner, order.append, owner))
    go.set()
    for each in work:
        await each
    # Two threads write this down, so each may come one later than it was taken.
    assert order.index("other") <= 4


async def test_the_components_own_work_does_not_wait_for_callers(session):
    go = threading.Event()
    work = [ask(session, number, go.wait, 60) for number in range(5)]
    assert await session.in_thread(lambda: "done") == "done"
    go.set()
    for each in work:
        await each


async def test_short_work_does_not_wait_for_long_work(session):
    assert await ask(session, "any", lambda: "short", kind="short") == "short"
    session.ledger.charge("any", "long", 10.0, 0.0)
    go = threading.Event()
    work = [ask(session, number, go.wait, 60, kind="long") for number in range(5)]
    assert await ask(session, "other", lambda: "short", kind="short") == "short"
    go.set()
    for each in work:
        await each


async def test_what_waits_is_bounded_and_the_error_says_what_to_do(session):
    go = threading.Event()
    work = [ask(session, "greedy", go.wait, 60) for _ in range(2)]
    work += [ask(session, "greedy", int) for _ in range(MOST_WAITING)]
    with pytest.raises(Busy, match="call again in a second"):
        await ask(session, "greedy", int)
    other = ask(session, "other", lambda: "answered")
    with pytest.raises(Busy):
        await work.pop()
    go.set()
    assert await other == "answered"
    for each in work:
        await each


async def test_a_call_is_through_when_its_threads_are(session):
    begun, go = threading.Event(), threading.Event()
    call = CallAtWork("caller", "kind")

    def work():
        begun.set()
        go.wait(60)

    context = contextvars.copy_context()
    context.run(CALL.set, call)
    task = context.run(session.in_thread, work)
    begun.wait(60)
    task.cancel()
    with pytest.raises(CancelledError):
        await task
    through = Deferred.fromCoroutine(call.until_through())
    assert not through.called
    go.set()
    await through
    await call.until_through()


async def test_results_and_failures_come_back(session):
    assert await session.in_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await session.in_thread(divmod, 7, 0)
