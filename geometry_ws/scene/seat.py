"""A seat: pointer and keyboard of one viewer, and which surface each event is for.

Rules: the pointer belongs to the topmost surface under it, as the person saw it; from the first
press to the release of the last button it belongs to what was pressed, wherever it goes; keys and
text belong to what was pressed last, and keys that are down are released when that changes.
Whatever a viewer says, nothing here raises: input that makes no sense is dropped. Coordinates of a
surface are world pixels from its corner.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from geometry_ws.scene.attention import EVERYTHING, Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.places import PlaceHistory
from geometry_ws.scene.surface import Surface

MOST_KEYS: Final = 32
"""Keys that may be down at once; more can't be meant."""

_BUTTON_BITS: Final = {0: 1, 1: 4, 2: 2}
"""The DOM numbers buttons in another order than the bits of ``buttons``."""

Kind = Literal["pointer", "wheel", "key", "text"]
Device = Literal["mouse", "touch", "pen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputEvent:
    """Input for one surface, to be told to its owner alone."""

    surface: str
    owner: object
    kind: Kind
    phase: str = ""
    x: float = 0.0
    y: float = 0.0
    world_x: float = 0.0
    world_y: float = 0.0
    button: int = 0
    buttons: int = 0
    device: Device = "mouse"
    pressure: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    key: str = ""
    code: str = ""
    text: str = ""
    modifiers: tuple[str, ...] = ()
    frame: int = 0


@dataclass(frozen=True, slots=True)
class _HeldKey:
    """A key that is down, and the surface that was told so."""

    surface: str
    key: str
    code: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the pointer is, and all else that a pointer's event says."""

    x: float
    y: float
    button: int
    buttons: int
    modifiers: tuple[str, ...]
    frame: int
    look: Look = EVERYTHING
    alone: str | None = None
    device: Device = "mouse"
    pressure: float = 0.0


class Seat:
    """Input state of one viewer over the world's surfaces (a live mapping) and their places."""

    def __init__(self, surfaces: Mapping[str, Surface], places: PlaceHistory) -> None:
        self._surfaces = surfaces
        self._places = places
        self._hovered: str | None = None
        self._pressing = False
        self._grabbed: str | None = None
        self._focus: str | None = None
        self._keys: dict[str, _HeldKey] = {}
        self._last = _Spot(0.0, 0.0, 0, 0, (), 0)

    @property
    def focus(self) -> str | None:
        """The surface that gets keys; None when there is none any more, or it wants none."""
        return self._focus if self._wants_keys(self._focus) else None

    def pointer(
        self,
        phase: str,
        x: float,
        y: float,
        *,
        button: int = 0,
        buttons: int = 0,
        modifiers: tuple[str, ...] = (),
        frame: int = 0,
        look: Look = EVERYTHING,
        alone: str | None = None,
        device: Device = "mouse",
        pressure: float = 0.0,
    ) -> list[InputEvent]:
        """A pointer's move, down, up, leave or cancel at a world point; gives what it means.

        ``frame`` is the frame that the person saw; 0 when unknown. ``look`` is the viewer's: what
        that doesn't show can't be meant. ``alone`` is the one surface that the viewer shows, if
        it shows no other: what lies over it in the world isn't seen, so it isn't meant.
        """
        if not (math.isfinite(x) and math.isfinite(y)):
            return []
        self._forget_gone()
        spot = _Spot(x, y, button, buttons, modifiers, frame, look, alone, device, pressure)
        self._last = spot
        if phase == "down":
            return self._down(spot)
        if phase == "up":
            return self._up(spot)
        if phase == "move":
            return self._move(spot)
        if phase in ("leave", "cancel"):
            return self._away(spot, cancel=phase == "cancel")
        return []

    def wheel(
        self,
        x: float,
        y: float,
        dx: float,
        dy: float,
        *,
        modifiers: tuple[str, ...] = (),
        frame: int = 0,
        look: Look = EVERYTHING,
        alone: str | None = None,
    ) -> list[InputEvent]:
        """The wheel turned: for what is under the pointer, or held by it."""
        if not all(math.isfinite(value) for value in (x, y, dx, dy)):
            return []
        self._forget_gone()
        buttons = self._last.buttons if self._pressing else 0
        spot = _Spot(x, y, 0, buttons, modifiers, frame, look, alone)
        target = self._grabbed if self._pressing else self._under(spot)
        return self._tell(target, "wheel", "", spot, dx=dx, dy=dy)

    def key(
        self,
        phase: str,
        key: str,
        code: str = "",
        *,
        modifiers: tuple[str, ...] = (),
        frame: int = 0,
    ) -> list[InputEvent]:
        """A key went down or up: for what was pressed last.

        A release goes nowhere unless the surface was told of the press.
        """
        events = self._check_keyboard()
        name = code or key
        if phase == "up":
            held = self._keys.pop(name, None)
            target = None if held is None else held.surface
        elif phase != "down" or self._focus is None:
            return events
        else:
            target = self._focus
            if name not in self._keys and len(self._keys) >= MOST_KEYS:
                return events
            self._keys[name] = _HeldKey(target, key, code)
        return events + self._words(target, "key", phase, key=key, code=code, modifiers=modifiers,
                                    frame=frame)  # fmt: skip

    def text(
        self, text: str, *, modifiers: tuple[str, ...] = (), frame: int = 0
    ) -> list[InputEvent]:
        """Text was typed: for what was pressed last."""
        events = self._check_keyboard()
        return events + self._words(
            self._focus, "text", "", text=text, modifiers=modifiers, frame=frame
        )

    def close(self) -> list[InputEvent]:
        """The viewer is gone: its drag is cancelled and its keys are released."""
        self._forget_gone()
        events = self._away(self._last, cancel=True)
        return events + self._give_keyboard(None)

    def _down(self, spot: _Spot) -> list[InputEvent]:
        events = []
        if not self._pressing:
            events = self._hover(self._under(spot), spot)
            self._pressing = True
            self._grabbed = self._hovered
            events += self._give_keyboard(self._hovered)
        buttons = spot.buttons | _bit(spot.button)
        return events + self._tell(self._grabbed, "pointer", "down", spot, buttons=buttons)

    def _wants_keys(self, surface: str | None) -> bool:
        known = None if surface is None else self._surfaces.get(surface)
        return known is not None and known.keyboard != "none"

    def _check_keyboard(self) -> list[InputEvent]:
        """The surface with the keyboard may be gone, or may not want it any more."""
        self._forget_gone()
        return self._give_keyboard(self._focus)

    def _give_keyboard(self, surface: str | None) -> list[InputEvent]:
        """Keys go there from now on, if it wants any; what is down is released where it is."""
        surface = surface if self._wants_keys(surface) else None
        if surface == self._focus:
            return []
        events = []
        for held in self._keys.values():
            events += self._words(held.surface, "key", "up", key=held.key, code=held.code)
        self._keys.clear()
        self._focus = surface
        return events

    def _up(self, spot: _Spot) -> list[InputEvent]:
        if not self._pressing:
            return self._hover(self._under(spot), spot)
        buttons = spot.buttons & ~_bit(spot.button)
        events = self._tell(self._grabbed, "pointer", "up", spot, buttons=buttons)
        if buttons == 0:
            events += self._release(spot)
        return events

    def _move(self, spot: _Spot) -> list[InputEvent]:
        if self._pressing and spot.buttons == 0:
            # The release happened where the page couldn't hear it.
            events = self._tell(self._grabbed, "pointer", "up", spot)
            return events + self._release(spot)
        if self._pressing:
            return self._tell(self._grabbed, "pointer", "move", spot)
        events = self._hover(self._under(spot), spot)
        return events + self._tell(self._hovered, "pointer", "move", spot)

    def _away(self, spot: _Spot, *, cancel: bool) -> list[InputEvent]:
        if self._pressing and not cancel:
            return []  # a drag goes on outside of the picture
        events = []
        if self._pressing:
            events = self._tell(self._grabbed, "pointer", "cancel", spot, buttons=0)
        self._pressing, self._grabbed = False, None
        return events + self._hover(None, spot)

    def _release(self, spot: _Spot) -> list[InputEvent]:
        self._pressing, self._grabbed = False, None
        return self._hover(self._under(spot), spot)

    def _hover(self, surface: str | None, spot: _Spot) -> list[InputEvent]:
        """Enter and leave events for a pointer that is over this surface now."""
        if surface == self._hovered:
            return []
        events = self._tell(self._hovered, "pointer", "leave", spot)
        self._hovered = surface
        return events + self._tell(surface, "pointer", "enter", spot)

    def _under(self, spot: _Spot) -> str | None:
        if spot.alone is not None:
            surface = self._surfaces.get(spot.alone)
            if surface is None:
                return None
            rect = self._places.rect(spot.frame, surface.id) or surface.rect
            return surface.id if rect.contains_point(spot.x, spot.y) else None
        placed = self._places.hit(spot.frame, spot.x, spot.y, spot.look)
        return placed.surface if placed is not None and placed.surface in self._surfaces else None

    def _forget_gone(self) -> None:
        """Destroyed surfaces lose pointer, focus and keys; a press on one holds nothing then."""
        if self._hovered not in self._surfaces:
            self._hovered = None
        if self._grabbed not in self._surfaces:
            self._grabbed = None
        if self._focus not in self._surfaces:
            self._focus = None
        gone = [name for name, held in self._keys.items() if held.surface not in self._surfaces]
        for name in gone:
            del self._keys[name]

    def _tell(
        self,
        target: str | None,
        kind: Kind,
        phase: str,
        spot: _Spot,
        *,
        buttons: int | None = None,
        dx: float = 0.0,
        dy: float = 0.0,
    ) -> list[InputEvent]:
        surface = None if target is None else self._surfaces.get(target)
        if surface is None:
            return []
        rect: Rect = self._places.rect(spot.frame, surface.id) or surface.rect
        return [
            InputEvent(
                surface=surface.id,
                owner=surface.owner,
                kind=kind,
                phase=phase,
                x=spot.x - rect.x,
                y=spot.y - rect.y,
                world_x=spot.x,
                world_y=spot.y,
                button=spot.button,
                buttons=spot.buttons if buttons is None else buttons,
                device=spot.device,
                pressure=spot.pressure,
                dx=dx,
                dy=dy,
                modifiers=spot.modifiers,
                frame=spot.frame,
            )
        ]

    def _words(
        self,
        target: str | None,
        kind: Kind,
        phase: str,
        *,
        key: str = "",
        code: str = "",
        text: str = "",
        modifiers: tuple[str, ...] = (),
        frame: int = 0,
    ) -> list[InputEvent]:
        surface = None if target is None else self._surfaces.get(target)
        if surface is None:
            return []
        return [
            InputEvent(
                surface=surface.id,
                owner=surface.owner,
                kind=kind,
                phase=phase,
                key=key,
                code=code,
                text=text,
                modifiers=modifiers,
                frame=frame,
            )
        ]


def _bit(button: int) -> int:
    """The bit of ``buttons`` that stands for a button."""
    if not 0 <= button < 32:
        return 0
    return _BUTTON_BITS.get(button, 1 << button)
