"""What one guest does to a real node harms nobody else."""

import http.client
import socket

import msgpack
import pytest
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CallOptions, PublishOptions
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.threads import deferToThread

from geometry_ws.protocol.errors import InvalidArgument, LimitExceeded
from geometry_ws.protocol.names import uri
from geometry_ws.wamp.upstream.connections import PLACES_FOR_PAGES, PLACES_FOR_REQUESTS
from geometry_ws.wamp.upstream.guard import MOST_SUBSCRIPTIONS
from tests.support.raw_guest import ROLES, RawGuest, frame

pytestmark = pytest.mark.router
SURFACE = {"width": 20, "height": 20, "title": "theirs"}


def forged(session):
    entry = {"session": session, "authid": "somebody else", "authrole": "component"}
    return CallOptions(forward_for=[entry])


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


async def epoch_of(client):
    return (await client.call_with(uri("compositor.hello")))["epoch"]


async def until_heard(client, topic):
    """The keywords of the topic's next event, as a Deferred."""
    heard = Deferred()

    def hear(_args, keywords, _details):
        if not heard.called:
            heard.callback(keywords)

    await client.listen(topic, hear)
    return heard


async def test_no_guest_acts_as_another(node, connect):
    owner, attacker = await connect(node), await connect(node)
    made = await owner.call_with(uri("surface.create"), keywords=SURFACE)
    with pytest.raises(ApplicationError, match="surface"):
        await attacker.call_with(
            uri("surface.destroy"),
            keywords={"surface": made["surface"]},
            options=forged(owner._session_id),
        )
    listed = await owner.call_with(uri("surface.list"))
    assert made["surface"] in [surface["surface"] for surface in listed["surfaces"]]


async def test_a_surface_for_another_session_belongs_to_its_maker(node, connect):
    watcher, attacker = await connect(node), await connect(node)
    made = await attacker.call_with(
        uri("surface.create"), keywords=SURFACE, options=forged(watcher._session_id)
    )
    listed = await attacker.call_with(uri("surface.list"))
    [mine] = [entry for entry in listed["surfaces"] if entry["surface"] == made["surface"]]
    assert mine["mine"] is True


async def test_an_event_says_who_published_it_whatever_the_publisher_says(node, connect):
    listener, attacker = await connect(node), await connect(node)
    heard = Deferred()
    await listener.listen("app.who", lambda _args, _keywords, details: heard.callback(details))
    entry = {"session": listener._session_id, "authid": "x", "authrole": "component"}
    await attacker.publish_with(
        "app.who", options=PublishOptions(acknowledge=True, forward_for=[entry])
    )
    details = await heard
    assert details.publisher in (None, attacker._session_id)
    assert details.publisher_authrole != "component"


@pytest.mark.parametrize("serializer", ["msgpack", "cbor", "json"])
async def test_a_deep_call_is_refused_and_nothing_ends(node, connect, serializer):
    other, attacker = await connect(node), await connect(node, serializer)
    before = await epoch_of(other)
    with pytest.raises(ApplicationError) as refused:
        await attacker.call_with(uri("surface.create"), keywords={"title": nested(300)})
    assert refused.value.error == InvalidArgument.uri
    assert refused.value.kwargs["field"] == "kwargs"
    attacker.publish_with(uri("stream.ack"), keywords={"stream": nested(300)})
    assert await epoch_of(attacker) == before
    assert await epoch_of(other) == before


BOMB = 14_000_000
"""Values of one byte each; Autobahn needed 4 to 7 seconds to read them."""


@pytest.mark.parametrize(
    ("serializer", "message"),
    [
        ("json", "[" * 200_000),
        ("json", '[16, 1, {}, "app.x", [[' + ",".join(["1"] * 3_000_000) + "]]]"),
        ("json", '[16, 1, {}, "app.x", [' + ",".join(["[]"] * 2_000_000) + "]]"),
        ("json", '[16, 1, {}, "app.x", ["' + "\\n" * 6_000_000 + '"]]'),
        ("msgpack", b"\x95\x10\x01\x80\xa5app.x\xdd" + BOMB.to_bytes(4) + b"\x90" * BOMB),
        ("cbor", b"\x85\x10\x01\xa0\x65app.x\x9a" + BOMB.to_bytes(4) + b"\x80" * BOMB),
        ("cbor", b"\x85\x10\x01\xa0\x65app.x\x9a\x00\x01\x00\x00" + b"\xc4\x82\x01\x02" * 65_536),
    ],
    ids=["brackets", "numbers", "lists", "escapes", "msgpack lists", "cbor lists", "cbor tags"],
)
async def test_a_message_that_takes_long_to_read_ends_its_sender_unread(
    node, connect, serializer, message
):
    other, attacker = await connect(node), RawGuest(node, serializer)
    before = await epoch_of(other)
    attacker.send_encoded(message)
    assert await deferToThread(attacker.read_until_the_end) == (0, 1002)
    attacker.end()
    assert await epoch_of(other) == before


@pytest.mark.parametrize("serializer", ["json", "msgpack", "cbor"])
async def test_a_long_pattern_ends_its_sender(node, connect, serializer):
    """The router kept two hundred bytes for each of its characters, and held everybody."""
    other, attacker = await connect(node), RawGuest(node, serializer)
    before = await epoch_of(other)
    attacker.send([32, 1, {"match": "prefix"}, "app." + "a" * 1_000_000])
    assert await deferToThread(attacker.read_until_the_end) == (0, 1002)
    attacker.end()
    assert await epoch_of(other) == before


async def test_requests_that_do_not_wait_for_answers_get_one_answer(node):
    request = f"GET /health HTTP/1.1\r\nHost: localhost:{node.port}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", node.port)) as client:
        client.sendall(request * 20)
        answers = await deferToThread(until_closed, client)
    assert answers.count(b"HTTP/1.1 200") == 1
    with socket.create_connection(("127.0.0.1", node.port)) as client:
        for _ in range(3):
            client.sendall(request)
            assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_connection_stays_after_a_call_whose_body_is_answered(node):
    client = http.client.HTTPConnection("127.0.0.1", node.port, timeout=20)
    body = b'{"procedure": "project.list"}'
    headers = {"Host": f"localhost:{node.port}", "Content-Type": "application/json"}
    ports = set()
    for _ in range(3):
        client.request("POST", "/call", body, headers)
        assert client.getresponse().read().startswith(b'{"args"')
        ports.add(client.sock and client.sock.getsockname())
    client.close()
    assert len(ports) == 1
    assert None not in ports


async def test_a_body_in_tiny_pieces_is_not_taken(node):
    head = (
        f"POST /call HTTP/1.1\r\nHost: localhost:{node.port}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()

    def send_all():
        with socket.create_connection(("127.0.0.1", node.port)) as client:
            try:
                client.sendall(head + b"1\r\n \r\n" * 20_000)
                return until_closed(client)
            except OSError:
                return b""

    assert b"200" not in await deferToThread(send_all)


async def test_calls_of_one_guest_do_not_hold_those_of_others(node, connect):
    """Others waited until a thousand calls of one guest were answered."""
    other, attacker = await connect(node), RawGuest(node, "msgpack")
    answers = []

    def read_all():
        while len(answers) < 500:
            answers.append(attacker.read())

    for _ in range(500):
        attacker.call(uri("compositor.describe"))
    reading = deferToThread(read_all)
    for _ in range(3):
        await epoch_of(other)
    assert len(answers) < 250
    await reading
    attacker.end()


@pytest.mark.parametrize("serializer", ["msgpack", "cbor"])
async def test_numbers_that_json_has_not_are_refused_at_the_door(node, connect, serializer):
    """JavaScript's reader of JSON breaks off at NaN, and its session ends."""
    listener, attacker = await connect(node, "json"), await connect(node, serializer)
    heard = await until_heard(listener, "app.numbers")
    for value in (float("nan"), float("inf")):
        with pytest.raises(ApplicationError, match="finite"):
            await attacker.publish_with(
                "app.numbers",
                keywords={"number": value},
                options=PublishOptions(acknowledge=True),
            )
    attacker.publish_with("app.numbers", keywords={"number": 1.5})
    assert await heard == {"number": 1.5}


async def test_half_a_character_ends_its_sender_and_nobody_else(node, connect):
    listener, attacker = await connect(node, "msgpack"), RawGuest(node)
    heard = await until_heard(listener, "app.words")
    attacker.send_encoded(r'[16, 1, {}, "app.words", [], {"text": "\ud800"}]')
    assert (await deferToThread(attacker.read_until_the_end))[1] == 1002
    other = await connect(node, "json")
    other.publish_with("app.words", keywords={"text": "whole"})
    assert await heard == {"text": "whole"}


async def test_a_long_greeting_holds_nobody_and_is_not_kept(node, connect):
    """The router was put into words of its log by it for minutes."""
    other, attacker = await connect(node), RawGuest(node, join=False)
    extra = {"roles": ROLES, "authextra": {"words": ["x" * 100] * 40_000}}
    attacker.send([1, "geometry", extra])
    assert (await deferToThread(attacker.read_until_the_end))[0] == 0
    assert await epoch_of(other)
    assert (await connect(node)).is_attached()


async def test_subscriptions_of_a_session_are_bounded(node):
    def subscribe_all():
        guest = RawGuest(node, "msgpack")
        for number in range(MOST_SUBSCRIPTIONS):
            assert guest.subscribe(f"app.number{number}")[0] == 33
        refused = guest.subscribe("app.more")
        guest.end()
        return refused

    refused = await deferToThread(subscribe_all)
    assert refused[4] == LimitExceeded.uri
    assert refused[6] == {"limit": "subscriptions_per_session", "maximum": MOST_SUBSCRIPTIONS}


async def test_an_event_that_one_listener_can_not_read_ends_no_session(node, connect):
    listener, attacker = await connect(node, "msgpack"), await connect(node, "cbor")
    heard = await until_heard(listener, "app.numbers")
    attacker.publish_with("app.numbers", keywords={"map": {1: "one"}})
    await attacker.publish_with(
        "app.numbers", keywords={"number": 2}, options=PublishOptions(acknowledge=True)
    )
    assert await heard == {"number": 2}
    assert listener.is_attached()


async def test_subscribers_that_close_and_stay_cost_the_others_nothing(node, connect):
    """The router went through subscribers until the first whose connection was closing."""
    counts = [0] * 8
    enough = Deferred()

    def count(number):
        def hear(_args, keywords, _details):
            counts[number] += keywords.get("counts", 0)
            if not enough.called and all(each >= 5 for each in counts):
                enough.callback(None)

        return hear

    deaf = []
    for number in range(len(counts)):
        listener = await connect(node)
        await listener.listen("app.everybody", count(number))
        deaf.append(RawGuest(node))
        deaf[-1].subscribe("app.everybody")
    speaker = await connect(node)

    async def speak(**keywords):
        await speaker.publish_with(
            "app.everybody", keywords=keywords, options=PublishOptions(acknowledge=True)
        )

    # More than the system takes, so that a close can't be answered; less than they are dropped for.
    for _ in range(12):
        await speak(text="x" * 2**20)
    for guest in deaf:
        guest.say_close_and_stay()
    for _ in range(5):
        await speak(counts=1)
    await enough
    assert counts == [5] * len(counts)
    for guest in deaf:
        guest.end()


async def test_an_event_for_many_names_the_subscription_of_each(node):
    """The router told those after the first hundred another one's, and Autobahn ends at that."""

    def run():
        watcher = RawGuest(node)
        watcher.send([32, 1, {"match": "prefix"}, "app.man"])
        assert watcher.read()[0] == 33
        guests = [RawGuest(node) for _ in range(120)]
        subscriptions = {guest.subscribe("app.many")[2] for guest in guests}
        guests[0].send([16, 99, {"exclude_me": False, "acknowledge": True}, "app.many"])
        named = {guest.read()[1] for guest in guests[1:]}
        for guest in (*guests, watcher):
            guest.end()
        return subscriptions, named

    subscriptions, named = await deferToThread(run)
    assert len(subscriptions) == 1
    assert named == subscriptions


async def test_a_subscriber_that_does_not_read_is_dropped_and_others_get_everything(node, connect):
    listener, speaker = await connect(node), await connect(node)
    counts, everything = [], Deferred()

    def count(_args, _keywords, _details):
        counts.append(1)
        if len(counts) == 40:
            everything.callback(None)

    await listener.listen("app.flood", count)
    idle = RawGuest(node)
    idle.subscribe("app.flood")
    for _ in range(40):
        await speaker.publish_with(
            "app.flood",
            keywords={"text": "x" * 2**20},
            options=PublishOptions(acknowledge=True),
        )
    await everything
    messages, _ = await deferToThread(idle.read_until_the_end)
    assert messages < 40


def internal_errors(node):
    """How many there are in the log of a node that other tests use, too."""
    return (node.folders.logs / "node.log").read_text("utf-8", "replace").count("INTERNAL ERROR")


async def test_answers_to_a_caller_that_is_closing_fill_no_log(node, connect):
    speaker = await connect(node)
    before, errors = await epoch_of(speaker), internal_errors(node)
    guest = RawGuest(node, "msgpack")
    guest.subscribe("app.much")
    # More than the system takes, so that the close can't be answered at once.
    for _ in range(12):
        await speaker.publish_with(
            "app.much",
            keywords={"text": "x" * 2**20},
            options=PublishOptions(acknowledge=True),
        )
    # The calls and the close come together, so the answers come after the close.
    calls = [msgpack.packb([48, number, {}, uri("project.list")]) for number in range(9, 60)]
    close = frame(8, b"\x03\xe8")
    guest.send_bytes(b"".join(frame(2, call) for call in calls) + close)
    for _ in range(50):
        assert await epoch_of(speaker) == before
    guest.end()
    assert internal_errors(node) == errors


async def test_a_session_that_is_told_to_leave_and_stays_is_disconnected(node, connect_component):
    owner, deaf = await connect_component(node), RawGuest(node, "msgpack")
    await owner.call_with("wamp.session.kill", (deaf.welcome[1],))
    deaf.call(uri("compositor.hello"))
    messages, status = await deferToThread(deaf.read_until_the_end)
    # GOODBYE, and no answer; nobody closed the WebSocket in order.
    assert (messages, status) == (1, None)


def until_closed(client):
    """Wait until the other side closes; give what it said."""
    client.settimeout(25)
    said = b""
    while data := client.recv(4096):
        said += data
    return said


def drip(node):
    """Send a request of one byte a second; give how many were taken before the end."""
    request = f"GET / HTTP/1.1\r\nHost: localhost:{node.port}\r\nX: {'x' * 100}".encode()
    with socket.create_connection(("127.0.0.1", node.port)) as client:
        client.settimeout(1)
        for number, byte in enumerate(request):
            try:
                client.sendall(bytes([byte]))
                if client.recv(4096) == b"":
                    return number
            except TimeoutError:
                continue
            except OSError:
                return number
    return len(request)


async def test_connections_that_say_nothing_or_little_are_ended(node):
    """All at a time, since each has ten seconds."""
    with socket.create_connection(("127.0.0.1", node.port)) as silent:
        unjoined = RawGuest(node, join=False)
        ends = [
            deferToThread(until_closed, silent),
            deferToThread(unjoined.read_until_the_end),
            deferToThread(drip, node),
        ]
        said, (messages, _), bytes_taken = await gatherResults(ends)
    assert (said, messages) == (b"", 0)
    assert bytes_taken < 30


async def test_places_are_found_for_pages_and_requests_whatever_guests_do(start_node):
    places = 130

    def keep_few(settings):
        settings["workers"][0]["transports"][0]["max_connections"] = places

    node = await deferToThread(start_node, change=keep_few)
    silent = [socket.create_connection(("127.0.0.1", node.port)) for _ in range(2 * places)]
    assert node.fetch("GET", "/").status == 200
    for client in silent:
        client.close()
    sessions = [RawGuest(node) for _ in range(places - PLACES_FOR_REQUESTS - PLACES_FOR_PAGES)]
    refused = RawGuest(node, join=False)
    assert await deferToThread(refused.read_until_the_end) == (0, 1013)
    page = RawGuest(node, origin=node.url.rstrip("/"))
    assert page.welcome[0] == 2
    assert node.fetch("GET", "/health").status == 200
    for guest in (*sessions, page):
        guest.end()
