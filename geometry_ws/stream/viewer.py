"""One viewer of a stream: what it looks at, what it has, and what is on its way to it.

What it has is said by three things: every place and removal up to frame ``last_sent`` is there;
so are all planes' pixels, but for those in ``stale``, which lack what changed since the frame
named there; and all of these are exact, but for the regions in ``lossy``, which it has with loss.
``video_positions`` are the newest pictures of videos that it has decoded, which the next ones may
build on. The connection is reliable and ordered, so what was sent is what it has. Where the
connection ended, what was lost with it is undone, frame by frame.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from geometry_ws.scene.attention import EVERYTHING, Look
from geometry_ws.scene.geometry import Region
from geometry_ws.stream.flow import Flow, Rate
from geometry_ws.stream.frame import Frame
from geometry_ws.stream.history import History
from geometry_ws.stream.loss import NO_LOSS, Loss
from geometry_ws.stream.quality import Downscale, LineQuality, shown_shrink
from geometry_ws.stream.video import ChainPosition

NOTHING = -1
"""Stale since before every frame: the plane's pixels were never sent."""

REFINE_SECONDS: Final = 0.15
"""Lossy pixels are refined when nothing has changed them for so long."""

LOOK_AGAIN_SECONDS: Final = 0.1
"""Where lossy pixels keep changing, it is looked that often for some that don't any more."""

MOST_UNDONE: Final = 256
"""Frames without an ack that can be undone; a viewer that lost more gets a keyframe."""

LOSSY_CODECS: Final = frozenset(("jpeg",))


class Profile(NamedTuple):
    """What viewers must have in common to share messages.

    ``shrink`` is how many pixels of the world they get as one, in each direction.
    """

    codecs: frozenset[str] = frozenset()
    fast: bool = False
    shrink: int = 1


class Transfer(NamedTuple):
    """A frame in several parts, on its way to some viewers, each at its own part.

    ``floors`` says per plane which viewers its pixels bring up to date: those that lack nothing
    from before that frame; ``video_positions`` which pictures of videos it brings.
    """

    parts: tuple[Frame, ...]
    sizes: tuple[int, ...]
    floors: Mapping[str, int]
    loss: Loss = NO_LOSS
    video_positions: Mapping[str, ChainPosition] = {}

    @property
    def size_bytes(self) -> int:
        """What it keeps in memory, shared with the cache of encodings."""
        return sum(self.sizes)


@dataclass(frozen=True, slots=True)
class Joining:
    """What a viewer brings along."""

    codecs: frozenset[str] = frozenset()
    name: str = ""
    token: str = ""
    seq: int = 0
    acks_per_second: int = 15
    thumbnails: bool = False


class _Undo(NamedTuple):
    """What a viewer had before it got a frame."""

    seq: int
    last_sent: int
    stale: dict[str, int]
    lossy: dict[str, Region]
    downscaled: dict[tuple[str, int], Region]


class Viewer:
    """State of one attachment; bounded by the number of planes."""

    __slots__ = (
        "_undo",
        "downscale",
        "downscaled",
        "flow",
        "fps",
        "frames",
        "id",
        "joined",
        "joining",
        "keyframe_after",
        "last_sent",
        "look",
        "lossy",
        "maybe_too_small",
        "needs_keyframe",
        "next_part",
        "paused",
        "quality",
        "refine_at",
        "stale",
        "transfer",
        "video_positions",
        "wait_until",
    )

    def __init__(
        self, viewer: int, look: Look | None, flow: Flow, now: float, joining: Joining
    ) -> None:
        self.id = viewer
        self.joining = joining
        self.joined = now
        self.look = look or EVERYTHING
        self.flow = flow
        self.quality = LineQuality()
        self.downscale = Downscale(self._shown_shrink, now)
        self.fps = Rate(now)
        self.paused = False
        self.last_sent = 0
        self.stale: dict[str, int] = {}
        self.lossy: dict[str, Region] = {}
        self.refine_at: float | None = None
        self.video_positions: dict[str, ChainPosition] = {}
        self.downscaled: dict[tuple[str, int], Region] = {}
        """What of the lossy came shrunk, by plane and shrink."""
        self.maybe_too_small = False
        """Whether some of that may have become too small for what is shown."""
        self.needs_keyframe = True
        self.keyframe_after = now
        self.transfer: Transfer | None = None
        self.next_part = 0
        self.wait_until = now
        self.frames = 0
        self._undo: deque[_Undo] = deque(maxlen=MOST_UNDONE)

    @property
    def fast(self) -> bool:
        """Whether its line is slow, and it decodes what has fewer bytes."""
        return self.quality.fast and not LOSSY_CODECS.isdisjoint(self.joining.codecs)

    def profile(self, now: float, *, lacking: bool = False) -> Profile:
        """With whom it can share messages; what it lacks comes as it shows it at once."""
        shrink = self.downscale.shown if lacking else self.downscale.shrink(now)
        return Profile(self.joining.codecs, self.fast, shrink)

    @property
    def _shown_shrink(self) -> int:
        return shown_shrink(self.look) if self.joining.thumbnails else 1

    @property
    def hidden(self) -> bool:
        """Whether it wants nothing at present."""
        return self.paused or self.look.hidden

    def ready(self, now: float) -> bool:
        """Whether it may get a message now."""
        return not (self.paused or self.look.hidden) and self.flow.ready(now)

    def free(self, now: float) -> bool:
        """Whether a new frame may begin for it now."""
        return self.transfer is None and self.wait_until <= now and self.ready(now)

    def drop_transfer(self) -> bool:
        """Forget the unfinished frame; the viewer drops its parts when another frame comes."""
        dropped = self.transfer is not None
        if self.transfer is not None and self.transfer.parts[0].keyframe:
            self.needs_keyframe = True
        self.transfer = None
        self.next_part = 0
        return dropped

    def has(self, plane: str, seq: int, history: History) -> bool:
        """Whether the plane's pixels of frame ``seq``, or newer ones, were sent to it."""
        past = history.get(plane)
        return (
            past is not None
            and plane not in self.stale
            and (self.last_sent >= seq or past.last <= self.last_sent)
            and not self.needs_keyframe
        )

    def received(self, transfer: Transfer, history: History, now: float) -> None:
        """A frame went out to it wholly; what it didn't bring stays stale."""
        frame, floors = transfer.parts[0], transfer.floors
        if frame.keyframe:
            self._undo.clear()
            self.lossy, self.downscaled = {}, {}
            self.video_positions = {}
            self.stale = {
                place.plane: NOTHING
                for place in frame.planes
                if place.plane not in floors and place.plane in history
            }
        else:
            before = self.last_sent, self.stale, self.lossy, self.downscaled
            self._undo.append(_Undo(frame.seq, *before))
            self.stale = self._stale_after(floors, history)
        self.video_positions |= transfer.video_positions
        loss = transfer.loss
        self.lossy = loss.after(self.lossy)
        self.downscaled = loss.downscaled_after(self.downscaled)
        if any(shrink > self.downscale.shown for _, shrink in loss.downscaled):
            self.maybe_too_small = True
        if not self.lossy:
            self.refine_at = None
        elif self.refine_at is None:
            self.refine_at = now + REFINE_SECONDS
        self.last_sent = frame.seq
        self.frames += 1
        self.fps.add(now)

    def _stale_after(self, floors: Mapping[str, int], history: History) -> dict[str, int]:
        if not self.stale and history.damage_seq <= self.last_sent:
            return self.stale
        stale = dict(self.stale)
        for plane in history.damaged_since(self.last_sent):
            stale.setdefault(plane, self.last_sent)
        for plane, floor in floors.items():
            if stale.get(plane, floor) >= floor:
                stale.pop(plane, None)
        return stale

    def acked(self, seq: int, now: float) -> None:
        """It has painted everything up to a frame, so nothing before can be lost."""
        while self._undo and self._undo[0].seq <= seq:
            self._undo.popleft()
        self.quality.measured(self.flow.excess, now)

    def go_on(self, before: "Viewer", seq: int, now: float) -> bool:
        """Take over what a lost viewer had at frame ``seq``, the last that it painted.

        False when that can't be known; then this one needs a keyframe as if it were new.
        """
        undo, has = before._undo, before.last_sent
        stale, lossy, downscaled = before.stale, before.lossy, before.downscaled
        while undo and undo[-1].seq > seq:
            _, has, stale, lossy, downscaled = undo.pop()
        if before.needs_keyframe or has != seq:
            return False
        self.needs_keyframe = False
        self.last_sent, self.stale, self.lossy, self.downscaled = has, stale, lossy, downscaled
        self.refine_at = now + REFINE_SECONDS if lossy else None
        self.maybe_too_small = bool(downscaled)
        return True

    def look_again(self, now: float) -> None:
        """It may see other planes now, or closer, perhaps some that it has with loss."""
        self.downscale.looked(self._shown_shrink, now)
        self.maybe_too_small = bool(self.downscaled)
        if self.lossy and self.refine_at is None:
            self.refine_at = now

    def gone(self, plane: str) -> None:
        """A plane isn't there any more."""
        self.stale.pop(plane, None)
        self.lossy.pop(plane, None)
        self.video_positions.pop(plane, None)
        for key in [key for key in self.downscaled if key[0] == plane]:
            del self.downscaled[key]
