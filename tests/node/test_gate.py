"""People and programs by name, on a real router: each role may what the declarations say, whatever
way it came in by, and for as long as it was given."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from websockets.sync.client import connect

from geometry_ws.access.tokens import new_token
from geometry_ws.http.doors import LONGEST_TURN, MANY_REFUSALS, NOT_ADMITTED, TURN_SECONDS
from geometry_ws.protocol.permissions import allowed
from geometry_ws.protocol.registry import PROCEDURES, TOPICS
from geometry_ws.protocol.rights import GIVEN_ROLES
from tests.support.gate import (
    ADMITTED,
    WAYS,
    at_outside,
    bearer,
    cookie,
    give,
    outside,
    take_back,
    ticket,
)
from tests.support.raw_guest import RawGuest

NOT_AUTHORIZED = "wamp.error.not_authorized"


def is_refused(answer):
    return answer[0] == 8 and answer[4] == NOT_AUTHORIZED and "session" in str(answer[5])


def check_all(session, role):
    """A call without its arguments is refused by the component, one that isn't allowed before."""
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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_a_role_may_what_the_declarations_say_by_each_way_in(gated, role, way):
    session = WAYS[way](gated, give(gated, f"{role}-1", role))
    assert session.welcome[0] == 2, session.welcome
    assert (session.welcome[2]["authid"], session.welcome[2]["authrole"]) == (f"{role}-1", role)
    check_all(session, role)


def test_a_guest_on_loopback_may_what_the_declarations_say(gated):
    session = RawGuest(gated)
    assert session.welcome[2]["authrole"] == "guest"
    check_all(session, "guest")


@pytest.mark.parametrize("role", [*GIVEN_ROLES, "guest"])
def test_a_role_may_the_same_without_wamp(gated, role):
    """By a plain WebSocket, whose calls are JSON."""
    host = "127.0.0.1" if role == "guest" else "127.0.0.2"
    headers = {} if role == "guest" else bearer(give(gated, f"{role}-1", role))
    address = f"ws://{host}:{gated.port}/events?topics=app.nothing"
    with connect(address, additional_headers=headers, compression=None) as opened:
        assert json.loads(opened.recv(timeout=20))["type"] == "hello"
        for number, procedure in enumerate(PROCEDURES.values()):
            asked = {"id": number, "call": procedure.name, "kwargs": {"unheard_of": 1}}
            opened.send(json.dumps(asked))
        left = dict(enumerate(PROCEDURES.values()))
        while left:
            said = json.loads(opened.recv(timeout=20))
            # Who may hear nothing is told so of its topic, which has no number.
            if said["type"] in ("result", "error") and said["id"] is not None:
                procedure = left.pop(said["id"])
                is_allowed = allowed(role, "call", procedure.uri)
                assert (said.get("error") != NOT_AUTHORIZED) is is_allowed, (procedure, said)


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


def test_who_guesses_by_websockets_waits_in_turn_and_who_has_a_token_does_not(gated):
    wrong = bearer(new_token())
    at_once([lambda: at_outside(gated, "GET", "/session", headers=wrong)] * MANY_REFUSALS)
    words = (
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.2:{gated.port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nAuthorization: {wrong['Authorization']}\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: wamp.2.json\r\n\r\n"
    )
    with ExitStack() as stack:
        asking = [
            stack.enter_context(socket.create_connection(("127.0.0.2", gated.port)))
            for _ in range(int(2 * LONGEST_TURN / TURN_SECONDS))
        ]
        for each in asking:
            each.sendall(words.encode())
        ann = RawGuest(gated, url=outside(gated), headers=bearer(give(gated, "ann", "viewer")))
        assert ann.welcome[0] == 2
        ann.end()
        answer = asking[-1].recv(4096)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b'"retry_ms":5000' in answer
        # The first of them comes to its turn, and is told there what it always was.
        assert asking[0].recv(4096).startswith(b"HTTP/1.1 101 ")
    # Those that have left take nobody's place, and loopback has guests as ever.
    guest = RawGuest(gated)
    assert guest.welcome[2]["authrole"] == "guest"
    guest.end()


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
            # Nor does a page that has got hold of a token.
            known = bearer(headers["Cookie"].rpartition("=")[2]) | foreign
            assert at_outside(gated, method, path, b"{}", known).status == 403
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
