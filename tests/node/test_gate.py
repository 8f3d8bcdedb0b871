"""People and programs by name, on a real router: each role may what the declarations say, whatever
way it came in by, and for as long as it was given."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from geometry_ws.access.file import FILE, change_register
from geometry_ws.access.register import add_person, add_token, revoke
from geometry_ws.access.tokens import new_token
from geometry_ws.http.doors import CHANGED, NOT_ADMITTED, REVOKED
from geometry_ws.http.gate import MOST_SESSIONS
from geometry_ws.protocol.permissions import allowed
from geometry_ws.protocol.registry import PROCEDURES, TOPICS
from geometry_ws.protocol.rights import GIVEN_ROLES
from tests.support.nodes import fetch
from tests.support.raw_guest import RawGuest

ROOT = Path(__file__).parents[2]
NOT_AUTHORIZED = "wamp.error.not_authorized"
ADMITTED = "io.geometry_ws.v1.error.not_admitted"
GONE = "io.geometry_ws.v1.error.revoked"


def outside_door(settings):
    """A second door without guests, at the same port of another address of this machine."""
    transport = json.loads(json.dumps(settings["workers"][0]["transports"][0]))
    port = transport["endpoint"]["port"]
    transport["endpoint"]["interface"] = "127.0.0.2"
    door = {"name": "outside_1", "guests": False, "secure": False, "port": port}
    transport["paths"]["/"]["extra"] |= {
        "hosts": [f"127.0.0.2:{port}"],
        "origins": [f"http://127.0.0.2:{port}"],
        "door": door,
    }
    websocket = transport["paths"]["ws"]
    websocket["options"]["allowed_origins"] = [f"http://127.0.0.2:{port}"]
    for method, auth in websocket["auth"].items():
        auth["authenticator"] = f"io.geometry_ws.v1.gate.outside_1.{method}"
    settings["workers"][0]["transports"].append(transport)
    settings["workers"][0]["components"][1]["extra"]["doors"].append(door)


@pytest.fixture(scope="module")
def gated(start_shared_node):
    return start_shared_node(change=outside_door)


GIVEN: list[str] = []


def give(node, name, role, kind="key", seconds=None, person_seconds=None):
    """Give somebody a role and a token; gives the token."""
    token = new_token()
    GIVEN.append(token)

    def change(register):
        now = time.time()
        register = add_person(register, name, role, now, seconds=person_seconds)
        return add_token(register, name, token, kind, now, seconds=seconds), None

    change_register(node.folders.state / FILE, change)
    return token


def take_back(node, name):
    change_register(node.folders.state / FILE, lambda register: (revoke(register, name), None))


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def cookie(node, token):
    return {"Cookie": f"theme=dark; gws_{node.port}={token}"}


def outside(node):
    return f"ws://127.0.0.2:{node.port}/ws"


def ticket(node, token, **given):
    guest = RawGuest(node, details={"authmethods": ["ticket"], "authid": "whoever"}, **given)
    guest.send([5, token, {}])
    guest.welcome = guest.read()
    return guest


WAYS = {
    "ticket": lambda node, token: ticket(node, token, url=outside(node)),
    "bearer": lambda node, token: RawGuest(node, url=outside(node), headers=bearer(token)),
    "cookie": lambda node, token: RawGuest(node, url=outside(node), headers=cookie(node, token)),
    "bearer on loopback": lambda node, token: RawGuest(node, headers=bearer(token)),
    "ticket on loopback": lambda node, token: ticket(node, token),
}


def is_refused(answer):
    return answer[0] == 8 and answer[4] == NOT_AUTHORIZED and "session" in str(answer[5])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_a_role_may_what_the_declarations_say_by_each_way_in(gated, role, way):
    """A call without its arguments is refused by the component, one that isn't allowed before."""
    token = give(gated, f"{role}-1", role)
    session = WAYS[way](gated, token)
    assert session.welcome[0] == 2, session.welcome
    assert (session.welcome[2]["authid"], session.welcome[2]["authrole"]) == (f"{role}-1", role)
    asked = {}
    for full in PROCEDURES:
        asked[session.call(full, unheard_of=1)] = allowed(role, "call", full), full
    for number, topic in enumerate(TOPICS.values(), 10_000):
        full = topic.at("world")
        session.send([16, number, {"acknowledge": True}, full, [], {}])
        session.send([32, number + 10_000, {}, full])
        asked[number] = allowed(role, "publish", full), full
        asked[number + 10_000] = allowed(role, "subscribe", full), full
    while asked:
        answer = session.read()
        if answer[0] in (8, 17, 33, 50):
            expected, full = asked.pop(answer[2] if answer[0] == 8 else answer[1])
            assert is_refused(answer) is not expected, (full, answer)
    session.end()


@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_a_role_may_the_same_by_http(gated, role):
    token = give(gated, f"{role}-1", role)
    for headers in (bearer(token), cookie(gated, token)):
        for procedure in PROCEDURES.values():
            body = json.dumps(
                {"procedure": procedure.uri, "kwargs": procedure.example}, default=str
            )
            answer = at_outside(gated, "POST", "/call", body, headers)
            if procedure.session:
                assert (answer.status, answer.json["error"][-16:]) == (400, "session_required")
            elif not allowed(role, "call", procedure.uri):
                assert (answer.status, answer.json["error"]) == (403, NOT_AUTHORIZED), procedure
                assert answer.json["args"] == ["This role may not do that."]
        said = at_outside(gated, "GET", "/session", None, headers).json
        assert (said["person"], said["role"]) == (f"{role}-1", role)
        assert said["rights"] == sorted(right.value for right in GIVEN_ROLES[role])


def at_outside(node, method, path, body=None, headers=None):
    """A request at the door without guests."""
    given = {"Content-Type": "application/json", **(headers or {})}
    data = body.encode() if isinstance(body, str) else body
    return fetch(node.port, method, path, data, given, host="127.0.0.2")


# --- who isn't let in --------------------------------------------------------------------------


def expired(node):
    return give(node, "late", "maintainer", seconds=-1)


def taken_back(node):
    token = give(node, "gone", "maintainer")
    take_back(node, "gone")
    return token


NO_TOKENS = {
    "wrong": lambda node: new_token(),
    "expired": expired,
    "of somebody whose time is over": lambda node: give(
        node, "ex", "maintainer", person_seconds=-1
    ),
    "taken back": taken_back,
    "a link": lambda node: give(node, "linked", "maintainer", "link"),
    "no token at all": lambda node: "maintainer",
    "empty": lambda node: "",
}


@pytest.mark.parametrize("kind", NO_TOKENS)
def test_there_is_one_sentence_for_all_tokens_that_are_not_valid(gated, kind):
    token = NO_TOKENS[kind](gated)
    ways = [
        lambda: ticket(gated, token, url=outside(gated)),
        lambda: ticket(gated, token),
        lambda: RawGuest(gated, url=outside(gated), headers=bearer(token)),
        lambda: RawGuest(gated, headers=bearer(token)),
        lambda: RawGuest(gated, url=outside(gated), headers=cookie(gated, token)),
        lambda: RawGuest(gated, url=outside(gated)),
    ]
    # Side by side: whoever is refused often is answered a second later.
    for session in at_once(ways):
        assert session.welcome == [3, {"message": NOT_ADMITTED}, ADMITTED]
        session.end()
    requests = [
        lambda headers=headers: at_outside(gated, "POST", "/call/task.list", b"{}", headers)
        for headers in (bearer(token), cookie(gated, token), {})
    ]
    requests.append(lambda: gated.fetch("GET", "/session", headers=bearer(token)))
    for answer in at_once(requests):
        assert (answer.status, answer.json["error"]) == (401, ADMITTED)
        assert answer.json["args"] == [NOT_ADMITTED]
        assert answer.headers["www-authenticate"].startswith("Bearer")


def at_once(asked):
    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(lambda ask: ask(), asked))


def test_without_a_token_there_is_a_guest_on_loopback_and_nobody_elsewhere(gated):
    guest = RawGuest(gated)
    assert guest.welcome[2]["authrole"] == "guest"
    guest.end()
    said = gated.fetch("GET", "/session").json
    assert (said["person"], said["role"], len(said["rights"])) == ("", "guest", 6)
    refused = ["GET /events", "GET /metrics", "GET /session", "GET /screenshot/desktop.png"]
    refused += ["POST /call", "POST /publish", "PUT /surfaces/plot", "DELETE /surfaces/plot"]
    refused += ["GET /hello", "GET /attention", "GET /api/changes", "POST /mcp"]
    asked = [lambda line=line: at_outside(gated, *line.split()) for line in refused]
    assert [answer.status for answer in at_once(asked)] == len(refused) * [401]
    for path in ("/", "/projects", "/health", "/openapi.json"):
        assert at_outside(gated, "GET", path).status == 200, path


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_a_proxy_says_makes_nobody_a_guest(gated, header):
    """Neither elsewhere, with whatever address, nor on loopback, where everybody would be one."""
    said = {header: "127.0.0.1"}
    refused = RawGuest(gated, url=outside(gated), headers=said)
    assert refused.welcome[2] == ADMITTED
    refused.end()
    assert at_outside(gated, "GET", "/session", headers=said).status == 401
    proxied = RawGuest(gated, headers=said)
    assert (proxied.welcome[0], "--public" in proxied.welcome[1]["message"]) == (3, True)
    proxied.end()
    assert gated.fetch("GET", "/session", headers=said).status == 401
    token = give(gated, "ann", "viewer")
    assert gated.fetch("GET", "/session", headers=said | bearer(token)).status == 200


def test_a_cookie_of_another_port_is_not_looked_at(gated):
    token = give(gated, "ann", "viewer")
    other = {"Cookie": f"gws_{gated.port + 1}={token}; gws_={token}; gws_{gated.port}x={token}"}
    assert at_outside(gated, "GET", "/session", headers=other).status == 401
    assert gated.fetch("GET", "/session", headers=other).json["role"] == "guest"


def test_a_cookie_that_is_not_valid_any_more_makes_nobody_less_than_a_guest(gated):
    old = cookie(gated, new_token())
    assert gated.fetch("GET", "/session", headers=old).json["role"] == "guest"
    assert at_outside(gated, "GET", "/session", headers=old).status == 401


def test_a_foreign_page_gets_nothing_by_the_cookie(gated):
    headers = cookie(gated, give(gated, "ann", "maintainer"))
    for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for method, path in (("POST", "/call"), ("GET", "/events"), ("DELETE", "/session")):
            assert at_outside(gated, method, path, b"{}", headers | foreign).status == 403
    with pytest.raises(Exception, match="403"):
        RawGuest(gated, url=outside(gated), headers=headers, origin="https://evil.example")


def test_the_authenticators_are_called_by_the_router_alone(gated):
    token = give(gated, "max", "maintainer")
    for session in (RawGuest(gated), RawGuest(gated, headers=bearer(token))):
        session.call("io.geometry_ws.v1.gate.loopback.ticket", "geometry", "x", {"ticket": token})
        assert session.read()[4] in (NOT_AUTHORIZED, "wamp.error.no_such_procedure")
        session.send([64, 9, {"force_reregister": True}, "io.geometry_ws.v1.gate.loopback.ticket"])
        assert session.read()[4] in (NOT_AUTHORIZED, "wamp.error.procedure_already_exists")
        session.end()


# --- links -------------------------------------------------------------------------------------


def log_in(node, link):
    return at_outside(node, "POST", "/session", json.dumps({"token": link}))


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
    for done in (True, False):
        given = {"change": "add-farewell", "task": 2, "done": done, "expect": "1.2 Say them"}
        answer = at_outside(gated, "POST", "/call/task.set", json.dumps(given), headers)
        assert answer.status == 200, answer.body
        by = follower.read()[5]["by"]
        assert (by["person"], by["role"]) == ("ann", "agent")
        sessions.add(by["session"])
    assert len(sessions) == 1
    assert gated.call("task.set", **{**given, "done": True}).status == 200
    assert follower.read()[5]["by"]["person"] == ""
    gated.call("task.set", **given)
    follower.end()
    session.end()


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
