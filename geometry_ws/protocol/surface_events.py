"""What sessions hear of surfaces: their descriptions, and the events of their topics."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import Event
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.values import (
    Area,
    Counter,
    CursorPicture,
    Device,
    Dock,
    Identifier,
    Keyboard,
    Pressure,
    ShownWhen,
    TakesFiles,
    TakesPointer,
    WantsWheel,
)


class SurfaceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What every session may know of a surface."""

    surface: Identifier
    title: str
    text: str
    x: int
    y: int
    width: int
    height: int
    scale: int
    z: int
    opacity: float
    cursor: str
    keyboard: Keyboard = "text"
    wheel: WantsWheel = False
    shown_when: Annotated[ShownWhen | None, Meta(description="null: for all looks")] = None
    mine: bool = False
    areas: list[Area] = []
    pointer: TakesPointer = True
    dock: Annotated[Dock | None, Meta(description="null: it isn't docked")] = None
    cursor_picture: Annotated[CursorPicture | None, Meta(description="null: a word will do")] = None
    files: TakesFiles = False


class SurfaceChanged(Event, frozen=True, kw_only=True):
    """What happened to a surface; ``surface`` is absent of a destroyed one."""

    epoch: str
    seq: int
    change: Literal["created", "changed", "destroyed"]
    id: Identifier
    surface: SurfaceInfo | None = None


class SurfaceInput(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Input for a surface; ``x`` and ``y`` are in its own pixels, before its buffer scale.

    ``by`` says whose input it is.
    """

    surface: Identifier
    kind: Literal["pointer", "wheel", "key", "text"]
    seat: Identifier
    phase: str = ""
    x: float = 0.0
    y: float = 0.0
    world_x: float = 0.0
    world_y: float = 0.0
    button: int = 0
    buttons: int = 0
    device: Device = "mouse"
    pressure: Pressure = 0.0
    dx: float = 0.0
    dy: float = 0.0
    key: str = ""
    code: str = ""
    text: str = ""
    modifiers: list[str] = []
    frame: int = 0
    input: Annotated[int, Meta(description="its number, for a commit's cause")] = 0
    by: By | None = None


class SurfacePresented(Event, frozen=True, kw_only=True):
    """The newest content of a surface that a viewer has painted.

    ``frame`` is the number of the frame with it. ``viewers`` is how many have acknowledged it so
    far, the first of them at ``time_us`` on the compositor's clock.
    """

    surface: Identifier
    epoch: str
    frame: Counter
    time_us: int
    viewers: int


class SurfaceClosed(Event, frozen=True, kw_only=True):
    """Who has closed a surface."""

    surface: Identifier
    by: By


class SurfaceLooked(Event, frozen=True, kw_only=True):
    """Whether any viewer looks at a surface, and the buffer scale that would serve them best."""

    surface: Identifier
    looked: bool
    scale: int
