"""Programs' windows that lie beside a change's card: one panel behind the card and right of it.

A window keeps its size, as its pixels are its program's; the panel is as large as the card and its
windows with their title bars. Pure; sizes are world pixels.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from geometry_ws.board.card import CARD_WIDTH
from geometry_ws.board.marks import panel
from geometry_ws.board.model import Distance, DockedWindow, DockFace
from geometry_ws.board.theme import Theme
from geometry_ws.render.drawing import skia
from geometry_ws.render.text import TextStyle, lay_out

BAR: Final = 28
MARGIN: Final = 6
MOST_WINDOWS: Final = 4
"""Beside one card."""
LARGEST: Final = 1600
"""A larger window in either direction isn't docked: the board would be its margin."""

_SIZES: Final = {Distance.NEAR: 12, Distance.MIDDLE: 18, Distance.FAR: 22, Distance.DOT: 0}


class Place(NamedTuple):
    """Where a window's corner is to lie."""

    x: int
    y: int


def dock_key(name: str) -> str:
    """Give the key of the panel beside a change's card."""
    return f"dock:{name}"


def dock_face(windows: Sequence[DockedWindow], height: int) -> DockFace | None:
    """Give the panel of some windows beside a card of this height; None without any."""
    docked = tuple(w for w in windows if max(w.width, w.height) <= LARGEST)[:MOST_WINDOWS]
    if not docked:
        return None
    inner = sum(BAR + window.height for window in docked) + MARGIN
    width = CARD_WIDTH + max(window.width for window in docked) + 2 * MARGIN
    return DockFace(docked, width, max(inner, height))


def places_of(face: DockFace, x: int, y: int) -> dict[str, Place]:
    """Give where the windows of a panel lie whose corner is at this place."""
    places = {}
    for window in face.windows:
        places[window.surface] = Place(x + CARD_WIDTH + MARGIN, y + BAR)
        y += BAR + window.height
    return places


def paint_dock(canvas: skia.Canvas, face: DockFace, distance: Distance, theme: Theme) -> None:
    """Paint a panel with the windows' titles from the canvas' origin."""
    panel(canvas, (face.width, face.height), theme)
    size = _SIZES[distance]
    if not size:
        return
    style = TextStyle(size, 530, theme.rgb("text-2"), 20 / size if size < 20 else 1.2)
    top = 0
    for window in face.windows:
        title = lay_out(window.title, style, face.width - CARD_WIDTH - 4 * MARGIN, 1)
        title.paint(canvas, CARD_WIDTH + 2 * MARGIN, top + (BAR - title.height) / 2)
        top += BAR + window.height
