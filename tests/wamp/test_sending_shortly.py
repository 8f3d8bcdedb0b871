"""Routers deliver the same events to the same sessions by the short way and by the long one."""

import warnings
from types import SimpleNamespace

import pytest
from autobahn.wamp import message
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet import reactor
from twisted.internet.task import Clock

from geometry_ws.wamp.upstream.guard import drop_retained, guard_router
from geometry_ws.wamp.upstream.sending import answer_from_cache, publish_shortly

with warnings.catch_warnings():
    # Some modules of the router warn of libraries that aren't installed.
    warnings.simplefilter("ignore")
    from crossbar.router import router as router_module
    from crossbar.router.broker import Broker
    from crossbar.router.role import RouterRoleStaticAuth

    Router = router_module.Router


def original(function):
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def guarded(*, changed):
    """A class of routers with our guards, and with the short ways or without."""
    broker = type("OurBroker", (Broker,), {"processPublish": original(Broker.processPublish)})
    methods = {name: original(getattr(Router, name)) for name in ("process", "send", "authorize")}
    router = type("OurRouter", (Router,), {**methods, "broker": broker})
    for _ in range(2):
        if changed:
            answer_from_cache(router)
            publish_shortly(broker)
        guard_router(router, Clock())
        drop_retained(broker)
    return router


ROUTERS = {changed: guarded(changed=changed) for changed in (False, True)}


class Session:
    """A session of the router that keeps what it gets."""

    _realm = "geometry"
    _authmethod = _authprovider = _authextra = None
    _goodbye_sent = False

    def __init__(self, number, role):
        self._session_id, self._authrole, self._authid = number, role, f"{role} {number}"
        self.got = []
        self._transport = SimpleNamespace(send=self.got.append)


class Place:
    """A router with sessions 1 to 4: three guests and a component."""

    def __init__(self, *, changed):
        factory = SimpleNamespace(_reactor=reactor, _worker=None, on_last_detach=lambda _: None)
        realm = SimpleNamespace(config={"name": "geometry"}, session=None)
        self.router = ROUTERS[changed](factory, realm)
        self.sessions = {}
        for role in ("guest", "component"):
            permissions = [permission("app."), permission("app.secret", publish=role != "guest")]
            permissions.append(permission("app.hidden", disclose=False))
            permissions.append(permission("app.asked", cache=False))
            self.router.add_role(RouterRoleStaticAuth(self.router, role, permissions))
        for number, role in enumerate(("guest", "guest", "guest", "component"), 1):
            session = self.sessions[number] = Session(number, role)
            self.router.attach(session)
            details = SimpleNamespace(authrole=role, authid=session._authid, session=number)
            self.router._session_joined(session, details)

    def process(self, number, *messages):
        for msg in messages:
            self.router.process(self.sessions[number], msg)

    def received(self):
        """What each session got; the ids of subscriptions and publications are new each time."""
        ids = {}
        return {
            number: [readable(msg, ids) for msg in session.got]
            for number, session in self.sessions.items()
        }


def permission(start, *, publish=True, disclose=True, cache=True):
    allow = dict.fromkeys(("call", "register", "publish", "subscribe"), True)
    return {
        "uri": start,
        "match": "prefix",
        "allow": {**allow, "publish": publish},
        "disclose": dict.fromkeys(("caller", "publisher"), disclose),
        "cache": cache,
    }


def readable(msg, ids):
    def number(value):
        return ids.setdefault(value, len(ids)) if isinstance(value, int) and value > 1000 else value

    return type(msg).__name__, [number(part) for part in msg.marshal()], msg._router_internal


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "acknowledge": st.booleans(),
        "exclude_me": st.booleans(),
        "retain": st.booleans(),
        "eligible": st.lists(st.integers(1, 6), max_size=4, unique=True),
        "exclude": st.lists(st.integers(1, 6), max_size=3, unique=True),
        "eligible_authrole": st.lists(st.sampled_from(["guest", "component"]), max_size=2),
        "exclude_authid": st.lists(st.sampled_from(["guest 1", "guest 2"]), max_size=1),
    },
)
TOPICS = st.sampled_from(
    ["app.x", "app.x.y", "app.secret", "app.hidden", "app.asked", "app..x", "wamp.x", "other.x"]
)
STEPS = st.lists(st.tuples(st.integers(1, 4), TOPICS, OPTIONS), max_size=12)
SUBSCRIPTIONS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from([("app.x", "exact"), ("app.", "prefix"), ("app..y", "wildcard")]),
    ),
    max_size=8,
)


def played(place, subscriptions, steps):
    for request, (number, (topic, match)) in enumerate(subscriptions, 1):
        place.process(number, message.Subscribe(request, topic, match=match))
    for request, (number, topic, options) in enumerate(steps, 100):
        event = message.Publish(request, topic, args=[request], kwargs={"n": 1}, **options)
        place.process(number, event)
    stats = place.router.stats()["messages"]
    return place.received(), stats


@given(SUBSCRIPTIONS, STEPS)
def test_everybody_gets_the_same_both_ways(subscriptions, steps):
    short = played(Place(changed=True), subscriptions, steps)
    assert short == played(Place(changed=False), subscriptions, steps)


@pytest.fixture
def place():
    """A router with the short ways, on which everybody hears `app.x` and has sent an event."""
    place = Place(changed=True)
    for number in place.sessions:
        place.process(number, message.Subscribe(number, "app.x"))
        place.process(number, message.Publish(10, "app.x"))
    for session in place.sessions.values():
        session.got.clear()
    return place


def events(place):
    return {number: len(session.got) for number, session in place.sessions.items()}


def test_a_kept_permission_is_not_laid_out_for_the_log(place, monkeypatch):
    monkeypatch.setattr(router_module, "pformat", None)
    place.process(1, message.Subscribe(12, "app.x"), message.Publish(11, "app.x"))
    assert [type(msg) for msg in place.sessions[1].got] == [message.Subscribed]


def test_the_short_way_is_taken_for_the_second_event(place, monkeypatch):
    def never(*_):
        raise AssertionError("the long way was taken")

    monkeypatch.setattr(place.router, "validate", never)
    place.process(1, message.Publish(11, "app.x"))
    assert events(place) == {1: 0, 2: 1, 3: 1, 4: 1}


def test_what_goes_out_in_pieces_takes_the_long_way(place):
    checked = []
    place.router.validate = lambda *_, **__: checked.append(True)
    place.router._options.event_dispatching_chunk_size = 3
    place.process(1, message.Publish(11, "app.x"))
    assert checked == [True]


def test_a_receiver_that_fails_costs_nobody_else_an_event(place):
    def fail(_):
        raise ValueError("this receiver can't take it")

    for number in (2, 3):
        place.sessions[number]._transport.send = fail
        place.process(1, message.Publish(11, "app.x"))
    assert events(place)[4] == 2


def test_a_receiver_that_is_gone_is_left_out(place):
    place.sessions[2]._transport = None
    place.sessions[3]._session_id = None
    place.process(1, message.Publish(11, "app.x"))
    assert events(place) == {1: 0, 2: 0, 3: 0, 4: 1}


def test_each_receiver_is_asked_what_waits_for_it(place):
    ended = []
    socket = SimpleNamespace(
        dataBuffer=b"",
        offset=0,
        _tempDataLen=2**30,
        abortConnection=lambda: ended.append(2),
        getPeer=lambda: "peer",
    )
    place.sessions[2]._transport.transport = socket
    place.process(1, message.Publish(11, "app.x"))
    assert ended == [2]
    assert events(place) == {1: 0, 2: 0, 3: 1, 4: 1}


def test_a_guests_event_is_never_kept(place):
    place.process(1, message.Publish(11, "app.x", retain=True))
    observation = place.router._broker._subscription_map.get_observation("app.x")
    assert observation.extra is None or not observation.extra.retained_events


def test_a_role_that_is_gone_may_do_nothing(place):
    place.router.drop_role(place.router._roles["guest"])
    place.process(1, message.Publish(11, "app.x"))
    assert events(place) == dict.fromkeys(place.sessions, 0)
