"""Seats: the pointer and keyboard of a viewer."""

from typing import Annotated, Literal

from msgspec import Meta

from geometry_ws.protocol.declare import Caller, Event, Interface, listens
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, Identifier, Place

Modifiers = Annotated[
    list[Literal["alt", "control", "meta", "shift"]], Meta(max_length=4, description="held down")
]
Alone = Annotated[
    Identifier | None, Meta(description="the one that is shown, where no other is shown")
]
Delta = Annotated[float, Meta(ge=-1e5, le=1e5, description="world pixels")]


class _Input(Event, frozen=True, kw_only=True):
    """What all input has: the frame that the person saw, for hits on what was seen."""

    stream: Identifier = "world"
    frame: Counter = 0
    modifiers: Modifiers = []


class PointerInput(_Input, frozen=True, kw_only=True):
    """The pointer, in world pixels; buttons as in the DOM (button 0 is the main one)."""

    phase: Literal["move", "down", "up", "leave", "cancel"]
    x: Place = 0.0
    y: Place = 0.0
    button: Annotated[int, Meta(ge=0, le=31)] = 0
    buttons: Annotated[int, Meta(ge=0, le=2**16)] = 0
    surface: Alone = None


class WheelInput(_Input, frozen=True, kw_only=True):
    """The wheel over a world point."""

    x: Place
    y: Place
    dx: Delta = 0.0
    dy: Delta = 0.0
    surface: Alone = None


class KeyInput(_Input, frozen=True, kw_only=True):
    """A key, named as in the DOM (``key`` and ``code``)."""

    phase: Literal["down", "up"]
    key: Annotated[str, Meta(max_length=32)]
    code: Annotated[str, Meta(max_length=32)] = ""


class TextInput(_Input, frozen=True, kw_only=True):
    """Text that was typed or pasted."""

    text: Annotated[str, Meta(min_length=1, max_length=10_000)]


class Seats(Interface):
    """Topics for the input of viewers; it goes to the owner of the surface that is meant."""

    @listens(
        "seat.pointer",
        right=Right.OPERATE,
        example={"phase": "down", "x": 52.0, "y": 70.5, "button": 0, "buttons": 1, "frame": 12},
    )
    def hear_pointer(self, caller: Caller, event: PointerInput) -> None:
        """The pointer moved, or a button went down or up."""

    @listens("seat.wheel", right=Right.OPERATE, example={"x": 52.0, "y": 70.5, "dy": 40.0})
    def hear_wheel(self, caller: Caller, event: WheelInput) -> None:
        """The wheel turned over a surface."""

    @listens("seat.key", right=Right.OPERATE, example={"phase": "down", "key": "a", "code": "KeyA"})
    def hear_key(self, caller: Caller, event: KeyInput) -> None:
        """A key went down or up; it goes to what was pressed last, if that wants keys."""

    @listens("seat.text", right=Right.OPERATE, example={"text": "naïve"})
    def hear_text(self, caller: Caller, event: TextInput) -> None:
        """Text was typed; it goes to what was pressed last, if that wants keys."""
