"""HTTP, asked of a real node."""

import gzip
import http.client
import json
import os
import signal
import socket
import threading
import time

import pytest

from geometry_ws.http.places import MOST_CALLS, MOST_WAITING

pytestmark = pytest.mark.router
JSON = {"Content-Type": "application/json"}


def exchange(port, request, seconds=10):
    """Send exactly these bytes; what comes back until the other end closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as peer:
        peer.sendall(request)
        received = b""
        try:
            while data := peer.recv(65536):
                received += data
        except (ConnectionResetError, TimeoutError):
            pass
        return received


def test_every_component_answers(node):
    answer = node.fetch("GET", "/health")
    assert answer.status == 200
    assert answer.json["components"] == {"compositor": "ok", "openspec": "ok", "board": "ok"}


def test_a_call_answers_with_one_result(node):
    answer = node.call("compositor.hello", major=1)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["args"][0]["version"] == {"major": 1, "minor": 1}


def test_errors_have_the_status_that_fits(node):
    for procedure, keywords, status, error in [
        ("compositor.hello", {"major": "1"}, 400, "wamp.error.invalid_argument"),
        ("compositor.hello", {"self": 1}, 400, "wamp.error.invalid_argument"),
        (
            "surface.create",
            {"width": 1, "height": 1},
            400,
            "io.geometry_ws.v1.error.session_required",
        ),
        ("nothing.here", {}, 404, "wamp.error.no_such_procedure"),
        ("wamp.session.list", {}, 404, "wamp.error.no_such_procedure"),
        (
            "io.geometry_ws.v9.compositor.hello",
            {},
            505,
            "io.geometry_ws.v1.error.unsupported_version",
        ),
    ]:
        answer = node.call(procedure, **keywords)
        assert answer.status == status, procedure
        assert answer.json["error"] == error
        assert len(answer.json["args"]) == 1


async def test_a_published_message_arrives(node, connect):
    """Its keywords may have any name."""
    from twisted.internet.defer import Deferred
    from twisted.internet.threads import deferToThread

    client = await connect(node)
    heard = Deferred()
    await client.listen(
        "app.chat", lambda args, kw, details: heard.callback((list(args), dict(kw)))
    )
    body = json.dumps({"topic": "app.chat", "args": [1], "kwargs": {"self": 1, "f": "é"}}).encode()
    answer = await deferToThread(lambda: node.fetch("POST", "/publish", body=body, headers=JSON))
    assert answer.status == 200
    assert await heard == ([1], {"self": 1, "f": "é"})


def test_every_answer_is_guarded(node):
    """Whatever the answer: no sniffing, no framing, nothing for other origins, no version."""
    for path in ("/", "/health", "/nothing", "/call"):
        answer = node.fetch("GET", path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_the_page_is_asked_for_again_and_not_sent_twice(node):
    first = node.fetch("GET", "/")
    assert first.status == 200
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    if "etag" not in first.headers:
        pytest.skip("the dashboard isn't built")
    assert first.headers["cache-control"] == "no-cache"
    again = node.fetch("GET", "/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_scripts_travel_by_gzip(node):
    """A phone waits for them: unpacked they are three times as many bytes."""
    page = node.fetch("GET", "/", headers={"Accept-Encoding": "gzip"})
    if "etag" not in page.headers:
        pytest.skip("the dashboard isn't built")
    assert page.headers["content-encoding"] == "gzip"
    assert gzip.decompress(page.body) == node.fetch("GET", "/").body
    again = node.fetch(
        "GET", "/", headers={"Accept-Encoding": "gzip", "If-None-Match": page.headers["etag"]}
    )
    assert (again.status, again.body) == (304, b"")


def test_head_has_no_body(node):
    page = node.fetch("GET", "/")
    head = node.fetch("HEAD", "/")
    assert head.status == 200
    assert head.body == b""
    assert head.headers["content-length"] == str(len(page.body))


def test_unknown_paths_are_told_shortly(node):
    for path in ("/nothing", "/a/b/c", "/..%2f..%2fetc/passwd", "/.git/config"):
        answer = node.fetch("GET", path)
        assert answer.status == 404
        assert len(answer.body) < 100


def test_a_large_body_is_refused_before_it_is_sent(node):
    """An announced length is enough; nothing of the body is waited for."""
    head = (
        f"POST /call HTTP/1.1\r\nHost: localhost:{node.port}\r\nContent-Type: application/json\r\n"
    )
    started = time.monotonic()
    answer = exchange(node.port, head.encode() + b"Content-Length: 200000000\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"io.geometry_ws.v1.error.limit_exceeded" in answer
    assert time.monotonic() - started < 8


def test_a_body_that_grows_too_large_is_refused(node):
    head = (
        f"POST /call HTTP/1.1\r\nHost: localhost:{node.port}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer = exchange(node.port, head + chunk * 20)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert node.call("compositor.hello").status == 200


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"POST /call HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /call HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /call HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nxyz",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
)
def test_odd_requests_harm_nobody(node, request_line):
    """Refused or dropped, and the next one is served."""
    answer = exchange(node.port, request_line, seconds=1)
    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert node.fetch("GET", "/health").status == 200


def test_a_connection_stays_after_a_request_with_a_body(node):
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
    body = json.dumps({"procedure": "compositor.hello"}).encode()
    try:
        sockets = set()
        for _ in range(3):
            headers = {"Host": f"localhost:{node.port}", **JSON}
            connection.request("POST", "/call", body, headers)
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
            sockets.add(connection.sock)
        assert len(sockets) == 1
        assert None not in sockets
    finally:
        connection.close()


def test_compressed_bodies_are_no_json(node):
    body = gzip.compress(b'{"procedure": "compositor.hello"}')
    answer = node.fetch("POST", "/call", body=body, headers={**JSON, "Content-Encoding": "gzip"})
    assert answer.status == 400


def test_clients_that_leave_during_a_call_harm_nobody(node):
    body = json.dumps({"procedure": "project.get"}).encode()
    request = (
        f"POST /call HTTP/1.1\r\nHost: localhost:{node.port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", node.port)) as peer:
            peer.sendall(request)
    assert node.fetch("GET", "/health").status == 200


def test_a_component_that_hangs_is_told_after_a_time(start_node):
    """Its callers get 504, health says who it is, others are served; afterwards all is well."""

    def hurry(settings):
        root = settings["workers"][0]["transports"][0]["paths"]["/"]
        root["extra"]["call_seconds"] = 2

    node = start_node(change=hurry)
    compositor = node.compositor_pid
    os.kill(compositor, signal.SIGSTOP)
    try:
        late = node.call("compositor.hello")
        assert late.status == 504
        assert late.json["error"] == "wamp.error.canceled"
        assert node.call("project.list").status == 200
        ill = node.fetch("GET", "/health")
        assert ill.status == 503
        assert ill.json["components"] == {
            "compositor": "no answer",
            "openspec": "ok",
            "board": "ok",
        }
        answers = []

        def ask():
            answers.append(node.call("compositor.hello"))

        flood = [threading.Thread(target=ask) for _ in range(MOST_CALLS + MOST_WAITING)]
        for thread in flood:
            thread.start()
        assert node.call("project.list").status == 200
        for thread in flood:
            thread.join()
        # Some took a place and weren't answered; for others there was none soon enough.
        assert {answer.status for answer in answers} == {503, 504}
        for busy in answers:
            assert (busy.headers.get("retry-after") == "1") == (busy.status == 503)
    finally:
        os.kill(compositor, signal.SIGCONT)
    deadline = time.monotonic() + 10
    while node.fetch("GET", "/health").status != 200:
        assert time.monotonic() < deadline
    assert node.call("compositor.hello").status == 200
