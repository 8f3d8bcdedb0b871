"""One thing, several pictures: for light and for dark, and for each distance.

A piece of the board has a surface for each variant that is in use. Together the surfaces of a
piece cover every look, so nobody ever sees nothing: where a variant isn't there, the nearest
stands in for it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from geometry_ws.board.budget import Budget
from geometry_ws.board.layout import BoardLayout, Placed
from geometry_ws.board.model import Distance, LaneFace, RowFace
from geometry_ws.board.theme import Theme

RANGES: Final[Mapping[Distance, tuple[float, float]]] = {
    Distance.NEAR: (0.85, float("inf")),
    Distance.MIDDLE: (0.5, 0.85),
    Distance.FAR: (0.3, 0.5),
    Distance.DOT: (0.0, 0.3),
}
"""For which scales each is: screen pixels per world pixel, from and below."""

_LANE_SHARE: Final = 4
"""Lanes have a surface for each variant, looked at or not: at most one part of so many."""


class Variant(NamedTuple):
    """For whom a picture is drawn."""

    theme: Theme
    distance: Distance


BASE: Final = Variant(Theme.LIGHT, Distance.NEAR)
"""Who never says how it looks gets this one; it is always there, and always drawn."""

VARIANTS: Final = tuple(Variant(theme, distance) for distance in Distance for theme in Theme)
_THEMES: Final = tuple(Variant(theme, Distance.NEAR) for theme in Theme)


class ShownWhen(NamedTuple):
    """For which looks a surface is; None: for all themes."""

    theme: Theme | None
    least: float
    below: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A surface of the board: of which piece, for whom, and when it is shown."""

    item: str
    placed: Placed
    variant: Variant
    when: ShownWhen

    @property
    def max_scale(self) -> int:
        """Give the largest buffer scale that helps: far pictures are looked at made smaller."""
        far = self.variant.distance in (Distance.FAR, Distance.DOT)
        return 1 if far else self.placed.max_scale


def cover(variants: Collection[Variant]) -> dict[Variant, ShownWhen]:
    """Divide all looks among some variants; every look has exactly one of them."""
    themes = [theme for theme in Theme if any(each.theme is theme for each in variants)]
    result = {}
    for theme in themes:
        near_first = [d for d in Distance if Variant(theme, d) in variants]
        for place, distance in enumerate(near_first):
            below = RANGES[near_first[place - 1]][0] if place else float("inf")
            last = place == len(near_first) - 1
            least = 0.0 if last else RANGES[distance][0]
            whom = theme if len(themes) > 1 else None
            result[Variant(theme, distance)] = ShownWhen(whom, least, below)
    return result


def lane_variants(layout: BoardLayout, budget: Budget) -> tuple[Variant, ...]:
    """Give the variants of lanes: they tell what is looked at, so they are there beforehand.

    What nobody looks at takes no memory.
    """
    lanes = sum(isinstance(each.face, LaneFace) for each in layout.items.values())
    for variants in (VARIANTS, _THEMES):
        own = lanes * len(variants)
        others = len(layout.items) - lanes
        if own * _LANE_SHARE <= budget.surfaces and own + others <= budget.surfaces:
            return variants
    return (BASE,)


def with_room(layout: BoardLayout, used: Iterable[Variant], budget: Budget) -> tuple[Variant, ...]:
    """Give the variants that cards have: the base, and of the used ones those that find room."""
    lanes = lane_variants(layout, budget)
    wanted = {*used} & {*lanes}
    chosen = [BASE]
    for variant in VARIANTS:
        if variant is BASE or variant not in wanted:
            continue
        pieces = expand(layout, lanes, [*chosen, variant])
        drawn = [each.placed for each in pieces.values() if each.variant in (*chosen, variant)]
        size = sum(each.width * each.height * 4 for each in drawn)
        if len(pieces) <= budget.surfaces and size <= budget.laid_out_bytes:
            chosen.append(variant)
    return tuple(chosen)


def expand(
    layout: BoardLayout, lanes: Collection[Variant], cards: Collection[Variant]
) -> dict[str, Piece]:
    """Give every surface of a board by its key, in stacking order."""
    of_lanes, of_cards = cover(lanes), cover(cards)
    # A line is read from near or not at all: it has no face for further away.
    of_rows = cover({Variant(each.theme, Distance.NEAR) for each in cards})
    pieces = {}
    for item, placed in layout.items.items():
        faces = of_cards
        if isinstance(placed.face, LaneFace):
            faces = of_lanes
        elif isinstance(placed.face, RowFace):
            faces = of_rows
        for variant, when in faces.items():
            pieces[piece_key(item, variant)] = Piece(item, placed, variant, when)
    return pieces


def piece_key(item: str, variant: Variant) -> str:
    """Give the key of an item's surface for a variant."""
    return item if variant == BASE else f"{item}@{variant.theme.value}.{variant.distance.value}"
