"""What a real router refuses: other users of the machine, foreign pages, guests who pretend."""

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import PublishOptions
from twisted.internet.defer import Deferred

from geometry_ws.node.readiness import missing
from geometry_ws.node.template import MESSAGE_BYTES, Options, configuration
from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router
NOT_AUTHORIZED = "wamp.error.not_authorized"
ALREADY_SERVED = "wamp.error.procedure_already_exists"

ENTER = """
import os, socket, sys
folder = {folder!r}
print(sorted(os.listdir(folder)))
try:
    socket.socket(socket.AF_UNIX).connect(folder + "/private/router.sock")
except PermissionError:
    print("refused")
else:
    print("connected")
"""


def test_another_user_of_the_machine_is_no_component(as_nobody, free_port, wait_until_ready):
    """With plain `crossbar start`, in a folder that everybody can enter."""
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        folder = Path(root) / ".crossbar"
        folder.mkdir(mode=0o755)
        shutil.copytree(Path(__file__).parents[2] / "openspec", Path(root) / "openspec")
        port = free_port()
        (folder / "config.json").write_text(json.dumps(configuration(Options(port=port))))
        crossbar = Path(sys.executable).with_name("crossbar")
        node = subprocess.Popen(
            [crossbar, "start"], cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_until_ready(port, lambda: node.poll() is not None)
            seen = as_nobody(ENTER.format(folder=str(folder)))
            assert seen.stderr == ""
            assert "private" in seen.stdout
            assert seen.stdout.endswith("refused\n")
            assert missing(port) == []
        finally:
            node.send_signal(2)
            assert node.wait(20) == 0


def upgrade(node, headers, path="/ws"):
    """The status that a WebSocket's handshake gets."""
    named = {
        "Host": f"localhost:{node.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": "wamp.2.msgpack",
        **headers,
    }
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    with socket.create_connection(("127.0.0.1", node.port), timeout=10) as peer:
        peer.sendall("\r\n".join(lines).encode())
        return int(peer.recv(4096).split(b" ")[1])


def test_the_nodes_own_pages_and_programs_connect(node):
    assert upgrade(node, {}) == 101
    assert upgrade(node, {"Origin": f"http://localhost:{node.port}"}) == 101
    assert (
        upgrade(
            node,
            {"Host": f"127.0.0.1:{node.port}", "Origin": f"http://127.0.0.1:{node.port}"},
        )
        == 101
    )


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "file://",
        "https://localhost:{port}",
        "http://localhost",
        "http://localhost:{port}.evil.example",
        "http://localhost:1",
    ],
)
def test_foreign_pages_are_refused(node, origin):
    """On the WebSocket and by HTTP alike, read or write, with or without asking first."""
    headers = {"Origin": origin.format(port=node.port)}
    assert upgrade(node, headers) == 403
    body = b'{"procedure": "project.list"}'
    typed = {**headers, "Content-Type": "application/json"}
    asking = {**headers, "Access-Control-Request-Method": "POST"}
    answers = [
        node.fetch("GET", "/", headers=headers),
        node.fetch("GET", "/screenshot/desktop.png", headers=headers),
        node.fetch("POST", "/call", body=body, headers=typed),
        node.fetch("POST", "/call", body=body, headers=headers),
        node.fetch("POST", "/publish", body=b'{"topic": "app.x"}', headers=typed),
        node.fetch("OPTIONS", "/call", headers=asking),
    ]
    assert [answer.status for answer in answers] == [403] * 6
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost.evil.example", "0.0.0.0:{port}"]
)
def test_foreign_names_of_this_node_are_refused(node, host):
    """A name that was pointed at this machine after the page was loaded."""
    name = host.format(port=node.port)
    headers = {"Host": name, "Origin": f"http://{name}"}
    assert upgrade(node, headers) == 421
    for path in ("/", "/health", "/screenshot/desktop.png"):
        assert node.fetch("GET", path, headers=headers).status == 421


def test_a_post_without_a_type_is_refused(node):
    """A page may send such a body anywhere without asking first."""
    body = b'{"procedure": "project.list"}'
    for headers in ({}, {"Content-Type": "text/plain"}, {"Sec-Fetch-Site": "cross-site"}):
        assert node.fetch("POST", "/call", body=body, headers=headers).status in (403, 415)


def test_nobody_may_ask_whether_he_may(node):
    for headers in ({}, {"Access-Control-Request-Method": "POST"}):
        assert node.fetch("OPTIONS", "/call", headers=headers).status == 405


@pytest.mark.parametrize("path", ["/ws/", "/WS", "/%77s", "//ws", "/./ws", "/x/../ws", "/ws/x"])
def test_the_socket_has_one_name(node, path):
    assert upgrade(node, {}, path) == 404


def test_the_socket_sends_nobody_elsewhere(node):
    """Autobahn would encode the host by a package that can't be newer: see SECURITY.md."""
    answer = node.fetch("GET", "/ws?redirect=http%3A%2F%2Fb%C3%BCcher.example%2F&after=0")
    assert answer.status == 426
    assert "location" not in answer.headers
    assert b"cher.example" not in answer.body


async def refused(answer):
    try:
        await answer
    except ApplicationError as problem:
        return problem.error
    return "nothing"


OURS = ["surface.create", "compositor.hello", "project.list", "nothing.yet", "stream.ack"]
SPOKEN_BY_COMPONENTS = [
    "stream.on_frame.world",
    "surface.on_changed",
    "surface.on_input.s1",
    "output.on_changed",
    "project.on_changed.shop",
    "nothing.on_yet",
]
SPOKEN_BY_VIEWERS = ["stream.ack", "stream.look", "seat.pointer", "seat.key", "seat.text"]


async def test_a_guest_cannot_serve_under_our_names(node, connect):
    client = await connect(node)

    async def endpoint(args, keywords, details):
        return {}

    for name in OURS:
        assert await refused(client.serve(uri(name), endpoint)) in (NOT_AUTHORIZED, ALREADY_SERVED)
    for name in ("app.x", "crossbar.x", "com.example.x"):
        assert await refused(client.serve(name, endpoint)) == NOT_AUTHORIZED


async def test_a_guest_cannot_speak_for_components(node, connect):
    client = await connect(node)
    acknowledged = PublishOptions(acknowledge=True)
    for name in SPOKEN_BY_COMPONENTS:
        answer = client.publish_with(uri(name), keywords={}, options=acknowledged)
        assert await refused(answer) == NOT_AUTHORIZED, name


async def test_a_guest_cannot_hear_what_viewers_say(node, connect):
    """Exactly, by a shorter prefix, by wildcard, by everything."""
    client = await connect(node)

    def heard(args, keywords, details):
        raise AssertionError("heard")

    for name in SPOKEN_BY_VIEWERS:
        full = uri(name)
        assert await refused(client.listen(full, heard)) == NOT_AUTHORIZED
        assert await refused(client.listen(full[:-1], heard, "prefix")) == NOT_AUTHORIZED
        assert (
            await refused(client.listen(uri(name.split(".")[0]), heard, "prefix")) == NOT_AUTHORIZED
        )
        parts = full.split(".")
        for hole in range(1, len(parts)):
            pattern = ".".join([*parts[:hole], "", *parts[hole + 1 :]])
            if not pattern.endswith("."):
                assert await refused(client.listen(pattern, heard, "wildcard")) == NOT_AUTHORIZED
    for everything in ("io", "io.", uri("").rstrip("."), uri("")):
        if not everything.endswith("."):
            assert await refused(client.listen(everything, heard, "prefix")) == NOT_AUTHORIZED


async def test_a_guest_cannot_manage_sessions(node, connect):
    client = await connect(node)
    for name in ("wamp.session.list", "wamp.session.count", "wamp.subscription.list"):
        assert await refused(client.call_with(name)) == NOT_AUTHORIZED
    kill = client.call_with("wamp.session.kill", [client._session_id])
    assert await refused(kill) == NOT_AUTHORIZED


@pytest.mark.parametrize("serializer", ["msgpack", "cbor", "json"])
async def test_a_message_that_is_too_large_ends_its_sender_alone(node, connect, serializer):
    client = await connect(node, serializer)
    other = await connect(node)
    client.publish_with("app.large", keywords={"data": "x" * (MESSAGE_BYTES + 1)})
    await client.ended
    assert await other.call_with(uri("compositor.hello"))


async def test_the_largest_message_passes(node, connect):
    """What is just within the limit reaches a component, which judges it; nobody hangs."""
    client = await connect(node)
    call = client.call_with(uri("compositor.hello"), keywords={"x": b"x" * (MESSAGE_BYTES - 200)})
    assert await refused(call) == "wamp.error.invalid_argument"


async def test_a_guest_cannot_hear_anothers_input(node, connect):
    """Whatever is subscribed to, exactly or by patterns: only the surface's owner is told."""
    owner = await connect(node)
    other = await connect(node)
    created = await owner.call_with(
        uri("surface.create"), keywords={"width": 40, "height": 40, "x": 500_000, "y": 500_000}
    )
    surface = created["surface"]
    heard = {"owner": Deferred(), "other": []}
    topic = uri(f"surface.on_input.{surface}")
    await owner.listen(topic, lambda args, keywords, details: tell(heard["owner"], keywords))

    def listen(pattern, match):
        return other.listen(pattern, lambda *given: heard["other"].append(pattern), match)

    await refused(listen(topic, None))
    await refused(listen(uri("surface.on_input.s"), "prefix"))
    await refused(listen(uri("surface.on_input"), "prefix"))
    await refused(listen(uri("surface"), "prefix"))
    parts = topic.split(".")
    for hole in range(1, len(parts) - 1):
        await refused(listen(".".join([*parts[:hole], "", *parts[hole + 1 :]]), "wildcard"))
    press = {"phase": "down", "x": 500_010.0, "y": 500_010.0, "buttons": 1}
    other.publish_with(uri("seat.pointer"), keywords=press)
    assert (await heard["owner"])["surface"] == surface
    # What was sent to both has arrived at both: this answer came later on the same session.
    await other.call_with(uri("compositor.hello"))
    assert heard["other"] == []


def tell(waiting, value):
    if not waiting.called:
        waiting.callback(value)
