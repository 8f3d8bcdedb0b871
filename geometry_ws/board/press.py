"""What a person does to a card with a pointer: click or drag. Pure.

A press that moves less than a few pixels is a click and means what was under it when it began
and ended; one that moves further drags the card.
"""

from dataclasses import dataclass
from math import hypot

DRAG_FROM = 5.0
"""World pixels from which a press is a drag."""


@dataclass(frozen=True)
class Pointer:
    """A pointer event of `surface.on_input`, in the surface's and the world's pixels."""

    seat: str
    phase: str
    x: float
    y: float
    world_x: float
    world_y: float
    button: int = 0
    frame: int = 0
    """The number of the frame that the person saw; 0 where it isn't known."""


@dataclass(frozen=True)
class Click:
    """Pressed and released at about one place of a card, in its own pixels, seen in `frame`."""

    key: str
    x: float
    y: float
    frame: int = 0


@dataclass(frozen=True)
class Dragged:
    """A card is to be put at this place; ``ended`` when it was let go."""

    key: str
    x: int
    y: int
    begun: bool = False
    ended: bool = False


@dataclass
class _Press:
    key: str
    start: Pointer
    place: tuple[int, int]
    dragging: bool = False


class Presses:
    """The presses of all seats."""

    def __init__(self) -> None:
        self._held: dict[str, _Press] = {}

    def pointer(
        self, key: str, place: tuple[int, int], movable: bool, event: Pointer
    ) -> Click | Dragged | None:
        """Say what an event means for the piece ``key``, which now lies at ``place``."""
        if event.phase == "down" and event.button == 0:
            # A press that is still held has lost its end: this one takes its place.
            self._held[event.seat] = _Press(key, event, place)
            return None
        press = self._held.get(event.seat)
        if press is None:
            return None
        if press.key != key:
            # It began on another piece, so its coordinates mean nothing on this one.
            if event.phase in ("up", "cancel"):
                del self._held[event.seat]
            return None
        if event.phase == "move":
            return self._moved(press, movable, event)
        if event.phase == "up" and event.button == 0:
            del self._held[event.seat]
            if press.dragging:
                return self._dragged(press, event, ended=True)
            return Click(press.key, press.start.x, press.start.y, press.start.frame)
        if event.phase == "cancel":
            del self._held[event.seat]
            if press.dragging:
                return Dragged(press.key, *press.place, ended=True)
        return None

    def forget(self, key: str) -> None:
        """A piece is gone; presses on it mean nothing any more."""
        self._held = {seat: p for seat, p in self._held.items() if p.key != key}

    def _moved(self, press: _Press, movable: bool, event: Pointer) -> Dragged | None:
        begun = False
        if not press.dragging:
            far = hypot(event.world_x - press.start.world_x, event.world_y - press.start.world_y)
            if far < DRAG_FROM or not movable:
                return None
            press.dragging = begun = True
        return self._dragged(press, event, begun=begun)

    @staticmethod
    def _dragged(
        press: _Press, event: Pointer, *, begun: bool = False, ended: bool = False
    ) -> Dragged:
        x = press.place[0] + round(event.world_x - press.start.world_x)
        y = press.place[1] + round(event.world_y - press.start.world_y)
        return Dragged(press.key, x, y, begun, ended)
