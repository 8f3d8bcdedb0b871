"""POST /agents/hook at a real node: answered at once, empty, whatever comes."""

import json
import socket

import pytest

from geometry_ws.http.early import ANSWER

pytestmark = pytest.mark.router

JSON = {"Content-Type": "application/json"}
CLAUDE = {**JSON, "X-Geometry-Hook": "claude"}


def members(node):
    return node.call("presence.list").json["args"][0]["members"]


def test_hooks_are_heard_and_answered_with_nothing(start_node):
    node = start_node()
    hook = {"session_id": "5d0c", "cwd": str(node.project), "hook_event_name": "PostToolUse"}
    large = {**hook, "tool_name": "Read", "tool_response": "x" * 5 * 2**20}
    for body, headers in (
        (json.dumps(large).encode(), CLAUDE), (b"{}", CLAUDE), (b"nonsense", CLAUDE),
        (json.dumps({**large, "session_id": "2"}).encode(), JSON),
    ):  # fmt: skip
        answer = node.fetch("POST", "/agents/hook?client=x", body=body, headers=headers)
        assert (answer.status, answer.body) == (204, b"")
    while len(members(node)) < 2:
        pass
    first, second = members(node)
    assert (first["client"], first["activity"], first["tool"]) == ("claude", "working", "Read")
    assert first["project"] == "shop"
    assert second["client"] == "x", "nothing but the address says what it is"
    assert node.fetch("GET", "/agents/hook").status == 405
    foreign = {**CLAUDE, "Origin": "http://evil.example"}
    assert node.fetch("POST", "/agents/hook", body=b"{}", headers=foreign).status == 403
    too_large = json.dumps(large).encode()
    assert node.fetch("POST", "/call", body=too_large, headers=JSON).status == 413
    # Whose request is there when its connection is accepted is answered before anything is made.
    body = json.dumps({**hook, "session_id": "3"}).encode()
    lines = ["POST /agents/hook HTTP/1.1", f"Host: localhost:{node.port}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
    for wrong, status in (("Host: evil.example", b" 421 "), (lines[1], b"")):
        said = "\r\n".join([lines[0], wrong, *lines[2:]]).encode() + body
        answer = b""
        while not answer or (not status and answer != ANSWER):
            with socket.create_connection(("127.0.0.1", node.port)) as client:
                client.sendall(said)
                client.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: client.recv(4096), b""))
        assert status in answer
    while len(members(node)) < 3:
        pass
