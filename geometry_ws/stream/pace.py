"""How often viewers acknowledge: the more viewers there are, the less often each of them does.

An ack costs the router and the compositor about as much as ten frames for one more viewer. So all
viewers together acknowledge not much more often than there are frames, up to fifty viewers. Beyond
that it is worth more to notice soon that a viewer has stopped reading, or that its line is slow.
"""

from typing import Final

MOST_ACKS: Final = 15
"""A second, of one viewer: round trips are measured well enough by that."""

LEAST_ACKS: Final = 2
"""A second: what is on its way to a slow line is worth half a second more at the most."""

ALL_ACKS: Final = 100
"""A second, of all viewers together."""


def acks_per_second(viewers: int) -> int:
    """The pace of each where so many are attached."""
    return max(LEAST_ACKS, min(MOST_ACKS, ALL_ACKS // max(viewers, 1)))
