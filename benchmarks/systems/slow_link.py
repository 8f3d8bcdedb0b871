"""Child: a link of a given round trip and rate, on the loopback interface.

Settings: ``to``, the port behind it; ``delay`` of one way in seconds; ``rate`` in bytes a second
each way, 0 for any. Says the port it listens on. It holds as much as a modem would, then reads
no more, so that a sender is slowed as by a real link. Report: bytes carried each way.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from benchmarks.processes.children import say, serve

QUEUE_BYTES = 64 * 1024
_CHUNK = 8 * 1024


class Way:
    """One direction of one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        delay: float,
        rate: float,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._delay = delay
        self._rate = rate
        self._queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._free = 0.0
        self.carried = 0

    async def carry(self) -> None:
        """Until one end closes."""
        await asyncio.gather(self._take(), self._deliver())

    async def _take(self) -> None:
        while data := await self._reader.read(_CHUNK):
            now = time.monotonic()
            self._free = max(self._free, now) + (len(data) / self._rate if self._rate else 0)
            await self._queue.put((self._free + self._delay, data))
            # What waits for the link longer than its buffer holds isn't taken yet.
            ahead = self._free - now - (QUEUE_BYTES / self._rate if self._rate else 0)
            if ahead > 0:
                await asyncio.sleep(ahead)
        await self._queue.put((0.0, b""))

    async def _deliver(self) -> None:
        while True:
            due, data = await self._queue.get()
            if not data:
                self._writer.close()
                return
            await asyncio.sleep(max(due - time.monotonic(), 0))
            self.carried += len(data)
            self._writer.write(data)
            await self._writer.drain()


async def _serve(settings: dict[str, Any], carried: dict[str, int]) -> None:
    ends: list[tuple[Way, Way]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(sock=_small(settings["to"]))
        link = settings["delay"], settings["rate"]
        ways = Way(reader, back, *link), Way(there, writer, *link)
        ends.append(ways)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*(way.carry() for way in ways), return_exceptions=True)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    say({"port": server.sockets[0].getsockname()[1]})
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    carried["up"] = sum(up.carried for up, _ in ends)
    carried["down"] = sum(down.carried for _, down in ends)


def _small(port: int) -> socket.socket:
    """A connection that takes little ahead of what the link has carried."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, QUEUE_BYTES)
    opened.connect(("127.0.0.1", port))
    opened.setblocking(False)
    return opened


def main(settings: dict[str, Any]) -> Callable[[], Any]:
    carried: dict[str, int] = {}
    asyncio.run(_serve(settings, carried))
    return lambda: carried


if __name__ == "__main__":
    serve(main)
