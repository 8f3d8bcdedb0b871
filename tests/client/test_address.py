"""Addresses, as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.client import BadAddress, parse_address
from geometry_ws.client.address import usual_address

GOOD = {
    "localhost": "ws://localhost:8081/ws",
    "localhost:9000": "ws://localhost:9000/ws",
    " http://localhost:8081/ ": "ws://localhost:8081/ws",
    "http://localhost": "ws://localhost:8081/ws",
    "https://board.example": "wss://board.example:443/ws",
    "https://board.example:443": "wss://board.example:443/ws",
    "ws://127.0.0.1:80/other": "ws://127.0.0.1:80/other",
    "WSS://Host/ws?x=1": "wss://host:443/ws?x=1",
    "https://host.example/board": "wss://host.example:443/board/ws",
    "https://host.example/board/": "wss://host.example:443/board/ws",
    "wss://host.example/board/": "wss://host.example:443/board/ws",
    "http://host.example/a/ws": "ws://host.example:8081/a/ws",
    "[::1]": "ws://[::1]:8081/ws",
    "http://[::1]:99": "ws://[::1]:99/ws",
}

BAD = (
    "",
    "  ",
    "ftp://localhost",
    "http://",
    "http://:8081",
    "localhost:port",
    "localhost:0",
    "localhost:65536",
    "localhost:-1",
    "http://me:secret@localhost",
    "http://localhost/a b",
    "http://localhost/#part",
    "http://[::1",
    "http://exa mple",
    "http://ex\x1bample",
    "localhost:80:81",
)


@pytest.mark.parametrize("text", GOOD)
def test_a_usable_address_gives_the_url_of_the_websocket(text):
    assert parse_address(text).url == GOOD[text]


def test_where_none_is_given_it_is_the_environments():
    assert usual_address({}) == usual_address({"GEOMETRY_WS_URL": ""}) == "http://localhost:8081"
    assert usual_address({"GEOMETRY_WS_URL": "wall:9000"}) == "wall:9000"


@pytest.mark.parametrize("text", BAD)
def test_an_unusable_address_is_refused_in_one_sentence(text):
    with pytest.raises(BadAddress) as caught:
        parse_address(text)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()


@given(st.text(max_size=200) | st.text(alphabet="htpsw:/.[]@#?%0189", max_size=60))
def test_any_text_gives_an_address_or_a_refusal(text):
    try:
        address = parse_address(text)
    except BadAddress as problem:
        assert len(str(problem)) < 400
    else:
        assert parse_address(address.url) == address
