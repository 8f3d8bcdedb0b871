"""Who is at a change is on its card: at once when that is somebody else, seldom when it fades."""

from itertools import pairwise

import pytest
from twisted.internet.defer import ensureDeferred

from geometry_ws.board.people import FULL
from geometry_ws.components.board.team import NOTE_MS, REST_MS, Team
from geometry_ws.protocol.activity import Activity
from tests.components.board_alone import Alone

NOW = 1_000_000
"""In seconds: when the tests begin."""


def member(name, change="a", moved=NOW, *, why="holds", kind="agent", **more):
    at = [{"project": "p", "change": change, "why": why}]
    times = {"since": 0, "seen": NOW * 1000, "moved": moved * 1000}
    return {"name": name, "kind": kind, **times, "at": at, **more}


def note(text, at=NOW):
    return {
        "what": "noted", "first": at * 1000, "last": at * 1000, "who": "heron", "project": "p",
        "change": "a", "text": text,
    }  # fmt: skip


def question(text):
    item = {"id": "q1", "project": "p", "kind": "question", "since": 0, "why": f"q7: {text}"}
    return {**item, "change": "a", "who": "otter"}


@pytest.fixture
def begun():
    boards = []

    def begin(people=None, **texts):
        board = Alone({"p": texts})
        board.clock.advance(NOW)
        board.people |= people or {}
        boards.append(board)
        ensureDeferred(board.start())
        return board

    yield begin
    for board in boards:
        board.stop()
        assert not board.world.failures
        assert not board.clock.getDelayedCalls()


def people(board, name="a"):
    return [(each.name, each.strength) for each in board.face(name).people]


def commits(board):
    return sum(name == "surface.commit" for name, _ in board.world.calls)


def test_who_is_there_at_the_start_is_on_the_cards_and_so_is_what_was_said(begun):
    listed = {
        "presence.list": {"members": [member("otter", holds=["a#1"]), member("ann", "b")]},
        "attention.list": {"items": [question("Which lamp?")]},
        "activity.list": {"runs": [note("It hums."), note("Older.", NOW - 60)]},
    }
    board = begun(listed, a=("write it", "test it"), b=("read it",))
    assert people(board) == [("otter", FULL)]
    assert people(board, "b") == [("ann", FULL)]
    face = board.face("a")
    assert face.people[0].tasks == (1,)
    assert face.said == (("otter asks: Which lamp?",), "heron: It hums.")
    assert board.face("b").said == ((), "")


def test_who_comes_and_goes_is_shown_at_once_and_moves_no_card(begun):
    board = begun(a=("write it",), b=("read it",))
    before = {name: board.shown(name).placed for name in "ab"}
    board.present(member("otter"), member("ann", kind="person", why="looks"))
    assert people(board) == [("otter", FULL), ("ann", FULL)]
    for name, placed in before.items():
        after = board.shown(name).placed
        assert (after.x, after.y, after.height) == (placed.x, placed.y, placed.height)
    board.present(member("otter", "b"))
    assert (people(board), people(board, "b")) == ([], [("otter", FULL)])
    board.present(member("otter", "b", lost=NOW * 1000))
    assert people(board, "b") == [("otter", 0)]


def test_a_disc_that_is_only_fainter_or_stronger_is_drawn_once_a_minute_at_most(begun):
    board = begun(a=("write it",))
    drawn = []
    for second in range(40 * 60):
        before = commits(board)
        if second < 600 and second % 130 == 0:
            board.present(member("otter", moved=NOW + second))
        board.clock.advance(1)
        if commits(board) > before:
            drawn.append(second)
    assert people(board) == [("otter", 1)]
    assert 8 <= len(drawn) <= 16, "it fades now and then, and in four steps at the end"
    gaps = [later - earlier for earlier, later in pairwise(drawn)]
    assert min(gaps) >= REST_MS // 1000 - 1
    assert not board.clock.getDelayedCalls(), "at the end it stays as it is"


def test_a_tick_takes_its_holder_along_in_the_same_commit(begun):
    board = begun(a=("write it", "test it"))
    board.present(member("otter", holds=["a#1"]))
    before = commits(board)
    detail = board._detail("a", ("write it", "test it"))
    detail["tasks"][0]["done"], detail["done"] = True, 1
    event = {"kind": "change_changed", "name": "a", "detail": detail}
    board.tell("project.on_changed.p", project="p", epoch="e", seq=2, events=[event])
    assert board.face("a").people[0].tasks == ()
    assert commits(board) == before + 1
    board.present(member("otter", moved=NOW + 1, why="moved"))
    assert commits(board) == before + 1, "that the claim has ended is shown already"


def test_a_question_comes_and_goes_and_a_note_stays_for_a_day(begun):
    board = begun(a=("write it",))
    board.tell("activity.on_happened", epoch="e", events=[note("It hums.")])
    needs = {"project": "p", "epoch": "e", "seq": 1}
    board.tell("attention.on_changed.", **needs, items=[question("Which lamp?")])
    assert board.face("a").said == (("otter asks: Which lamp?",), "heron: It hums.")
    board.tell("attention.on_changed.", **needs, items=[])
    assert board.face("a").said == ((), "heron: It hums.")
    team = Team()
    team.take_happened([Activity(what="noted", first=0, last=1, project="p", change="a", text="x")])
    assert team.said("p", "a", NOTE_MS).note
    assert not team.said("p", "a", NOTE_MS + 1).note
    team.forget(["q"])
    assert not team.said("p", "a", 2).note
