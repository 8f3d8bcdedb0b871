"""What a viewer says of each message of its stream, and what it counts over all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from geometry_ws.client.canvas import MessageOutcome

Rect = tuple[int, int, int, int]


class PaintedMessage(NamedTuple):
    """What became of one message of a stream.

    ``frame`` are the keywords of the event, ``damage`` for each plane the rectangle around what
    was painted (buffer pixels: x, y, width, height), ``size`` the message's bytes, ``reason`` why
    it could not be applied, if it couldn't.
    """

    stream: str
    frame: Mapping[str, Any]
    damage: Mapping[str, Rect]
    size: int
    outcome: MessageOutcome
    reason: str


@dataclass
class Statistics:
    """What a viewer has received since it was made."""

    frames: int = 0
    keyframes: int = 0
    messages: int = 0
    bytes: int = 0
    refreshes: int = 0
    attaches: int = 0
    resumes: int = 0
    draw_us: int = 0
