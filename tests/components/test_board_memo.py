"""A board makes only the cards of changed changes anew."""

from geometry_ws.client.follow import FollowedProject
from geometry_ws.components.board.model import CardMemo, board_model
from geometry_ws.protocol.project_values import ChangeDetail


def change(name, done=0):
    return ChangeDetail(
        change=name, title=name, state="in_progress", done=done, total=9, revision="", tasks=[]
    )


def test_cards_of_changes_that_stay_are_the_same_and_all_are_as_without_a_memo():
    mirror, memo = FollowedProject(), CardMemo()
    for name in "cab":
        mirror.changes[name] = change(name)
    before = board_model(mirror, memo).changes
    mirror.changes["b"] = change("b", done=5)
    mirror.changes["d"] = change("d")
    del mirror.changes["c"]
    after = board_model(mirror, memo)
    assert after == board_model(mirror)
    assert [card.name for card in after.changes] == ["a", "b", "d"]
    assert after.changes[0] is before[0]
    assert (before[1].done, after.changes[1].done) == (0, 5)


def test_a_change_that_went_and_came_again_has_a_card_of_what_it_is_now():
    mirror, memo = FollowedProject(), CardMemo()
    mirror.changes["a"] = change("a")
    board_model(mirror, memo)
    del mirror.changes["a"]
    assert board_model(mirror, memo).changes == ()
    mirror.changes["a"] = change("a", done=3)
    assert [card.done for card in board_model(mirror, memo).changes] == [3]
