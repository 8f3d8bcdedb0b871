"""A client that knows no WAMP: plain WebSockets and server-sent events of a real node."""

import base64
import http.client
import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from twisted.internet import reactor
from twisted.internet.threads import deferToThread
from twisted.protocols.portforward import ProxyFactory
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect as open_websocket

from geometry_ws.protocol.names import uri
from tests.client.programs import surfaces, wait_for
from tests.support import nodes
from tests.support.raw_guest import RawGuest

pytestmark = pytest.mark.router
SEED = Path(__file__).parents[2] / "examples" / "seed.py"


@contextmanager
def opened(node, path="/events", **more):
    """A plain WebSocket that has been greeted; gives it with the greeting."""
    address = f"ws://localhost:{node.port}{path}"
    with open_websocket(address, max_size=2**24, proxy=None, **more) as websocket:
        yield websocket, json.loads(websocket.recv(30))


def until(websocket, kind, **fields):
    """The next object of this type with these fields."""
    while True:
        said = json.loads(websocket.recv(30))
        if said["type"] == kind and all(said.get(name) == fields[name] for name in fields):
            return said


@pytest.mark.parametrize("path", ["/", "/events", "/events?topics=app.message"])
def test_a_plain_websocket_is_greeted_and_hears_what_it_sends(node, path) -> None:
    with opened(node, path) as (websocket, hello):
        assert (hello["type"], hello["version"]["major"]) == ("hello", 1)
        assert [project["title"] for project in hello["projects"]]
        websocket.send(b"hello")
        heard = until(websocket, "event", topic="app.message")
        assert base64.b64decode(heard["kwargs"]["bytes"]) == b"hello"
        assert heard["from"] == hello["session"]
        websocket.send("hello")
        assert until(websocket, "event", topic="app.message")["kwargs"] == {"text": "hello"}


def test_what_is_said_is_counted_by_the_compositor(node) -> None:
    def count():
        return node.call("compositor.hello").json["args"][0]["messages"]

    before = count()
    with opened(node, "/") as (websocket, _):
        for said in (b"hello", "hello", '{"a": 1}'):
            websocket.send(said)
            until(websocket, "event", topic="app.message")
    assert count() == before + 3


async def test_programs_by_wamp_hear_the_very_bytes(node, connect) -> None:
    listener = await connect(node)
    heard = []
    await listener.listen("app.message", lambda _, keywords, details: heard.append(keywords))

    def send():
        with opened(node) as (websocket, _):
            websocket.send(bytes(range(256)))
            until(websocket, "event", topic="app.message")

    await deferToThread(send)
    await listener.call_with(uri("compositor.hello"))
    assert heard == [{"bytes": bytes(range(256))}]


def test_calls_have_a_guests_rights_and_bounds(node) -> None:
    with opened(node, "/events?topics=app") as (websocket, hello):
        websocket.send(json.dumps({"id": 1, "call": "change.list"}))
        listed = until(websocket, "result", id=1)["result"]
        assert "add-farewell" in [change["change"] for change in listed["changes"]]
        websocket.send(json.dumps({"id": 2, "call": "change.lst"}))
        assert "change.list" in until(websocket, "error", id=2)["message"]
        websocket.send(json.dumps({"id": 3, "call": "wamp.session.list"}))
        refused = until(websocket, "error", id=3)
        assert refused["error"] == "wamp.error.not_authorized"
        deep = '{"id": 4, "call": "compositor.hello", "kwargs": {"a": ' + "[" * 90 + "]" * 90 + "}}"
        websocket.send(deep)
        assert "deep" in until(websocket, "error", id=4)["message"]
        websocket.send(json.dumps({"id": 5, "call": "surface.create",
                                   "kwargs": {"width": 4, "height": 4}}))  # fmt: skip
        made = until(websocket, "result", id=5)["result"]["surface"]
    wait_for(lambda: made not in [info["surface"] for info in surfaces(node).values()])
    assert hello["session"]


def test_a_call_that_is_no_call_is_answered_and_the_connection_stays(node) -> None:
    with opened(node, "/?topics=app") as (websocket, _):
        websocket.send('{"id": 1, "call": 5}')
        assert "`call`" in until(websocket, "error", id=1)["message"]
        websocket.send('{"id": 2, "publish": "app.news", "kwargs": {"n": 1}}')
        kinds = sorted(json.loads(websocket.recv(30))["type"] for _ in range(2))
        assert kinds == ["event", "published"]


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/ws", "wamp.2.json"), ("/events?topics=nonsense", "nonsense"), ("/?x=1", "topics")],
)
def test_who_asks_wrongly_is_told_in_the_close(node, path, reason) -> None:
    with (
        open_websocket(f"ws://localhost:{node.port}{path}", proxy=None) as websocket,
        pytest.raises(ConnectionClosedError, match=reason) as closed,
    ):
        websocket.recv(30)
    assert closed.value.rcvd.code == 1002


@pytest.mark.parametrize("path", ["/ws", "/", "/events"])
def test_an_unknown_subprotocol_is_told_in_the_body(node, path) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_websocket(f"ws://localhost:{node.port}{path}", subprotocols=["chat"], proxy=None)
    assert refused.value.response.status_code == 400
    assert b"wamp.2.json" in refused.value.response.body


@pytest.mark.parametrize("path", ["/", "/events"])
def test_pages_of_other_origins_are_refused(node, path) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_websocket(
            f"ws://localhost:{node.port}{path}", origin="http://evil.example", proxy=None
        )
    assert refused.value.response.status_code == 403


class Tunnel:
    """Another port of this machine that leads to a node, as `ssh -L` and `docker -p` make it."""

    def __init__(self, node) -> None:
        factory = ProxyFactory("127.0.0.1", node.port)
        self._listening = reactor.listenTCP(0, factory, interface="127.0.0.1")
        self.port = self._listening.getHost().port

    async def close(self) -> None:
        """Let nobody in any more."""
        await self._listening.stopListening()


async def test_a_tunnel_on_another_port_works_and_its_neighbours_stay_foreign(node) -> None:
    tunnel = Tunnel(node)
    own, foreign = f"http://localhost:{tunnel.port}", f"http://localhost:{node.port + 1}"

    def talk():
        with opened(tunnel, "/", origin=own) as (_, hello):
            assert hello["type"] == "hello"
        address = f"ws://localhost:{tunnel.port}/ws"
        with open_websocket(address, origin=own, subprotocols=["wamp.2.json"], proxy=None) as wamp:
            wamp.send('[1, "geometry", {"roles": {"caller": {}}}]')
            assert json.loads(wamp.recv(30))[0] == 2
        for path in ("/", "/ws"):
            with pytest.raises(InvalidStatus):
                open_websocket(f"ws://localhost:{tunnel.port}{path}", origin=foreign, proxy=None)
        page = nodes.fetch(tunnel.port, "GET", "/")
        assert (page.status, page.headers["content-type"][:9]) == (200, "text/html")

    await deferToThread(talk)
    await tunnel.close()


class Events:
    """A client of GET /events."""

    def __init__(self, node, query="", last_id="") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
        headers = {"Host": f"localhost:{node.port}"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        self._connection.request("GET", f"/events{query}", headers=headers)
        self.answer = self._connection.getresponse()

    def next(self):
        """The next event's id and object."""
        event_id = ""
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            assert not self.answer.isclosed(), "the node has ended the stream"
            if line.startswith("id: "):
                event_id = line[4:]
            elif line.startswith("data: "):
                return event_id, json.loads(line[6:])

    def close(self) -> None:
        """Leave."""
        self._connection.close()


def publish(node, number):
    body = json.dumps({"topic": "app.count", "kwargs": {"n": number}}).encode()
    answer = node.fetch("POST", "/publish", body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 200


def test_events_follow_by_http_and_go_on_where_they_stopped(node) -> None:
    events = Events(node, "?topics=app.count")
    assert events.answer.getheader("content-type").startswith("text/event-stream")
    last_id, hello = events.next()
    assert (hello["type"], hello["topics"]) == ("hello", ["app.count"])
    publish(node, 1)
    last_id, said = events.next()
    assert (said["type"], said["topic"], said["kwargs"]) == ("event", "app.count", {"n": 1})
    events.close()
    for number in (2, 3):
        publish(node, number)
    again = Events(node, "?topics=app.count", last_id)
    again.next()
    assert [again.next()[1]["kwargs"]["n"] for _ in range(2)] == [2, 3]
    again.close()


def test_who_follows_by_http_takes_nothing_from_others(node) -> None:
    """They share subscriptions with the router's own session, in an order that is chance."""
    events = Events(node, "?topics=app")
    events.next()
    for number in range(8):
        guests = [RawGuest(node) for _ in range(3)]
        with opened(node, "/events?topics=app") as (plain, _):
            for guest in guests:
                guest.send([32, 1, {"match": "prefix"}, "app."])
                assert guest.read()[0] == 33
            publish(node, number)
            assert until(plain, "event")["kwargs"] == {"n": number}
            assert [guest.read()[-1] for guest in guests] == [{"n": number}] * 3
        assert events.next()[1]["kwargs"] == {"n": number}
        for guest in guests:
            guest.end()
    events.close()


def test_an_id_of_another_time_is_answered_with_a_gap(node) -> None:
    events = Events(node, "?topics=app.count", "0badc0de-17")
    assert [events.next()[1]["type"] for _ in range(2)] == ["hello", "gap"]
    events.close()


def test_events_tell_what_changes_on_disk(start_node) -> None:
    node = start_node()
    events = Events(node, "?topics=project")
    events.next()
    node.tasks.write_text(node.tasks.read_text().replace("- [ ] 1.2", "- [x] 1.2"))
    _, said = events.next()
    assert said["topic"].startswith("project.on_changed.")
    events.close()


@pytest.mark.parametrize("query", ["?topics=nonsense", "?topics=stream.on_frame", "?x=1"])
def test_topics_that_are_not_told_to_everybody_are_refused(node, query) -> None:
    answer = node.fetch("GET", f"/events{query}")
    assert answer.status == 400
    assert answer.json["args"][0]


def test_a_client_that_does_not_read_its_events_holds_nobody(node) -> None:
    deaf = socket.create_connection(("127.0.0.1", node.port))
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    request = f"GET /events?topics=app HTTP/1.1\r\nHost: localhost:{node.port}\r\n\r\n"
    deaf.sendall(request.encode())
    reader = Events(node, "?topics=app.count")
    reader.next()
    guest = RawGuest(node)
    for _ in range(20):
        guest.publish("app.flood", data="x" * 1_000_000)
    publish(node, 7)
    while True:
        _, said = reader.next()
        if said["type"] == "event":
            break
    assert said["kwargs"] == {"n": 7}
    deaf.close()
    reader.close()
    guest.end()


async def test_the_seeds_client_comes_back_whatever_happens(
    start_node, connect_component, monkeypatch, free_port
) -> None:
    """It prints what it receives, is closed by the node, and finds it again after a restart."""
    port = free_port()
    monkeypatch.setattr(nodes, "_free_port", lambda: port)
    node = start_node()
    seed = subprocess.Popen(
        [sys.executable, str(SEED), f"http://localhost:{port}"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_PROXY": "localhost"},
    )

    def read(kind):
        for line in seed.stdout:
            said = json.loads(line) if line.startswith("{") else {"type": "closed"}
            if said["type"] == kind:
                return said
        raise AssertionError(f"the example ended before {kind}")

    try:
        hello = await deferToThread(read, "hello")
        assert (await deferToThread(read, "event"))["kwargs"] == {"bytes": "aGVsbG8="}
        component = await connect_component(node)
        await component.call_with("wamp.session.kill", [hello["session"]])
        assert await deferToThread(read, "goodbye")
        again = await deferToThread(read, "hello")
        assert again["session"] != hello["session"]
        component.leave()
        await component.ended
        await deferToThread(node.process.stop)
        later = await deferToThread(lambda: start_node(node.project))
        assert later.port == port
        assert (await deferToThread(read, "hello"))["epoch"] != again["epoch"]
    finally:
        seed.kill()
        seed.wait()
        seed.stdout.close()


def test_a_picture_is_shown_by_one_request(node) -> None:
    picture = (Path(__file__).parents[2] / "docs" / "pages.png").read_bytes()
    title = "title=Loss&key=mine"
    made = node.fetch("PUT", f"/surfaces/loss?{title}&x=-3000&y=0", body=picture)
    assert made.status == 201, made.body
    surface = made.json["args"][0]["surface"]
    again = node.fetch("PUT", "/surfaces/loss?key=mine", body=picture)
    assert (again.status, again.json["args"][0]["surface"]) == (200, surface)
    listed = node.call("surface.list").json["args"][0]["surfaces"]
    [info] = [each for each in listed if each["surface"] == surface]
    assert (info["title"], info["x"], info["width"]) == (
        "Loss", -3000, made.json["args"][0]["width"]
    )  # fmt: skip
    assert node.fetch("DELETE", "/surfaces/loss").status == 403
    broken = node.fetch("PUT", "/surfaces/loss?key=mine", body=picture[:2000])
    assert broken.status == 422
    refused = node.call("surface.destroy", surface=surface)
    assert refused.json["error"] == uri("error.session_required")
    assert node.fetch("DELETE", "/surfaces/loss?key=mine").status == 200
    listed = node.call("surface.list").json["args"][0]["surfaces"]
    assert surface not in [each["surface"] for each in listed]
