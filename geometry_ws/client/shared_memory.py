"""Pixels for a node on the same machine go by memory that both have, not by the connection.

A program of thirty pictures a second, 640 × 480, sends 37 MB a second: each goes through two
sockets, and is copied a dozen times. Here it is copied into the node's memory once. The first large
picture goes by the connection as ever, and asks for the memory; where it can't be had, as in
another container, nothing changes.
"""

import mmap
import os
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

import msgspec

from geometry_ws.client.address import Address
from geometry_ws.client.drawing import Update
from geometry_ws.client.errors import CallError, ClientError, Lost
from geometry_ws.protocol.pools import Pool
from geometry_ws.protocol.values import POOL_BYTES

FROM_BYTES: Final = 64 * 2**10
"""Smaller pictures are as quick with all else that a commit says."""

_PICTURES: Final = 4
"""Pictures that may be under way, before they go by the connection again."""

_PAGE: Final = 4096
_PLAIN: Final = ("bgra", "rgba")

Ask = Callable[[int], Coroutine[Any, Any, dict[str, Any]]]
"""Calls `surface.share` for so many bytes."""


class Parts:
    """Which parts of a memory are in use."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._used: list[tuple[int, int]] = []

    def take(self, length: int) -> int | None:
        """Where a part of that length, at least 1, begins; None where there is no room."""
        length = _in_pages(length)
        begin = 0
        for index, (start, end) in enumerate((*self._used, (self.size, self.size))):
            if start - begin >= length:
                self._used.insert(index, (begin, begin + length))
                return begin
            begin = end
        return None

    def give_back(self, begin: int) -> None:
        """The part that begins there isn't in use any more."""
        self._used = [part for part in self._used if part[0] != begin]


class Lent:
    """The updates of one commit, and what of the memory they use until they are answered."""

    def __init__(
        self, updates: Sequence[Update], parts: Parts | None = None, begins: Sequence[int] = ()
    ) -> None:
        self.updates = list(updates)
        self._parts = parts or Parts(0)
        self._begins = begins

    @property
    def sent_bytes(self) -> int:
        """The bytes of the largest picture that could lie in the memory, and doesn't."""
        return max((len(op[3]) for op in _large(self.updates)), default=0)

    def give_back(self) -> None:
        """The commit has been answered."""
        for begin in self._begins:
            self._parts.give_back(begin)


class SharedMemory:
    """What one session shares with its node, if they are on one machine."""

    def __init__(self, address: Address, ask: Ask) -> None:
        self._ask = ask
        self._wanted = 0 if address.is_here else None
        """Bytes that were asked for; None where asking is in vain."""

        self._asking = False
        self._memory: mmap.mmap | None = None
        self._parts = Parts(0)

    def lend(self, updates: Sequence[Update], most: int) -> tuple[Lent, int]:
        """Put a commit's large pictures into the memory; and how many bytes to ask for, or 0.

        Only pictures of more than `most` bytes use it when there should be more of it.
        """
        pictures = _large(updates)
        if not pictures or self._wanted is None or self._asking:
            return Lent(updates), 0
        wanted = self._wish(sum(_in_pages(len(op[3])) for op in pictures))
        can_be_sent = all(len(op[3]) <= most for op in pictures)
        if self._memory is None or (wanted > self._wanted and can_be_sent):
            return Lent(updates), wanted
        begins: list[int] = []
        lent = [
            {**update, "ops": [self._put(op, begins) for op in update["ops"]]}
            if update.get("ops")
            else update
            for update in updates
        ]
        return Lent(lent, self._parts, begins), 0

    async def has_room_for(self, updates: Sequence[Update]) -> bool:
        """The same for the large pictures of a commit together."""
        return await self.has_room(sum(_in_pages(len(op[3])) for op in _large(updates)))

    async def has_room(self, length: int) -> bool:
        """Whether a picture of so many bytes fits, once nothing else is in it; asks for memory."""
        size = _in_pages(length)
        if self._wanted is not None and not self._asking and self._parts.size < size <= POOL_BYTES:
            await self.get(self._wish(size))
        return self._memory is not None and size <= self._parts.size

    def _wish(self, size: int) -> int:
        return min(POOL_BYTES, max(_PICTURES * size, self._wanted or 0))

    async def get(self, size: int) -> None:
        """Ask the node for memory, in place of what there is; it is used from then on."""
        if self._asking:
            return
        self._asking, self._wanted = True, size
        # The node lets go of the last one as soon as it hears of this.
        self._memory = None
        try:
            answer = await self._ask(size)
            self._memory = _opened(msgspec.convert(answer, Pool))
            self._parts = Parts(len(self._memory))
        except (OSError, ValueError, CallError, ClientError, Lost, msgspec.ValidationError):
            self._wanted = None
        finally:
            self._asking = False

    def _put(self, op: Any, begins: list[int]) -> Any:
        if self._memory is None or not _is_large(op):
            return op
        kind, rect, codec, data = op
        begin = self._parts.take(len(data))
        if begin is None:
            return op
        begins.append(begin)
        self._memory[begin : begin + len(data)] = data
        return [kind, rect, codec, begin]


def _large(updates: Sequence[Update]) -> list[Any]:
    return [op for update in updates for op in update.get("ops", ()) if _is_large(op)]


def _is_large(op: Any) -> bool:
    plain = op[0] == "image" and op[2] in _PLAIN and not isinstance(op[3], int)
    return plain and len(op[3]) >= FROM_BYTES


def _in_pages(length: int) -> int:
    return -(-length // _PAGE) * _PAGE


def _opened(pool: Pool) -> mmap.mmap:
    """The memory; raises OSError or ValueError where the path leads elsewhere here."""
    file = os.open(pool.path, os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        status = os.fstat(file)
        if (status.st_dev, status.st_ino, status.st_size) != (pool.device, pool.inode, pool.bytes):
            raise ValueError("another file has that path here")
        return mmap.mmap(file, pool.bytes)
    finally:
        os.close(file)
