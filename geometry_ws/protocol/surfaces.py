"""Surfaces: rectangles of pixels that programs put into the world."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Done,
    Interface,
    Request,
    Result,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import (
    Busy,
    InvalidContent,
    LimitExceeded,
    NoSuchSurface,
    NotAuthorized,
)
from geometry_ws.protocol.pools import Pool as Pool
from geometry_ws.protocol.pools import ShareMemory as ShareMemory
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.surface_events import SurfaceChanged as SurfaceChanged
from geometry_ws.protocol.surface_events import SurfaceClosed as SurfaceClosed
from geometry_ws.protocol.surface_events import SurfaceInfo as SurfaceInfo
from geometry_ws.protocol.surface_events import SurfaceInput as SurfaceInput
from geometry_ws.protocol.surface_events import SurfaceLooked as SurfaceLooked
from geometry_ws.protocol.surface_events import SurfacePresented as SurfacePresented
from geometry_ws.protocol.values import (
    Areas,
    Counter,
    Cursor,
    CursorPicture,
    Dock,
    FaceScale,
    Identifier,
    Keyboard,
    Opacity,
    Operation,
    Rect,
    Scale,
    ShownWhen,
    Side,
    TakesFiles,
    TakesPointer,
    Text,
    Theme,
    Title,
    WantsWheel,
    WorldPx,
)

Content = Annotated[
    Literal["auto", "text", "photo", "video", "lossless"],
    Meta(
        description="what it shows; lossless and text are never sent with loss, auto only as a"
        " video that is noticed, or over a slow line"
    ),
]
Place = Annotated[
    Literal["given", "free"],
    Meta(description="free: where it covers nothing, above the boards; x and y say nothing then"),
]
WantsPresented = Annotated[bool, Meta(description="the owner hears surface.on_presented")]


class CreateSurface(Request, frozen=True, kw_only=True):
    """A new surface: transparent (opaque ones: black) until the first commit."""

    width: Side
    height: Side
    x: WorldPx = 0
    y: WorldPx = 0
    scale: Scale = 1
    max_scale: Scale = 2
    opacity: Opacity = 1.0
    opaque: bool = False
    title: Title = ""
    text: Text = ""
    cursor: Cursor = "default"
    keyboard: Keyboard = "text"
    wheel: WantsWheel = False
    content: Content = "auto"
    presented: WantsPresented = False
    shown_when: ShownWhen | None = None
    place: Place = "given"
    areas: Areas = []
    pointer: TakesPointer = True
    dock: Dock | None = None
    cursor_picture: CursorPicture | None = None
    files: TakesFiles = False


class Created(Result, frozen=True, kw_only=True):
    """The id of what was made, and where it lies."""

    surface: Identifier
    x: WorldPx = 0
    y: WorldPx = 0


class ConfigureSurface(Request, frozen=True, kw_only=True):
    """What shall be different; what is left out stays.

    An empty `shown_when` is for all looks, an empty `dock` is nowhere, an empty `cursor_picture`
    is none.
    """

    surface: Identifier
    title: Title | None = None
    text: Text | None = None
    cursor: Cursor | None = None
    keyboard: Keyboard | None = None
    wheel: WantsWheel | None = None
    opacity: Opacity | None = None
    max_scale: Scale | None = None
    content: Content | None = None
    presented: WantsPresented | None = None
    areas: Areas | None = None
    pointer: TakesPointer | None = None
    shown_when: ShownWhen | None = None
    dock: Dock | None = None
    cursor_picture: CursorPicture | None = None
    files: TakesFiles | None = None


class Update(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one commit does to one surface. Rectangles and operations are in buffer pixels.

    An empty `shown_when` is for all looks.
    """

    surface: Identifier
    width: Side | None = None
    height: Side | None = None
    scale: Scale | None = None
    x: WorldPx | None = None
    y: WorldPx | None = None
    shown_when: ShownWhen | None = None
    damage: Annotated[list[Rect], Meta(max_length=256)] | None = None
    ops: Annotated[list[Operation], Meta(max_length=1024)] = []


class Commit(Request, frozen=True, kw_only=True):
    """One atomic change of one or several surfaces.

    ``cause`` is the ``input`` of the event that it answers, if it does.
    """

    updates: Annotated[list[Update], Meta(min_length=1, max_length=64)]
    cause: Counter = 0


class Committed(Result, frozen=True):
    """The number of the frame with the content, and whether a viewer that looks was sent it.

    `seen` is also false where a viewer that looks gets it later than this answer.
    """

    frame: Counter
    seen: bool


class MoveSurface(Request, frozen=True, kw_only=True):
    """A new place in the world."""

    surface: Identifier
    x: WorldPx
    y: WorldPx


class PlaceSurface(Request, frozen=True, kw_only=True):
    """A program's surface, and where it shall lie: what is left out stays."""

    surface: Identifier
    x: WorldPx | None = None
    y: WorldPx | None = None
    front: Annotated[bool, Meta(description="above all others")] = False
    free: Annotated[bool, Meta(description="where it covers nothing; x and y say nothing then")] = (
        False
    )


class OneSurface(Request, frozen=True, kw_only=True):
    """One surface."""

    surface: Identifier


class SurfacePicture(Result, frozen=True, kw_only=True):
    """What is drawn on a surface, all of its pixels; ``data`` is a PNG file."""

    surface: Identifier
    width: int
    height: int
    codec: Literal["png"]
    data: bytes


class ListSurfaces(Request, frozen=True, kw_only=True):
    """Which surfaces: one's own, those for a theme, those for a scale; all when nothing is said."""

    mine: bool = False
    theme: Theme | None = None
    scale: FaceScale | None = None


class SurfaceList(Result, frozen=True):
    """The surfaces, the lowest first."""

    epoch: str
    surfaces: list[SurfaceInfo]


_SURFACE = {"surface": "s1"}


class Surfaces(Interface):
    """Procedures and topics to make surfaces, fill them with pixels and place them."""

    @procedure(
        "surface.create",
        right=Right.DRAW,
        errors=(InvalidContent, LimitExceeded),
        example={"width": 320, "height": 200, "x": 40, "y": 40, "title": "clock"},
        session=True,
    )
    def create_surface(self, caller: Caller, request: CreateSurface) -> Answer[Created]:
        """Make a surface; it belongs to the caller's session and is removed with it.

        It lies above all others, at `x` and `y` unless `place` is free. Its buffer has
        width × scale by height × scale pixels.

        With `shown_when` it is one of the faces of a thing: viewers whose look has another theme,
        or another scale, don't show it, get it or press it. A face that was shown stays until the
        one that takes its place has been drawn.

        With `dock` a board puts it beside a change's card, where it stays until the change is
        archived or the program moves it; it keeps its size.
        """

    @procedure(
        "surface.configure",
        right=Right.DRAW,
        errors=(NoSuchSurface, InvalidContent, LimitExceeded),
        example={"surface": "s1", "title": "clock", "text": "12:04"},
        session=True,
    )
    def configure_surface(self, caller: Caller, request: ConfigureSurface) -> Answer[Done]:
        """Change what a surface is called and shows, its cursor, areas, opacity and wishes."""

    @procedure(
        "surface.commit",
        right=Right.DRAW,
        errors=(NoSuchSurface, InvalidContent, LimitExceeded, Busy),
        example={
            "updates": [
                {
                    "surface": "s1",
                    "ops": [
                        ["fill", [0, 0, 320, 200], [20, 24, 31, 255]],
                        ["image", [0, 0, 1, 1], "bgra", b"\x00\x00\xff\xff"],
                    ],
                }
            ]
        },
        session=True,
    )
    def commit_surfaces(self, caller: Caller, request: Commit) -> Answer[Committed]:
        """Change pixels, sizes and places of one or several surfaces in one step.

        No frame ever shows half of it. If anything in it is wrong, nothing is applied. Where
        `damage` is given, nothing outside it changes, whatever the operations cover. A new width,
        height or scale begins the buffer anew. `x` and `y` move the surface.

        The answer comes when the content went into a frame for a viewer that looks. Where no
        viewer looks or all are busy, it comes after 100 ms with `seen` false. A program that
        waits for it draws as fast as its viewers can follow.
        """

    @procedure(
        "surface.share",
        right=Right.DRAW,
        errors=(LimitExceeded, Busy),
        example={"bytes": 8_388_608},
        session=True,
    )
    def share_memory(self, caller: Caller, request: ShareMemory) -> Answer[Pool]:
        """Get memory that a program on the same machine writes pixels to, and needn't send them.

        An `image` of codec `bgra` or `rgba` has a number in place of bytes then: where in the
        memory its rows begin. They mustn't change until the commit is answered. A session has one
        pool; it goes with the session.
        """

    @procedure(
        "surface.move",
        right=Right.DRAW,
        errors=(NoSuchSurface,),
        example={"surface": "s1", "x": 400, "y": 40},
        session=True,
    )
    def move_surface(self, caller: Caller, request: MoveSurface) -> Answer[Done]:
        """Put a surface somewhere else; no pixels are sent."""

    @procedure(
        "surface.raise", right=Right.DRAW, errors=(NoSuchSurface,), example=_SURFACE, session=True
    )
    def raise_surface(self, caller: Caller, request: OneSurface) -> Answer[Done]:
        """Put a surface above all others."""

    @procedure(
        "surface.lower", right=Right.DRAW, errors=(NoSuchSurface,), example=_SURFACE, session=True
    )
    def lower_surface(self, caller: Caller, request: OneSurface) -> Answer[Done]:
        """Put a surface below all others."""

    @procedure(
        "surface.destroy",
        right=Right.DRAW,
        errors=(NoSuchSurface,),
        example=_SURFACE,
        session=True,
    )
    def destroy_surface(self, caller: Caller, request: OneSurface) -> Answer[Done]:
        """Remove a surface."""

    @procedure(
        "surface.screenshot",
        right=Right.LOOK,
        errors=(NoSuchSurface, Busy),
        example=_SURFACE,
        reads=True,
    )
    def screenshot_surface(self, caller: Caller, request: OneSurface) -> Answer[SurfacePicture]:
        """Give what is drawn on a surface, whoever's it is and whatever lies over it, as a PNG."""

    @procedure(
        "surface.place",
        right=Right.OPERATE,
        errors=(NoSuchSurface,),
        example={"surface": "s7", "x": 400, "y": -300, "front": True},
    )
    def place_surface(self, caller: Caller, request: PlaceSurface) -> Answer[Done]:
        """Move a program's surface, or bring it to the front, as one does with a window.

        All faces that its program has in the same rectangle go together. Its program hears of it
        by `surface.on_changed`, and may put it elsewhere. Surfaces of the node's own components,
        such as cards, are moved by a press on them.
        """

    @procedure(
        "surface.close",
        right=Right.OPERATE,
        errors=(NoSuchSurface, NotAuthorized),
        example={"surface": "s7"},
    )
    def close_surface(self, caller: Caller, request: OneSurface) -> Answer[Done]:
        """Remove a program's surface with its other faces, as one closes a window.

        Only maintainers may, and sessions of the role that the program has. The program hears
        `surface.on_closed`; what it draws there from then on is answered with `no_such_surface`.
        """

    @procedure("surface.list", right=Right.LOOK, example={}, reads=True)
    def list_surfaces(self, caller: Caller, request: ListSurfaces) -> Answer[SurfaceList]:
        """List the surfaces with their places and with what they say they show.

        A thing with several faces is in it several times, unless `theme` and `scale` say which.
        """

    on_changed = publishes(
        "surface.on_changed",
        SurfaceChanged,
        right=Right.LOOK,
        example={"epoch": "k3f9", "seq": 8, "change": "destroyed", "id": "s1"},
        text="A surface was made, changed its place, title, text, size or opacity, or is gone."
        " Quick successions of one surface's changes come as one event. Pixels never come here.",
    )
    on_input = publishes(
        "surface.on_input.<surface>",
        SurfaceInput,
        right=Right.DRAW,
        example={
            "surface": "s1",
            "kind": "pointer",
            "seat": "v77",
            "phase": "down",
            "x": 12.0,
            "y": 30.5,
            "world_x": 52.0,
            "world_y": 70.5,
            "button": 0,
            "buttons": 1,
        },
        text="The input for a surface; it goes to the surface's owner alone. Pointer phases are"
        " enter, leave, down, up, move and cancel; keys have down and up; wheel has dx and dy in"
        " world pixels. From a press to the release of the last button all pointer events go to"
        " the surface that was pressed. Keys and text go to the surface that was pressed last,"
        " unless its `keyboard` is `none`; when another is pressed, or the viewer leaves, keys that"
        " are down are released.",
    )
    on_looked = publishes(
        "surface.on_looked.<surface>",
        SurfaceLooked,
        right=Right.DRAW,
        example={"surface": "s1", "looked": True, "scale": 2},
        text="Whether any viewer looks at the surface, with a look that it is for; it goes to the"
        " owner alone. `scale` is the"
        " largest buffer scale that viewers would see, never above the surface's `max_scale`.",
    )
    on_closed = publishes(
        "surface.on_closed.<surface>",
        SurfaceClosed,
        right=Right.DRAW,
        example={
            "surface": "s7",
            "by": {"session": 4711, "authid": "ann", "person": "ann", "role": "maintainer"},
        },
        text="Somebody has closed the surface by `surface.close`: it is gone. It goes to the owner"
        " alone.",
    )
    on_presented = publishes(
        "surface.on_presented.<surface>",
        SurfacePresented,
        right=Right.DRAW,
        example={
            "surface": "s1",
            "epoch": "k3f9",
            "frame": 13,
            "time_us": 1_790_000_000_000_000,
            "viewers": 2,
        },
        text="The surface's content was painted: when, and by how many viewers. It goes to the"
        " owner alone, if the surface was made or configured with `presented`. Several frames and"
        " acks in quick succession come as one event. Moving a surface causes none.",
    )
