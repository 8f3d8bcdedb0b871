"""Several projects are boards side by side, which come and go."""

import pytest
from twisted.internet.defer import Deferred, ensureDeferred

from geometry_ws.board.budget import MOST_BOARDS
from geometry_ws.board.hit import ToggleTask
from geometry_ws.board.layout import BOARD_GAP
from geometry_ws.board.model import Lane
from geometry_ws.board.variants import BASE
from geometry_ws.components.board.places import Places, read_places, write_places
from geometry_ws.protocol.boards import UndoDrag
from geometry_ws.protocol.errors import NoSuchProject
from geometry_ws.protocol.names import uri
from tests.components.board_alone import Alone


@pytest.fixture
def begun():
    boards = []

    def begin(projects, refused=None, **extra):
        board = Alone(projects, **extra)
        boards.append(board)
        board.refused = refused or {}
        ensureDeferred(board.start())
        return board

    yield begin
    for board in boards:
        board.stop()
        assert not board.world.failures
        assert not board.clock.getDelayedCalls()


def of(board, project):
    """Give the surfaces of a project's board, by their keys."""
    shown = board._boards[project]._surfaces.shown
    return {
        key: board.world.surfaces[each.surface]
        for key, each in shown.items()
        if each.variant == BASE
    }


def number(board, project):
    """Give how many surfaces a board has, the faces that nobody looks at among them."""
    return len(board._boards[project]._surfaces.shown)


def left(board, project):
    return min(each["x"] for each in of(board, project).values())


def right(board, project):
    return max(each["x"] + each["pixels"].shape[1] for each in of(board, project).values())


def drag(board, surface, right, down):
    """Drag a card; where it is let go, its own coordinates are those of the press."""
    board.point(surface, "down", 200, 14)
    board.point(surface, "move", 200 + right, 14 + down)
    board.point(surface, "up", 200, 14)


def lane_of(board, project, lane=Lane.NOT_STARTED):
    """Give the names of a lane's cards, from top to bottom."""
    pieces = of(board, project)
    cards = [each for key, each in pieces.items() if key.startswith("card:")]
    x = pieces[f"lane:{lane.value}"]["x"]
    cards = [each for each in cards if x <= each["x"] < x + 272]
    return [each["title"] for each in sorted(cards, key=lambda each: each["y"])]


def test_boards_stand_side_by_side_in_the_order_of_the_projects(begun):
    board = begun({"b": {"one": ("x",)}, "a": {"two": ("y",)}, "c": {}})
    assert left(board, "b") == 0
    assert left(board, "a") == right(board, "b") + BOARD_GAP
    assert left(board, "c") == right(board, "a") + BOARD_GAP
    assert board.hello().drawn
    assert board.hello().cards == 2
    assert of(board, "a")["header"]["title"] == "A"


def test_it_says_where_each_board_lies_and_tells_when_one_moves(begun):
    board = begun({"a": {"one": ("x",)}, "b": {"two": ("y",)}})

    def seen(project):
        across, down = zip(
            *((each["x"], each["y"]) for each in of(board, project).values()), strict=True
        )
        heights = (each["y"] + each["pixels"].shape[0] for each in of(board, project).values())
        corner = min(across), min(down)
        return *corner, right(board, project) - corner[0], max(heights) - corner[1]

    assert board.places() == {"a": seen("a"), "b": seen("b")}
    for number in range(20):
        board.change(f"more-{number}", *["words"] * 8, project="a")
    assert board.places() == {"a": seen("a"), "b": seen("b")}
    topic, keywords = board.published[-1]
    assert topic == uri("board.on_placed")
    assert {each["project"]: tuple(each["rect"]) for each in keywords["boards"]} == board.places()
    before = len(board.published)
    board.change("one", "x", project="a")
    assert len(board.published) == before
    board.list({"b": {"two": ("y",)}})
    assert board.places() == {"b": seen("b")}


def test_a_project_that_is_added_appears_and_one_that_is_removed_vanishes(begun):
    projects = {"a": {"one": ("x",)}, "b": {"two": ("y",)}}
    board = begun(projects)
    before = dict(board.world.surfaces)
    board.list({**projects, "c": {"three": ("z",)}})
    assert left(board, "c") == right(board, "b") + BOARD_GAP
    assert board.hello().cards == 3
    board.list(projects)
    assert board.world.surfaces.keys() == before.keys()
    assert uri("project.on_changed.c") not in board.handlers
    assert not board._leaving
    board.list({"b": projects["b"]})
    assert left(board, "b") == 0
    board.list({})
    assert not board.world.surfaces
    assert board.hello().drawn
    assert not board.hello().cards


def test_a_board_that_can_not_be_removed_at_once_goes_in_the_end(begun):
    board = begun({"a": {}, "b": {"two": ("y",)}})
    board.world.refuse = lambda name, _: "busy" if name == "surface.destroy" else None
    board.list({"a": {}})
    assert board._leaving
    board.world.refuse = lambda *_: None
    board.list({"a": {}, "b": {"three": ("z",)}})
    board.clock.advance(1)
    assert not board._leaving
    assert len(board.world.surfaces) == number(board, "a") + number(board, "b")
    assert "card:three" in of(board, "b")


def test_boards_to_the_right_move_when_the_lanes_become_wider(begun):
    board = begun({"a": {"one": ("x",), "two": ("y",)}, "b": {"three": ("z",)}})
    before = left(board, "b")
    for number in range(9):
        board.change(f"more-{number}", *["words"] * 8, project="a")
    assert left(board, "b") > before


def test_a_card_that_is_dropped_in_its_lane_stands_there_and_elsewhere_goes_back(begun):
    board = begun({"a": {}, "b": {"one": ("x",), "three": ("y",), "two": ("z",)}})
    assert lane_of(board, "b") == ["one", "three", "two"]
    drag(board, board.surface("one", "b"), 4, 200)
    assert lane_of(board, "b") == ["three", "one", "two"]
    there = {key: (each["x"], each["y"]) for key, each in of(board, "b").items()}
    drag(board, board.surface("one", "b"), 300, 200)
    drag(board, board.surface("one", "b"), -3000, 5000)
    assert {key: (each["x"], each["y"]) for key, each in of(board, "b").items()} == there
    board.change("more", "words", project="b")
    assert lane_of(board, "b") == ["three", "one", "two", "more"]


def test_a_card_that_is_dragged_stays_with_the_pointer_whatever_happens_meanwhile(begun):
    board = begun({"a": {"one": ("x",), "two": ("y",)}})
    surface = board.surface("one", "a")
    board.point(surface, "down", 200, 14)
    board.point(surface, "move", 700, 400)
    held = of(board, "a")["card:one"]["x"], of(board, "a")["card:one"]["y"]
    board.change("three", "z", project="a")
    assert (of(board, "a")["card:one"]["x"], of(board, "a")["card:one"]["y"]) == held
    board.point(surface, "cancel", 0, 0)
    assert lane_of(board, "a") == ["one", "three", "two"]


def test_the_last_drag_can_be_undone_and_the_one_before(begun):
    board = begun({"a": {"one": ("x",), "three": ("y",), "two": ("z",)}})
    drag(board, board.surface("one", "a"), 0, 200)
    drag(board, board.surface("two", "a"), 0, -290)
    assert lane_of(board, "a") == ["two", "three", "one"]
    for names in (["three", "one", "two"], ["one", "three", "two"]):
        assert board.undo_drag(None, UndoDrag(project="a")).undone
        assert lane_of(board, "a") == names
    assert not board.undo_drag(None, UndoDrag()).undone
    board.list({**board.projects, "b": {}})
    for request in (UndoDrag(), UndoDrag(project="c")):
        with pytest.raises(NoSuchProject):
            board.undo_drag(None, request)


def test_orders_of_each_board_are_kept_apart(begun, tmp_path):
    projects = {name: {"one": ("x",), "two": ("y",)} for name in ("a", "b", "c")}
    board = begun(projects, state=str(tmp_path))
    for project in ("a", "c"):
        drag(board, board.surface("one", project), 0, 200)
    board.list({name: projects[name] for name in ("a", "b")})
    board.clock.advance(1)
    files = [tmp_path / name for name in ("board.json", "board-c.json")]
    assert [read_places(file).order for file in files] == [{Lane.NOT_STARTED: ["two", "one"]}] * 2
    assert not (tmp_path / "board-b.json").exists()
    board.list(projects)
    assert lane_of(board, "c") == ["two", "one"]
    assert lane_of(board, "b") == ["one", "two"]


def test_one_project_alone_can_be_named(begun, tmp_path):
    order = {Lane.NOT_STARTED: ["two", "one"]}
    write_places(tmp_path / "board.json", Places(order).to_json())
    projects = {"a": {"one": ("x",)}, "b": {"one": ("x",), "two": ("y",)}}
    board = begun(projects, project="b", state=str(tmp_path))
    assert board.hello().cards == 2
    assert left(board, "b") == 0
    assert lane_of(board, "b") == ["two", "one"]
    board.list({"a": {}, "b": {"two": ("y",)}, "c": {}})
    assert list(board._boards) == ["b"]


def test_a_project_that_is_refused_says_so_and_stops_no_other(begun):
    board = begun({"a": {"one": ("x",)}, "b": {"two": ("y",)}}, refused={"a": 3})
    assert list(of(board, "a")) == ["header"]
    assert "Too much." in of(board, "a")["header"]["text"]
    assert "card:two" in of(board, "b")
    assert board.hello().drawn
    asked = board.asked
    board.change("one", "z", project="a")
    assert board.asked == asked
    board.clock.pump([1, 2, 4])
    assert "card:one" in of(board, "a")
    assert left(board, "b") == right(board, "a") + BOARD_GAP


def test_a_project_that_grew_too_large_keeps_its_cards_and_says_so(begun):
    board = begun({"a": {"one": ("x",)}})
    board.refused = {"a": 1}
    board.change("two", "z", project="a", seq=9)
    assert "card:one" in of(board, "a")
    assert "Too much." in of(board, "a")["header"]["text"]
    board.clock.advance(1)
    assert "card:two" in of(board, "a")
    assert "Too much." not in of(board, "a")["header"]["text"]


def test_another_project_by_the_same_name_is_read_anew(begun):
    board = begun({"a": {"one": ("x",)}})
    board.list({"a": {"other": ("z",)}})
    assert "card:other" in of(board, "a")
    assert "card:one" not in of(board, "a")


def test_a_project_that_goes_while_it_is_read_leaves_nothing(begun):
    board = begun({"a": {}})
    board.waiting["b"] = waiting = Deferred()
    board.list({"a": {}, "b": {"two": ("y",)}})
    board.waiting.clear()
    old = board.snapshot("b")
    board.list({"a": {}})
    waiting.callback(old)
    assert len(board.world.surfaces) == number(board, "a")
    assert uri("project.on_changed.b") not in board.handlers


def test_a_press_that_moves_on_to_another_board_means_nothing_there(begun):
    def ticks(action):
        return isinstance(action, ToggleTask)

    board = begun({"a": {"one": ("x",)}, "b": {"one": ("x",)}})
    x, y = board.place("one", ticks, "a")
    board.point(board.surface("one", "a"), "down", x, y)
    board.point(board.surface("one", "b"), "up", x, y)
    assert board.ticks == []
    board.click(board.surface("one", "b"), x, y)
    assert board.ticks == [(1, "x", True)]


@pytest.mark.slow
def test_all_boards_share_what_one_owner_may_take(begun):
    large = {f"c{number:03}": ("x",) for number in range(60)}
    board = begun({f"p{number:02}": large for number in range(30)})
    assert board.hello().cards == 1800
    assert board.hello().drawn
    assert len(board.world.surfaces) <= 1024
    board.list({"p00": large})
    assert len([key for key in of(board, "p00") if key.startswith("card:")]) == 60


def test_more_projects_than_boards_are_left_out(begun):
    board = begun({f"p{number}": {} for number in range(MOST_BOARDS + 2)})
    assert len(board._boards) == MOST_BOARDS
