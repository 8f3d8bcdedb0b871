"""Child: many light viewers, or many bare subscribers.

Settings: ``port``, and ``through`` where a slow link is on the way; ``count``; ``see``: "step" (the
cells of ``surface``), "place" (where it lies), "bare" (messages of ``topic`` that carry their
step; the first decodes their tiles); ``waits``: they attach together at the word "attach", and one
more line tells when all have a picture. At the word "stall" the first one stops reading, and at
"read" it goes on.
``notes``: count different encodings; ``videos``: codecs of videos that they name.
Report: ``viewers``, for each a list ``seen`` of [time, message bytes, step], and ``received``, a
list of [time, all bytes so far], ``full`` [time, bytes] of its first whole picture, ``keyframes``,
``refreshes``, ``detached``, ``lost``; and ``moments`` of the words, ``encodings``.
"""

import io
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.processes.children import say, serve
from benchmarks.processes.event_loop import Loop
from benchmarks.viewers.step_reader import DecodedTiles, EncodingCounts, StepReader
from benchmarks.viewers.wamp_session import Session
from geometry_ws.client.acks import Acks, Position
from geometry_ws.protocol.names import PREFIX
from geometry_ws.render.codecs import FRAME_CODECS

SAMPLE_SECONDS = 0.2
STREAM = "world"
AGAIN_SECONDS = 0.05


class LightViewer:
    """One viewer, with a session and notes of its own."""

    def __init__(self, all_viewers: "LightViewers", *, paints: bool = False) -> None:
        self._all = all_viewers
        self._paints = paints
        settings = all_viewers.settings
        self._bare = settings["see"] == "bare"
        moves = settings["see"] == "place"
        self._steps = StepReader(settings.get("surface", ""), all_viewers.tiles, moves=moves)
        self._acks = Acks()
        self._ack_at = float("inf")
        self._begun = 0
        self.seen: list[tuple[float, int, Any]] = []
        self.received: list[tuple[float, int]] = []
        self.full: tuple[float, int] | None = None
        self.refreshes = 0
        self.detached = 0
        self.lost = 0
        self._token = ""
        self._connect()

    def _connect(self) -> None:
        settings = self._all.settings
        through = settings.get("through", 0)
        self.session = Session(self._all.loop, settings["port"], self._joined, through)

    def report(self) -> dict[str, Any]:
        """What it has seen."""
        return {
            "seen": self.seen,
            "received": self.received,
            "full": self.full,
            "keyframes": self._steps.keyframes,
            "refreshes": self.refreshes,
            "detached": self.detached,
            "lost": self.lost,
        }

    def attach(self) -> None:
        """Become a viewer."""
        self._steps.restart()
        self._acks.forget()
        self._begun = self.session.received
        codecs = [*FRAME_CODECS, *self._all.settings.get("videos", ())]
        keywords: dict[str, Any] = {"stream": STREAM, "codecs": codecs}
        if self._token:
            have = {"epoch": self._steps.epoch, "seq": self._steps.seq}
            keywords["resume"] = {"token": self._token, **have}
        self.session.call(PREFIX + "stream.attach", keywords, self._attached)

    def sample(self, now: float) -> None:
        """Note how much has come."""
        if not self.received or self.received[-1][1] != self.session.received:
            self.received.append((now, self.session.received))

    def _joined(self, session: Session) -> None:
        self.session = session
        session.lost = self._gone
        if self._bare:
            session.subscribe(self._all.settings["topic"], self._heard, self._all.count_ready)
            return
        waits = self._all.settings.get("waits")
        then = self._all.count_ready if waits and not self.lost else self.attach
        detached = f"{PREFIX}stream.on_detached.{STREAM}"
        session.subscribe(detached, self._was_detached, lambda: None)
        session.subscribe(f"{PREFIX}stream.on_frame.{STREAM}", self._frame, then)

    def _attached(self, answer: Any) -> None:
        self._acks.begin(answer["window_bytes"], answer["acks_per_second"])
        self._token = answer.get("token", "")
        if answer.get("resumed"):
            self._steps.go_on()

    def _gone(self) -> None:
        """The router has given up waiting for it; come again with what is there still."""
        self.lost += 1
        self._connect()

    def _was_detached(self, keywords: Any, size: int) -> None:
        self.detached += 1
        self._all.loop.at(time.monotonic() + AGAIN_SECONDS, self.attach)

    def _heard(self, keywords: Any, size: int) -> None:
        if self._paints:
            for op in keywords["ops"]:
                if op[0] == "image" and op[2] != "bgra":
                    np.asarray(Image.open(io.BytesIO(op[3])).convert("RGBA"))
        self.seen.append((time.monotonic(), size, keywords["step"]))

    def _frame(self, frame: Any, size: int) -> None:
        outcome = self._steps.take(frame)
        if self._all.encodings is not None:
            self._all.encodings.note(frame)
        now = time.monotonic()
        shown = outcome == "shown"
        self.seen.append((now, size, self._steps.step if shown else None))
        if outcome == "refused":
            self._steps.restart()
            self.refreshes += 1
            keywords = {"stream": STREAM, "reason": "a frame was missing"}
            self.session.call(PREFIX + "stream.refresh", keywords, lambda _: None)
        if "seq" in frame:  # what can't be applied has come all the same
            if frame.get("acks_per_second"):
                self._acks.pace(frame["acks_per_second"])
            position = Position(frame["epoch"], frame["seq"], frame.get("part", (0, 1))[0])
            self._acks.took(position, size)
            self._acknowledge()
        if shown and self.full is None:
            self.full = now, self.session.received - self._begun
            self._all.count_full()

    def _acknowledge(self) -> None:
        now = time.monotonic()
        if (position := self._acks.next(now)) is not None:
            ack = {"stream": STREAM, "draw_us": 100, **position._asdict()}
            self.session.publish(PREFIX + "stream.ack", ack)
        when = self._acks.when()
        if when is not None and not now < self._ack_at <= when:
            self._ack_at = when
            self._all.loop.at(when, self._ack_due)

    def _ack_due(self) -> None:
        self._ack_at = float("inf")
        if self.session.reading:
            self._acknowledge()


class LightViewers:
    """All viewers of the process, on one event loop."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.loop = Loop()
        self.tiles = DecodedTiles()
        self.encodings = EncodingCounts() if settings.get("notes") else None
        self.moments: dict[str, float] = {}
        self._missing = self._hungry = settings["count"]
        # Of bare subscribers the first decodes, so that latencies end at the pixels everywhere.
        self.viewers = [LightViewer(self, paints=not number) for number in range(settings["count"])]
        self._sample()
        self.loop.hear(self._obey)

    def count_ready(self) -> None:
        """Count a viewer that is where it should be; after the last, tell the parent."""
        self._missing -= 1
        if self._missing == 0:
            say({"ready": True})

    def count_full(self) -> None:
        """Count a viewer that has its first whole picture; after the last, tell the parent."""
        if not self.settings.get("waits"):
            self.count_ready()
            return
        self._hungry -= 1
        if self._hungry == 0:
            say({"full": True})

    def report(self) -> dict[str, Any]:
        """What all have seen."""
        encodings = None if self.encodings is None else sorted(self.encodings.values())
        viewers = [viewer.report() for viewer in self.viewers]
        return {"viewers": viewers, "moments": self.moments, "encodings": encodings}

    def _sample(self) -> None:
        now = time.monotonic()
        for viewer in self.viewers:
            viewer.sample(now)
        self.loop.at(now + SAMPLE_SECONDS, self._sample)

    def _obey(self, word: str) -> None:
        self.moments[word] = time.monotonic()
        if word == "attach":
            for viewer in self.viewers:
                viewer.attach()
        else:
            self.viewers[0].session.stall(stalled=word == "stall")


def main(settings: dict[str, Any]) -> Callable[[], Any]:
    """Follow until told to end."""
    viewers = LightViewers(settings)
    viewers.loop.run()
    return viewers.report


if __name__ == "__main__":
    serve(main)
