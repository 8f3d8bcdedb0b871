"""A surface: a rectangle of pixels that a program put into the world."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from geometry_ws.scene.changes import Tile
from geometry_ws.scene.faces import ALWAYS, ShownWhen
from geometry_ws.scene.geometry import Rect

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""(height, width, 4): blue, green, red, alpha; 8 bit each, colours premultiplied by alpha."""

Content: TypeAlias = Literal["auto", "text", "photo", "video", "lossless"]
"""What a program may say that its surface shows."""

Keyboard: TypeAlias = Literal["none", "text", "all"]
"""What a program may want of the keyboard when its surface was pressed."""

KEYBOARDS: Final[tuple[str, ...]] = get_args(Keyboard)
CONTENTS: Final[tuple[str, ...]] = get_args(Content)


@dataclass(frozen=True, slots=True)
class Unread:
    """A picture that is known to be sound, opaque and of this size; `read` makes its pixels."""

    rect: Rect
    tile: Tile
    read: Callable[[], Pixels]


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a surface that can be pressed, in its pixels before its scale."""

    rect: Rect
    cursor: str = ""
    link: str = ""


class Dock(NamedTuple):
    """The change beside whose card a surface wants to lie; without a name beside none.

    Without a project it is that of the node's first one.
    """

    change: str = ""
    project: str = ""


NOWHERE: Final = Dock()


class CursorPicture(NamedTuple):
    """A small PNG in base64 to point with, and the pixel of it that points; none, where empty."""

    png: str = ""
    x: int = 0
    y: int = 0


NO_PICTURE: Final = CursorPicture()


@dataclass(slots=True)
class Surface:
    """A surface; only the world changes it, all others read (but for ``moving``).

    Place and size are in world pixels. The buffer has size times ``scale`` pixels, and alpha 255
    everywhere when the surface is opaque. ``content`` is one of CONTENTS, ``keyboard`` one of
    KEYBOARDS; ``presented`` says whether the owner wants to hear that viewers have painted it,
    and ``wheel`` whether the wheel over it is meant for it. ``areas`` are those of its parts that
    can be pressed; of two at one place the first counts. ``pointer`` says whether pages tell it of
    the pointer at all. A board puts it where ``dock`` says. It is there for the looks of
    ``shown_when`` alone, and ``blank`` until something is drawn on it.

    ``files`` says whether its program takes files that are dropped on it.

    Most pictures of a video are replaced before anybody needs their pixels. So the newest may stay
    ``unread``: ``pixels`` are then those that were read last, and `buffer` reads it when it is
    asked. ``may_stay_unread`` is how many more may, before one is compared with what it replaces.
    ``moving`` is the stream's word: its pictures follow each other as those of a video do.
    ``unscrolled`` counts the large pictures since the last that was the one before it, moved.
    """

    id: str
    owner: object
    x: int
    y: int
    z: int
    width: int
    height: int
    scale: int
    opacity: float
    opaque: bool
    title: str
    text: str
    cursor: str
    max_scale: int
    pixels: Pixels
    content: Content = "auto"
    presented: bool = False
    keyboard: Keyboard = "text"
    wheel: bool = False
    areas: tuple[Area, ...] = ()
    pointer: bool = True
    shown_when: ShownWhen = ALWAYS
    dock: Dock = NOWHERE
    cursor_picture: CursorPicture = NO_PICTURE
    files: bool = False
    blank: bool = True
    unread: Unread | None = None
    may_stay_unread: int = 0
    moving: bool = False
    unscrolled: int = 0

    @property
    def buffer(self) -> Pixels:
        """What it shows."""
        self.read()
        return self.pixels

    @buffer.setter
    def buffer(self, pixels: Pixels) -> None:
        self.pixels, self.unread = pixels, None

    def read(self) -> None:
        """Make the pixels of the newest picture, if nobody has needed them before."""
        if self.unread is not None:
            unread, self.unread = self.unread, None
            self.pixels = unread.read()

    @property
    def sent_as(self) -> Content:
        """What it shows: as its program says, or as the stream has noticed."""
        return "video" if self.moving and self.content == "auto" else self.content

    @property
    def buffer_size(self) -> tuple[int, int]:
        """Width and height of the buffer, in its pixels."""
        return self.width * self.scale, self.height * self.scale

    @property
    def buffer_bytes(self) -> int:
        """What the buffer takes in memory; nothing before a face is drawn: see `no_buffer`."""
        return 0 if is_no_buffer(self.pixels) else self.pixels.nbytes

    @property
    def waits(self) -> bool:
        """Whether viewers wait for its first pixels, and show what they had in its place."""
        return self.blank and self.shown_when is not ALWAYS

    @property
    def rect(self) -> Rect:
        """Where it lies, in world pixels."""
        return Rect(self.x, self.y, self.width, self.height)

    @property
    def words_bytes(self) -> int:
        """What title, text and links take in a listing."""
        return words_bytes(self.title, self.text, self.areas)


def words_bytes(title: str, text: str, areas: Iterable[Area] = ()) -> int:
    """Bytes of all in UTF-8; halves of pairs, which JSON can say, count as three."""
    words = (title, text, *(area.link for area in areas))
    return sum(len(each.encode("utf-8", "surrogatepass")) for each in words)


def no_buffer(width: int, height: int, *, opaque: bool) -> Pixels:
    """A blank picture of that many pixels that takes no memory and can't be drawn on.

    A program makes the faces of a thing before it knows which of them are looked at.
    """
    pixel = np.array((0, 0, 0, 255 if opaque else 0), np.uint8)
    return np.broadcast_to(pixel, (height, width, 4))


def is_no_buffer(pixels: Pixels) -> bool:
    """Whether a picture is one that `no_buffer` gave."""
    return not pixels.strides[0]


def new_buffer(width: int, height: int, *, opaque: bool) -> Pixels:
    """A picture of that many pixels: transparent black, or black when opaque."""
    buffer = np.zeros((height, width, 4), np.uint8)
    if opaque:
        buffer.view(np.uint32)[:] = np.array((0, 0, 0, 255), np.uint8).view(np.uint32)
    return buffer
