"""A picture's position in a surface's video, and which viewers can decode it.

All pictures of one encoder are a chain, numbered from 1. A picture that is no key needs the one
before it: it is for viewers whose newest picture of the plane's video has the same chain and the
number before. All others are out of step, until a key comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from geometry_ws.render.video import PictureEncoder


class ChainPosition(NamedTuple):
    """One picture: the chain is that of one encoder, numbers count its pictures from 1."""

    chain: int
    number: int


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One surface's next picture as video, in one tick, and what encodes it.

    Pictures that are shrunk by no more than ``most_shrink`` would have no fewer bytes.
    """

    plane: str
    codec: str
    position: ChainPosition
    key: bool
    encoder: PictureEncoder
    most_shrink: int = 1

    def fits(self, positions: Mapping[str, ChainPosition]) -> bool:
        """Whether a viewer that got these pictures last can decode this one."""
        before = self.position._replace(number=self.position.number - 1)
        return self.key or positions.get(self.plane) == before
