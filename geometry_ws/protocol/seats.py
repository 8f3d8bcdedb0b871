"""Seats: the pointer and keyboard of a viewer."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Done,
    Event,
    Interface,
    Request,
    Result,
    listens,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import NoSuchInput
from geometry_ws.protocol.presence import MemberName
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, Device, Identifier, Place, Pressure

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
    device: Device = "mouse"
    pressure: Pressure = 0.0
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


Watched = Annotated[
    bool, Meta(description="whether anybody else would see it: else there is nothing to publish")
]


class SharePointers(Request, frozen=True, kw_only=True):
    """What a viewer wants of pointers: to ``see`` others', and that its own is ``shown``.

    ``name`` is what people are to read beside it, as `presence.join` answered it.
    """

    see: bool = False
    shown: bool = False
    name: MemberName | None = None


class PointersShared(Result, frozen=True, kw_only=True):
    """What others hear this viewer's pointer called, and whether there are such others."""

    seat: Identifier
    watched: Watched


class PointerAt(Event, frozen=True, kw_only=True):
    """Where a viewer's pointer is, in world pixels; nowhere, where one of them is left out."""

    x: Place | None = None
    y: Place | None = None


class OthersPointer(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody points, in world pixels."""

    seat: Identifier
    name: str
    x: float
    y: float


class PointersMoved(Event, frozen=True, kw_only=True):
    """Pointers that moved, and those that are to be seen no longer."""

    pointers: list[OthersPointer] = []
    gone: list[Identifier] = []


class PointerWatched(Event, frozen=True, kw_only=True):
    """Whether anybody else sees this viewer's pointer."""

    watched: Watched


CLIPBOARD_CHARACTERS = 2**20
Copied = Annotated[str, Meta(min_length=1, max_length=CLIPBOARD_CHARACTERS)]


class OfferText(Request, frozen=True, kw_only=True):
    """Text for the clipboard of whoever did something; ``input`` is that event's number."""

    input: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    text: Copied


class TextOffered(Event, frozen=True, kw_only=True):
    """A program's text for one's own clipboard; ``surface`` is where it was asked for."""

    surface: Identifier
    text: Copied


class Seats(Interface):
    """Topics for the input of viewers; it goes to the owner of the surface that is meant.

    Beside it, text on its way to a clipboard, and who shows others where they point.
    """

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

    @procedure(
        "seat.clipboard",
        right=Right.DRAW,
        errors=(NoSuchInput,),
        example={"input": 4711, "text": "otter"},
        session=True,
        since=1,
    )
    def offer_text(self, caller: Caller, request: OfferText) -> Answer[Done]:
        """Offer text to the clipboard of the person whose input is answered, and nobody else's.

        It must answer a press or a release of a button, a key, or text, of a surface of the
        caller's, within 5 s and once; not a mere movement. The person's page fills the clipboard
        where the browser lets it, and says so; else it asks. No program ever reads a clipboard:
        what is pasted comes as text.
        """

    on_clipboard = publishes(
        "seat.on_clipboard",
        TextOffered,
        right=Right.OPERATE,
        example={"surface": "s1", "text": "otter"},
        text="A program answers one's own input with text for the clipboard; it goes to that"
        " session alone.",
        since=1,
    )

    @procedure(
        "seat.share",
        right=Right.LOOK,
        example={"see": True, "shown": True, "name": "alex"},
        session=True,
        since=1,
    )
    def share_pointers(self, caller: Caller, request: SharePointers) -> Answer[PointersShared]:
        """Say whether this session sees others' pointers, and whether others see its own.

        It holds until it is called again, or the session ends. Who isn't `shown` is told to
        nobody. Somebody with a name of access has that name, or one that begins with it and a
        slash, whatever `name` says. At most 64 sessions are shown at a time.
        """

    @listens("seat.at", right=Right.LOOK, example={"x": 52.0, "y": 70.5}, since=1)
    def hear_pointer_at(self, caller: Caller, event: PointerAt) -> None:
        """A viewer's pointer is elsewhere; it means nothing to any program.

        Publish it while it moves and is watched, at most ten times a second: what comes in
        between is never seen.
        """

    on_pointers = publishes(
        "seat.on_pointers",
        PointersMoved,
        right=Right.LOOK,
        example={
            "pointers": [{"seat": "v7", "name": "alex", "x": 52.0, "y": 70.5}],
            "gone": [],
        },
        text="Where others point: at most ten times a second, at most 16 of them at a time, to"
        " sessions that see them by `seat.share`. A pointer that rests is told once; fade it out"
        " after some seconds. It may contain one's own.",
        since=1,
    )
    on_watched = publishes(
        "seat.on_watched",
        PointerWatched,
        right=Right.LOOK,
        example={"watched": True},
        text="Somebody else sees one's pointer from now on, or nobody does any more.",
        since=1,
    )
