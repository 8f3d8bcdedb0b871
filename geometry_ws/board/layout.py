"""Where the board's pieces stand in the world: its name, four lanes, cards or lines in them.

The lanes are always there, side by side, as high as the highest. A lane of many cards has more
columns, and its cards go through them in turn: opening a card pushes down what is below it in its
column and moves nothing else. All places are whole world pixels; the name is at (0, 0).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from geometry_ws.board.ages import age_words
from geometry_ws.board.budget import WHOLE, Budget, cut_text, longest_text
from geometry_ws.board.card import CARD_WIDTH
from geometry_ws.board.docks import Place as WindowPlace
from geometry_ws.board.docks import dock_face, dock_key, places_of
from geometry_ws.board.draw import face_size
from geometry_ws.board.lanes import LANE_HEAD, LANE_PADDING, LEAST_LANE, note_height
from geometry_ws.board.model import (
    NOTHING_SAID,
    BoardModel,
    CardFace,
    ChangeCard,
    DockedWindow,
    DockFace,
    EmptyFace,
    Face,
    Facts,
    HeadFace,
    Lane,
    LaneFace,
    LookFace,
    RestFace,
    RowFace,
    Said,
)
from geometry_ws.board.notes import notes_of
from geometry_ws.board.people import Person, describe_people
from geometry_ws.board.row_lanes import lay_out_rows
from geometry_ws.board.rows import row_face
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.board.visible_cards import cards_with_room, faces_with_room
from geometry_ws.board.words import (
    LANE_WORDS,
    describe,
    describe_empty,
    describe_header,
    describe_lane,
    describe_rest,
    header_of,
    rest_line,
)

LONGEST_SIDE = 8192
"""Buffer pixels in one direction that every graphics chip takes."""

LANE_GAP = 12
CARD_GAP = 8
COLUMN_GAP = 12
BOARD_GAP = 160
MOST_CARDS = 60
"""With more changes, each is a line."""

COLUMN_STEP = CARD_WIDTH + COLUMN_GAP
_LANE_STEP = 40
"""Lanes grow in steps: their whole ground is sent again when they do."""

_COLUMNS = (6, 16, 36)
"""Cards from which on a lane has one more column."""

_MOST_RAISED = 8
_RAISED_OF = 64
"""Cards above lines: so many, and no more than one for each so many surfaces of the board."""

_OFTEN = 3
"""Cards that say the same sentence, from which on their lane says it for them."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What people and time make of a board.

    `opened` names cards that are open, `views` says how their groups are shown, `order` in which
    order the cards of a lane were put; `fresh` is how lately cards moved, from 5 down to 0.
    `people` are those at a change, and `said` is what they say; `docked` are the windows that
    programs want beside its card.
    """

    opened: frozenset[str] = frozenset()
    views: Mapping[str, Mapping[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    order: Mapping[Lane, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    fresh: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    now_ms: int = 0
    docked: Mapping[str, Sequence[DockedWindow]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    people: Mapping[str, tuple[Person, ...]] = field(default_factory=lambda: MappingProxyType({}))
    said: Mapping[str, Said] = field(default_factory=lambda: MappingProxyType({}))


AS_IT_COMES = Arrangement()


@dataclass(frozen=True, slots=True)
class Placed:
    """One piece of the board: world pixels, what it shows, its title and its text.

    `link` is the page of the change.
    """

    x: int
    y: int
    width: int
    height: int
    face: Face
    title: str
    text: str
    link: str = ""

    @property
    def max_scale(self) -> int:
        """Give the largest buffer scale at which graphics chips can hold the picture: 2 or 1."""
        return 2 if max(self.width, self.height) * 2 <= LONGEST_SIDE else 1


@dataclass(frozen=True, slots=True)
class BoardLayout:
    """All pieces by their stable keys, in stacking order (cards above lanes).

    `width` is what the board takes from left to right.
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

    def with_cards_at(self, places: Mapping[str, tuple[int, int]]) -> "BoardLayout":
        """Give the same layout with some cards elsewhere; what is docked at them goes along."""
        items = dict(self.items)
        for key, (x, y) in places.items():
            if (card := items.get(key)) is None:
                continue
            items[key] = replace(card, x=x, y=y)
            dock = dock_key(card.title)
            if dock in items:
                items[dock] = replace(items[dock], x=x, y=y)
        return BoardLayout(items, self.width)

    def windows(self) -> dict[str, WindowPlace]:
        """Give where the windows that are docked at cards lie."""
        places: dict[str, WindowPlace] = {}
        for each in self.items.values():
            if isinstance(each.face, DockFace):
                places |= places_of(each.face, each.x, each.y)
        return places


def card_key(name: str) -> str:
    """Give the key of a change's card, or of its line."""
    return f"card:{name}"


def raised_key(name: str) -> str:
    """Give the key of a card that lies above its line."""
    return f"raised:{name}"


def lane_key(lane: Lane) -> str:
    """Give the key of a lane."""
    return f"lane:{lane.value}"


def head_key(lane: Lane) -> str:
    """Give the key of a lane's head."""
    return f"head:{lane.value}"


def lay_out_board(
    model: BoardModel,
    how: Arrangement = AS_IT_COMES,
    theme: Theme = LIGHT,
    budget: Budget = WHOLE,
) -> BoardLayout:
    """Place everything. Where not all changes find room in the `budget`, a sign counts the rest.

    The theme moves nothing; naming the one that is drawn saves laying text out a second time.

    Cards keep the model's order within their lane, but for those that people have put elsewhere.
    Names that are no card are ignored. Of changes with one name the first counts.
    """
    every = list({card.name: card for card in reversed(model.changes)}.values())[::-1]
    if not every and not model.counted:
        header = replace(header_of(model), width=4 * CARD_WIDTH)
        make = _ItemMaker(theme, budget.text_bytes, model.id, 0, False)
        return _board(
            {"header": make.placed(0, 0, header, header.project, describe_header(header))}
        )
    pieces = min(len(every), budget.cards) + len(Lane) + 2 + _MOST_RAISED
    ground_bytes = budget.closed_bytes // 2
    longest = longest_text(pieces, budget.text_bytes)
    make = _ItemMaker(theme, longest, model.id, ground_bytes, budget.has_grounds)
    as_rows = len(every) > MOST_CARDS
    cards = cards_with_room(every, theme, budget, as_rows=as_rows)
    counts = Counter(card.lane for card in every)
    lanes = {lane: _ordered(cards, lane, how) for lane in Lane}
    if as_rows:
        most = min(_MOST_RAISED, budget.surfaces // _RAISED_OF)
        items, width = _rows(lanes, counts, how, make, most)
    else:
        faces = faces_with_room(cards, _faces(cards, how), theme, budget)
        items, width = _cards(lanes, faces, counts, make, how.docked)
    header = replace(header_of(model), width=width)
    head = {"header": make.placed(0, 0, header, header.project, describe_header(header))}
    top = head["header"].height
    items = {key: replace(each, y=each.y + top) for key, each in items.items()}
    if rest := len(every) - len(cards):
        left = width + LANE_GAP
        head["rest"] = make.placed(left, top, RestFace(rest), rest_line(rest), describe_rest(rest))
    if not every:
        empty = EmptyFace(model.archived, model.specs)
        placed = make.placed(0, 0, empty, "No open changes", describe_empty(empty))
        below = max(each.y + each.height for each in items.values()) + 4 * LANE_GAP
        items["empty"] = replace(placed, x=(width - placed.width) // 2, y=below)
    return _board({**head, **items})


def _board(items: dict[str, Placed]) -> BoardLayout:
    return BoardLayout(items, max(item.x + item.width for item in items.values()))


def side_by_side(widths: Sequence[int]) -> list[int]:
    """Give where boards of these widths begin, the first at 0; 0 is a board without a layout."""
    lefts = []
    left = 0
    for width in widths:
        lefts.append(left)
        left += width + BOARD_GAP if width else 0
    return lefts


def page_of(change: str, project: str) -> str:
    """Give the address of a change's page; "" where it would be longer than links may be."""
    address = f"/changes/{quote(change, safe='')}"
    address += f"?project={quote(project, safe='')}" if project else ""
    return address if len(address) <= _LONGEST_LINK else ""


_LONGEST_LINK = 280


class _ItemMaker(NamedTuple):
    """What all pieces of one board have in common."""

    theme: Theme
    longest: int
    project: str
    ground_bytes: int
    with_grounds: bool

    def placed(self, x: int, y: int, face: Face, title: str, text: str, link: str = "") -> Placed:
        words = cut_text(text, self.longest)
        return Placed(x, y, *face_size(face, self.theme), face, title, words, link)

    def card(self, face: CardFace | RowFace, card: ChangeCard, x: int, y: int) -> Placed:
        said = face.said if isinstance(face, CardFace) else NOTHING_SAID
        lines = (describe(card), *said.questions, said.note, describe_people(face.people))
        words = "\n".join(line for line in lines if line)
        return self.placed(x, y, face, card.name, words, page_of(card.name, self.project))


def _ordered(cards: Sequence[ChangeCard], lane: Lane, how: Arrangement) -> list[ChangeCard]:
    """Give a lane's cards; those that were never put anywhere come after those that were."""
    ranks = {name: rank for rank, name in enumerate(how.order.get(lane, ()))}
    members = [card for card in cards if card.lane is lane]
    return sorted(members, key=lambda card: ranks.get(card.name, len(ranks)))


def _faces(cards: Sequence[ChangeCard], how: Arrangement) -> dict[str, CardFace]:
    return {
        card.name: CardFace(
            card,
            card.name in how.opened,
            tuple(sorted(how.views.get(card.name, {}).items())),
            age_words(how.now_ms, card.moved_at) if how.now_ms else "",
            how.fresh.get(card.name, 0),
            people=how.people.get(card.name, ()),
            said=how.said.get(card.name, NOTHING_SAID),
        )
        for card in cards
    }


def columns_of(number: int) -> int:
    """Give how many columns a lane of so many cards has."""
    return 1 + sum(number > most for most in _COLUMNS)


def _cards(
    lanes: Mapping[Lane, Sequence[ChangeCard]],
    faces: Mapping[str, CardFace],
    counts: Mapping[Lane, int],
    make: _ItemMaker,
    docked: Mapping[str, Sequence[DockedWindow]],
) -> tuple[dict[str, Placed], int]:
    """Place lanes of cards, the first at (0, 0); gives how wide all of them are.

    Cards with windows beside them come first in their lane, over all of its columns.
    """
    shown: dict[str, Placed] = {}
    grounds = []
    left = 0
    for lane, members in lanes.items():
        docks = {c.name: face for c in members if (face := dock_face(docked.get(c.name, ()), 0))}
        widest = max((face.width for face in docks.values()), default=0)
        number = max(columns_of(len(members)), (widest + COLUMN_GAP) // COLUMN_STEP)
        inner = max(number * COLUMN_STEP - COLUMN_GAP, widest)
        width = inner + 2 * LANE_PADDING
        note, quiet = _common_note(members)
        ends = [LANE_HEAD + note_height(note, width)] * number
        place = 0
        for card in sorted(members, key=lambda card: card.name not in docks):
            column = 0 if card.name in docks else place % number
            x = left + LANE_PADDING + column * COLUMN_STEP
            shows = replace(faces[card.name], quiet=card.name in quiet)
            placed = make.card(shows, card, x, ends[column])
            if dock := dock_face(docked.get(card.name, ()), placed.height):
                behind = make.placed(x, placed.y, dock, "", "")
                shown |= {dock_key(card.name): behind, card_key(card.name): placed}
                ends = [ends[0] + behind.height + CARD_GAP] * number
            else:
                shown[card_key(card.name)] = placed
                ends[column] += placed.height + CARD_GAP
                place += 1
        wanted = max(LEAST_LANE, max(ends) - CARD_GAP + LANE_PADDING)
        height = -(-wanted // _LANE_STEP) * _LANE_STEP
        grounds.append((left, LaneFace(lane, width, height, not counts[lane], note)))
        left += width + LANE_GAP
    return {**_grounds(grounds, counts, make), **shown}, left - LANE_GAP


def _grounds(
    lanes: Sequence[tuple[int, LaneFace]],
    counts: Mapping[Lane, int],
    make: _ItemMaker,
    facts: Mapping[Lane, Facts] = MappingProxyType({}),
) -> dict[str, Placed]:
    """Place the lanes themselves; all are as high as the highest.

    Where many boards share what there is, they are heads alone: cards come before their ground.
    """
    height = max(face.height for _, face in lanes)
    width = lanes[-1][0] + lanes[-1][1].width
    grounds: dict[str, Placed] = {}
    heads: dict[str, Placed] = {}
    if make.with_grounds:
        grounds["looks"] = make.placed(0, 0, LookFace(width, height), "", "")
    high = width * height * 4 > make.ground_bytes
    for left, lane in lanes:
        face = replace(lane, height=LANE_HEAD + LANE_PADDING if high else height)
        words = describe_lane(face.lane, counts[face.lane], face.note)
        title = LANE_WORDS[face.lane]
        head = HeadFace(face.lane, counts[face.lane], face.width, facts.get(face.lane, ()))
        if make.with_grounds:
            grounds[lane_key(face.lane)] = make.placed(left, 0, face, title, words)
            heads[head_key(face.lane)] = make.placed(left, 0, head, "", "")
        else:
            heads[head_key(face.lane)] = make.placed(left, 0, head, title, words)
    return {**grounds, **heads}


def _common_note(cards: Sequence[ChangeCard]) -> tuple[str, set[str]]:
    """Give the sentence that many cards say and nothing else, and who they are."""
    alone = {card.name: said[0].text for card in cards if len(said := notes_of(card)) == 1}
    shared = [
        alone[card.name]
        for card in cards
        if card.name in alone and (card.problem or card.unwritten)
    ]
    counted = Counter(shared).most_common(1)
    if not counted or counted[0][1] < _OFTEN:
        return "", set()
    sentence, number = counted[0]
    return f"{number} changes: {sentence}", {
        name for name, text in alone.items() if text == sentence
    }


def _rows(
    lanes: Mapping[Lane, Sequence[ChangeCard]],
    counts: Mapping[Lane, int],
    how: Arrangement,
    make: _ItemMaker,
    most: int,
) -> tuple[dict[str, Placed], int]:
    """Place lanes of lines, the first at (0, 0); at most so many opened cards lie above them."""
    laid = lay_out_rows(lanes, counts, how.now_ms)
    shown: dict[str, Placed] = {}
    raised: dict[str, Placed] = {}
    width = max(lane.left + lane.face.width for lane in laid)
    for left, _, rows, row_width, lately, _ in laid:
        for row in rows:
            fresh = how.fresh.get(row.card.name, 0)
            people = how.people.get(row.card.name, ())
            line = row_face(row, row_width, how.now_ms, fresh, people, lately=lately > 0)
            x, y = left + row.x, row.y
            shown[card_key(row.card.name)] = make.card(line, row.card, x, y)
            if row.card.name in how.opened and len(raised) < most:
                above = replace(_faces([row.card], how)[row.card.name], raised=True)
                at = max(min(x - 4, width - CARD_WIDTH), 0), y
                raised[raised_key(row.card.name)] = make.card(above, row.card, *at)
    facts = {lane.face.lane: lane.facts for lane in laid}
    grounds = _grounds([(lane.left, lane.face) for lane in laid], counts, make, facts)
    return {**grounds, **shown, **raised}, width
