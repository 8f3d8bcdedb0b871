"""One viewer of a stream: its state, what it looks at, what it has, and what is on its way to it.

Three notes say what it has. Every place and removal up to frame ``last_sent`` is there. So are all
planes' pixels, but for those in ``stale``, which lack what changed since the frame named there. All
of these are exact, but for the regions in ``lossy``, of which those in ``downscaled`` came shrunk.

The connection is reliable and ordered, so what was sent is what the viewer has. What was lost with
a connection that ended is undone, frame by frame.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
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


class State(Enum):
    """What a viewer is in, one of these at any time; `STATES` says what each means."""

    DETACHED = "detached"
    PAUSED = "paused"
    HIDDEN = "hidden"
    JOINING = "joining"
    WAITING = "waiting"
    RECEIVING = "receiving"
    BEHIND = "behind"
    LOSSY = "lossy"
    LEVEL = "level"


# A tick asks for each viewer's state, and members are slow to look up in their class.
DETACHED, PAUSED, HIDDEN, JOINING, WAITING, RECEIVING, BEHIND, LOSSY, LEVEL = State


class Event(Enum):
    """What can lead a viewer from one state to another."""

    ATTACH = "it attaches, anew or again"
    LEAVE = "it leaves, or no ack comes in time"
    PAUSE = "it pauses"
    GO_ON = "it goes on"
    HIDE = "its look becomes hidden"
    LOOK = "it looks somewhere"
    REFRESH = "it could not apply a frame"
    ACK = "its ack arrives"
    CHANGE = "the world changes"
    PLAN = "a tick is planned"
    SEND = "a tick's messages go out"
    WAIT = "time passes"


class Meaning(NamedTuple):
    """What a state means, what the viewer gets next, and which states an event leads to.

    An event that isn't named leaves the state as it is.
    """

    means: str
    gets: str
    leads: Mapping[Event, tuple[State, ...]]


# Where viewers get in several ways, and the ways that several states have in common.
_AGAIN: Final = (JOINING, HIDDEN)
_READY: Final = (WAITING, BEHIND, LOSSY, LEVEL)
_SHOWN: Final = (JOINING, *_READY)
_ATTACHED: Final = {Event.LEAVE: (DETACHED,), Event.ATTACH: _AGAIN}
_ACTIVE: Final = {**_ATTACHED, Event.PAUSE: (PAUSED,), Event.HIDE: (HIDDEN,)}
_STARTED: Final = {**_ACTIVE, Event.REFRESH: (JOINING,)}

# `Viewer.state` and this table belong together: change both or neither. A test drives a stream
# through all of it, the random machine of the tests checks that nothing else happens, and
# docs/streams.md has the same table, held against this one.
STATES: Final[Mapping[State, Meaning]] = {
    DETACHED: Meaning(
        "It isn't attached; for a while it may resume.",
        "nothing",
        {Event.ATTACH: (*_AGAIN, BEHIND, LOSSY, LEVEL)},
    ),
    PAUSED: Meaning(
        "It wants nothing for a while.",
        "nothing",
        {**_ATTACHED, Event.GO_ON: (HIDDEN, *_SHOWN)},
    ),
    HIDDEN: Meaning(
        "It shows nothing of the stream.",
        "nothing",
        {**_ATTACHED, Event.PAUSE: (PAUSED,), Event.LOOK: _SHOWN},
    ),
    JOINING: Meaning(
        "It has no picture, or one that can't be continued.",
        "a keyframe, at most two a second",
        {**_ACTIVE, Event.SEND: _SHOWN},
    ),
    WAITING: Meaning(
        "Its congestion window is full, or an ack is late.",
        "nothing; it is detached if no ack comes in time",
        {
            **_STARTED,
            Event.ACK: (*_READY, RECEIVING),
            Event.SEND: (WAITING, JOINING),
        },
    ),
    RECEIVING: Meaning(
        "It has a part of a frame, and room for the next.",
        "the next part",
        {
            **_STARTED,
            Event.ACK: (RECEIVING, WAITING),
            Event.WAIT: (RECEIVING, WAITING),
            Event.SEND: _SHOWN,
        },
    ),
    BEHIND: Meaning(
        "It misses something of frames that are over.",
        "the newest pixels of what it misses",
        {
            **_STARTED,
            Event.ACK: (BEHIND, WAITING),
            Event.WAIT: (BEHIND, WAITING),
            Event.LOOK: (BEHIND, LOSSY, LEVEL),
            Event.CHANGE: (BEHIND, LOSSY, LEVEL),
            Event.PLAN: (BEHIND, JOINING),
            Event.SEND: _READY,
        },
    ),
    LOSSY: Meaning(
        "It misses nothing, but some pixels have loss.",
        "what changes, and its lossy pixels exactly once they rest",
        {
            **_STARTED,
            Event.ACK: (LOSSY, WAITING),
            Event.WAIT: (LOSSY, WAITING),
            Event.LOOK: (LOSSY, BEHIND),
            Event.CHANGE: (LOSSY, BEHIND),
            Event.PLAN: (LOSSY, BEHIND, LEVEL),
            Event.SEND: (LOSSY, WAITING, LEVEL),
        },
    ),
    LEVEL: Meaning(
        "It has exactly what it looks at.",
        "what changes, as it happens",
        {
            **_STARTED,
            Event.ACK: (LEVEL, WAITING),
            Event.WAIT: (LEVEL, WAITING),
            Event.LOOK: (LEVEL, BEHIND),
            Event.CHANGE: (LEVEL, BEHIND),
            Event.PLAN: (LEVEL, BEHIND),
            Event.SEND: (LEVEL, WAITING, LOSSY),
        },
    ),
}


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
        "apart",
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
        self.apart: tuple[object, object, int] | None = None
        """When it was found that none of the stale planes is for its look; see planner.py."""
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

    def state(self, is_behind: Callable[["Viewer"], bool], now: float) -> State:
        """Its state; ``is_behind`` says whether it misses something of frames that are over."""
        if self.paused:
            return PAUSED
        if self.look.hidden:
            return HIDDEN
        if self.needs_keyframe:
            return JOINING
        if not self.flow.ready(now):
            return WAITING
        if self.transfer is not None:
            return RECEIVING
        if is_behind(self):
            return BEHIND
        return LOSSY if self.lossy else LEVEL

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
        if transfer.video_positions:
            self.video_positions |= transfer.video_positions
        loss = transfer.loss
        self.lossy = loss.after(self.lossy)
        self.downscaled = loss.downscaled_after(self.downscaled)
        if loss.downscaled and any(s > self.downscale.shown for _, s in loss.downscaled):
            self.maybe_too_small = True
        if not self.lossy:
            self.refine_at = None
        elif self.refine_at is None or loss.covers(self.lossy):
            # All of a running video is new: no viewer of it needs a look of its own.
            self.refine_at = now + REFINE_SECONDS
        self.last_sent = frame.seq
        self.frames += 1
        self.fps.add(now)

    def _stale_after(self, floors: Mapping[str, int], history: History) -> dict[str, int]:
        stale, has = self.stale, self.last_sent
        missed = [
            plane
            for plane in history.damaged_since(has)
            if plane not in stale and floors.get(plane, has + 1) > has
        ]
        brought = [plane for plane, floor in floors.items() if stale.get(plane, floor - 1) >= floor]
        if not missed and not brought:
            return stale  # mostly; there may be a thousand, of faces that aren't for its look
        stale = {**stale, **dict.fromkeys(missed, has)}
        for plane in brought:
            del stale[plane]
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
