"""Programs' windows that say `dock` lie beside a change's card, above what a board draws."""

import pytest
from twisted.internet.defer import ensureDeferred

from geometry_ws.board.docks import BAR, LARGEST, MARGIN
from geometry_ws.board.model import LaneFace
from geometry_ws.protocol.names import uri
from tests.components.board_alone import Alone

TEXTS = ("1.1 one", "1.2 two")


@pytest.fixture
def board():
    board = Alone({"p": {"a": TEXTS, "b": TEXTS}, "q": {"a": TEXTS}})
    ensureDeferred(board.start())
    yield board
    board.stop()
    assert not board.world.failures


def say(board, surface, change="changed", **more):
    """A program's surface is described anew."""
    keywords = {"epoch": "e", "seq": 1, "change": change, "id": surface}
    if change != "destroyed":
        keywords["surface"] = board.world.show(surface, **more)
    else:
        del board.world.programs[surface]
    board.handlers[uri("surface.on_changed")]((), keywords, None)


def at(board, surface):
    known = board.world.programs[surface]
    return known["x"], known["y"]


def beside(board, name, project="p"):
    """Where the first window at a card is to lie."""
    placed = board.shown(name, project).placed
    return placed.x + placed.width + MARGIN, placed.y + BAR


def panel(board, name, project="p"):
    return board._boards[project]._surfaces.shown.get(f"dock:{name}")


def test_a_window_lies_beside_its_card_above_the_board_and_goes_with_it(board):
    say(board, "w", "created", dock={"change": "b"})
    assert at(board, "w") == beside(board, "b")
    assert board.world.stack[-1] == "w"
    placed = panel(board, "b").placed
    card = board.shown("b").placed
    assert (placed.x, placed.y) == (card.x, card.y)
    assert placed.width == card.width + 300 + 2 * MARGIN
    assert placed.height == BAR + 200 + MARGIN
    before = at(board, "w")
    board.change("c", *TEXTS)
    assert at(board, "w") == before == beside(board, "b")
    # What the board makes later comes below it again.
    assert board.world.stack[-1] == "w"


def test_a_panel_that_comes_later_lies_below_its_card_and_on_its_lane(board):
    say(board, "w", "created", dock={"change": "b"})
    order = [*board.world.surfaces]
    lanes = [
        shown.surface
        for shown in board._boards["p"]._surfaces.shown.values()
        if isinstance(shown.placed.face, LaneFace)
    ]
    place = order.index(panel(board, "b").surface)
    assert all(order.index(lane) < place for lane in lanes)
    assert len(lanes) == 4
    assert place < order.index(board.shown("b").surface)


def test_windows_at_one_card_lie_below_one_another(board):
    say(board, "w", "created", dock={"change": "a"})
    say(board, "v", "created", height=100, dock={"change": "a", "project": "p"})
    x, y = beside(board, "a")
    assert (at(board, "w"), at(board, "v")) == ((x, y), (x, y + 200 + BAR))
    say(board, "w", height=300)
    assert at(board, "v") == (x, y + 300 + BAR)
    say(board, "w", "destroyed")
    assert at(board, "v") == (x, y)


def test_an_event_from_before_it_was_placed_is_no_move_of_its_program(board):
    say(board, "w", "created", dock={"change": "a"})
    place = at(board, "w")
    say(board, "w", title="other", x=0, y=0)
    board.world.show("w", x=place[0], y=place[1])
    assert panel(board, "a") is not None


def test_a_project_of_its_own_is_heard(board):
    say(board, "w", "created", dock={"change": "a", "project": "q"})
    assert at(board, "w") == beside(board, "a", "q")
    assert panel(board, "a") is None


def test_a_window_whose_change_is_gone_lies_where_all_windows_do(board):
    say(board, "w", "created", dock={"change": "a"})
    board.change("a")
    assert at(board, "w") == (0, -1000)
    assert panel(board, "a") is None
    board.change("a", *TEXTS)
    assert at(board, "w") == beside(board, "a")


def test_a_program_that_moves_its_window_has_it_back_until_it_docks_anew(board):
    say(board, "w", "created", dock={"change": "a"})
    say(board, "w", x=5000, y=40)
    assert at(board, "w") == (5000, 40)
    assert panel(board, "a") is None
    say(board, "w", dock={"change": "b"})
    assert at(board, "w") == beside(board, "b")
    say(board, "w", dock=None)
    assert panel(board, "b") is None


def test_faces_of_a_window_are_one_window(board):
    for theme in ("light", "dark"):
        say(board, theme, "created", title="w", dock={"change": "a"}, shown_when={"theme": theme})
    assert at(board, "light") == at(board, "dark") == beside(board, "a")
    assert len(panel(board, "a").placed.face.windows) == 1


def test_what_has_no_card_or_is_too_large_stays_where_it_is(board):
    say(board, "w", "created", dock={"change": "nobody"})
    say(board, "v", "created", width=LARGEST + 1, dock={"change": "a"})
    assert at(board, "w") == at(board, "v") == (0, 0)
    assert not [name for name, _ in board.world.calls if name == "surface.place"]


def test_a_window_that_is_gone_when_it_is_placed_hurts_nobody(board):
    board.world.refuse = lambda name, _: "no_such_surface" if name == "surface.place" else None
    say(board, "w", "created", dock={"change": "a"})
    assert panel(board, "a") is not None


def test_a_card_that_is_dragged_takes_its_window_along(board):
    say(board, "w", "created", dock={"change": "a"})
    x, y = at(board, "w")
    shown = board.shown("a")
    press = shown.placed.width / 2, shown.placed.height - 4
    board.point("a", "down", *press)
    board.point("a", "move", press[0] + 40, press[1] + 30)
    assert at(board, "w") == (x + 40, y + 30)
    board.point("a", "up", *press)
    assert at(board, "w") == beside(board, "a")
