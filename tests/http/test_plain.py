"""Plain JSON put into WAMP's messages and back, and the latest events for those who come back."""

import json
from types import SimpleNamespace

import pytest
from autobahn.wamp import message, role
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.web.test.requesthelper import DummyRequest

from geometry_ws.http.event_log import MOST_BYTES, MOST_EVENTS, EventLog
from geometry_ws.http.event_streams import MOST_OF_PERSON, RESUME_SECONDS, EventStreams
from geometry_ws.http.plain import (
    EARLY_BYTES,
    MOST_EARLY,
    MOST_TOPICS,
    BadTopics,
    Conversation,
    converse,
    everything,
    read_topics,
)
from geometry_ws.protocol.errors import Busy
from geometry_ws.protocol.names import MESSAGE_TOPIC, uri
from geometry_ws.protocol.registry import PUBLISHED

PROJECTS = [{"project": "shop", "title": "Shop"}]


def uris(query):
    return [subscription.uri for subscription in read_topics(query)]


def begun(query="topics=app"):
    """A conversation that has greeted its client; gives it with the greeting."""
    conversation = converse("/events", query)
    [joining] = conversation.begin().to_router
    assert joining.realm == "geometry"
    first, second = conversation.say(
        message.Welcome(7, {"broker": role.RoleBrokerFeatures()})
    ).to_router
    conversation.say(message.Result(second.request, args=[{"projects": PROJECTS}]))
    greeting = conversation.say(message.Result(first.request, args=[{"epoch": "e1"}]))
    for number, subscribe in enumerate(greeting.to_router, 50):
        assert conversation.say(message.Subscribed(subscribe.request, number)) == ((), (), "")
    return conversation, greeting


def hear(conversation, said):
    text = said if isinstance(said, str) else json.dumps(said)
    return conversation.hear(text.encode(), is_binary=False)


def test_the_first_object_says_what_there_is_and_how_to_ask_for_more() -> None:
    _, greeting = begun("topics=project,app")
    [hello] = greeting.to_client
    assert list(hello) == [
        "type", "software", "version", "session", "epoch", "projects", "topics", "help"
    ]  # fmt: skip
    assert (hello["type"], hello["session"], hello["projects"]) == ("hello", 7, PROJECTS)
    assert hello["topics"] == ["project.on_changed.", "project.on_listed", "app."]
    asked = [(each.topic, each.match) for each in greeting.to_router]
    assert (uri("project.on_changed."), "prefix") in asked


def test_who_comes_while_the_components_start_is_greeted_all_the_same() -> None:
    conversation = converse("/", "")
    conversation.begin()
    call = message.Call.MESSAGE_TYPE
    first, second = conversation.say(
        message.Welcome(7, {"broker": role.RoleBrokerFeatures()})
    ).to_router
    conversation.say(message.Error(call, first.request, "wamp.error.no_such_procedure"))
    greeting = conversation.say(
        message.Error(call, second.request, "wamp.error.no_such_procedure", args=["none"])
    )
    assert greeting.to_client[0]["projects"] == []
    assert len(greeting.to_router) == len(everything())


@pytest.mark.parametrize(
    ("sent", "keywords"),
    [
        (b"hello", {"bytes": b"hello"}),
        (b"\xff\x00", {"bytes": b"\xff\x00"}),
        ("hello", {"text": "hello"}),
        ("{", {"text": "{"}),
        ("42", {"value": 42}),
        ('{"a": [1]}', {"value": {"a": [1]}}),
        ('{"a": "\\ud800"}', {"text": '{"a": "\\ud800"}'}),
    ],
)
def test_what_is_sent_arrives_unchanged(sent, keywords) -> None:
    conversation, _ = begun()
    payload = sent if isinstance(sent, bytes) else sent.encode()
    outcome = conversation.hear(payload, is_binary=isinstance(sent, bytes))
    [publish] = outcome.to_router
    assert (publish.topic, publish.kwargs) == (MESSAGE_TOPIC, keywords)
    assert publish.exclude_me is False
    assert outcome.to_client == ()


def test_calls_are_answered_by_their_own_ids() -> None:
    conversation, _ = begun()
    [first] = hear(conversation, {"id": "a", "call": "change.list", "kwargs": {"x": 1}}).to_router
    [second] = hear(conversation, {"call": "app.own.procedure", "args": [1]}).to_router
    assert (first.procedure, first.kwargs) == (uri("change.list"), {"x": 1})
    assert (second.procedure, second.args) == ("app.own.procedure", [1])
    refused = message.Error(
        message.Call.MESSAGE_TYPE, second.request, "e.x", args=["No."], kwargs={"field": "f"}
    )
    assert conversation.say(refused).to_client == (
        {"type": "error", "id": None, "error": "e.x", "message": "No.", "kwargs": {"field": "f"}},
    )
    answer = message.Result(first.request, args=[{"changes": []}])
    assert conversation.say(answer).to_client == (
        {"type": "result", "id": "a", "result": {"changes": []}},
    )


def test_a_message_for_a_topic_is_acknowledged_where_it_has_an_id() -> None:
    conversation, _ = begun()
    [quiet] = hear(conversation, {"publish": "app.news", "kwargs": {"n": 1}}).to_router
    [asked] = hear(conversation, {"id": 3, "publish": "app.news"}).to_router
    assert not quiet.acknowledge
    assert asked.acknowledge
    published = conversation.say(message.Published(asked.request, 99))
    assert published.to_client == ({"type": "published", "id": 3},)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"call": "change.list", "kwarg": {}}, "'kwarg'"),
        ({"call": 3}, "`call`"),
        ({"call": "a b"}, "`call`"),
        ({"publish": "surface.on_changed"}, "`publish`"),
        ({"publish": "app."}, "`publish`"),
        ({"call": "change.list", "id": [1]}, "`id`"),
        ({"call": "change.list", "id": True}, "`id`"),
        ({"call": "change.list", "args": {}}, "`args`"),
        ({"publish": "app.x", "kwargs": []}, "`kwargs`"),
        ({"publish": "app.x", "call": "y"}, "'publish'"),
    ],
)
def test_what_is_wrong_is_named_and_goes_nowhere(sent, field) -> None:
    outcome = hear(begun()[0], sent)
    assert outcome.to_router == ()
    [refusal] = outcome.to_client
    assert refusal["type"] == "error"
    assert field in refusal["message"]


def test_what_comes_before_the_hello_waits_for_it_and_is_bounded() -> None:
    conversation = converse("/events", "")
    conversation.begin()
    large = conversation.hear(bytes(EARLY_BYTES + 1), is_binary=True)
    assert "hello" in large.to_client[0]["message"]
    for number in range(MOST_EARLY):
        assert conversation.hear(b"%d" % number, is_binary=True) == ((), (), "")
    assert conversation.hear(b"more", is_binary=True).to_client[0]["type"] == "error"
    first, second = conversation.say(
        message.Welcome(7, {"broker": role.RoleBrokerFeatures()})
    ).to_router
    conversation.say(message.Result(first.request, args=[{}]))
    outcome = conversation.say(message.Result(second.request, args=[{}]))
    early = [each.kwargs["bytes"] for each in outcome.to_router if hasattr(each, "kwargs")]
    assert early == [b"%d" % number for number in range(MOST_EARLY)]


def test_events_say_their_topic_and_who_published_them() -> None:
    conversation, _ = begun("topics=surface.on_changed,app.news")
    exact = message.Event(50, 1, kwargs={"seq": 1}, publisher=9)
    assert conversation.say(exact).to_client == (
        {"type": "event", "topic": "surface.on_changed", "kwargs": {"seq": 1}, "from": 9},
    )
    own = message.Event(51, 1, args=["x"], kwargs={"bytes": b"hello"})
    [said] = conversation.say(own).to_client
    assert json.loads(conversation.to_json(said)) == {
        "type": "event", "topic": "app.news", "args": ["x"], "kwargs": {"bytes": "aGVsbG8="}
    }  # fmt: skip


def test_a_topic_that_is_refused_is_named() -> None:
    conversation = converse("/events", "topics=surface.on_input")
    conversation.begin()
    first, second = conversation.say(
        message.Welcome(7, {"broker": role.RoleBrokerFeatures()})
    ).to_router
    conversation.say(message.Result(first.request, args=[{}]))
    [subscribe] = conversation.say(message.Result(second.request, args=[{}])).to_router
    refused = message.Error(
        message.Subscribe.MESSAGE_TYPE, subscribe.request, "wamp.error.not_authorized", args=["no"]
    )
    [said] = conversation.say(refused).to_client
    assert "surface.on_input. can't be subscribed to" in said["message"]


def test_a_goodbye_is_told_and_ends_the_connection() -> None:
    outcome = begun()[0].say(message.Goodbye("wamp.close.system_shutdown", "The node ends."))
    assert outcome.to_client[0]["reason"] == "wamp.close.system_shutdown"
    assert outcome.ends == "The node ends."


def test_topics_are_chosen_by_their_names_or_beginnings() -> None:
    assert uris("topics=surface.on_changed") == [uri("surface.on_changed")]
    assert uris("topics=app") == uris("topics=app.") == ["app."]
    assert uris("topics=app.news,app.news") == ["app.news"]
    assert uris("topics=project.on_changed.p1") == [uri("project.on_changed.p1")]
    assert uris("topics=stream.on_frame") == [uri("stream.on_frame.")]
    assert set(uris("topics=surface")) == {
        topic.uri for topic in PUBLISHED if topic.name.startswith("surface.")
    }
    assert read_topics("") == read_topics("topics=") == everything()


@pytest.mark.parametrize(
    "query",
    ["topics=nonsense", "topics=a b", "topics=surf", "topic=app", "topics=app..x", "topics=../x"],
)
def test_topics_that_can_not_be_meant_are_refused(query) -> None:
    with pytest.raises(BadTopics):
        read_topics(query)


def test_an_address_names_a_bounded_number_of_topics() -> None:
    with pytest.raises(BadTopics, match="at most"):
        read_topics("topics=" + ",".join(f"app.t{number}" for number in range(MOST_TOPICS + 1)))


def test_wamps_own_address_needs_a_subprotocol() -> None:
    with pytest.raises(BadTopics, match=r"wamp\.2\.json"):
        converse("/ws", "")


@given(st.text())
def test_any_text_is_a_message_a_call_or_refused(text) -> None:
    try:
        payload = text.encode()
    except UnicodeEncodeError:
        return
    outcome = begun()[0].hear(payload, is_binary=False)
    assert len(outcome.to_router) + len(outcome.to_client) == 1


@given(st.lists(st.integers(1, 400)), st.integers(0, 60))
def test_who_comes_back_gets_all_that_came_meanwhile(sizes, seen) -> None:
    events = EventLog("e1")
    for size in sizes:
        events.add("t", bytes(size))
    number = events.number_of(events.id_of(seen))
    assert number == min(seen, len(sizes))
    assert [len(each.data) for each in events.after(number)] == sizes[number:]
    assert [each.number for each in events.after(number)] == list(range(number + 1, len(sizes) + 1))


def test_the_log_of_events_is_bounded_and_says_what_it_has_forgotten() -> None:
    events = EventLog("e1")
    for _ in range(MOST_EVENTS + 5):
        events.add("t", b"x")
    assert events.forgotten == 5
    assert next(events.after(0)).number == 6
    events.add("t", bytes(MOST_BYTES + 1))
    assert events.forgotten == events.newest
    assert list(events.after(0)) == []


def test_what_nobody_followed_is_known_to_be_missing() -> None:
    events = EventLog("e1")
    events.add("t", b"seen")
    seen = events.newest
    events.skip()
    events.add("t", b"new")
    assert events.forgotten > seen
    assert [each.data for each in events.after(events.forgotten)] == [b"new"]


class Listening:
    """A session, as far as it subscribes: its handlers by topic."""

    def __init__(self) -> None:
        self.heard = {}

    async def listen(self, topic, handler, match=None):
        self.heard[topic] = handler

    def publish(self, keywords) -> None:
        details = SimpleNamespace(topic="app.x", publisher=7)
        self.heard["app."]((), keywords, details)


def test_events_are_written_down_only_while_somebody_may_come_back() -> None:
    """One request would else make all later events of the node cost more."""
    clock, session = Clock(), Listening()
    streams = EventStreams("e1", clock)

    def opened(last_id=""):
        request = DummyRequest([b""])
        request.registerProducer = lambda *_: None
        coroutine = streams.open(session, everything(), last_id, [])
        Deferred.fromCoroutine(coroutine).addCallback(lambda stream: stream.render(request))
        return request

    def said(request):
        return [json.loads(piece.split(b"data: ")[1]) for piece in request.written]

    first = opened()
    session.publish({"n": 1})
    first.processingFailed(Failure(ConnectionLost()))
    clock.advance(RESUME_SECONDS)
    session.publish({"n": 2})
    back = opened("e1-1")
    assert [each.get("kwargs") for each in said(back)] == [None, {"n": 2}]
    back.processingFailed(Failure(ConnectionLost()))
    clock.advance(RESUME_SECONDS + 1)
    session.publish({"n": 3})
    late = opened("e1-2")
    session.publish({"n": 4})
    assert [each["type"] for each in said(late)] == ["hello", "gap", "event"]
    assert said(late)[-1]["kwargs"] == {"n": 4}


def test_nobody_who_came_by_name_takes_all_streams() -> None:
    streams, refused = EventStreams("e1", Clock()), []

    def opened(person):
        request = DummyRequest([b""])
        request.registerProducer = lambda *_: None
        coroutine = streams.open(Listening(), everything(), "", [], person=person)
        opening = Deferred.fromCoroutine(coroutine)
        opening.addCallback(lambda stream: stream.render(request))
        opening.addErrback(lambda failure: refused.append((person, failure.check(Busy))))
        return request

    first, *_ = [opened("ann") for _ in range(MOST_OF_PERSON)]
    opened("ann")
    opened("bob")
    opened("")
    assert refused == [("ann", Busy)]
    first.processingFailed(Failure(ConnectionLost()))
    opened("ann")
    assert len(refused) == 1


@pytest.mark.parametrize("event_id", ["", "e1", "e2-1", "e1-x", "e1-²", "e1--1", "e1-" + "9" * 16])
def test_ids_of_others_are_known_as_such(event_id) -> None:
    assert EventLog("e1").number_of(event_id) is None


def test_conversations_write_json() -> None:
    assert Conversation.to_json({"type": "gap"}) == b'{"type":"gap"}'
