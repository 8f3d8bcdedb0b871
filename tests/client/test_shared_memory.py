"""Pixels for a node on the same machine: by memory, and as before where that can't be."""

import os

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from geometry_ws.client import CallError, Client
from geometry_ws.client.address import parse_address
from geometry_ws.client.shared_memory import FROM_BYTES, Parts, SharedMemory
from geometry_ws.components.compositor.pools import CAN_SHARE, Pools
from geometry_ws.protocol.errors import Busy
from geometry_ws.protocol.values import POOL_BYTES
from geometry_ws.render.decode import decode
from tests.client.client_support import at

HERE, FAR = parse_address("http://127.0.0.1:1"), parse_address("http://192.0.2.7:1")
LARGE = bytes(range(256)) * (FROM_BYTES // 256)


MOST = 2 * len(LARGE)
"""What a message holds."""


def update(*data):
    return {"surface": "s1", "ops": [["image", [0, 0, 128, 128], "bgra", each] for each in data]}


def run(work):
    """A coroutine that never really waits."""
    done = []
    Deferred.fromCoroutine(work).addCallback(done.append)
    assert done


@given(st.lists(st.tuples(st.integers(1, 40_000), st.integers(0, 5)), max_size=40))
def test_parts_never_overlap_and_all_come_back(steps):
    parts, used = Parts(100_000 // 4096 * 4096), {}
    for length, ended in steps:
        begin = parts.take(length)
        if begin is not None:
            assert begin >= 0
            assert begin + length <= parts.size
            assert all(begin >= b + n or b >= begin + length for b, n in used.items())
            used[begin] = length
        if used and ended:
            first = list(used)[ended % len(used)]
            parts.give_back(first)
            del used[first]
    for begin in used:
        parts.give_back(begin)
    assert parts.take(parts.size) == 0


def asked(pool, sizes):
    async def ask(size):
        sizes.append(size)
        return msgspec.to_builtins(pool(size))

    return ask


@pytest.fixture
def pools():
    pools = Pools()
    yield pools
    pools.stop()


needs_memory = pytest.mark.skipif(not CAN_SHARE, reason="this system has no such memory")


@needs_memory
def test_the_first_large_picture_is_sent_and_the_next_ones_lie_in_memory(pools):
    sizes = []
    memory = SharedMemory(HERE, asked(lambda size: pools.create(1, size), sizes))
    small = update(b"abcd")
    assert memory.lend([small], MOST)[1] == 0
    lent, wanted = memory.lend([update(LARGE)], MOST)
    assert (lent.updates, wanted) == ([update(LARGE)], 4 * len(LARGE))
    run(memory.get(wanted))
    first, wanted = memory.lend([small, update(LARGE, b"abcd", LARGE[::-1])], MOST)
    assert wanted == 8 * len(LARGE)  # two pictures: it would soon be full
    run(memory.get(wanted))
    first, _ = memory.lend([small, update(LARGE, b"abcd", LARGE[::-1])], MOST)
    assert first.updates == [small, update(0, b"abcd", len(LARGE))]
    second, _ = memory.lend([update(LARGE)], MOST)
    assert second.updates == [update(2 * len(LARGE))]
    held = pools._pools[1].content
    assert (held[: len(LARGE)], held[len(LARGE) : 2 * len(LARGE)]) == (LARGE, LARGE[::-1])
    first.give_back()
    assert memory.lend([update(LARGE)], MOST)[0].updates == [update(0)]
    assert sizes == [4 * len(LARGE), 8 * len(LARGE)]


@needs_memory
def test_where_there_is_no_room_pictures_are_sent(pools):
    memory = SharedMemory(HERE, asked(lambda size: pools.create(1, size), []))
    run(memory.get(4 * len(LARGE)))
    lent = [memory.lend([update(LARGE)], MOST)[0].updates[0]["ops"][0][3] for _ in range(5)]
    assert lent == [0, len(LARGE), 2 * len(LARGE), 3 * len(LARGE), LARGE]


@needs_memory
def test_a_picture_that_is_too_large_for_a_message_waits_for_room(pools):
    memory = SharedMemory(HERE, asked(lambda size: pools.create(1, size), []))
    huge = update(5 * LARGE)
    assert memory.lend([huge], MOST)[1] == 20 * len(LARGE)
    rooms = []

    async def look(length):
        rooms.append(await memory.has_room(length))

    run(look(5 * len(LARGE)))
    lent = [memory.lend([huge], MOST)[0] for _ in range(5)]
    assert [each.sent_bytes for each in lent] == [0, 0, 0, 0, 5 * len(LARGE)]
    lent[1].give_back()
    assert memory.lend([huge], MOST)[0].updates == [update(5 * len(LARGE))]
    run(look(POOL_BYTES))
    run(look(POOL_BYTES + 1))
    assert rooms == [True, True, False]


@needs_memory
def test_what_can_never_lie_in_the_memory_is_not_waited_for(pools):
    """A commit of a file, or of more than the memory holds, waited for room without an end."""
    memory = SharedMemory(HERE, asked(lambda size: pools.create(1, size), []))
    file = {"surface": "s1", "ops": [["image", [0, 0, 9, 9], "png", 5 * LARGE]]}
    half = bytes(POOL_BYTES // 2)
    rooms = []

    async def look(*updates):
        rooms.append(await memory.has_room_for(updates))

    run(look(update(half, half)))
    run(look(update(half, half, half)))
    assert rooms == [True, False]
    assert memory.lend([file], MOST)[0].sent_bytes == 0
    assert memory.lend([update(half)], MOST)[0].sent_bytes == 0


def no_memory(size):
    raise CallError(Busy.uri, "Not now.", {})


def elsewhere(size):
    return {"path": os.devnull, "bytes": size, "device": 0, "inode": 1}


def nowhere(size):
    return {"path": "/proc/0/fd/0", "bytes": size, "device": 0, "inode": 1}


@pytest.mark.parametrize("answer", [no_memory, elsewhere, nowhere, lambda size: {"path": 7}])
def test_where_there_is_no_memory_it_is_asked_for_once(answer):
    memory = SharedMemory(HERE, asked(answer, []))
    _, wanted = memory.lend([update(LARGE)], MOST)
    run(memory.get(wanted))
    assert memory.lend([update(LARGE)], MOST)[1] == 0
    assert memory.lend([update(LARGE)], MOST)[0].updates == [update(LARGE)]


def test_a_node_on_another_machine_is_never_asked():
    lent, wanted = SharedMemory(FAR, None).lend([update(LARGE)], MOST)
    assert (lent.updates, wanted) == ([update(LARGE)], 0)


@needs_memory
@pytest.mark.router
async def test_a_program_s_pictures_are_seen_whole_and_its_messages_are_short(node, monkeypatch):
    sent = []
    call = Client.call

    def called(client, procedure, /, **keywords):
        if procedure == "surface.commit":
            sent.append(keywords["updates"][0]["ops"][0][3])
        return call(client, procedure, **keywords)

    monkeypatch.setattr(Client, "call", called)

    async def main(client):
        surface = await client.create_surface(width=200, height=150, x=-9000, y=9000, opaque=True)
        for level in range(6):
            picture = np.full((150, 200, 3), 40 * level, np.uint8)
            picture[level::7, ::3] = 255 - level
            await surface.commit(picture)
            shot = await client.call("surface.screenshot", surface=surface.id)
            seen = decode("png", shot["data"], 200, 150, opaque=True)
            assert np.array_equal(seen[..., 2::-1], picture)
        return sent

    first, *others = await at(node, main)
    assert isinstance(first, bytes)
    assert {type(each) for each in others} == {int}


@needs_memory
@pytest.mark.router
async def test_a_picture_of_two_screens_is_one_commit(node):
    """It was drawn in parts on a surface that nobody saw, which then took its place."""

    async def main(client):
        large = np.zeros((2160, 3840, 3), np.uint8)
        surface = await client.create_surface(width=3840, height=2160, x=-90_000, opaque=True)
        before = surface.id
        for level in (90, 200):
            large[::9, ::5] = level
            await surface.commit(large)
        shot = await client.call("surface.screenshot", surface=before)
        return surface.id == before and decode("png", shot["data"], 3840, 2160, opaque=True)

    pixels = await at(node, main)
    assert (pixels[::9, ::5, :3] == 200).all()
    assert not pixels[1::9, :, :3].any()
