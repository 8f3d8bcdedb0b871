"""One viewer of a stream: what it looks at, what it has, and what is on its way to it.

What it has is said by two things: every place and removal up to frame ``last_sent`` is there, and
so are all planes' pixels, but for those in ``stale``, which lack what changed since the frame
named there. The connection is reliable and ordered, so what was sent is what it has.
"""

from collections.abc import Mapping
from typing import NamedTuple

from geometry_ws.scene.attention import EVERYTHING, Look
from geometry_ws.stream.flow import Flow
from geometry_ws.stream.frame import Frame
from geometry_ws.stream.history import History

NOTHING = -1
"""Stale since before every frame: the plane's pixels were never sent."""


class Transfer(NamedTuple):
    """A frame in several parts, on its way to some viewers, each at its own part.

    ``floors`` says per plane which viewers its pixels bring up to date: those that lack nothing
    from before that frame.
    """

    parts: tuple[Frame, ...]
    sizes: tuple[int, ...]
    floors: Mapping[str, int]

    @property
    def size_bytes(self) -> int:
        """What it keeps in memory, shared with the cache of encodings."""
        return sum(self.sizes)


class ViewerStats(NamedTuple):
    """Numbers for people; times in seconds but draw_us."""

    viewer: int
    frames: int
    messages: int
    bytes: int
    in_flight_bytes: int
    last_ack: float | None
    round_trip: float
    draw_us: int
    hidden: bool
    stale_planes: int


class Viewer:
    """State of one attachment; bounded by the number of planes."""

    __slots__ = (
        "flow",
        "frames",
        "id",
        "keyframe_after",
        "last_sent",
        "look",
        "needs_keyframe",
        "next_part",
        "paused",
        "stale",
        "transfer",
        "wait_until",
    )

    def __init__(self, viewer: int, look: Look | None, flow: Flow, now: float) -> None:
        self.id = viewer
        self.look = look or EVERYTHING
        self.flow = flow
        self.paused = False
        self.last_sent = 0
        self.stale: dict[str, int] = {}
        self.needs_keyframe = True
        self.keyframe_after = now
        self.transfer: Transfer | None = None
        self.next_part = 0
        self.wait_until = now
        self.frames = 0

    @property
    def hidden(self) -> bool:
        """Whether it wants nothing at present."""
        return self.paused or self.look.hidden

    def ready(self, now: float) -> bool:
        """Whether it may get a message now."""
        return not self.hidden and self.flow.ready(now)

    def free(self, now: float) -> bool:
        """Whether a new frame may begin for it now."""
        return self.transfer is None and self.wait_until <= now and self.ready(now)

    def drop_transfer(self) -> None:
        """Forget the unfinished frame; the viewer drops its parts when another frame comes."""
        if self.transfer is not None and self.transfer.parts[0].keyframe:
            self.needs_keyframe = True
        self.transfer = None
        self.next_part = 0

    def has(self, plane: str, seq: int, history: History) -> bool:
        """Whether the plane's pixels of frame ``seq``, or newer ones, were sent to it."""
        past = history.get(plane)
        return (
            past is not None
            and plane not in self.stale
            and (self.last_sent >= seq or past.last <= self.last_sent)
            and not self.needs_keyframe
        )

    def received(self, frame: Frame, floors: Mapping[str, int], history: History) -> None:
        """A frame went out to it wholly; what it didn't bring stays stale."""
        before = self.last_sent
        if frame.keyframe:
            self.stale = {
                place.plane: NOTHING
                for place in frame.planes
                if place.plane not in floors and place.plane in history
            }
        else:
            for plane in list(history.damaged_since(before)):
                self.stale.setdefault(plane, before)
            for plane, floor in floors.items():
                if self.stale.get(plane, floor) >= floor:
                    self.stale.pop(plane, None)
        self.last_sent = frame.seq
        self.frames += 1

    def stats(self) -> ViewerStats:
        """Numbers for people."""
        return ViewerStats(
            viewer=self.id,
            frames=self.frames,
            messages=self.flow.sent_messages,
            bytes=self.flow.sent_bytes,
            in_flight_bytes=self.flow.in_flight_bytes,
            last_ack=self.flow.last_ack,
            round_trip=self.flow.round_trip,
            draw_us=self.flow.draw_us,
            hidden=self.hidden,
            stale_planes=len(self.stale),
        )
