"""What a board shows of changes that were written against an older spec."""

from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.board.model import board_model
from geometry_ws.protocol.project_values import ChangeDetail, MovedBase


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
