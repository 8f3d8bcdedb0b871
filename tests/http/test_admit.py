"""From where a request may come: names of this node, and pages of its own."""

import pytest

from geometry_ws.http import decide
from geometry_ws.http.decide import Head
from tests.http.test_decide import HOST, SITE, refusal, with_host


@pytest.mark.parametrize("host", ["localhost:8081", "127.0.0.1:8081", "LOCALHOST:8081"])
def test_the_nodes_own_names_are_admitted(host):
    decide.admit(SITE, Head("GET", "/", headers={"host": (host,)}))


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("",),
        ("evil.example",),
        ("evil.example:8081",),
        ("localhost:",),
        ("localhost:123456",),
        ("localhost.evil.example:8081",),
        ("localhost:8081", "evil.example"),
        ("localhost:8081, evil.example",),
        ("user@localhost:8081",),
        ("[::2]:8081",),
        ("127.0.0.2:8081",),
        ("127.1:8081",),
        ("2130706433:8081",),
        ("localhost.:8081",),
        ("[::ffff:127.0.0.1]:8081",),
        ("::1:8081",),
        ("[::1]", "[::1]"),
        ("localhost:8081\n",),
        ("locálhost:8081",),
    ],
)
def test_any_other_host_is_misdirected(values):
    """A name that somebody else's server has could point here: such pages get nothing."""
    assert refusal(decide.admit, SITE, Head("GET", "/", headers={"host": values})) == 421


@pytest.mark.parametrize("origin", ["http://localhost:8081", "http://127.0.0.1:8081"])
def test_the_nodes_own_pages_are_admitted(origin):
    decide.admit(SITE, with_host(origin=origin))


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "file://",
        "http://evil.example",
        "https://localhost:8081",
        "http://localhost",
        "http://localhost:8082",
        "http://localhost:8081.evil.example",
        "http://localhost:8081/",
        "HTTP://localhost:8081",
        "http://localhost:8081 http://evil.example",
        "http://[::1]:8081",
        "http://[::ffff:127.0.0.1]:8081",
        "http://127.1:8081",
        "http://localhost.:8081",
        "http://localhost:8081\x00",
    ],
)
def test_pages_of_other_origins_are_refused(origin):
    assert refusal(decide.admit, SITE, with_host(origin=origin)) == 403


@pytest.mark.parametrize("host", ["localhost:9000", "localhost", "127.0.0.1:1", "[::1]:8081"])
def test_a_tunnel_may_have_any_port_of_loopback(host):
    """Its pages are the node's own; those of other ports aren't, as everywhere."""
    tunnelled = {"host": (host,), "origin": (f"http://{host}",)}
    decide.admit(SITE, Head("GET", "/", headers=tunnelled))
    for foreign in ("http://localhost:3000", f"https://{host}", f"http://{host}9", "null"):
        other = {**tunnelled, "origin": (foreign,)}
        assert refusal(decide.admit, SITE, Head("GET", "/", headers=other)) == 403


def test_two_origins_are_none():
    both = {"origin": ("http://localhost:8081", "http://localhost:8081")}
    assert refusal(decide.admit, SITE, Head("GET", "/", headers={**HOST, **both})) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_fetches_without_an_origin_is_refused(site):
    """Pictures and scripts are fetched without Origin; the browser says where they are wanted."""
    assert refusal(decide.admit, SITE, with_host(sec_fetch_site=site)) == 403


def test_a_link_to_the_dashboard_works():
    visit = with_host(
        sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document"
    )
    decide.admit(SITE, visit)
    framed = with_host(
        sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="iframe"
    )
    assert refusal(decide.admit, SITE, framed) == 403
