"""Pools: pixels that a program writes into memory that it shares with the compositor."""

import mmap
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from geometry_ws.components.compositor import pools
from geometry_ws.protocol import surfaces
from geometry_ws.protocol.errors import InvalidContent, LimitExceeded
from geometry_ws.protocol.values import Image
from tests.components.compositor_alone import Alone, by

SIDE = 64
BYTES = SIDE * SIDE * 4

pytestmark = pytest.mark.skipif(not pools.CAN_SHARE, reason="this system has no such memory")


@pytest.fixture
def alone():
    compositor = Alone()
    yield compositor
    compositor.stop()
    compositor.time.advance(1)


def shared(compositor, size=4 * BYTES, session=1):
    """The memory as a program maps it."""
    pool = compositor.share_memory(by(session), surfaces.ShareMemory(bytes=size))
    file = os.open(pool.path, os.O_RDWR)
    status = os.fstat(file)
    assert (status.st_dev, status.st_ino) == (pool.device, pool.inode)
    assert status.st_size == pool.bytes == size
    try:
        return mmap.mmap(file, size)
    finally:
        os.close(file)


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def create(compositor, session=1):
    request = surfaces.CreateSurface(width=SIDE, height=SIDE)
    return compositor.create_surface(by(session), request).surface


def commit(compositor, surface, data, codec="bgra", rect=(0, 0, SIDE, SIDE), session=1):
    """Commit a picture; raises what is answered."""
    image = Image(rect=rect, codec=codec, data=data)
    request = surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=[image])])
    failures = []
    call = Deferred.fromCoroutine(compositor.commit_surfaces(by(session), request))
    call.addErrback(failures.append)
    compositor.time.advance(1)
    if failures:
        failures[0].raiseException()


def pixels(compositor, surface):
    return compositor._world.get(surface).buffer.tobytes()


@pytest.mark.parametrize("codec", ["bgra", "rgba"])
def test_pixels_in_a_pool_are_drawn_as_if_they_had_been_sent(alone, codec):
    memory = shared(alone)

    @settings(max_examples=20)
    @given(st.integers(0, 2**32 - 1), st.integers(0, 3 * BYTES))
    def law(seed, begin):
        data = np.random.default_rng(seed).bytes(BYTES)
        memory[begin : begin + BYTES] = data
        sent, put = create(alone), create(alone)
        commit(alone, sent, data, codec)
        commit(alone, put, begin, codec)
        assert pixels(alone, sent) == pixels(alone, put)
        for surface in (sent, put):
            alone.destroy_surface(by(1), surfaces.OneSurface(surface=surface))

    law()


def test_what_is_read_later_is_what_was_there_when_the_commit_was_drawn(alone):
    memory = shared(alone)
    surface = create(alone)
    memory[:BYTES] = bytes([1, 2, 3, 255]) * (SIDE * SIDE)
    commit(alone, surface, 0)
    before = pixels(alone, surface)
    memory[:BYTES] = bytes([9]) * BYTES
    assert pixels(alone, surface) == before


@pytest.mark.parametrize(
    ("begin", "codec", "rect", "says"),
    [
        (4 * BYTES, "bgra", (0, 0, SIDE, SIDE), "behind the pool"),
        (3 * BYTES + 1, "bgra", (0, 0, SIDE, SIDE), "behind the pool"),
        (0, "png", (0, 0, SIDE, SIDE), "only bgra and rgba"),
        (2 * BYTES, "bgra", (0, 0, SIDE, SIDE), "nothing has been written there"),
        (0, "bgra", (0, 0, -SIDE, -SIDE), "nothing has been written there"),
        (0, "bgra", (0, 0, SIDE, 2 * SIDE), "leaves the buffer"),
    ],
)
def test_what_does_not_lie_in_the_pool_is_refused_by_name(alone, begin, codec, rect, says):
    """What was never written isn't read: that would take memory."""
    memory = shared(alone)
    memory[: 2 * BYTES] = bytes(2 * BYTES)
    surface = create(alone)
    before = pixels(alone, surface)
    with pytest.raises(InvalidContent, match=says) as refused:
        commit(alone, surface, begin, codec, rect)
    assert refused.value.values["field"] == "updates[0].ops[0]"
    assert pixels(alone, surface) == before


def test_a_session_has_its_own_pool_and_none_after_it_has_left(alone):
    memory = shared(alone)
    memory[:BYTES] = b"x" * BYTES
    for session in (2, 1):
        surface = create(alone, session)
        if session == 1:
            alone._hear_leave([1], {}, None)
            surface = create(alone, 1)
        with pytest.raises(InvalidContent, match="no pool"):
            commit(alone, surface, 0, session=session)


def test_pools_leave_no_files_behind(alone):
    before = open_files()
    for session in range(1, 4):
        for _ in range(3):
            shared(alone, session=session).close()
    assert open_files() == before + 2 * 3  # a file, and that of its mapping
    alone._hear_leave([1], {}, None)
    alone.stop()
    assert open_files() == before


def test_the_memory_of_all_is_bounded(alone, monkeypatch):
    monkeypatch.setattr(pools, "MOST_BYTES", 3 * BYTES)
    shared(alone, 2 * BYTES)
    with pytest.raises(LimitExceeded, match="pool_bytes"):
        shared(alone, 2 * BYTES, session=2)
    shared(alone, BYTES, session=2)
    shared(alone, 2 * BYTES)  # in place of its first one
    monkeypatch.setattr(pools, "MOST_POOLS", 2)
    with pytest.raises(LimitExceeded, match="pools"):
        shared(alone, 1, session=3)


def test_nobody_makes_the_memory_smaller(alone):
    """Reading behind the end would end the compositor."""
    pool = alone.share_memory(by(1), surfaces.ShareMemory(bytes=BYTES))
    with suppress(PermissionError):
        os.truncate(pool.path, 0)
    assert Path(pool.path).stat().st_size == BYTES
