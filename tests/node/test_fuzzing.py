"""Whatever guests send, nothing ends, and everybody else is answered."""

import json

import cbor2
import msgpack
import pytest
from twisted.internet.threads import deferToThread

from geometry_ws.protocol.names import uri
from tests.support.fuzzing import Fuzzer

pytestmark = pytest.mark.router


async def hello(client):
    return (await client.call_with(uri("compositor.hello")))["epoch"]


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_that_a_guest_sends_ends_or_hangs_anything(start_node, connect, seed):
    """Each message is worked through, or its connection is ended; see `Fuzzer` for what is sent."""
    node = await deferToThread(start_node)
    processes = node.router_pid, node.compositor_pid, node.openspec_pid
    other = await connect(node)
    epoch = await hello(other)
    fuzzer = Fuzzer(node.port, seed)

    def send_all():
        for _ in fuzzer.run(2000):
            pass

    sending = deferToThread(send_all)
    answers = 0
    while not sending.called:
        assert await hello(other) == epoch
        answers += 1
    await sending
    assert sum(fuzzer.sent.values()) == 2000
    assert answers > 0
    assert (node.router_pid, node.compositor_pid, node.openspec_pid) == processes
    assert node.fetch("GET", "/health").json["status"] == "ok"
    assert "INTERNAL ERROR" not in (node.folders.logs / "node.log").read_text("utf-8", "replace")


def test_a_seed_gives_the_same_inputs():
    def inputs(seed):
        fuzzer = Fuzzer(0, seed)
        return [fuzzer._input("mutated", "msgpack") for _ in range(200)]

    assert inputs(5) == inputs(5)
    assert inputs(5) != inputs(6)


def test_messages_are_of_every_kind_and_mostly_readable():
    fuzzer = Fuzzer(0, 7)
    messages = [fuzzer._message() for _ in range(3000)]
    kinds = {message[0] for message in messages if message and isinstance(message[0], int)}
    assert {48, 16, 32, 34, 64, 66, 49, 70, 8} <= kinds
    readable = 0
    for name, read in (("msgpack", msgpack.unpackb), ("cbor", cbor2.loads), ("json", json.loads)):
        for _ in range(100):
            data = fuzzer._input("message", name)
            # A client's frame has up to 14 bytes before its payload, of which 4 are its mask.
            size = data[1] & 0x7F
            head = 6 if size < 126 else 8 if size == 126 else 14
            try:
                read(data[head:])
                readable += 1
            except (ValueError, cbor2.CBORError):
                continue
    assert readable > 250
