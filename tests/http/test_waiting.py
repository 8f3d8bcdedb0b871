"""Requests that wait for a place while somebody's access ends, and what ends with it."""

import time

import pytest
from autobahn.wamp.types import ComponentConfig
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.web.test.requesthelper import DummyRequest

from geometry_ws.access.file import FILE, change_register
from geometry_ws.access.register import add_person, add_token, revoke
from geometry_ws.access.tokens import hash_of, new_token
from geometry_ws.http import gate as gate_module
from geometry_ws.http.answering import Later
from geometry_ws.http.answers import Answer
from geometry_ws.http.doors import Door
from geometry_ws.http.event_streams import EventStreams
from geometry_ws.http.gate import Gate, Visitor
from geometry_ws.http.places import MOST_CALLS, Places
from geometry_ws.http.root import Root
from geometry_ws.http.visits import follower
from geometry_ws.protocol.errors import NotAdmitted


@pytest.fixture
def file(tmp_path):
    return tmp_path / FILE


@pytest.fixture
def gate(file, monkeypatch):
    """A gate without a router: sessions are plain objects."""
    config = ComponentConfig(
        extra={"file": str(file), "url": "http://localhost:8081/", "doors": []}
    )
    made = Gate(config)
    monkeypatch.setattr(gate_module, "join_as", lambda *_: object())
    monkeypatch.setattr(gate_module, "leave_as", lambda _: None)
    monkeypatch.setattr(Gate, "current", made)
    return made


@pytest.fixture
def ann(file):
    token = new_token()

    def change(register):
        now = time.time()
        return add_token(add_person(register, "ann", "agent", now), "ann", token, "key", now), None

    change_register(file, change)
    return Visitor("ann", "agent", hash_of(token))


def take_back(file):
    change_register(file, lambda register: (revoke(register, "ann"), None))


def test_what_waits_for_a_place_is_not_done_after_its_access_has_ended(gate, ann, file):
    root, places, done = object.__new__(Root), Places(Clock()), []
    root._places = places
    for _ in range(MOST_CALLS):
        places.take("task.set")

    async def perform():
        done.append(1)
        return Answer(200, "", b"", {})

    waiting = Deferred.fromCoroutine(root._perform(ann, "task.set", perform))
    take_back(file)
    for _ in range(MOST_CALLS):
        places.give_back("task.set")
    problems = []
    waiting.addErrback(lambda failure: problems.append(failure.value))
    assert [type(problem) for problem in problems] == [NotAdmitted]
    assert done == []


def test_a_session_is_made_for_a_valid_token_alone(gate, ann, file):
    gate.look_again(ann)
    first = gate.session_of(ann)
    assert gate.session_of(ann) is first
    assert gate.session_of(Visitor("", "viewer")) is not first, "guests have none"
    for other in (ann._replace(role="maintainer"), ann._replace(token=hash_of(new_token()))):
        with pytest.raises(NotAdmitted):
            gate.session_of(other)
    take_back(file)
    with pytest.raises(NotAdmitted):
        gate.look_again(ann)
    with pytest.raises(NotAdmitted):
        gate.session_of(ann)


def test_a_client_that_leaves_before_its_events_begin_keeps_no_place(gate, ann):
    gate.look_again(ann)
    clock, request = Clock(), DummyRequest([b""])

    class Session:
        async def listen(self, topic, heard, match):
            pass

    async def open_stream():
        # The router answers a call that is cancelled, too.
        await Deferred(lambda waiting: waiting.callback(None))
        follow = follower(Door(), ann)
        return await EventStreams("e1", clock).open(Session(), (), "", [], follow)

    Later(open_stream).render(request)
    request.processingFailed(Failure(ConnectionDone()))
    assert gate._inside == {}
    assert clock.getDelayedCalls() == []


def test_a_stream_has_its_place_until_its_client_leaves(gate, ann):
    gate.look_again(ann)
    ends = follower(Door(), ann)(lambda: None)
    assert len(gate._inside) == 1
    ends()
    assert gate._inside == {}


def test_a_file_that_others_may_read_now_lets_nobody_in_at_once(gate, ann, file):
    gate.look_again(ann)
    file.chmod(0o644)
    with pytest.raises(NotAdmitted):
        gate.look_again(ann)
    file.chmod(0o600)
    gate.look_again(ann)
