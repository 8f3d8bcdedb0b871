"""Links, logins, what ends with them, and whose name is on what is done: on a real router."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from geometry_ws.access.file import FILE
from geometry_ws.access.tokens import new_token
from geometry_ws.http.doors import CHANGED, REVOKED
from geometry_ws.http.gate import MOST_SESSIONS
from tests.support.gate import (
    ADMITTED,
    GIVEN,
    GONE,
    WAYS,
    at_outside,
    bearer,
    cookie,
    give,
    log_in,
    outside,
    take_back,
    ticket,
)
from tests.support.raw_guest import RawGuest

ROOT = Path(__file__).parents[2]
NOT_AUTHORIZED = "wamp.error.not_authorized"


# --- links -------------------------------------------------------------------------------------


def test_a_link_is_used_once_and_becomes_the_login_of_that_browser(gated):
    link = give(gated, "ann", "reviewer", "link")
    answer = log_in(gated, link)
    assert (answer.status, answer.json["person"], answer.json["role"]) == (200, "ann", "reviewer")
    name, value = answer.headers["set-cookie"].split(";")[0].split("=")
    words = answer.headers["set-cookie"]
    assert name == f"gws_{gated.port}"
    assert value != link
    assert "; HttpOnly; SameSite=Strict; " in words
    again = log_in(gated, link)
    assert (again.status, again.json["error"]) == (401, ADMITTED)
    assert "set-cookie" not in again.headers
    its_cookie = {"Cookie": f"{name}={value}"}
    session = RawGuest(gated, url=outside(gated), headers=its_cookie)
    assert session.welcome[2]["authid"] == "ann"
    assert at_outside(gated, "GET", "/session", headers=its_cookie).json["person"] == "ann"
    out = at_outside(gated, "DELETE", "/session", headers=its_cookie)
    assert (out.status, "Max-Age=0" in out.headers["set-cookie"]) == (200, True)
    assert at_outside(gated, "GET", "/session", headers=its_cookie).status == 401
    assert session.read()[2] == GONE
    session.end()


def test_where_a_login_cannot_be_noted_nobody_is_let_in_and_the_link_stays_good(gated):
    link, login = give(gated, "ann", "viewer", "link"), give(gated, "ann", "viewer", "login")
    lock = (gated.folders.state / FILE).with_suffix(".lock")
    lock.unlink()
    lock.mkdir()
    answers = [log_in(gated, link)]
    answers.append(at_outside(gated, "DELETE", "/session", headers=cookie(gated, login)))
    lock.rmdir()
    assert [answer.status for answer in answers] == [422, 422]
    assert "set-cookie" not in answers[0].headers
    assert log_in(gated, link).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b'{"token": 1}', 400), (b'{"token": "x", "more": 1}', 400)],
)
def test_a_login_takes_a_token_and_nothing_else(gated, body, status):
    assert at_outside(gated, "POST", "/session", body).status == status


def test_a_link_that_many_open_at_once_lets_in_one_of_them(gated):
    link = give(gated, "many", "viewer", "link")
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: log_in(gated, link).status, range(8)))
    assert sorted(statuses) == [200] + 7 * [401]


# --- what ends ---------------------------------------------------------------------------------


def test_who_is_revoked_is_off_within_a_second_also_who_ignores_the_goodbye(gated):
    token = give(gated, "eve", "maintainer")
    bystander = RawGuest(gated, headers=bearer(give(gated, "bob", "viewer")))
    sessions = [way(gated, token) for way in WAYS.values()]
    sessions.append(RawGuest(gated, "msgpack", headers=bearer(token)))
    asked = http.client.HTTPConnection("127.0.0.2", gated.port, timeout=10)
    asked.request("GET", "/events", headers=bearer(token))
    events = asked.getresponse()
    assert events.status == 200
    assert at_outside(gated, "POST", "/call/task.list", b"{}", bearer(token)).status in (200, 400)
    take_back(gated, "eve")
    for session in sessions:
        assert session.read() == [6, {"message": REVOKED}, GONE]
        session.call("io.geometry_ws.v1.project.list")
    # None of them says goodbye in turn, and what they call after it is not answered.
    for session in sessions:
        with pytest.raises(ConnectionClosed):
            session.read()
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        events.read()
    events.close()
    asked.close()
    assert at_outside(gated, "POST", "/call/task.list", b"{}", bearer(token)).status == 401
    bystander.call("io.geometry_ws.v1.project.list")
    assert bystander.read()[0] == 50
    bystander.end()


def test_with_an_access_goes_what_it_claimed_by_http(gated):
    headers = bearer(give(gated, "zoe", "agent"))
    given = json.dumps({"task": "add-farewell/1.2"}).encode()
    assert (
        at_outside(gated, "POST", "/call/agent.claim", given, headers).json["args"][0]["me"]
        == "zoe"
    )
    take_back(gated, "zoe")
    deadline = time.monotonic() + 20
    while not any(member["name"] == "zoe" and member.get("lost") for member in members(gated)):
        assert time.monotonic() < deadline


def members(node):
    return node.fetch("GET", "/api/presence").json["members"]


def test_a_person_has_a_bounded_number_of_sessions_and_others_have_theirs(gated):
    headers = bearer(give(gated, "greedy", "viewer"))
    sessions = [RawGuest(gated, headers=headers) for _ in range(MOST_SESSIONS)]
    assert {session.welcome[0] for session in sessions} == {2}
    more = RawGuest(gated, headers=headers)
    assert more.welcome[2] == "io.geometry_ws.v1.error.limit_exceeded"
    more.end()
    other = RawGuest(gated, headers=bearer(give(gated, "modest", "viewer")))
    assert other.welcome[0] == 2
    sessions.pop().end()
    # The router tells the gate that a place is free.
    while (again := RawGuest(gated, headers=headers)).welcome[0] != 2:
        again.end()
    for session in (*sessions, again, other):
        session.end()


def test_a_time_that_ends_ends_the_session(gated):
    session = RawGuest(gated, headers=bearer(give(gated, "short", "viewer", seconds=1.0)))
    assert session.welcome[0] == 2
    assert session.read()[2] == GONE
    session.end()


def test_another_role_begins_with_another_session(gated):
    token = give(gated, "kim", "viewer")
    session = RawGuest(gated, headers=bearer(token))
    give(gated, "kim", "maintainer")
    assert session.read() == [6, {"message": CHANGED}, "wamp.close.system_shutdown"]
    session.end()
    session = RawGuest(gated, headers=bearer(token))
    assert session.welcome[2]["authrole"] == "maintainer"
    session.end()


def test_a_plain_websocket_is_somebody_as_well(gated):
    token = give(gated, "plain", "viewer")
    url = f"ws://127.0.0.2:{gated.port}/events"
    with connect(url, additional_headers=bearer(token)) as websocket:
        assert json.loads(websocket.recv(timeout=10))["type"] == "hello"
        call = {"id": 1, "call": "task.set", "kwargs": {"change": "x", "task": 1, "done": True}}
        websocket.send(json.dumps(call))
        assert json.loads(websocket.recv(timeout=10))["error"] == NOT_AUTHORIZED
        take_back(gated, "plain")
        said = json.loads(websocket.recv(timeout=10))
        assert (said["type"], said["reason"]) == ("goodbye", GONE)
    with connect(url) as websocket:
        said = json.loads(websocket.recv(timeout=10))
        assert (said["type"], said["reason"]) == ("goodbye", ADMITTED)


# --- who did it --------------------------------------------------------------------------------


def test_what_somebody_does_carries_the_name_whatever_way_it_came(gated):
    headers = bearer(give(gated, "ann", "agent"))
    follower = RawGuest(gated)
    assert follower.subscribe("io.geometry_ws.v1.project.on_changed.shop")[0] == 33
    session = RawGuest(gated, headers=headers)
    sessions = set()
    for done in (True, False):
        given = {"change": "add-farewell", "task": 2, "done": done, "expect": "1.2 Say them"}
        session.call("io.geometry_ws.v1.task.set", **given)
        assert session.read()[0] == 50
        by = follower.read()[5]["by"]
        assert (by["person"], by["role"]) == ("ann", "agent")
        assert by["session"] == session.welcome[1]
        assert (by["machine"], by["forwarded"]) == ("localhost", "")
    proxied = {"X-Forwarded-For": "10.6.6.6, 10.9.8.7"}
    for done, more in ((True, {}), (False, {}), (True, proxied), (False, proxied)):
        given = {"change": "add-farewell", "task": 2, "done": done, "expect": "1.2 Say them"}
        answer = at_outside(gated, "POST", "/call/task.set", json.dumps(given), headers | more)
        assert answer.status == 200, answer.body
        by = follower.read()[5]["by"]
        assert (by["person"], by["role"]) == ("ann", "agent")
        # What a proxy says is told as that: whoever is on this machine could say it as well.
        assert (by["machine"], by["forwarded"]) == ("localhost", "10.9.8.7" if more else "")
        sessions.add((by["session"], by["forwarded"]))
    assert len(sessions) == 2
    assert gated.call("task.set", **{**given, "done": True}).status == 200
    by = follower.read()[5]["by"]
    assert (by["person"], by["machine"]) == ("", "localhost")
    # Where it is, nobody says of itself.
    liar = RawGuest(gated, details={"authextra": {"machine": "10.6.6.6", "forwarded": "10.6.6.6"}})
    liar.call("io.geometry_ws.v1.task.set", **given)
    by = follower.read()[5]["by"]
    assert (by["session"], by["machine"], by["forwarded"]) == (liar.welcome[1], "localhost", "")
    follower.end()
    session.end()
    liar.end()


def test_only_maintainers_write_specs(gated):
    given = {"spec": "greeting", "text": "# x\n", "revision": "0" * 16}
    for role, status in (("agent", 403), ("maintainer", 409)):
        headers = bearer(give(gated, f"{role}-2", role))
        answer = at_outside(gated, "POST", "/call/document.set", json.dumps(given), headers)
        assert answer.status == status, answer.body


def test_a_picture_belongs_to_whoever_shows_it_by_name(gated):
    picture = next(p for p in (ROOT / "docs").glob("*.png")).read_bytes()
    mine, other = (bearer(give(gated, name, "program")) for name in ("ci", "other"))
    looks = bearer(give(gated, "looks", "viewer"))
    assert at_outside(gated, "PUT", "/surfaces/plot", picture, looks).status == 403
    assert at_outside(gated, "PUT", "/surfaces/plot", picture, mine).status == 201
    assert at_outside(gated, "PUT", "/surfaces/plot", picture, mine).status == 200
    assert at_outside(gated, "PUT", "/surfaces/plot", picture, other).status == 403
    assert at_outside(gated, "DELETE", "/surfaces/plot", headers=other).status == 403
    assert at_outside(gated, "DELETE", "/surfaces/plot", headers=mine).status == 200


def test_the_log_has_names_and_no_tokens(gated):
    token = give(gated, "logged", "viewer")
    session = RawGuest(gated, headers=bearer(token))
    ticket(gated, token).end()
    log_in(gated, give(gated, "logged", "viewer", "link"))
    at_outside(gated, "GET", "/session", headers=bearer(new_token()))
    take_back(gated, "logged")
    assert session.read()[2] == GONE
    session.end()
    log = (gated.folders.logs / "node.log").read_text("utf-8", "replace")
    assert "joins as viewer: logged" in log
    assert not [token for token in GIVEN if token in log]


def test_what_a_session_had_goes_with_it_whoever_else_hears_of_that(gated):
    """The router tells in no certain order; the gate hears of it in the router's own process."""
    for number in range(6):
        guest = RawGuest(gated)
        guest.call("io.geometry_ws.v1.surface.create", width=8, height=8, title=f"mine {number}")
        assert guest.read()[0] == 50
        assert f"mine {number}" in titles(gated)
        guest.end()
        deadline = time.monotonic() + 20
        while f"mine {number}" in titles(gated):
            assert time.monotonic() < deadline


def titles(node):
    return {each["title"] for each in node.fetch("GET", "/api/surfaces").json["surfaces"]}
