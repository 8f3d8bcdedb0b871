"""What a board shows of changes that were written against an older spec, or contradict others."""

import pytest

from geometry_ws.board import model
from geometry_ws.board.model import Conflict
from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.board.model import board_model
from geometry_ws.protocol.project_values import (
    Archiving,
    ChangeConflict,
    ChangeDetail,
    MovedBase,
    Validity,
)

MOVED = MovedBase(
    spec="login", requirement="Sign in", operation="MODIFIED", what="changed", message="It has."
)


def test_a_card_names_what_has_changed_since():
    mirror = FollowedProject()
    for name, base_moved in (("old", [MOVED]), ("new", [])):
        mirror.changes[name] = ChangeDetail(
            change=name, title=name, state="complete", done=1, total=1, revision="", tasks=[],
            base_moved=base_moved,
        )  # fmt: skip
    assert {card.name: card.moved for card in board_model(mirror).changes} == {
        "old": ("Sign in",),
        "new": (),
    }


@pytest.mark.parametrize(
    ("done", "state"), [(0, model.State.NOT_STARTED), (1, model.State.IN_PROGRESS)]
)
def test_a_card_of_a_change_that_only_is_not_written_to_its_end_is_not_invalid(done, state):
    mirror = FollowedProject()
    verdict = Validity(valid=False, strict=False, errors=1, unwritten=True)
    mirror.changes["new"] = ChangeDetail(
        change="new", title="new", state="invalid", done=done, total=2, revision="", tasks=[],
        verdict=verdict, problem="The change says nothing about specs.", findings=1,
    )  # fmt: skip
    (card,) = board_model(mirror).changes
    assert (card.state, card.unwritten, card.problem, card.issues) == (state, True, None, 0)


def test_a_card_names_the_changes_it_conflicts_with_and_the_board_what_is_wrong_in_settings():
    mirror = FollowedProject()
    mirror.notice = "config.yaml, line 2: rules are ignored."
    conflict = ChangeConflict(
        spec="login", requirement="Sign in", changes=["a", "b"], why="Merge them.", more=3
    )
    mirror.changes["c"] = ChangeDetail(
        change="c", title="c", state="in_progress", done=1, total=2, revision="", tasks=[],
        conflicts=[conflict],
    )  # fmt: skip
    shown = board_model(mirror)
    assert shown.notice == mirror.notice
    assert shown.changes[0].conflicts == (Conflict("Sign in", ("a", "b"), 3),)


@pytest.mark.parametrize(
    ("state", "archiving", "base_moved", "shown"),
    [
        ("complete", Archiving(can=True), [], (model.Archiving.READY, "")),
        ("complete", Archiving(can=False, why="No."), [], (model.Archiving.REFUSED, "No.")),
        ("complete", Archiving(can=False), [], (model.Archiving.UNKNOWN, "")),
        (
            "complete",
            Archiving(can=False, code="base_moved", why="It moved."),
            [MOVED],
            (model.Archiving.REFUSED, ""),
        ),
        ("in_progress", Archiving(can=True), [], (model.Archiving.UNKNOWN, "")),
        ("in_progress", Archiving(can=False, why="Open."), [], (model.Archiving.UNKNOWN, "Open.")),
    ],
)
def test_a_card_of_a_complete_change_says_whether_it_can_be_archived(
    state, archiving, base_moved, shown
):
    mirror = FollowedProject()
    mirror.changes["c"] = ChangeDetail(
        change="c", title="c", state=state, done=1, total=1, revision="", tasks=[],
        archiving=archiving, base_moved=base_moved,
    )  # fmt: skip
    (card,) = board_model(mirror).changes
    assert (card.archiving, card.refusal) == shown
