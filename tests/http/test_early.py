"""Which hooks are answered as their connection is accepted: only what is quite plain."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.http.early import LEAST_BYTES, read_early

BODY = json.dumps({"session_id": "5d0c", "hook_event_name": "Stop"}).encode()
HOST = "Host: localhost:8081"
JSON = "Content-Type: application/json"


def request(*lines, first="POST /agents/hook HTTP/1.1", body=BODY, length=None):
    announced = f"Content-Length: {len(body) if length is None else length}"
    return "\r\n".join([first, HOST, JSON, *lines, announced, "", ""]).encode() + body


def test_a_plain_hook_is_read_as_it_is():
    first = "POST /agents/hook?client=x HTTP/1.1"
    asked = read_early(request("X-Geometry-Hook:  claude \t", "accept: */*", first=first))
    assert (asked.head.path, asked.head.query) == ("/agents/hook", "client=x")
    assert asked.head.header("x-geometry-hook") == "claude"
    assert asked.head.header("host") == "localhost:8081"
    assert (asked.body, asked.rest) == (BODY, 0)


@pytest.mark.parametrize(
    "other",
    [
        request("Authorization: Bearer x"), request("Cookie: gws_8081=x"),
        request("X-Forwarded-For: 10.0.0.7"), request("Forwarded: for=10.0.0.7"),
        request("Transfer-Encoding: chunked"), request("Expect: 100-continue"),
        request("Upgrade: websocket"), request("Content-Length: 7"), request(" folded: x"),
        request("no colon"), request("Bad Name: x"), request("X: a\nb"), request("X: a\x00b"),
        request("X: ü"), request(first="GET /agents/hook HTTP/1.1"),
        request(first="POST /agents/hook HTTP/1.0"), request(first="POST //agents/hook HTTP/1.1"),
        request(first="POST /agents/hook"), request(first="POST /call HTTP/1.1"),
        request(first="POST http://x/agents/hook HTTP/1.1"), request(first="post /agents/hook"),
        request(length=str(2**27)), request(length="-1"), request(length="+59"),
        request(length="٣"),
        request(length=len(BODY) - 1), request(length=len(BODY) + 1),
        request(*["X: y"] * 2000), b"", b"POST ", request()[:-1],
    ],
)  # fmt: skip
def test_everything_else_goes_the_usual_way(other):
    assert read_early(other) is None


def test_of_a_large_body_the_beginning_is_enough():
    large = BODY[:-1] + b', "tool_response": "' + b"x" * 50_000
    asked = read_early(request(body=large, length=5_000_000))
    assert (asked.body, asked.rest) == (large, 5_000_000 - len(large))
    assert read_early(request(body=large[: LEAST_BYTES - 1], length=5_000_000)) is None


@given(st.binary(max_size=300))
def test_no_bytes_stop_it(data):
    for whole in (data, b"POST /agents/hook HTTP/1.1\r\n" + data, request() + data):
        asked = read_early(whole)
        assert asked is None or (not data and asked.body == BODY)
