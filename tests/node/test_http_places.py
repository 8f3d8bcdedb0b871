"""Calls by HTTP that are slow, or whose client has left, keep no place from others."""

import json
import socket

import pytest

from geometry_ws.http.places import MOST_CALLS
from geometry_ws.protocol.names import uri
from tests.support.nodes import standing_still

pytestmark = pytest.mark.router


def ask(node, procedure):
    """Send a call, and give the connection."""
    body = json.dumps({"procedure": uri(procedure)}).encode()
    client = socket.create_connection(("127.0.0.1", node.port), timeout=20)
    client.sendall(
        f"POST /call HTTP/1.1\r\nHost: localhost:{node.port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    return client


def status(client):
    with client:
        return int(client.recv(4096).split(b" ")[1])


@pytest.fixture
def own(start_node):
    return start_node()


def test_slow_calls_keep_no_place_from_others_and_wait_for_one_another(own):
    with standing_still(own.openspec_pid):
        slow = [ask(own, "change.list") for _ in range(MOST_CALLS + 8)]
        assert own.call("compositor.hello").status == 200
    assert [status(client) for client in slow] == [200] * len(slow)


def test_clients_that_have_left_keep_no_place(own):
    with standing_still(own.openspec_pid):
        for _ in range(3 * MOST_CALLS):
            ask(own, "change.list").close()
        last = ask(own, "change.list")
    assert status(last) == 200
    assert own.fetch("GET", "/health").json["status"] == "ok"
    log = (own.folders.logs / "node.log").read_text("utf-8", "replace")
    assert "HTTP failed" not in log
    assert "Traceback" not in log
