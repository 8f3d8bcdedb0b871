"""What the board does with input and with what the project says, without a node."""

import pytest
from twisted.internet.defer import Deferred, ensureDeferred

from geometry_ws.board.groups import ALL, PAGE_TASKS
from geometry_ws.board.hit import OpenCard, OpenPage, ShowGroup, ToggleTask, hit_areas
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


def test_a_tick_is_made_for_whoever_pressed(begun):
    """The board may tick, and not everybody who may press: see `authorship.author`."""
    board = begun(a=("write it",))
    board.click("a", *board.place("a", ticks("write it")))
    assert board.acting == [board.presser]


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
    board.click("a", *board.place("a", lambda action: action == ShowGroup("a", 0, ALL)))
    assert board.place("a", ticks("task 0"))
    board.click("a", *board.place("a", lambda action: action == ShowGroup("a", 0, ALL + 1)))
    assert board.place("a", ticks(f"task {PAGE_TASKS}"))


def test_a_click_on_the_name_is_the_viewers(begun):
    board = begun(a=("one",))
    before = len(board.world.calls)
    board.click("a", *board.place("a", lambda action: isinstance(action, OpenPage)))
    assert len(board.world.calls) == before


def test_a_line_opens_its_card_which_can_be_used_and_put_away(begun):
    board = begun(**{f"c{number}": ("one", "two") for number in range(70)})
    raised = board._boards["p"]._surfaces.shown
    board.click("c5", 20, 9)
    surface = raised["raised:c5"].surface
    face = raised["raised:c5"].placed.face

    def spot(wanted):
        area = next(area for area, action in hit_areas(face) if wanted(action))
        return area.x + area.width / 2, area.y + area.height / 2

    board.click(surface, *spot(ticks("two")))
    assert board.ticks == [(2, "two", True)]
    board.click(surface, *spot(lambda action: action == OpenCard("c5", False)))
    assert "raised:c5" not in raised


def test_a_card_that_moved_glows_and_then_rests(begun):
    board = begun(a=("one",), b=("two",))
    board.change("a", "one", "another")
    levels = []
    for _ in range(12):
        levels.append((board.face("a").fresh, board.face("b").fresh))
        delayed = board.clock.getDelayedCalls()
        if not delayed:
            break
        board.clock.advance(delayed[0].getTime() - board.clock.seconds())
    assert levels == [(level, 0) for level in (5, 4, 3, 2, 1, 0)]


def test_ages_are_said_in_steps_and_the_board_follows_time(begun):
    board = begun()
    board.clock.advance(1_000_000)
    board.moved["a"] = int(board.clock.seconds() * 1000)
    board.change("a", "one")
    board.clock.advance(9)
    ages = {}
    for _ in range(30):
        ages.setdefault(board.face("a").age, len(ages))
        (later,) = board.clock.getDelayedCalls()
        board.clock.advance(later.getTime() - board.clock.seconds())
    assert list(ages)[:4] == ["just now", "1 min ago", "2 min ago", "3 min ago"]
    assert "19 h ago" in ages
