"""What a request is allowed and what it wants."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http import answers, decide, pictures
from geometry_ws.http.decide import Head, Refused, Site
from geometry_ws.node.template import hosts, origins
from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.errors import (
    InvalidArgument,
    NoSuchProcedure,
    SessionRequired,
    UnsupportedVersion,
)
from geometry_ws.protocol.registry import PROCEDURES

SITE = Site(frozenset(hosts(8081)), frozenset(origins(8081)))
HOST = {"host": ("localhost:8081",)}
JSON = {"content-type": ("application/json",)}
KINDS = {"page", "call", "publish", "picture", "health", "socket"}


def refusal(do, *given):
    with pytest.raises(Refused) as caught:
        do(*given)
    return caught.value.status


def with_host(**headers):
    named = {name.replace("_", "-"): (value,) for name, value in headers.items()}
    return Head("GET", "/", headers={**HOST, **named})


@pytest.mark.parametrize("path", ["/call", "/publish"])
@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "text/plain; application/json",
        "application/json, text/plain",
        "application/jsonx",
    ],
)
def test_a_post_must_say_that_it_is_json(path, kind):
    """A page can send any other body anywhere without asking first."""
    headers = HOST if kind is None else {**HOST, "content-type": (kind,)}
    assert refusal(decide.route, Head("POST", path, headers=headers)) == 415


@pytest.mark.parametrize("kind", ["application/json", "application/JSON; charset=UTF-8"])
def test_json_is_taken(kind):
    head = Head("POST", "/call", headers={"content-type": (kind,)})
    assert decide.route(head).kind == "call"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "post", "X"])
def test_calls_are_posted(method):
    """OPTIONS too is refused: no page may ask whether it may."""
    assert refusal(decide.route, Head(method, "/call", headers=JSON)) == 405


@pytest.mark.parametrize(
    ("path", "query", "address"),
    [
        ("/changes/", "", "../changes"),
        ("/changes/add-a/", "project=b", "../add-a?project=b"),
        ("/specs/a/b/", "", "../b"),
        ("/api/changes/", "", "../changes"),
        ("/health/", "", "../health"),
    ],
)
def test_an_address_with_a_slash_too_many_leads_to_the_one_without(path, query, address):
    wanted = decide.route(Head("GET", path, query))
    assert (wanted.kind, wanted.name) == ("moved", address)
    answer = answers.moved(wanted.name)
    assert (answer.status, answer.headers["Location"]) == (308, address)


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "//changes/",
        "/changes//",
        "//evil.invalid/",
        "/nothing here/",
        "/call/",
        "/changes/%2F%2Fa/",
    ],
)
def test_other_addresses_with_slashes_lead_nowhere(path):
    with pytest.raises(Refused):
        decide.route(Head("GET", path))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/health", "/screenshot/desktop.png", "/main.js"])
def test_what_is_read_is_not_posted(method, path):
    assert refusal(decide.route, Head(method, path, headers=JSON)) == 405


@pytest.mark.parametrize(
    "path",
    [
        "//call",
        "/./call",
        "/call/",
        "/ws/",
        "/%77s",
        "/%63all",
        "/..",
        "/../etc/passwd",
        "/a/../b",
        "/.git/config",
        "/a/.hidden",
        "/a//b",
        "/a\\b",
        "/a\x00b",
        "/screenshot/UPPER.png",
        "/screenshot/..png",
        "http://localhost:8081/ws",
        "",
        "*",
    ],
)
def test_odd_paths_lead_nowhere(path):
    assert refusal(decide.route, Head("GET", path)) == 404


@pytest.mark.parametrize(
    "path",
    [
        "/projects",
        "/projects/shop_1",
        "/changes",
        "/changes/add-login",
        "/changes/add%20login",
        "/changes/%E6%94%B9",
        "/specs",
        "/specs/auth",
        "/specs/auth/sessions",
        "/now",
        "/overlaps",
        "/archive",
        "/archive/2026-11-02-add-login",
        "/search",
    ],
)
def test_pages_have_addresses(path):
    """Whoever opens one, by a link of another site too, is given the pages."""
    assert decide.route(Head("GET", path)) == decide.Wanted("page", "pages.html")
    visit = with_host(
        sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document"
    )
    decide.admit(SITE, Head("GET", path, headers=visit.headers))


@pytest.mark.parametrize(
    "path",
    [
        "/changes/",
        "/changes/a/b",
        "/changes/..",
        "/changes/%2e%2e",
        "/changes/a%2fb",
        "/changes/a%00",
        "/changes/a%5cb",
        "/changes/%ff",
        "/changes/caf\xe9",
        "/changes//",
        "/specs/",
        "/specs/a//b",
        "/specs/a/../b",
        "/projects/UPPER",
        "/projects/a/b",
        "/overlaps/a",
        "/search/a",
        "/changes/" + "a" * 5000,
    ],
)
def test_what_is_no_page_has_no_address(path):
    head = Head("GET", path)
    try:
        assert decide.route(head).name != "pages.html"
    except Refused as refused:
        assert refused.status == 404


@pytest.mark.parametrize(
    ("method", "accept", "pages"),
    [
        ("GET", "text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("HEAD", "Text/HTML; q=1", True),
        ("POST", "text/html", False),
        ("GET", "*/*", False),
        ("GET", "", False),
    ],
)
def test_browsers_are_told_on_a_page(method, accept, pages):
    head = Head(method, "/nothing", headers={"accept": (accept,)})
    assert decide.reads_pages(head) is pages


@given(
    st.text(), st.text(), st.dictionaries(st.sampled_from(["host", "origin"]), st.tuples(st.text()))
)
def test_every_request_is_refused_or_wants_something(method, path, headers):
    head = Head(method, path, headers=headers)
    try:
        decide.admit(SITE, head)
    except Refused as refused:
        assert refused.status in (403, 421)
    else:
        assert headers["host"][0].lower() in SITE.hosts
    try:
        assert decide.route(head).kind in KINDS
    except Refused as refused:
        assert refused.status in (404, 405, 415)


def body(**content):
    return json.dumps(content).encode()


def test_a_short_name_is_enough():
    for name in ("compositor.hello", "io.geometry_ws.v1.compositor.hello"):
        call = decide.read_call(body(procedure=name, kwargs={"major": 1}))
        assert call.procedure.name == "compositor.hello"
        assert call.keywords == {"major": 1}


def test_another_major_version_is_told_so():
    with pytest.raises(UnsupportedVersion) as caught:
        decide.read_call(body(procedure="io.geometry_ws.v2.compositor.hello"))
    assert caught.value.values == {"supported": [1]}


@pytest.mark.parametrize("name", ["nothing.here", "wamp.session.list", "app.x", "io.geometry_ws.x"])
def test_what_is_not_declared_is_not_called(name):
    with pytest.raises(NoSuchProcedure) as caught:
        decide.read_call(body(procedure=name))
    assert caught.value.status == 404


def test_what_belongs_to_a_session_is_not_called():
    for procedure in PROCEDURES.values():
        if procedure.session:
            with pytest.raises(SessionRequired):
                decide.read_call(body(procedure=procedure.name))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", ""),
        (b"{", ""),
        (b"[]", ""),
        (b"null", ""),
        (b'"x"', ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
        (b'{"procedure": NaN}', ""),
        (body(), "procedure"),
        (body(procedure=5), "procedure"),
        (body(procedure=""), "procedure"),
        (body(procedure="project.list", args={"a": 1}), "args"),
        (body(procedure="project.list", args=[1]), "args"),
        (body(procedure="project.list", kwargs=[1]), "kwargs"),
        (body(procedure="project.list", kwargs=5), "kwargs"),
        (body(procedure="project.list", options={}), "options"),
        (body(procedure="project.list", kwargs={"self": 1}), "self"),
        (body(procedure="project.list", kwargs={"f": 1}), "f"),
        (body(procedure="task.set", kwargs={"change": "x", "task": "1", "done": True}), "task"),
        (body(procedure="task.set", kwargs={"change": "x", "task": 1}), "done"),
    ],
)
def test_a_bad_call_names_what_is_bad(content, field):
    with pytest.raises(InvalidArgument) as caught:
        decide.read_call(content)
    assert caught.value.values["field"] == field


@given(st.binary() | st.text().map(str.encode) | st.from_regex(rb'\{"procedure": ?".*"\}'))
def test_any_body_is_a_call_or_refused(content):
    try:
        call = decide.read_call(content)
    except (Refused, DeclaredError) as refused:
        assert 400 <= refused.status < 600
    else:
        assert call.procedure.uri in PROCEDURES


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.slow
@given(st.sampled_from(sorted(PROCEDURES)), st.dictionaries(st.text(), anything, max_size=4))
def test_any_keywords_are_taken_or_refused(procedure, keywords):
    content = json.dumps({"procedure": procedure, "kwargs": keywords}).encode()
    try:
        decide.read_call(content)
    except DeclaredError as refused:
        assert isinstance(refused, InvalidArgument | SessionRequired)


@pytest.mark.parametrize(
    "content",
    [
        b'{"topic": "app.x", "args": ' + b"[" * 18 + b"]" * 18 + b"}",
        b'{"topic": "app.x", "kwargs": ' + b'{"a": ' * 17 + b"1" + b"}" * 18,
        b'{"topic": "app.x", "args": [' + b"[]," * 50_000 + b"1]}",
        b"[" * 10**6,
        b'{"a": "' + b"\\" * 10**6,
    ],
)
def test_depths_and_masses_are_refused_before_they_are_read(content):
    with pytest.raises(InvalidArgument):
        decide.read_publish(content)


def test_brackets_in_text_are_text():
    text = "[{}]{" * 300 + '\\"[['
    assert decide.read_publish(body(topic="app.x", args=[text])).args == [text]


def test_programs_messages_are_published():
    message = decide.read_publish(body(topic="app.chat.hello", args=[1], kwargs={"self": "x"}))
    assert message.topic == "app.chat.hello"
    assert message.args == [1]
    assert message.keywords == {"self": "x"}


@pytest.mark.parametrize(
    "topic", ["io.geometry_ws.v1.surface.on_changed", "wamp.x", "surface.on_changed", "application"]
)
def test_only_programs_topics_are_published(topic):
    assert refusal(decide.read_publish, body(topic=topic)) == 403


@pytest.mark.parametrize(
    "topic",
    ["app.", "app..x", "app.x.", "app.X", "app.a-b", "app.x\n", "app. x", "app." + "x" * 300],
)
def test_a_bad_topic_is_refused(topic):
    with pytest.raises(InvalidArgument):
        decide.read_publish(body(topic=topic))


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**40])
def test_numbers_that_some_subscriber_cannot_read_are_refused(value):
    with pytest.raises(InvalidArgument):
        decide.read_publish(body(topic="app.x", kwargs={"n": [value]}))


def test_a_picture_has_a_size():
    call = pictures.read_screenshot("desktop", "width=640&height=400")
    assert call.procedure.name == "output.screenshot"
    assert call.keywords == {"output": "desktop", "width": 640, "height": 400}
    assert pictures.read_screenshot("desktop", "").keywords == {"output": "desktop"}


def test_a_picture_is_for_a_theme_and_a_scale():
    call = pictures.read_screenshot("desktop", "theme=dark&scale=0.3")
    assert call.keywords == {"output": "desktop", "theme": "dark", "scale": 0.3}


@pytest.mark.parametrize(
    "query",
    [
        "width=0",
        "width=x",
        "width=",
        "width",
        "depth=3",
        "width=64&width=64",
        "output=x",
        "width=99999",
        "width=-64",
        "width=%FF",
        "&&&&",
        "width=64;height=3",
        "width=1e3",
        "theme=dim",
        "theme=",
        "theme=dark&theme=dark",
        "scale=0",
        "scale=-1",
        "scale=nan",
        "scale=1e1",
        "scale=65",
        "scale=.5",
    ],
)
def test_a_bad_size_is_refused(query):
    with pytest.raises(InvalidArgument):
        pictures.read_screenshot("desktop", query)


@given(st.text())
def test_any_query_is_a_size_or_refused(query):
    try:
        call = pictures.read_screenshot("desktop", query)
    except InvalidArgument:
        return
    assert set(call.keywords) <= {"output", "width", "height", "theme", "scale"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "The body is no JSON: line 1, column 2."),
        (b'{"procedure": "x",\n "kwargs": {]}', "The body is no JSON: line 2, column 13."),
        (b"\xff", "The body is no text in UTF-8."),
        (rb'{"kwargs": {"a": "\ud800"}}', "The body is no text in UTF-8."),
    ],
)
def test_what_is_no_json_is_called_so(content, problem):
    with pytest.raises(InvalidArgument, match=f"^{re.escape(problem)}$"):
        decide.read_call(content)


def test_json_with_too_much_in_it_is_told_the_bound():
    with pytest.raises(InvalidArgument, match="at most 32,768 values"):
        decide.read_call(b'{"args": [' + b"0," * 60_000 + b"0]}")
