"""The session that no keyword can harm, tried with autobahn's own code around it."""

import pytest
from autobahn.wamp import message
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred

from geometry_ws.testing.wamp import deliver, event, joined, subscribed
from geometry_ws.wamp.session import QuietSession

HOSTILE = ("f", "fun", "self", "topic", "options", "details", "_details", "_keywords", "args", "")


@pytest.fixture
def pair():
    return joined(QuietSession())


@pytest.mark.parametrize("name", HOSTILE)
def test_an_event_with_a_hostile_keyword_reaches_its_handler(pair, name):
    session, transport = pair
    heard = []
    Deferred.fromCoroutine(session.listen("app.x", lambda *all_of_it: heard.append(all_of_it)))
    subscribed(session, transport)
    event(session, transport, {name: b"\x00\xff", "other": 1})
    event(session, transport, {})
    (args, keywords, details), second = heard
    assert (args, keywords, details.topic) == ((), {name: b"\x00\xff", "other": 1}, "app.x")
    assert second[1] == {}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_call_with_a_hostile_keyword_is_answered(pair, name):
    session, transport = pair

    async def endpoint(args, keywords, details):
        return {"got": keywords}

    Deferred.fromCoroutine(session.serve("app.echo", endpoint))
    request = transport.last(message.Register).request
    deliver(session, transport, message.Registered(request, 7))
    deliver(session, transport, message.Invocation(100, 7, args=[], kwargs={name: 5}))
    answer = transport.last(message.Yield)
    assert answer.request == 100
    assert answer.args == [{"got": {name: 5}}]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_keywords_can_be_sent(pair, name):
    session, transport = pair
    call = session.call_with("app.echo", keywords={name: 1})
    session.publish_with("app.x", keywords={name: 2})
    assert transport.last(message.Call).kwargs == {name: 1}
    assert transport.last(message.Publish).kwargs == {name: 2}
    request = transport.last(message.Call).request
    deliver(session, transport, message.Result(request, args=[{"fine": True}]))
    assert call.result == {"fine": True}


def test_an_answer_to_a_call_that_was_given_up_is_ignored(pair):
    session, transport = pair
    call = session.call_with("app.slow")
    call.addErrback(lambda failure: None)
    request = transport.last(message.Call).request
    call.cancel()
    assert transport.last(message.Cancel).request == request
    for _ in range(2):
        reply = message.Error(message.Call.MESSAGE_TYPE, request, ApplicationError.CANCELED)
        deliver(session, transport, reply)
    deliver(session, transport, message.Result(request, args=[1]))
    assert session.is_attached()
