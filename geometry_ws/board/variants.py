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
from geometry_ws.board.model import Distance, LaneFace, LookFace, RowFace
from geometry_ws.board.rows import read_from
from geometry_ws.board.theme import Theme

RANGES: Final[Mapping[Distance, tuple[float, float]]] = {
    Distance.NEAR: (0.85, float("inf")),
    Distance.MIDDLE: (0.5, 0.85),
    Distance.FAR: (0.3, 0.5),
    Distance.DOT: (0.0, 0.3),
}
"""For which scales each is: screen pixels per world pixel, from and below."""


class Variant(NamedTuple):
    """For whom a picture is drawn."""

    theme: Theme
    distance: Distance


BASE: Final = Variant(Theme.LIGHT, Distance.NEAR)
"""Who never says how it looks gets this one; it is always there, and always drawn."""

VARIANTS: Final = tuple(Variant(theme, distance) for distance in Distance for theme in Theme)


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
        """Give the largest buffer scale that helps: dots are always looked at made smaller.

        Far pictures are so too, but on a wall, which shows them larger than they are.
        """
        return 1 if self.variant.distance is Distance.DOT else self.placed.max_scale


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


def with_room(layout: BoardLayout, used: Iterable[Variant], budget: Budget) -> tuple[Variant, ...]:
    """Give the variants that a board has: the base, and of the used ones those that find room."""
    wanted = {*used}
    chosen = [BASE]
    for variant in VARIANTS:
        if variant == BASE or variant not in wanted:
            continue
        pieces = expand(layout, [*chosen, variant]).values()
        drawn = [each.placed for each in pieces if not isinstance(each.placed.face, LookFace)]
        size = sum(each.width * each.height * 4 for each in drawn)
        if len(pieces) <= budget.surfaces and size <= budget.laid_out_bytes:
            chosen.append(variant)
    return tuple(chosen)


def expand(layout: BoardLayout, variants: Collection[Variant]) -> dict[str, Piece]:
    """Give every surface of a board by its key, in stacking order.

    The place that tells how the board is looked at has one for every variant, used or not.
    """
    looks, faces = cover(VARIANTS), cover(variants)
    # Lines and their heads are drawn for whoever can read them; a ground is a ground.
    lines = cover({Variant(each.theme, read_from(each.distance)) for each in variants})
    themes = cover({Variant(each.theme, Distance.NEAR) for each in variants})
    pieces = {}
    for item, placed in layout.items.items():
        shown = faces
        if isinstance(placed.face, LookFace):
            shown = looks
        elif isinstance(placed.face, RowFace | LaneFace):
            has_lines = isinstance(placed.face, RowFace) or placed.face.groups
            shown = lines if has_lines else themes
        for variant, when in shown.items():
            pieces[piece_key(item, variant)] = Piece(item, placed, variant, when)
    return pieces


def piece_key(item: str, variant: Variant) -> str:
    """Give the key of an item's surface for a variant."""
    return item if variant == BASE else f"{item}@{variant.theme.value}.{variant.distance.value}"
