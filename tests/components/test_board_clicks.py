"""What the board does with input and with what the project says, without a node."""

import pytest
from twisted.internet.defer import Deferred, ensureDeferred

from geometry_ws.board.hit import Expand, ToggleTask
from tests.components.board_alone import Alone


def ticks(text):
    return lambda action: isinstance(action, ToggleTask) and action.text == text


@pytest.fixture
def begun():
    boards = []

    def begin(refused=0, **texts):
        board = Alone({"p": texts})
        boards.append(board)
        board.refused = {"p": refused}
        ensureDeferred(board.start())
        return board

    yield begin
    for board in boards:
        board.stop()


def test_a_click_means_the_card_as_it_was_seen(begun):
    board = begun(a=("write it", "test it"))
    seen = board.world.frame
    x, y = board.place("a", ticks("write it"))
    board.change("a", "URGENT", "write it", "test it")
    board.click("a", x, y, seen)
    assert board.ticks == [(2, "write it", True)]
    board.click("a", x, y, board.world.frame)
    board.click("a", x, y)
    assert board.ticks[1:] == [(1, "URGENT", True)] * 2


def test_a_press_on_a_card_that_vanishes_ticks_nothing_elsewhere(begun):
    board = begun(a=("one",), b=("other",))
    x, y = board.place("a", ticks("one"))
    board.point("a", "down", x, y)
    gone = board.surface("a")
    board.change("a")
    board.point("b", "up", x, y)
    board.point(gone, "up", x, y)
    assert board.ticks == []
    board.click("b", *board.place("b", ticks("other")))
    assert board.ticks == [(1, "other", True)]


def test_a_project_that_is_not_told_at_first_is_asked_for_again(begun):
    board = begun(refused=2, a=("one",))
    assert not board.hello().cards
    board.clock.pump([1, 2])
    assert board.asked == 3
    assert not board.clock.getDelayedCalls()
    assert board.surface("a")


def test_a_gap_while_a_snapshot_is_on_its_way_asks_once_more(begun):
    board = begun(a=("one",))
    board.waiting["p"] = waiting = Deferred()
    board.change("a", "two", seq=5)
    old = board.snapshot()
    board.change("a", "three", seq=9)
    board.waiting.clear()
    waiting.callback(old)
    assert board.asked == 3
    assert board.place("a", ticks("three"))


def test_a_long_list_opens_where_it_stands_and_is_turned(begun):
    board = begun(a=tuple(f"task {number}" for number in range(400)))
    board.click("a", *board.place("a", lambda action: isinstance(action, Expand)))
    assert board.place("a", ticks("task 0"))
    board.click("a", *board.place("a", lambda action: action == Expand("a", 1)))
    assert board.place("a", ticks("task 150"))
