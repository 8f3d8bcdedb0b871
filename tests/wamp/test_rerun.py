"""Work that is asked for more often than it can be done."""

import pytest
from twisted.internet.defer import Deferred

from geometry_ws.wamp.rerun import Rerun


class Work:
    """Work that ends when a test says so."""

    def __init__(self):
        self.runs = []
        self.rerun = Rerun(self.run)

    async def run(self):
        run = Deferred()
        self.runs.append(run)
        await run

    def ask(self):
        return Deferred.fromCoroutine(self.rerun())


def test_what_is_asked_for_meanwhile_is_done_once_more():
    work = Work()
    first = work.ask()
    assert not work.rerun.wanted_again
    for _ in range(3):
        assert work.ask().called
    assert work.rerun.wanted_again
    work.runs[0].callback(None)
    assert (len(work.runs), first.called) == (2, False)
    work.runs[1].callback(None)
    assert (len(work.runs), first.called) == (2, True)


def test_a_failure_does_not_lose_what_was_asked_for_meanwhile():
    work = Work()
    first = work.ask()
    work.ask()
    work.runs[0].errback(ValueError("once"))
    assert len(work.runs) == 2
    work.runs[1].callback(None)
    assert first.result is None


def test_the_last_failure_is_raised_and_the_next_call_begins_anew():
    work = Work()
    first = work.ask()
    work.runs[0].errback(ValueError("always"))
    failures = []
    first.addErrback(failures.append)
    with pytest.raises(ValueError, match="always"):
        failures[0].raiseException()
    work.ask()
    assert len(work.runs) == 2
