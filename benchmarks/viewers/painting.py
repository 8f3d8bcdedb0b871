"""Child: viewers that paint everything they get, and note when they saw what.

Settings: ``address``, with a ``token`` where it needs one; ``count`` of viewers; ``see``: "step"
(the cells of ``surface``), "place" (where ``surface`` lies) or "state" (a hash of all pixels);
``videos``: codecs that it names;
``points``: so many moves of a pointer over the surface each second.
Report: for each viewer ``seen``, a list of [time, message bytes, what], ``received``, a list of
[time, all bytes so far], ``attached`` and ``full``, when it asked for the stream and [time, bytes]
of the first whole picture, and ``pointed``, a list
of [what must be seen, time].
"""

import time
from collections.abc import Callable
from typing import Any

import xxhash
from twisted.internet.defer import Deferred, DeferredList

from benchmarks.loads.steps import read_step, step_at
from benchmarks.processes.children import say, serve
from geometry_ws.client import Client, Connection, Viewer, run
from geometry_ws.client.canvas import MessageOutcome
from geometry_ws.client.viewer import PaintedMessage
from geometry_ws.render.codecs import FRAME_CODECS

SAMPLE_SECONDS = 0.2
_NUMBERS = 250


class Watching:
    """One viewer and its notes."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._surface = settings.get("surface", "")
        self.seen: list[tuple[float, int, Any]] = []
        self.received: list[tuple[float, int]] = []
        self.begun: Deferred[None] = Deferred()
        self._hashes: dict[str, str] = {}
        self._look: Callable[[PaintedMessage], Any] = getattr(self, f"_{settings['see']}")
        self._points = settings.get("points", 0)
        self.full: tuple[float, int] | None = None
        self.attached = 0.0
        self.pointed: list[tuple[int, float]] = []
        self._viewer = Viewer(
            on_frame=self._painted, codecs=(*FRAME_CODECS, *settings.get("videos", ()))
        )

    async def follow(self, client: Client) -> None:
        self.attached = time.monotonic()
        await self._viewer.attach(client)
        if self._points:
            client.spawn(self._point(client))
        while True:
            if not self.received or self.received[-1][1] != client.received_bytes:
                self.received.append((time.monotonic(), client.received_bytes))
            await client.sleep(SAMPLE_SECONDS)

    def report(self) -> dict[str, Any]:
        return {
            "seen": self.seen,
            "received": self.received,
            "full": self.full,
            "attached": self.attached,
            "pointed": self.pointed,
        }

    def _begin(self) -> None:
        if not self.begun.called:
            self.begun.callback(None)

    def _painted(self, painted: PaintedMessage) -> None:
        # The pixels are in the planes when this is called: see Viewer.
        moment = time.monotonic()
        what = self._look(painted) if painted.outcome is MessageOutcome.SHOWN else None
        self.seen.append((moment, painted.size, what))
        if painted.outcome is MessageOutcome.SHOWN:
            if self.full is None:
                self.full = moment, self._viewer.statistics.bytes
            self._begin()

    async def _point(self, client: Client) -> None:
        """Move the pointer over the surface; the program answers with where it was."""
        await self.begun
        number = 0
        while True:
            number = number % _NUMBERS + 1
            self.pointed.append((number, time.monotonic()))
            keywords = {"phase": "move", "x": float(number), "y": 100.0}
            client.tell("seat.pointer", keywords | {"frame": self._viewer.canvas.seq})
            await client.sleep(1 / self._points)

    def _step(self, painted: PaintedMessage) -> int | None:
        plane = self._viewer.planes.get(self._surface)
        return None if plane is None else read_step(plane.pixels)

    def _place(self, painted: PaintedMessage) -> int | None:
        plane = self._viewer.planes.get(self._surface)
        return None if plane is None else step_at(plane.place.x, plane.place.y)

    def _state(self, painted: PaintedMessage) -> str:
        planes = self._viewer.planes
        for name in painted.damage.keys() & planes.keys():
            self._hashes[name] = xxhash.xxh3_64_hexdigest(planes[name].pixels.tobytes())
        picture = [(name, self._hashes.get(name), plane.place) for name, plane in planes.items()]
        return xxhash.xxh3_64_hexdigest(repr(sorted(picture)).encode())


def watch(settings: dict[str, Any]) -> Callable[[], Any]:
    """Follow until told to end."""
    all_of_them = [Watching(settings) for _ in range(settings["count"])]

    async def main(client: Client) -> None:
        for watching in all_of_them[1:]:
            connection = Connection(settings["address"], token=settings.get("token") or None)
            client.spawn(connection.serve(watching.follow))
        client.spawn(all_of_them[0].follow(client))
        await DeferredList([watching.begun for watching in all_of_them], consumeErrors=True)
        say({"ready": True})
        await Deferred()

    token = settings.get("token") or None
    run(main, settings["address"], token=token, quiet=True, twisted=True)
    return lambda: [watching.report() for watching in all_of_them]


if __name__ == "__main__":
    serve(watch)
