"""Where in a surface's video a picture lies, and who can decode it.

All pictures of one encoder are a chain, numbered from 1. One that is no key needs the picture
before it: it is for viewers whose newest picture of the plane's video has the same chain and the
number before. Everybody else is out of step, until a key comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from geometry_ws.render.video import Recorder


class Step(NamedTuple):
    """One picture: the chain is that of one encoder, numbers count its pictures from 1."""

    chain: int
    number: int


@dataclass(frozen=True, slots=True)
class Shot:
    """One surface's next picture as video, in one tick; the recorder encodes it."""

    plane: str
    codec: str
    step: Step
    key: bool
    recorder: Recorder

    def fits(self, steps: Mapping[str, Step]) -> bool:
        """Whether who got these pictures last can decode this one."""
        return self.key or steps.get(self.plane) == (self.step.chain, self.step.number - 1)
