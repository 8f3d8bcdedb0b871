"""Where the board's pieces stand in the world: a header, columns of cards, dragged cards.

Columns stand in a fixed order and flow into sub-columns, so that a project with hundreds of changes
stays a picture and not a ribbon. Which sub-column a card stands in is decided as if every list were
closed: opening a list pushes down what is below it and moves nothing else. A dragged card keeps
its place and leaves the flow. All places are whole world pixels; the header is at (0, 0).
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from geometry_ws.board.budget import WHOLE, Budget, cut_text, longest_text
from geometry_ws.board.card import CARD_WIDTH
from geometry_ws.board.draw import face_size
from geometry_ws.board.model import (
    COLUMN_OF,
    BoardModel,
    CardFace,
    ChangeCard,
    Column,
    ColumnFace,
    EmptyFace,
    Face,
    RestFace,
)
from geometry_ws.board.signs import SIGN_HEIGHT, SPINE_WIDTH
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.board.visible_cards import cards_with_room, faces_with_room
from geometry_ws.board.words import (
    COLUMN_WORDS,
    describe,
    describe_column,
    describe_empty,
    describe_header,
    describe_rest,
    header_of,
    rest_line,
)

LONGEST_SIDE = 8192
"""Buffer pixels in one direction that every graphics chip takes."""

GAP = 12
COLUMN_GAP = 28
BELOW_HEADER = 24
BOARD_GAP = 160

_SHORTEST = 760
_GROWTH = 1.25
_WIDEST_SHAPE = 1.9  # width over height at which columns may become longer

Places = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Placed:
    """One surface of the board: world pixels, what it shows, its title and its text."""

    x: int
    y: int
    width: int
    height: int
    face: Face
    title: str
    text: str

    @property
    def max_scale(self) -> int:
        """Give the largest buffer scale at which graphics chips can hold the picture: 2 or 1."""
        return 2 if max(self.width, self.height) * 2 <= LONGEST_SIDE else 1


@dataclass(frozen=True, slots=True)
class BoardLayout:
    """All surfaces by their stable keys, in stacking order (dragged cards last, on top).

    `width` is what the board takes from left to right, but for its dragged cards.
    """

    items: dict[str, Placed]
    width: int = 0

    def shifted(self, right: int) -> "BoardLayout":
        """Give the same layout, everything so many world pixels further to the right."""
        if not right:
            return self
        items = {key: replace(each, x=each.x + right) for key, each in self.items.items()}
        return BoardLayout(items, self.width)

    def bounds(self) -> tuple[int, int, int, int]:
        """Give the smallest rectangle (x, y, width, height) around everything."""
        placed = self.items.values()
        left = min((item.x for item in placed), default=0)
        top = min((item.y for item in placed), default=0)
        right = max((item.x + item.width for item in placed), default=0)
        bottom = max((item.y + item.height for item in placed), default=0)
        return left, top, right - left, bottom - top


def card_key(name: str) -> str:
    """Give the key of a change's card."""
    return f"card:{name}"


def column_key(column: Column) -> str:
    """Give the key of a column's sign."""
    return f"column:{column.value}"


def lay_out_board(
    model: BoardModel,
    expanded: Set[str] = frozenset(),
    places: Places | None = None,
    theme: Theme = LIGHT,
    pages: Mapping[str, int] | None = None,
    budget: Budget = WHOLE,
) -> BoardLayout:
    """Place everything. `expanded` names open cards, `places` where dragged cards were put.

    `pages` says which page of its list an open card shows. Where not all cards find room in the
    `budget`, a sign counts the others, and no more cards are open than there is room for.

    The theme moves nothing; naming the one that is drawn saves laying text out a second time.

    Cards keep the model's order within their column. Names in `expanded` and `places` that are
    no card are ignored. Of changes with one name the first counts.
    """
    put = places or {}
    pieces = min(len(model.changes), budget.cards) + len(Column) + 2
    make = _ItemMaker(theme, longest_text(pieces, budget.text_bytes))
    header = header_of(model)
    items = {"header": make.placed(0, 0, header, header.project, describe_header(header))}
    top = items["header"].height + BELOW_HEADER
    every = list({card.name: card for card in reversed(model.changes)}.values())[::-1]
    if not every:
        if model.counted:
            face = EmptyFace(model.archived, model.specs)
            items["empty"] = make.placed(0, top, face, "No open changes", describe_empty(face))
        return BoardLayout(items, _right(items))
    cards = cards_with_room(every, theme, budget)
    faces = faces_with_room(cards, expanded, pages or {}, theme, budget)
    if rest := len(every) - len(cards):
        left = items["header"].width + COLUMN_GAP
        items["rest"] = make.placed(left, 0, RestFace(rest), rest_line(rest), describe_rest(rest))
    columns = {
        column: [card for card in cards if COLUMN_OF[card.state] is column] for column in Column
    }
    counts = Counter(COLUMN_OF[card.state] for card in every)
    flowing = {
        column: [card for card in members if card.name not in put]
        for column, members in columns.items()
    }
    left = 0
    for column, runs in _runs(flowing, theme).items():
        width = _width_of(runs)
        face_of_sign = ColumnFace(column, counts[column], width, not columns[column])
        words = describe_column(face_of_sign)
        sign = make.placed(left, top, face_of_sign, COLUMN_WORDS[column], words)
        items[column_key(column)] = sign
        _fill(items, _faces(runs, faces), make, left, top + SIGN_HEIGHT + GAP)
        left += sign.width + COLUMN_GAP
    width = _right(items)
    for card in cards:
        if card.name in put:
            items[card_key(card.name)] = make.card(faces[card.name], *put[card.name])
    return BoardLayout(items, width)


def side_by_side(widths: Sequence[int]) -> list[int]:
    """Give where boards of these widths begin, the first at 0; 0 is a board without a layout."""
    lefts = []
    left = 0
    for width in widths:
        lefts.append(left)
        left += width + BOARD_GAP if width else 0
    return lefts


def _right(items: Mapping[str, Placed]) -> int:
    return max(item.x + item.width for item in items.values())


class _ItemMaker(NamedTuple):
    """What all pieces of one board have in common."""

    theme: Theme
    longest: int

    def placed(self, x: int, y: int, face: Face, title: str, text: str) -> Placed:
        words = cut_text(text, self.longest)
        return Placed(x, y, *face_size(face, self.theme), face, title, words)

    def card(self, face: CardFace, x: int, y: int) -> Placed:
        return self.placed(x, y, face, face.card.name, describe(face.card))


def _faces(runs: list[list[ChangeCard]], faces: Mapping[str, CardFace]) -> list[list[CardFace]]:
    return [[faces[card.name] for card in run] for run in runs]


def _fill(
    items: dict[str, Placed],
    runs: list[list[CardFace]],
    make: _ItemMaker,
    left: int,
    top: int,
) -> None:
    """Stack each run of cards in its own sub-column."""
    for number, run in enumerate(runs):
        at = top
        for face in run:
            placed = make.card(face, left + number * (CARD_WIDTH + GAP), at)
            items[card_key(face.card.name)] = placed
            at += placed.height + GAP


def _width_of(runs: list[list[ChangeCard]]) -> int:
    number = max(len(runs), 1)
    return number * CARD_WIDTH + (number - 1) * GAP


def _runs(
    columns: dict[Column, list[ChangeCard]], theme: Theme
) -> dict[Column, list[list[ChangeCard]]]:
    """Split every column into sub-columns; the height is the least that keeps a fair shape."""
    heights = {
        card.name: face_size(CardFace(card), theme)[1]
        for members in columns.values()
        for card in members
    }
    longest = float(_SHORTEST)
    while True:
        runs = {column: _flow(members, heights, longest) for column, members in columns.items()}
        width = sum(
            _width_of(parts) if columns[column] else SPINE_WIDTH for column, parts in runs.items()
        )
        subcolumns = [part for parts in runs.values() for part in parts]
        tallest = max((_height(part, heights) for part in subcolumns), default=0)
        many = any(len(parts) > 1 for parts in runs.values())
        if not many or width <= _WIDEST_SHAPE * max(tallest, longest * 0.8):
            return runs
        longest *= _GROWTH


def _flow(
    cards: list[ChangeCard], heights: Mapping[str, int], longest: float
) -> list[list[ChangeCard]]:
    """Cut a list into runs no higher than `longest`; a card that is higher stands alone."""
    runs: list[list[ChangeCard]] = []
    height = 0.0
    for card in cards:
        own = heights[card.name] + GAP
        if not runs or height + own > longest + GAP:
            runs.append([])
            height = 0.0
        runs[-1].append(card)
        height += own
    return runs


def _height(run: list[ChangeCard], heights: Mapping[str, int]) -> int:
    return sum(heights[card.name] + GAP for card in run)
