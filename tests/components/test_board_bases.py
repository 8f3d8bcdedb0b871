"""What a board shows of changes that were written against an older spec, or contradict others."""

from geometry_ws.board.model import Conflict
from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.board.model import board_model
from geometry_ws.protocol.project_values import ChangeConflict, ChangeDetail, MovedBase


def test_a_card_names_what_has_changed_since():
    moved = MovedBase(
        spec="login", requirement="Sign in", operation="MODIFIED", what="changed", message="It has."
    )
    mirror = FollowedProject()
    for name, base_moved in (("old", [moved]), ("new", [])):
        mirror.changes[name] = ChangeDetail(
            change=name, title=name, state="complete", done=1, total=1, revision="", tasks=[],
            base_moved=base_moved,
        )  # fmt: skip
    assert {card.name: card.moved for card in board_model(mirror).changes} == {
        "old": ("Sign in",),
        "new": (),
    }


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
    model = board_model(mirror)
    assert model.notice == mirror.notice
    assert model.changes[0].conflicts == (Conflict("Sign in", ("a", "b"), 3),)
