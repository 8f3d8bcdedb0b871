"""Files that a person has dropped on a surface, as its program fetches them.

Programs of asyncio and Twisted await `DroppedFile.data`; handlers of a picture that was shown by
`Screen.show` run in a thread of their own, and read with `WaitingFile.read`.
"""

import asyncio
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geometry_ws.client.errors import CallError, ClientError, Lost
from geometry_ws.protocol.drops import FilesDropped

if TYPE_CHECKING:
    from geometry_ws.client.client import Client

MOST_BYTES: Final = 64 * 2**20
"""What is read of a file unless more is asked for."""


class DroppedFile:
    """A file that a person offers; ``name``, ``type`` and ``bytes`` are what their page says."""

    def __init__(self, drop: "Drop", number: int, name: str, kind: str, size: int) -> None:
        self._drop = drop
        self._number = number
        self.name = name
        self.type = kind
        self.bytes = size

    async def data(self, most: int = MOST_BYTES) -> bytes:
        """All of it. Raises ClientError for more than ``most`` bytes, CallError where it ended."""
        if self.bytes > most:
            raise ClientError(f"{self.name} has {self.bytes} bytes, and {most} are read at most.")
        parts, at = [], 0
        while at < self.bytes:
            part = await self._drop.piece(self._number, at)
            if not part:
                break
            parts.append(part)
            at += len(part)
        return b"".join(parts)

    def __repr__(self) -> str:
        return f"<{self.name!r}, {self.bytes} bytes>"


class WaitingFile(DroppedFile):
    """A file for a program without a loop of its own."""

    def read(self, most: int = MOST_BYTES) -> bytes:
        """All of it; waits until it is here. Raises like `DroppedFile.data`."""
        loop = self._drop.loop
        if loop is None or asyncio._get_running_loop() is loop:
            raise ClientError("Await `data()` here.")
        return asyncio.run_coroutine_threadsafe(self.data(most), loop).result()

    def save(self, folder: str | Path, most: int = MOST_BYTES) -> Path:
        """Write it into a folder under its own name, or one like it that is free; gives its path.

        Raises OSError too.
        """
        return save(Path(folder), self.name, self.read(most))


class Drop:
    """Files that were dropped at ``x`` and ``y`` of a surface, by ``by``."""

    def __init__(
        self, client: "Client", event: FilesDropped, loop: asyncio.AbstractEventLoop | None = None
    ) -> None:
        self._client = client
        self.loop = loop
        self.event = event
        self.x, self.y, self.by = event.x, event.y, event.by
        kind = DroppedFile if loop is None else WaitingFile
        self.files: list[Any] = [
            kind(self, number, each.name, each.type, each.bytes)
            for number, each in enumerate(event.files)
        ]
        self._refused = ""

    def refuse(self, reason: str) -> None:
        """Take nothing more of it; the person reads the reason, a sentence of 200 letters."""
        self._refused = reason[:200] or "Its program refuses them."

    async def piece(self, number: int, at: int) -> bytes:
        """A piece of a file, from a byte on."""
        name = self.event.drop
        answer = await self._client.call("drop.fetch", drop=name, file=number, at=at)
        return bytes(answer["data"])

    async def handled(self, work: Any) -> None:
        """Await what a handler does, and tell the person how it ended."""
        try:
            await work
        except CallError as problem:
            if problem.name != "no_such_drop":
                raise
            raise ClientError(f"The files could not be fetched: {problem}") from None
        except Lost:
            return
        except Exception:
            self.refuse("Its program could not read them.")
            raise
        finally:
            await self._end()

    async def _end(self) -> None:
        try:
            await self._client.call("drop.end", drop=self.event.drop, refused=self._refused)
        except (CallError, Lost):
            return  # it has ended already


async def in_thread(handler: Callable[[Any], Any], drop: Drop) -> None:
    """Call a handler that may wait, in a thread of its own that holds up no interpreter's end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def resolve(result: Any, problem: BaseException | None) -> None:
        if not done.done():
            done.set_exception(problem) if problem else done.set_result(result)

    def work() -> None:
        result, failure = None, None
        try:
            result = handler(drop)
        except Exception as problem:  # noqa: BLE001 - it is told where the others are
            failure = problem
        loop.call_soon_threadsafe(resolve, result, failure)

    threading.Thread(target=work, name="geometry_ws drop", daemon=True).start()
    result = await done
    if asyncio.iscoroutine(result):
        await result


def save(folder: Path, name: str, data: bytes) -> Path:
    """Write a file under its name, or one like it that is free; gives its path. Raises OSError."""
    stem, dot, ending = re.sub(r"[/\\\x00-\x1f\x7f]", "_", name).rpartition(".")
    for number in range(1, 1000):
        again = f" {number}" if number > 1 else ""
        path = folder / (f"{stem}{again}{dot}{ending}" if stem else f"{ending}{again}")
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder} has a thousand files like {name}")
