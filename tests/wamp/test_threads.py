"""Blocking work of components: what nobody waits for any more isn't begun."""

import threading
import weakref

import pytest
from twisted.internet.defer import CancelledError

from geometry_ws.wamp.component import ComponentSession


class Large:
    """Something that work holds."""


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


async def test_results_and_failures_come_back(session):
    assert await session.in_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await session.in_thread(divmod, 7, 0)
