"""Types that several declarations share: ids, lengths, rectangles and drawing operations.

Spaces: *world* pixels are where surfaces lie; *buffer* pixels are those of a surface's picture
(its size times its scale). All rectangles are half open and of whole pixels.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.names import ID_PATTERN

Identifier = Annotated[str, Meta(pattern=ID_PATTERN, description="an id made by the node")]
WorldPx = Annotated[int, Meta(ge=-(10**7), le=10**7, description="world pixels")]
Side = Annotated[int, Meta(ge=1, le=8192, description="pixels")]
Scale = Annotated[int, Meta(ge=1, le=4, description="buffer pixels per world pixel")]
Opacity = Annotated[float, Meta(ge=0, le=1)]
Title = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=20_000)]
Cursor = Annotated[str, Meta(pattern=r"^[a-z-]{1,20}$(?!\n)", description="a CSS cursor word")]
CURSOR_SIDE = 128


class CursorPicture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True,
                    forbid_unknown_fields=True):  # fmt: skip
    """A picture to point with, at most 128 × 128 pixels; an empty `png` is none.

    `png` is the file in base64. `x` and `y` are the pixel of it that points. Where a viewer can't
    show it, it shows the surface's `cursor`.
    """

    png: Annotated[str, Meta(max_length=12_000)] = ""
    x: Annotated[int, Meta(ge=0, lt=CURSOR_SIDE)] = 0
    y: Annotated[int, Meta(ge=0, lt=CURSOR_SIDE)] = 0


Keyboard = Annotated[
    Literal["none", "text", "all"],
    Meta(
        description="what it wants of the keyboard once it was pressed: nothing, typing, or also"
        " what browsers do themselves, such as F5 and Control+S"
    ),
]
Theme = Annotated[Literal["light", "dark"], Meta(description="of the viewer's page")]
FaceScale = Annotated[
    float,
    Meta(ge=0.001, le=64, description="screen pixels per world pixel, to choose surfaces by"),
]
ScaleEnd = Annotated[
    float, Meta(gt=0, le=10_000, description="screen pixels per world pixel (in pages, CSS's)")
]
WantsWheel = Annotated[
    bool, Meta(description="the wheel and its button are the program's over it, not the view's")
]
TakesFiles = Annotated[
    bool, Meta(description="its program takes files that are dropped on it: `surface.on_drop`")
]
Link = Annotated[
    str,
    Meta(
        max_length=300,
        pattern=r"^(/([!-.0-Z_-~][!-Z_-~]*)?)?$(?!\n)",
        description="a page of the node, from its root on, such as /changes/add-login",
    ),
]
TakesPointer = Annotated[
    bool, Meta(description="without it a press in the dashboard moves the view, as beside surfaces")
]
Device = Annotated[Literal["mouse", "touch", "pen"], Meta(description="what it is pointed with")]
Pressure = Annotated[
    float, Meta(ge=0, le=1, description="of a pen or a finger; 0.5 where it isn't measured")
]
Coordinate = Annotated[int, Meta(ge=-(10**7), le=10**7)]
Length = Annotated[int, Meta(ge=0, le=10**7)]
Place = Annotated[float, Meta(ge=-1e7, le=1e7)]
Counter = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Seconds = Annotated[float, Meta(ge=0, le=1e12)]
Byte = Annotated[int, Meta(ge=0, le=255)]
ProjectId = Annotated[
    str, Meta(pattern=ID_PATTERN, description="left out where one project is served")
]
Name = Annotated[str, Meta(min_length=1, max_length=255)]
Revision = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$(?!\n)", description="of one document")]

Rect = tuple[Coordinate, Coordinate, Length, Length]
"""x, y, width, height."""


class Area(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a surface that can be pressed, in the surface's own pixels before its scale.

    Viewers show ``cursor`` over it (without one: the surface's), and open ``link`` where a press
    is let go without having moved. The owner gets its input as everywhere.
    """

    rect: Rect
    cursor: Cursor | None = None
    link: Link = ""


Areas = Annotated[
    list[Area], Meta(max_length=256, description="parts to press; of two at a place the first")
]

Rgba = tuple[Byte, Byte, Byte, Byte]


class ShownWhen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True,
                forbid_unknown_fields=True):  # fmt: skip
    """For which looks it is: those of a theme, of a scale from one number and below the other.

    Where a word or an end is left out, it is for all.
    """

    theme: Theme | None = None
    scale: Annotated[
        tuple[ScaleEnd | None, ScaleEnd | None] | None, Meta(description="from, below")
    ] = None


class Dock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True,
           forbid_unknown_fields=True):  # fmt: skip
    """Beside which change's card a board shall put a surface; an empty `change` is nowhere.

    Without `project` it is the node's first one.
    """

    change: Annotated[str, Meta(max_length=255)] = ""
    project: Annotated[str, Meta(max_length=255)] = ""


POOL_BYTES = 128 * 2**20
"""What a session shares with the compositor: two of the largest surfaces."""


class Fill(msgspec.Struct, array_like=True, tag="fill", frozen=True, forbid_unknown_fields=True):
    """``["fill", rect, rgba]``: one colour, straight alpha."""

    rect: Rect
    rgba: Rgba


class Copy(msgspec.Struct, array_like=True, tag="copy", frozen=True, forbid_unknown_fields=True):
    """``["copy", rect, [x, y]]``: what was in rect before, put with its corner at x, y."""

    rect: Rect
    to: tuple[Coordinate, Coordinate]


class Image(msgspec.Struct, array_like=True, tag="image", frozen=True, forbid_unknown_fields=True):
    """``["image", rect, codec, bytes]``: a picture of exactly the rectangle's size.

    In place of bytes a number says where plain pixels begin in the memory of `surface.share`.
    """

    rect: Rect
    codec: Annotated[str, Meta(max_length=16)]
    data: bytes | Annotated[int, Meta(ge=0, le=POOL_BYTES)]


Operation = Fill | Copy | Image


class Version(msgspec.Struct, frozen=True):
    """A version of the protocol."""

    major: int
    minor: int
