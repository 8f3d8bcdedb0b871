"""Pools: memory that a program on this machine fills with pixels, and that commits are read from.

The compositor makes the memory and says where it is. Only who may look into our process can open
it: the same user on the same machine, which the system checks. So nobody is asked who they are, and
nobody can name a file of others for us to read. The memory never becomes less, as it is sealed, and
what nobody has written isn't read: that would make memory of what was none.
"""

import fcntl
import mmap
import os
from typing import Any, Final, cast

import msgspec

from geometry_ws.protocol import surfaces as wire
from geometry_ws.protocol.errors import Busy, InvalidContent, LimitExceeded
from geometry_ws.protocol.values import Image

MOST_POOLS: Final = 128
"""Each has two open files here."""

MOST_BYTES: Final = 2**30
"""Of all sessions. It is taken when a program writes to it, not before."""

_PLAIN: Final = ("bgra", "rgba")
_SEALS: Final = "F_SEAL_SHRINK", "F_SEAL_GROW", "F_SEAL_SEAL"
CAN_SHARE: Final = hasattr(os, "memfd_create") and all(hasattr(fcntl, seal) for seal in _SEALS)
"""Whether this system has such memory: Linux does."""


class _Memory:
    """One session's memory."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.file = os.memfd_create("geometry_ws pool", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(self.file, size)
            for seal in _SEALS:
                fcntl.fcntl(self.file, fcntl.F_ADD_SEALS, getattr(fcntl, seal))
            self.content = memoryview(mmap.mmap(self.file, size, prot=mmap.PROT_READ))
        except OSError:
            os.close(self.file)
            raise

    def is_written(self, begin: int, end: int) -> bool:
        """Whether no page of that part is one that nobody has written yet."""
        return os.lseek(self.file, begin, os.SEEK_HOLE) >= end

    def close(self) -> None:
        """Let go of it; a thread that reads it keeps it for so long."""
        os.close(self.file)
        del self.content


class Pools:
    """The memory of all sessions that have some."""

    def __init__(self) -> None:
        self._pools: dict[int, _Memory] = {}

    def create(self, session: int, size: int) -> wire.Pool:
        """Make a session's pool, in place of its last one. Raises LimitExceeded, Busy."""
        self.left(session)
        if len(self._pools) >= MOST_POOLS:
            raise _exceeded("pools", MOST_POOLS)
        if size + sum(pool.size for pool in self._pools.values()) > MOST_BYTES:
            raise _exceeded("pool_bytes", MOST_BYTES)
        if not CAN_SHARE:
            raise LimitExceeded(
                "This system has no memory to share; send the pixels.", limit="pools", maximum=0
            )
        try:
            pool = self._pools[session] = _Memory(size)
        except OSError:
            raise Busy("There is no memory for a pool now.", retry_ms=1000) from None
        status = os.fstat(pool.file)
        path = f"/proc/{os.getpid()}/fd/{pool.file}"
        return wire.Pool(path=path, bytes=size, device=status.st_dev, inode=status.st_ino)

    def left(self, session: int) -> None:
        """Let go of what a session had."""
        if (pool := self._pools.pop(session, None)) is not None:
            pool.close()

    def stop(self) -> None:
        """Let go of all."""
        for session in list(self._pools):
            self.left(session)

    def with_pixels(self, session: int, request: wire.Commit) -> wire.Commit:
        """The commit with views of its session's memory in place of numbers.

        Raises InvalidContent, which names the operation.
        """
        if not any(_shares(op) for update in request.updates for op in update.ops):
            return request
        updates = [
            msgspec.structs.replace(
                update,
                ops=[
                    self._filled(session, op, f"updates[{index}].ops[{number}]")
                    if _shares(op)
                    else op
                    for number, op in enumerate(update.ops)
                ],
            )
            for index, update in enumerate(request.updates)
        ]
        return msgspec.structs.replace(request, updates=updates)

    def _filled(self, session: int, op: Any, where: str) -> Image:
        pool = self._pools.get(session)
        begin, (_, _, width, height) = op.data, op.rect
        end = begin + 4 * max(0, width) * max(0, height)
        problem = ""
        if pool is None:
            problem = "this session has no pool; call `surface.share` first"
        elif op.codec not in _PLAIN:
            problem = "only bgra and rgba are read from a pool; send the bytes"
        elif end > pool.size:
            problem = f"the picture ends at {end}, behind the pool's {pool.size} bytes"
        elif begin == end or not pool.is_written(begin, end):
            problem = "nothing has been written there; write the pixels before the commit"
        else:
            return Image(rect=op.rect, codec=op.codec, data=cast(bytes, pool.content[begin:end]))
        raise InvalidContent(f"{where}: {problem}", field=where)


def _shares(op: Any) -> bool:
    return isinstance(op, Image) and isinstance(op.data, int)


def _exceeded(limit: str, maximum: int) -> LimitExceeded:
    return LimitExceeded(f"The limit {limit} is {maximum}.", limit=limit, maximum=maximum)
