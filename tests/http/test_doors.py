"""Who comes in by which door, by headers alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http.doors import (
    FORWARDED,
    LATE_SECONDS,
    LONGEST_TURN,
    MANY_REFUSALS,
    REFUSALS_SECONDS,
    TURN_SECONDS,
    Door,
    Guesses,
    Presented,
    guest_role,
    host_of,
    is_forwarded,
    origin_of,
    presented,
    read_door,
    set_cookie,
)

HERE = Door(port=8081)
OUTSIDE = Door("outside_1", guests=False, port=8081)
PUBLIC = Door("outside_1", guests=False, secure=True, port=443)
BELOW = Door("outside_1", guests=False, secure=True, port=443, base="/board/")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"authorization": "Bearer abc"}, Presented("abc")),
        ({"authorization": "bearer  abc "}, Presented("abc")),
        ({"authorization": "Bearer"}, Presented("")),
        ({"authorization": "Basic YTpi"}, None),
        ({"cookie": "gws_8081=abc"}, Presented("abc", is_cookie=True)),
        ({"cookie": "a=b; gws_8081=abc; c"}, Presented("abc", is_cookie=True)),
        ({"cookie": "gws_8082=abc"}, None),
        ({"cookie": "gws_8081="}, None),
        ({"cookie": "__Host-gws_8081=abc"}, None),
        ({"authorization": "Bearer abc", "cookie": "gws_8081=x"}, Presented("abc")),
        ({"authorization": "Basic YTpi", "cookie": "gws_8081=x"}, Presented("x", is_cookie=True)),
    ],
)
def test_a_token_comes_by_a_header_or_by_the_cookie_of_this_port(headers, expected):
    assert presented(HERE, headers) == expected


@given(st.dictionaries(st.sampled_from(["authorization", "cookie", *FORWARDED]), st.text()))
def test_nobody_is_a_guest_at_a_door_without_guests_whatever_the_headers_say(headers):
    assert guest_role(OUTSIDE, headers, presented(OUTSIDE, headers)) is None


@given(st.dictionaries(st.sampled_from(["authorization", "cookie", *FORWARDED]), st.text()))
def test_a_guest_on_loopback_comes_without_a_proxy_and_without_a_wrong_token(headers):
    given_token = presented(HERE, headers)
    role = guest_role(HERE, headers, given_token)
    plain = not is_forwarded(headers) and (given_token is None or given_token.is_cookie)
    assert role == ("guest" if plain else None)


def test_where_only_reading_is_allowed_everybody_is_a_viewer():
    door = Door(read_only=True)
    assert guest_role(door, {}, None) == "viewer"
    assert door.role("maintainer") == "viewer"


def test_the_cookie_belongs_to_its_port_and_to_tls():
    assert set_cookie(HERE, "abc", 60) == (
        "gws_8081=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60"
    )
    assert set_cookie(PUBLIC, "", 60) == (
        "__Host-gws_443=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure"
    )
    assert set_cookie(BELOW, "abc", 60) == (
        "__Secure-gws_443=abc; Path=/board/; HttpOnly; SameSite=Strict; Max-Age=60; Secure"
    )
    assert presented(BELOW, {"cookie": "__Secure-gws_443=abc"}) == Presented("abc", is_cookie=True)


def test_a_host_that_is_the_boards_alone_is_told_to_keep_to_tls():
    assert PUBLIC.keeps_tls
    elsewhere = Door("outside_1", guests=False, secure=True, port=8443)
    assert not any(door.keeps_tls for door in (HERE, OUTSIDE, BELOW, elsewhere))


PROXY = Door("outside_1", guests=False, port=8082)


@pytest.mark.parametrize(
    ("door", "host", "said", "expected"),
    [
        (HERE, "127.0.0.1", "", ("localhost", "")),
        (HERE, "::1", "", ("localhost", "")),
        (HERE, "::ffff:127.0.0.1", "", ("localhost", "")),
        (HERE, "unix", "", ("localhost", "")),
        (HERE, "127.0.0.1", "10.6.6.6", ("localhost", "")),
        (PROXY, "127.0.0.1", "10.0.0.7", ("localhost", "10.0.0.7")),
        (PROXY, "127.0.0.1", "10.6.6.6, 10.0.0.7", ("localhost", "10.0.0.7")),
        (PROXY, "127.0.0.1", "fd00::7", ("localhost", "fd00::7")),
        (PROXY, "127.0.0.1", "127.0.0.1", ("localhost", "")),
        (PROXY, "127.0.0.1", "::ffff:127.0.0.1", ("localhost", "")),
        (PROXY, "127.0.0.1", "<b>me</b>", ("localhost", "")),
        (PROXY, "192.168.1.7", "10.6.6.6", ("192.168.1.7", "")),
        (PROXY, "::ffff:192.168.1.7", "", ("192.168.1.7", "")),
    ],
)
def test_a_machine_is_what_the_node_sees_and_beside_it_what_a_proxy_here_says(
    door, host, said, expected
):
    assert origin_of(door, {"x-forwarded-for": said}, host) == expected


def test_an_address_is_told_as_it_was_asked_for():
    assert HERE.url_at("localhost:9000") == "http://localhost:9000"
    assert BELOW.url_at("host.example") == "https://host.example/board"


def test_who_guesses_is_answered_late_and_nobody_else():
    guesses = Guesses()
    assert [guesses.refuse("a", 1.0) for _ in range(MANY_REFUSALS)] == MANY_REFUSALS * [0.0]
    assert guesses.refuse("a", 1.0) == LATE_SECONDS
    assert guesses.refuse("b", 1.0) == 0.0
    assert guesses.refuse("a", 2.0 + REFUSALS_SECONDS) == 0.0
    for number in range(10_000):
        guesses.refuse(f"peer {number}", 3.0)
    assert len(guesses._peers) <= 4096


def test_while_somebody_guesses_websockets_of_that_address_open_one_after_the_other():
    guesses = Guesses()
    for number in range(MANY_REFUSALS):
        assert guesses.turn("a", 1.0) == 0.0, number
        guesses.refuse("a", 1.0)
    turns = [guesses.turn("a", 1.0) for _ in range(1000)]
    waits = [wait for wait in turns if wait is not None]
    assert waits == pytest.approx([number * TURN_SECONDS for number in range(len(waits))])
    assert waits[-1] <= LONGEST_TURN
    assert turns == waits + (1000 - len(waits)) * [None]
    assert guesses.turn("b", 1.0) == 0.0
    assert guesses.turn("a", 1.0 + LONGEST_TURN) is not None
    assert guesses.turn("a", 2.0 + REFUSALS_SECONDS) == 0.0


def test_doors_are_read_as_the_configuration_has_them():
    values = {"name": "outside_1", "guests": False, "secure": True, "port": 443, "read_only": True}
    assert read_door(values) == Door("outside_1", False, True, True, 443)
    assert read_door({"name": "outside_1", "port": 1}).guests is False


def test_hosts_of_peers():
    peers = ("tcp4:10.0.0.7:5012", "tcp6:fd00::1:77", "unix", "10.0.0.7", "fd00:1:2::3")
    assert [host_of(peer) for peer in peers] == [
        "10.0.0.7",
        "fd00::1",
        "unix",
        "10.0.0.7",
        "fd00:1:2::3",
    ]
