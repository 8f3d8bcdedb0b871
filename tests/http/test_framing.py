"""Pages of other origins: which may frame this node's pages, and which may use it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http import answers, decide, framing
from geometry_ws.http.decide import Head, Refused, Site
from geometry_ws.node.addresses import BadAddressToShow, check_origin
from geometry_ws.node.template import Options, Others, configuration, hosts, origins

WIKI = "https://wiki.example"
CLOSED = Site(frozenset(hosts(8081)), frozenset(origins(8081)))
OPEN = Site(CLOSED.hosts, CLOSED.origins, frozenset({WIKI}), (WIKI, "http://localhost:8888"))
SECRET = b"s" * 32


def asked(path, query="", origin=WIKI, **more):
    headers = {"host": "localhost:8081", "sec-fetch-site": "cross-site", **more}
    if origin:
        headers["origin"] = origin
    return Head("GET", path, query, {name: (value,) for name, value in headers.items()})


def framed(path, query="", dest="iframe"):
    more = {"sec-fetch-mode": "navigate", "sec-fetch-dest": dest}
    return asked(path, query, "", **more)


def is_admitted(site, head, **given):
    try:
        decide.admit(site, head, **given)
    except Refused as refused:
        assert refused.status == 403
        return False
    return True


@pytest.mark.parametrize("path", ["/ws", "/viewer.js"])
def test_a_page_of_another_origin_uses_the_node_only_where_that_is_named(path):
    assert not is_admitted(CLOSED, asked(path))
    assert is_admitted(OPEN, asked(path))
    for other in ("http://wiki.example", f"{WIKI}:444", f"{WIKI}.evil.example", "null", ""):
        assert not is_admitted(OPEN, asked(path, origin=other))
    twice = asked(path)
    assert not is_admitted(
        OPEN, Head("GET", path, "", {**twice.headers, "origin": (WIKI, "http://evil.example")})
    )


@pytest.mark.parametrize(
    "path", ["/", "/call", "/events", "/session", "/mcp", "/api/changes", "/view", "/view/key"]
)
def test_it_gets_the_session_and_the_module_and_nothing_else(path):
    """The rest of the node is for its own pages, and answers no other origin."""
    assert not is_admitted(OPEN, asked(path))


def test_only_an_origin_that_may_is_told_that_it_may():
    shared = framing.shared_headers(OPEN, asked("/viewer.js"))
    assert shared == {"Access-Control-Allow-Origin": WIKI, "Vary": "Origin"}
    assert framing.shared_headers(OPEN, asked("/viewer.js", origin="https://other.example")) == {}
    assert framing.shared_headers(CLOSED, asked("/viewer.js")) == {}


@pytest.mark.parametrize("path", ["/", "/view", "/changes", "/changes/add-farewell"])
def test_pages_are_framed_only_where_that_is_allowed(path):
    assert not is_admitted(CLOSED, framed(path))
    assert is_admitted(OPEN, framed(path))
    assert is_admitted(CLOSED, framed(path, dest="document"))
    for dest in ("embed", "object", "script", "image"):
        assert not is_admitted(OPEN, framed(path, dest=dest))


def test_the_browser_is_told_who_may_frame_a_page():
    def policy(site, keyed=False):
        headers = answers.security_headers("localhost:8081", framing.ancestors(site, keyed=keyed))
        said = headers["Content-Security-Policy"].partition("frame-ancestors ")[2]
        return said, headers.get("X-Frame-Options")

    assert policy(CLOSED) == ("'none'", "DENY")
    assert policy(OPEN) == (f"{WIKI} http://localhost:8888", None)
    assert policy(CLOSED, keyed=True) == ("", None)


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_a_key_opens_the_view_of_its_surface_alone(surface, other):
    """Whoever knows the address may frame that surface; a changed address is refused."""
    try:
        address = framing.keyed_view(SECRET, framing.urlencode({"surface": surface}))
    except UnicodeEncodeError:
        return
    path, _, query = address.partition("?")
    assert framing.is_keyed(SECRET, Head("GET", path, query))
    assert is_admitted(CLOSED, framed(path, query), keyed=True)
    assert not framing.is_keyed(b"t" * 32, Head("GET", path, query))
    assert not framing.is_keyed(SECRET, Head("GET", "/", query))
    assert not framing.is_keyed(SECRET, Head("GET", path, f"{query}0"))
    if other != surface:
        key = query.rpartition("key=")[2]
        forged = framing.urlencode({"surface": other, "key": key}, errors="replace")
        assert not framing.is_keyed(SECRET, Head("GET", path, forged))


@pytest.mark.parametrize("query", ["", "surface=", "surface=a&surface=b", f"surface={'a' * 300}"])
def test_a_view_is_of_one_surface(query):
    with pytest.raises(Refused) as refused:
        framing.keyed_view(SECRET, query)
    assert refused.value.status == 400
    assert not framing.is_keyed(SECRET, Head("GET", "/view", f"{query}&key={'0' * 32}"))


def test_a_key_alone_lets_nobody_in_but_frames():
    for path in ("/call", "/ws", "/session", "/view/key", "/viewer.js"):
        assert not is_admitted(CLOSED, asked(path, "surface=a&key=b"))


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://wiki.example", "https://wiki.example"),
        ("https://Wiki.example:443/", "https://wiki.example"),
        ("http://localhost:8888", "http://localhost:8888"),
        ("http://[::1]:8888", "http://[::1]:8888"),
    ],
)
def test_an_origin_is_a_scheme_and_a_name(text, origin):
    assert check_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    ["wiki.example", "*", "null", "https://*", "https://a/b", "file:///x", "https://a;b", ""],
)
def test_nothing_else_is_an_origin(text):
    with pytest.raises(BadAddressToShow, match="no origin"):
        check_origin(text)


def test_the_router_knows_the_origins_at_every_listener():
    settings = configuration(Options(others=Others((WIKI,), ("http://localhost:8888",))))
    web = settings["workers"][0]["transports"][0]
    assert web["paths"]["/"]["extra"]["pages"] == [WIKI]
    assert web["paths"]["/"]["extra"]["frames"] == ["http://localhost:8888"]
    assert f"{WIKI}:443" in web["paths"]["ws"]["options"]["allowed_origins"]
    plain = configuration(Options())["workers"][0]["transports"][0]
    assert set(plain["paths"]["/"]["extra"]) == {"hosts", "origins", "door"}
