"""Bounds of what programs say about their surfaces. Each check raises or returns nothing."""

import math
import re
from collections.abc import Sequence

from geometry_ws.scene import limits
from geometry_ws.scene.errors import InvalidContent, LimitExceeded
from geometry_ws.scene.faces import THEMES, ShownWhen
from geometry_ws.scene.surface import CONTENTS, KEYBOARDS, Area

_CURSOR = re.compile(f"[a-z-]{{1,{limits.CURSOR_LENGTH}}}")
_PAGE = re.compile(r"/([!-.0-Z_-~][!-Z_-~]*)?")
"""An address of this node: one slash, since two would begin another host's."""


def check_number(name: str, value: float, least: float, most: float) -> None:
    """Refuse a number outside of least..most, and what isn't a number at all (NaN)."""
    if not least <= value <= most:
        raise InvalidContent(name, f"must lie between {least} and {most}")


def check_looks(opacity: float, max_scale: int) -> None:
    """Refuse an opacity or a largest scale out of bounds."""
    check_number("opacity", opacity, 0, 1)
    check_number("max_scale", max_scale, 1, limits.MAX_SCALE)


def check_place(prefix: str, *, x: int | None, y: int | None) -> None:
    """Refuse a place too far from the origin; None says nothing and is always right."""
    for name, value in (("x", x), ("y", y)):
        if value is not None:
            check_number(prefix + name, value, -limits.WORLD_PX, limits.WORLD_PX)


def check_buffer(prefix: str, width: int, height: int, scale: int) -> None:
    """Refuse a size in world pixels whose buffer would be empty or too large."""
    check_number(prefix + "scale", scale, 1, limits.MAX_SCALE)
    check_number(prefix + "width", width, 1, limits.WORLD_PX)
    check_number(prefix + "height", height, 1, limits.WORLD_PX)
    if max(width, height) * scale > limits.SIDE_PX:
        raise LimitExceeded("surface_side_px", limits.SIDE_PX)
    if width * height * scale * scale > limits.SURFACE_PX:
        raise LimitExceeded("surface_px", limits.SURFACE_PX)


def check_words(title: str, text: str, cursor: str, areas: Sequence[Area] = ()) -> None:
    """Refuse a title or text that is too long, and a cursor that is no word of CSS's kind.

    The same of areas, whose links must not lead off the node.
    """
    if len(title) > limits.TITLE_LENGTH:
        raise LimitExceeded("title_length", limits.TITLE_LENGTH)
    if len(text) > limits.TEXT_LENGTH:
        raise LimitExceeded("text_length", limits.TEXT_LENGTH)
    if _CURSOR.fullmatch(cursor) is None:
        raise InvalidContent("cursor", "must be one of CSS's cursor words")
    _check_areas(areas)


def _check_areas(areas: Sequence[Area]) -> None:
    if len(areas) > limits.AREAS:
        raise LimitExceeded("areas", limits.AREAS)
    for area in areas:
        if area.cursor and _CURSOR.fullmatch(area.cursor) is None:
            raise InvalidContent("areas", "must have CSS's cursor words")
        if len(area.link) > limits.LINK_LENGTH or not _is_page(area.link):
            raise InvalidContent("areas", "must link to pages of the node, such as /changes/a")


def _is_page(link: str) -> bool:
    return not link or _PAGE.fullmatch(link) is not None


def check_shown_when(shown_when: ShownWhen) -> None:
    """Refuse a theme that there isn't, and scales that no look can have."""
    theme, least, below = shown_when
    if theme is not None and theme not in THEMES:
        raise InvalidContent("shown_when.theme", f"must be one of {', '.join(THEMES)}")
    if not (math.isfinite(least) and least >= 0 and below > 0):
        raise InvalidContent("shown_when.scale", "must have positive numbers")
    if not least < below:
        raise InvalidContent("shown_when.scale", "must begin below its end")


def check_choices(content: str, keyboard: str) -> None:
    """Refuse a kind of content, or a wish for the keyboard, that there isn't."""
    for name, value, choices in (
        ("content", content, CONTENTS),
        ("keyboard", keyboard, KEYBOARDS),
    ):
        if value not in choices:
            raise InvalidContent(name, f"must be one of {', '.join(choices)}")
