"""What a board knows of one of its surfaces: what is there now, and what was there before."""

from collections import deque
from dataclasses import dataclass, field, replace

from geometry_ws.board.budget import Sharpness
from geometry_ws.board.hit import Area
from geometry_ws.board.layout import Placed
from geometry_ws.board.model import Face, LookFace
from geometry_ws.board.variants import BASE, Piece, ShownWhen, Variant

_FACES = 8
"""Faces of one card that are remembered: a press is seldom more than some ticks behind."""


@dataclass
class Shown:
    """A surface as the compositor has it; nothing here changes before its answer.

    ``stale`` means that its pixels aren't known: new, or after a commit that failed. ``scale`` is
    the buffer's, ``wanted`` the one that its viewers would like, 1 while nobody looks.
    """

    surface: str
    piece: Piece
    placed: Placed
    when: ShownWhen
    scale: int = 1
    wanted: int = 1
    looked: bool = False
    stale: bool = True
    painted: bool = False
    areas: tuple[Area, ...] = ()
    _faces: deque[tuple[int, Face]] = field(default_factory=lambda: deque(maxlen=_FACES))

    @property
    def variant(self) -> Variant:
        """For whom it is."""
        return self.piece.variant

    @property
    def is_drawn(self) -> bool:
        """Whether its pixels are to follow what it shows: somebody looks, or anybody may."""
        seen = self.looked or self.variant == BASE
        return seen and not isinstance(self.placed.face, LookFace)

    def drawn(self, placed: Placed, scale: int, frame: int, *, seen: bool) -> None:
        """Note the answer to a commit: the frame's number, and whether that frame shows it."""
        self.placed = placed
        self.scale = scale
        self.stale = False
        self.painted = True
        if not self._faces or self._faces[-1][1] != placed.face:
            # What wasn't seen comes in a later frame at the earliest.
            self._faces.append((frame if seen else frame + 1, placed.face))

    def moved(self, placed: Placed, scale: int) -> None:
        """Note that its place, and perhaps its size, are those of another state of it."""
        size = placed.width, placed.height
        if scale != self.scale or size != (self.placed.width, self.placed.height):
            # A new size without pixels: nothing is there until it is looked at again.
            self.stale, self.painted = True, False
            self.placed = replace(
                self.placed, x=placed.x, y=placed.y, width=placed.width, height=placed.height
            )
        self.placed = replace(self.placed, x=placed.x, y=placed.y)
        self.scale = scale

    def face_at(self, frame: int) -> Face:
        """Give the face that a frame showed; the newest where the frame isn't known (0)."""
        if frame <= 0 or not self._faces:
            return self.placed.face
        for begun, face in reversed(self._faces):
            if begun <= frame:
                return face
        return self._faces[0][1]

    def sharpness(self, key: str, wanted: Piece) -> Sharpness:
        """Say how many bytes it takes once it is as wanted, and how sharp it is and should be."""
        takes = self.is_drawn or self.painted
        size = wanted.placed.width * wanted.placed.height * 4 if takes else 0
        return Sharpness(key, size, self.scale, min(self.wanted, wanted.max_scale))
