"""What becomes of a component's calls that are given up: waiting, begun, and refused."""

import threading

import pytest
from autobahn.wamp import message
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred

from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.projects import ListProjects, ProjectList, Projects
from geometry_ws.testing.wamp import deliver, joined
from geometry_ws.wamp.binding import _endpoint
from geometry_ws.wamp.component import ComponentSession

REGISTRATION = 7


class Listing(ComponentSession):
    """Serves project.list, which waits in a thread until it is let go."""

    workers = 1

    def __init__(self):
        super().__init__()
        self.begun, self.go, self.listed = threading.Event(), threading.Event(), []
        self.takes_more = True

    async def start(self):
        pass

    def _may_say_more(self):
        return self.takes_more

    async def list_projects(self, caller: Caller, request: ListProjects) -> ProjectList:
        return await self.in_thread(self._list, caller.session)

    def _list(self, session):
        self.begun.set()
        self.go.wait(60)
        self.listed.append(session)
        return ProjectList(projects=[])


@pytest.fixture
def serving():
    session, transport = joined(Listing())
    procedure = next(each for each in Projects.procedures() if each.name == "project.list")
    Deferred.fromCoroutine(session.serve(procedure.uri, _endpoint(session, session, procedure)))
    request = transport.last(message.Register).request
    deliver(session, transport, message.Registered(request, REGISTRATION))
    yield session, transport
    session.go.set()
    session._end()


def call(serving, number, caller=1):
    details = {"caller": caller, "caller_authid": "x", "caller_authrole": "guest"}
    deliver(*serving, message.Invocation(number, REGISTRATION, args=[], kwargs={}, **details))


def answers(transport):
    return [
        (msg.request, getattr(msg, "error", "result"))
        for msg in transport.sent
        if isinstance(msg, message.Yield | message.Error)
    ]


async def test_a_cancelled_call_is_answered_when_its_thread_is_through(serving):
    """Until then it counts among its session's calls: nobody can have more than eight begun."""
    session, transport = serving
    call(serving, 1)
    call(serving, 2)
    session.begun.wait(60)
    deliver(*serving, message.Interrupt(1))
    assert answers(transport) == []
    session.go.set()
    await session.thread_of("other", lambda: None)
    while len(answers(transport)) < 2:
        await session.thread_of("other", lambda: None)
    assert sorted(answers(transport)) == [(1, ApplicationError.CANCELED), (2, "result")]


async def test_a_call_that_waits_for_a_thread_is_cancelled_at_once_and_never_begun(serving):
    session, transport = serving
    for number in (1, 2, 3):
        call(serving, number, caller=number)
    session.begun.wait(60)
    deliver(*serving, message.Interrupt(3))
    assert answers(transport) == [(3, ApplicationError.CANCELED)]
    session.go.set()
    while len(answers(transport)) < 3:
        await session.thread_of("other", lambda: None)
    assert sorted(session.listed) == [1, 2]


async def test_a_call_that_waits_for_the_event_loop_is_cancelled_at_once(serving):
    session, transport = serving
    session.takes_more = False
    call(serving, 1)
    deliver(*serving, message.Interrupt(1))
    assert answers(transport) == [(1, ApplicationError.CANCELED)]
    assert session.listed == []


async def test_calls_wait_while_the_router_has_not_taken_what_it_was_told(serving):
    session, transport = serving
    session.go.set()
    session.takes_more = False
    call(serving, 1)
    await session.thread_of("other", lambda: None)
    assert answers(transport) == []
    session.takes_more = True
    while not answers(transport):
        await session.thread_of("other", lambda: None)
    assert answers(transport) == [(1, "result")]
