"""The picture of one stream across sessions, and what becomes of each message. Pure.

Between an attach and its keyframe the old planes stay. A keyframe may come before attach has
answered, so it is the keyframe that begins an epoch.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from geometry_ws.client.acks import Position
from geometry_ws.scene.faces import Theme
from geometry_ws.stream.frame import Frame
from geometry_ws.stream.painter import NeedsRefresh, PaintedFrame, Plane, PlaneStore
from geometry_ws.stream.shown_planes import ShownPlanes
from geometry_ws.stream.wire import BadFrame, from_wire


class MessageOutcome(Enum):
    """What became of a message of a stream."""

    SHOWN = "shown"
    """The planes are those of this frame now."""

    PART = "part"
    """Kept until the last part of its frame comes."""

    EARLY = "early"
    """There is no keyframe yet, but one is coming: nothing to do."""

    REFUSED = "refused"
    """It can't be applied: a keyframe must be asked for."""


class Took(NamedTuple):
    """An outcome with what belongs to it: what to acknowledge (and how often, where that has
    changed), what was painted, why not.

    Also what can't be applied is acknowledged: it has come, so it isn't on the way any more.
    """

    outcome: MessageOutcome
    position: Position | None = None
    damage: Mapping[str, tuple[int, int, int, int]] = {}
    reason: str = ""
    acks_per_second: int = 0


class Canvas:
    """All planes of a stream."""

    def __init__(self) -> None:
        self._shown = PlaneStore("")
        self._coming: PlaneStore | None = None
        self._fresh = True
        self._chosen = ShownPlanes()
        self.theme: Theme = "light"
        self.face_scale = 1.0

    @property
    def shown(self) -> dict[str, Plane]:
        """The planes that are for this theme and scale, by their ids, the lowest first.

        Where these have changed, what was shown stays as long as it takes the place of planes whose
        pixels haven't come.
        """
        planes = self._shown.planes
        names = self._chosen.choose(planes, self.theme, self.face_scale)
        return {name: planes[name] for name in names}

    @property
    def planes(self) -> Mapping[str, Plane]:
        """The planes by their ids."""
        return self._shown.planes

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each plane's bytes, by id."""
        return self._shown.hashes()

    @property
    def epoch(self) -> str:
        """The epoch of what is shown, empty before the first keyframe."""
        return self._shown.epoch

    @property
    def seq(self) -> int:
        """The last frame that is shown."""
        return self._shown.seq

    @property
    def whole(self) -> bool:
        """Whether what is shown came since the last attach."""
        return not self._fresh

    def restart(self) -> None:
        """Wait for a keyframe; what is shown stays until it comes."""
        self._fresh = True
        self._coming = None

    def take(self, keywords: Mapping[str, Any]) -> Took:
        """Apply a frame, or one part of it."""
        try:
            frame = from_wire(keywords)
        except BadFrame as problem:
            self._coming = None
            return Took(MessageOutcome.REFUSED, reason=str(problem))
        position, pace = Position(frame.epoch, frame.seq, frame.part[0]), frame.acks_per_second
        store = self._store_for(frame)
        if store is None:
            return Took(MessageOutcome.EARLY, position, acks_per_second=pace)
        try:
            painted = store.apply(frame)
        except NeedsRefresh as problem:
            self._coming = None
            return Took(
                MessageOutcome.REFUSED, position, reason=problem.reason, acks_per_second=pace
            )
        if painted is None:
            return Took(MessageOutcome.PART, position, acks_per_second=pace)
        self._shown, self._coming, self._fresh = store, None, False
        return Took(MessageOutcome.SHOWN, position, _around(painted), acks_per_second=pace)

    def _store_for(self, frame: Frame) -> PlaneStore | None:
        """Where a frame belongs; None while a keyframe is waited for."""
        if not self._fresh:
            return self._shown
        if frame.keyframe and frame.part[0] == 0:
            self._coming = PlaneStore(frame.epoch)
        return self._coming


def _around(painted: PaintedFrame) -> dict[str, tuple[int, int, int, int]]:
    boxes = {name: region.bounds for name, region in painted.damage.items()}
    return {name: (box.x, box.y, box.w, box.h) for name, box in boxes.items() if box is not None}
