"""How often viewers acknowledge: less each, the more there are.

An ack costs the router and the compositor about as much as ten frames for one more viewer. So all
viewers together acknowledge not much more often than there are frames, up to fifty of them; beyond,
how soon one is noticed that has stopped reading, or whose line is slow, is worth more.
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
