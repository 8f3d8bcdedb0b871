"""What the board does with input and with what the project says, without a node."""

import pytest
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import ComponentConfig
from board_world import World
from twisted.internet.defer import Deferred, ensureDeferred, execute, succeed

from geometry_ws.board.hit import Expand, ToggleTask, hit_areas
from geometry_ws.components.board import Board
from geometry_ws.components.versions import VERSION
from geometry_ws.protocol.compositor import Limits
from geometry_ws.protocol.names import uri


class Alone(Board):
    """A board whose compositor is a `World`, and whose project is ``texts``."""

    def __init__(self):
        super().__init__(ComponentConfig("geometry", {"project": "p"}))
        self.world = World()
        self.texts = {}
        self.seq = 1
        self.handlers = {}
        self.ticks = []
        self.refused = 0
        self.asked = 0
        self.waiting = None

    @property
    def clock(self):
        return self.world.clock

    def in_thread(self, work, *args):
        return execute(work, *args)

    async def listen(self, topic, handler, match=None):
        self.handlers[topic] = handler

    async def serve(self, *_args, **_more):
        pass

    def call_with(self, procedure, args=(), keywords=None, options=None):
        name = procedure.removeprefix(uri(""))
        if name.endswith(".hello"):
            return succeed(hello(name))
        if name == "project.get":
            self.asked += 1
            if self.refused:
                self.refused -= 1
                return execute(_raise, ApplicationError(uri("error.limit_exceeded"), "Too much."))
            return self.waiting or succeed(self.snapshot())
        if name == "task.set":
            self.ticks.append((keywords["task"], keywords["expect"], keywords["done"]))
            return execute(_raise, ApplicationError(uri("error.stale_revision"), "No."))
        return self.world.call_with(procedure, args, keywords)

    def snapshot(self):
        return {
            "project": "p", "epoch": "e", "seq": self.seq, "title": "P", "problem": "",
            "changes": [detail(name, texts) for name, texts in self.texts.items()],
            "specs": [], "archived": [],
        }  # fmt: skip

    def change(self, name, *texts, seq=None):
        """Say that a change is different, or gone where it has no tasks."""
        self.seq = seq or self.seq + 1
        event = {"kind": "change_changed", "name": name, "detail": detail(name, texts)}
        if texts:
            self.texts[name] = texts
        else:
            del self.texts[name]
            event = {"kind": "change_removed", "name": name}
        keywords = {"project": "p", "epoch": "e", "seq": self.seq, "events": [event]}
        self.handlers[uri("project.on_changed.p")]((), keywords, None)

    def point(self, name, phase, x, y, frame=0):
        surface = name if name.startswith("s") else self.surface(name)
        there = self.world.surfaces.get(surface, {"x": 0, "y": 0})
        event = {
            "surface": surface, "kind": "pointer", "seat": "v1", "phase": phase, "x": x, "y": y,
            "world_x": x + there["x"], "world_y": y + there["y"], "frame": frame,
        }  # fmt: skip
        self.handlers[uri("surface.on_input.")]((), event, None)

    def click(self, name, x, y, frame=0):
        self.point(name, "down", x, y, frame)
        self.point(name, "up", x, y, self.world.frame)

    def surface(self, name):
        return self._surfaces.shown[f"card:{name}"].surface

    def place(self, name, wanted):
        """Give the middle of the first area that means what is wanted."""
        face = self._surfaces.shown[f"card:{name}"].placed.face
        area = next(area for area, action in hit_areas(face) if wanted(action))
        return area.x + area.width / 2, area.y + area.height / 2


def detail(name, texts):
    tasks = [
        {"id": number, "line": number, "text": text, "done": False, "section": ""}
        for number, text in enumerate(texts, 1)
    ]
    return {
        "change": name, "title": name, "state": "not_started", "done": 0, "total": len(texts),
        "revision": "0" * 16, "tasks": tasks,
    }  # fmt: skip


def hello(name):
    common = {"version": VERSION, "software": "t", "epoch": "e", "features": []}
    if name == "openspec.hello":
        return {**common, "follows": "", "projects": ["p"]}
    return {
        **common, "limits": Limits(0, 0, 0, 0, 0), "frame_codecs": [], "picture_codecs": [],
        "streams": [], "outputs": [],
    }  # fmt: skip


def _raise(problem):
    raise problem


def ticks(text):
    return lambda action: isinstance(action, ToggleTask) and action.text == text


@pytest.fixture
def begun():
    boards = []

    def begin(refused=0, **texts):
        board = Alone()
        boards.append(board)
        board.texts = texts
        board.refused = refused
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
    assert not board._surfaces.drawn
    board.clock.pump([1, 2])
    assert board.asked == 3
    assert board.surface("a")


def test_a_gap_while_a_snapshot_is_on_its_way_asks_once_more(begun):
    board = begun(a=("one",))
    board.waiting = Deferred()
    board.change("a", "two", seq=5)
    old = board.snapshot()
    board.change("a", "three", seq=9)
    waiting, board.waiting = board.waiting, None
    waiting.callback(old)
    assert board.asked == 3
    assert board.place("a", ticks("three"))


def test_a_long_list_opens_where_it_stands_and_is_turned(begun):
    board = begun(a=tuple(f"task {number}" for number in range(400)))
    board.click("a", *board.place("a", lambda action: isinstance(action, Expand)))
    assert board.place("a", ticks("task 0"))
    board.click("a", *board.place("a", lambda action: action == Expand("a", 1)))
    assert board.place("a", ticks("task 150"))
