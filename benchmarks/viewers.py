"""Child: viewers that paint everything they get, and note when they saw what.

Settings: ``address``; ``count`` of viewers; ``see``: "step" (the cells of ``surface``), "place"
(where ``surface`` lies), "state" (a hash of all pixels) or "relay" (bare messages, no picture).
Report: for each viewer ``seen``, a list of [time, message bytes, what], and ``received``, a list of
[time, all bytes so far].
"""

import time
from collections.abc import Callable
from typing import Any

import xxhash
from children import say, serve
from loads import MOVE_PX, read_step
from twisted.internet.defer import Deferred, DeferredList

from geometry_ws.client import Client, Connection, Message, Viewer, run
from geometry_ws.client.canvas import Outcome
from geometry_ws.client.viewer import Painted

SAMPLE_SECONDS = 0.2
RELAY = "app.benchmark.relay"


class Watching:
    """One viewer and its notes."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._surface = settings.get("surface", "")
        self.seen: list[tuple[float, int, Any]] = []
        self.received: list[tuple[float, int]] = []
        self.begun: Deferred[None] = Deferred()
        self._hashes: dict[str, str] = {}
        self._look: Callable[[Painted], Any] = getattr(self, f"_{settings['see']}")
        self._relayed = settings["see"] == "relay"
        self._viewer = Viewer(on_frame=self._painted)

    async def follow(self, client: Client) -> None:
        if self._relayed:
            await client.subscribe(RELAY, self._heard)
            self._begin()
        else:
            await self._viewer.attach(client)
        while True:
            if not self.received or self.received[-1][1] != client.received_bytes:
                self.received.append((time.monotonic(), client.received_bytes))
            await client.sleep(SAMPLE_SECONDS)

    def report(self) -> dict[str, Any]:
        return {"seen": self.seen, "received": self.received}

    def _begin(self) -> None:
        if not self.begun.called:
            self.begun.callback(None)

    def _painted(self, painted: Painted) -> None:
        # The pixels are in the planes when this is called: see Viewer.
        moment = time.monotonic()
        what = self._look(painted) if painted.outcome is Outcome.SHOWN else None
        self.seen.append((moment, painted.size, what))
        if painted.outcome is Outcome.SHOWN:
            self._begin()

    def _heard(self, message: Message) -> None:
        self.seen.append((time.monotonic(), message.size, message.keywords["step"]))

    def _step(self, painted: Painted) -> int | None:
        plane = self._viewer.planes.get(self._surface)
        return None if plane is None else read_step(plane.pixels)

    def _place(self, painted: Painted) -> int | None:
        plane = self._viewer.planes.get(self._surface)
        return None if plane is None else plane.place.x // MOVE_PX

    def _state(self, painted: Painted) -> str:
        planes = self._viewer.planes
        for name in painted.damage.keys() & planes.keys():
            self._hashes[name] = xxhash.xxh3_64_hexdigest(planes[name].pixels.tobytes())
        picture = [(name, self._hashes.get(name), plane.place) for name, plane in planes.items()]
        return xxhash.xxh3_64_hexdigest(repr(sorted(picture)).encode())

    def _relay(self, painted: Painted) -> None:
        raise AssertionError("a bare message has no picture")


def watch(settings: dict[str, Any]) -> Callable[[], Any]:
    """Follow until told to end."""
    all_of_them = [Watching(settings) for _ in range(settings["count"])]

    async def main(client: Client) -> None:
        for watching in all_of_them[1:]:
            connection = Connection(settings["address"])
            client.spawn(connection.serve(watching.follow))
        client.spawn(all_of_them[0].follow(client))
        await DeferredList([watching.begun for watching in all_of_them], consumeErrors=True)
        say({"ready": True})
        await Deferred()

    run(main, settings["address"], quiet=True)
    return lambda: [watching.report() for watching in all_of_them]


if __name__ == "__main__":
    serve(watch)
