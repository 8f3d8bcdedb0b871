"""What a board knows of one of its surfaces: what is there now, and what was there before."""

from collections import deque
from dataclasses import dataclass, field

from geometry_ws.board.budget import Sharpness
from geometry_ws.board.layout import Placed
from geometry_ws.board.model import Face

_FACES = 8
"""Faces of one card that are remembered: a press is seldom more than some ticks behind."""


@dataclass
class Shown:
    """A surface as the compositor has it; nothing here changes before its answer.

    ``stale`` means that its pixels aren't known: new, or after a commit that failed. ``scale`` is
    the buffer's, ``wanted`` the one that its viewers would like, 1 while nobody looks.
    """

    surface: str
    placed: Placed
    scale: int = 1
    wanted: int = 1
    stale: bool = True
    _faces: deque[tuple[int, Face]] = field(default_factory=lambda: deque(maxlen=_FACES))

    def drawn(self, placed: Placed, scale: int, frame: int, *, seen: bool) -> None:
        """Note the answer to a commit: the frame's number, and whether that frame shows it."""
        self.placed = placed
        self.scale = scale
        self.stale = False
        if not self._faces or self._faces[-1][1] != placed.face:
            # What wasn't seen comes in a later frame at the earliest.
            self._faces.append((frame if seen else frame + 1, placed.face))

    def face_at(self, frame: int) -> Face:
        """Give the face that a frame showed; the newest where the frame isn't known (0)."""
        if frame <= 0 or not self._faces:
            return self.placed.face
        for begun, face in reversed(self._faces):
            if begun <= frame:
                return face
        return self._faces[0][1]

    def sharpness(self, key: str, wanted: Placed) -> Sharpness:
        """Say how many bytes it takes once it is as wanted, and how sharp it is and should be."""
        size = wanted.width * wanted.height * 4
        return Sharpness(key, size, self.scale, min(self.wanted, wanted.max_scale))
