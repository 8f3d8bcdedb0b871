"""Several projects are boards side by side, which come and go."""

import pytest
from twisted.internet.defer import Deferred, ensureDeferred

from geometry_ws.board.budget import MOST_BOARDS
from geometry_ws.board.hit import ToggleTask
from geometry_ws.board.layout import BOARD_GAP
from geometry_ws.components.board.places import Places, read_places, write_places
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
    return {key: board.world.surfaces[each.surface] for key, each in shown.items()}


def left(board, project):
    return min(each["x"] for each in of(board, project).values())


def right(board, project):
    return max(each["x"] + each["pixels"].shape[1] for each in of(board, project).values())


def drag(board, surface, right, down):
    board.point(surface, "down", 100, 8)
    board.point(surface, "move", 100 + right, 8 + down)
    board.point(surface, "up", 100, 8)


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
    drag(board, board.surface("one", "a"), -700, 5000)
    assert board.places()["a"] == seen("a")
    assert board.places()["a"][0] < 0
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
    assert len(board.world.surfaces) == len(of(board, "a")) + len(of(board, "b"))
    assert "card:three" in of(board, "b")


def test_boards_to_the_right_move_when_the_flow_becomes_wider_and_not_for_a_dragged_card(begun):
    board = begun({"a": {"one": ("x",), "two": ("y",)}, "b": {"three": ("z",)}})
    before = left(board, "b")
    board.world.calls.clear()
    drag(board, board.surface("one", "a"), 5000, 300)
    assert left(board, "b") == before
    moved = {k["surface"] for name, k in board.world.calls if name == "surface.move"}
    assert moved == {board.surface("one", "a")}
    for number in range(9):
        board.change(f"more-{number}", *["words"] * 8, project="a")
    assert left(board, "b") > before
    assert of(board, "a")["card:one"]["x"] > 4000


def test_a_dragged_card_goes_with_its_board(begun):
    board = begun({"a": {}, "b": {"one": ("x",), "two": ("y",)}})
    drag(board, board.surface("one", "b"), 700, 300)
    before = of(board, "b")["card:one"]["x"] - left(board, "b")
    was = left(board, "b")
    for number in range(20):
        board.change(f"more-{number}", *["words"] * 8, project="a")
    assert left(board, "b") != was
    assert of(board, "b")["card:one"]["x"] - left(board, "b") == before


def test_places_of_each_board_are_kept_apart(begun, tmp_path):
    projects = {name: {"one": ("x",), "two": ("y",)} for name in ("a", "b", "c")}
    board = begun(projects, state=str(tmp_path))
    drag(board, board.surface("one", "a"), 700, 300)
    drag(board, board.surface("one", "b"), 900, 500)
    drag(board, board.surface("one", "c"), 900, 500)
    at = {name: of(board, name)["card:one"]["x"] - left(board, name) for name in projects}
    board.list({name: projects[name] for name in ("a", "b")})
    board.clock.advance(1)
    files = [tmp_path / name for name in ("board.json", "board-b.json", "board-c.json")]
    assert [read_places(file).places["one"][0] for file in files] == list(at.values())
    board.list(projects)
    assert of(board, "c")["card:one"]["x"] - left(board, "c") == at["c"]


def test_one_project_alone_can_be_named(begun, tmp_path):
    write_places(tmp_path / "board.json", Places({"two": (3000, 9)}).to_json())
    board = begun({"a": {"one": ("x",)}, "b": {"two": ("y",)}}, project="b", state=str(tmp_path))
    assert board.hello().cards == 1
    assert left(board, "b") == 0
    assert of(board, "b")["card:two"]["x"] == 3000
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
    assert len(board.world.surfaces) == len(of(board, "a"))
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
