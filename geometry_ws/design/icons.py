"""Signs as SVG with their colours filled in, for whoever paints them."""

import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from geometry_ws.design.tokens import Rgba, css

STATES = (
    "attention",
    "base-moved",
    "complete",
    "conflict",
    "in-progress",
    "invalid",
    "not-started",
    "question",
    "refused",
    "unreadable",
)
_COLOUR = re.compile(r"var\(--([a-z0-9-]+)\)")


@cache
def source(folder: str, name: str) -> str:
    """Read a sign of ``icons`` or ``states`` as it lies there; KeyError where there is none."""
    try:
        return files(__package__).joinpath(folder, f"{name}.svg").read_text("utf-8")
    except FileNotFoundError:
        raise KeyError(f"there is no sign {name!r} in {folder}") from None


def icon(name: str, colour: Rgba) -> str:
    """Give a control's sign, 24 by 24, drawn in a colour."""
    return source("icons", name).replace("currentColor", css(colour))


def state(name: str, colours: Mapping[str, Rgba], progress: float = 0.0) -> str:
    """Give a state's sign, 16 by 16, in a theme's colours; `progress` (0 to 1) fills its pie."""
    text = source("states", name).replace("PIE", pie(progress))
    return _COLOUR.sub(lambda match: css(colours[match[1]]), text)


def pie(progress: float) -> str:
    """Give the path of a pie around (8, 8), clockwise from the top; at least a sliver."""
    part = min(max(progress, 0.04), 0.9999)
    x, y = 8 + 3.5 * math.sin(math.tau * part), 8 - 3.5 * math.cos(math.tau * part)
    return f"M8 8V4.5A3.5 3.5 0 {int(part > 0.5)} 1 {x:.2f} {y:.2f}Z"
