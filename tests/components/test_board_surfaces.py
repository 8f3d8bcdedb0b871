"""The surfaces of a board follow its layout, whatever is refused on the way."""

import numpy as np
import pytest
from twisted.internet.defer import ensureDeferred

from geometry_ws.board.budget import WHOLE
from geometry_ws.board.draw import draw_face
from geometry_ws.board.layout import lay_out_board
from geometry_ws.components.board.surfaces import BoardSurfaces
from tests.components.board_world import FULL, World
from tests.support.board_builders import board, change, ticked


@pytest.fixture
def world():
    return World()


@pytest.fixture
def surfaces(world):
    gone = []
    made = BoardSurfaces(world, gone=gone.append)
    made.gone_surfaces = gone
    return made


def layout(*cards, **more):
    return lay_out_board(board(*cards), **more)


def check(world, surfaces, wanted):
    """Fail unless the world shows the layout, pixel for pixel."""
    assert set(surfaces.shown) == set(wanted.items)
    assert len(world.surfaces) == len(wanted.items)
    for key, placed in wanted.items.items():
        there = world.surfaces[surfaces.shown[key].surface]
        assert (there["x"], there["y"]) == (placed.x, placed.y)
        assert there["text"] == placed.text
        assert np.array_equal(there["pixels"], draw_face(placed.face, there["scale"]))


def look(world, surfaces, scale=2, *, looked=True):
    for surface in list(world.surfaces):
        surfaces.want_scale(surface, scale, looked=looked)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("surface.create", FULL),
        ("surface.commit", "busy"),
        ("surface.commit", "no_such_surface"),
        ("surface.configure", "no_such_surface"),
        ("surface.destroy", "no_such_surface"),
    ],
)
def test_what_was_refused_once_is_right_in_the_end(world, surfaces, call, error):
    before = layout(change("one"), change("two"))
    surfaces.want(before)
    refused = []

    def refuse(name, keywords):
        if name != call or refused:
            return None
        refused.append(keywords)
        return error

    world.refuse = refuse
    after = layout(ticked(change("one"), 1), change("three"))
    surfaces.want(after)
    assert refused
    world.clock.advance(5)
    check(world, surfaces, after)
    assert not world.clock.getDelayedCalls()
    assert not world.failures


def test_a_removal_that_was_refused_is_tried_again_later_each_time(world, surfaces):
    surfaces.want(layout(change("one"), change("two")))
    world.refuse = lambda name, _: "busy" if name == "surface.destroy" else None
    after = layout(change("one"))
    surfaces.want(after)
    waits = []
    for _ in range(8):
        waits.append(world.clock.getDelayedCalls()[0].getTime() - world.clock.seconds())
        world.clock.advance(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    world.refuse = lambda *_: None
    world.clock.advance(30)
    check(world, surfaces, after)


def test_one_card_that_is_refused_keeps_no_other_from_being_redrawn(world, surfaces):
    surfaces.want(layout(change("one"), change("two")))
    bad = world.by_title("one")["id"]
    world.refuse = lambda name, keywords: (
        FULL
        if name == "surface.commit" and any(u["surface"] == bad for u in keywords["updates"])
        else None
    )
    after = layout(ticked(change("one"), 1), ticked(change("two"), 2))
    surfaces.want(after)
    two = after.items["card:two"]
    assert np.array_equal(world.by_title("two")["pixels"], draw_face(two.face))
    world.refuse = lambda *_: None
    world.clock.advance(5)
    check(world, surfaces, after)


def test_stopping_tries_nothing_again(world, surfaces):
    world.refuse = lambda *_: FULL
    surfaces.want(layout(change("one")))
    surfaces.stop()
    assert not world.clock.getDelayedCalls()


@pytest.mark.slow
def test_two_hundred_sharp_cards_stay_below_the_budget_and_ticks_redraw(world, surfaces):
    cards = [change(f"c{number:03}", 12) for number in range(204)]
    surfaces.want(layout(*cards))
    look(world, surfaces)
    sharp = [each for each in world.surfaces.values() if each["scale"] == 2]
    assert 10 < len(sharp) < 204
    assert world.peak <= WHOLE.most_bytes
    cards[3], cards[200] = ticked(cards[3], 1), ticked(cards[200], 1)
    after = layout(*cards)
    surfaces.want(after)
    for key in ("card:c003", "card:c200"):
        there = world.surfaces[surfaces.shown[key].surface]
        assert np.array_equal(there["pixels"], draw_face(after.items[key].face, there["scale"]))


def test_sharpness_is_given_back_when_nobody_looks(world, surfaces):
    surfaces.want(layout(change("one"), change("two")))
    plain = world.taken()
    look(world, surfaces)
    assert world.taken() == 4 * plain
    look(world, surfaces, looked=False)
    assert world.taken() == plain


def test_a_full_world_leaves_cards_less_sharp_but_right(world, surfaces):
    surfaces.want(layout(change("one"), change("two")))
    world.most = world.taken() + 1000
    look(world, surfaces)
    after = layout(ticked(change("one"), 1), change("two"))
    surfaces.want(after)
    check(world, surfaces, after)
    assert {each["scale"] for each in world.surfaces.values()} == {1}
    world.most = 2**28
    world.clock.advance(2)
    check(world, surfaces, after)
    assert {each["scale"] for each in world.surfaces.values()} == {2}


def test_sharpness_is_given_back_for_a_card_that_else_can_not_be_made(world, surfaces):
    surfaces.want(layout(change("one"), change("two")))
    look(world, surfaces)
    world.refuse = lambda name, _: (
        FULL if name == "surface.create" and any(s["scale"] == 2 for s in world.surfaces.values())
        else None
    )  # fmt: skip
    after = layout(change("one"), change("three"), change("two"))
    surfaces.want(after)
    world.clock.advance(0)
    surfaces.want(after)
    check(world, surfaces, after)
    surfaces.stop()


@pytest.mark.slow
def test_something_newer_comes_before_the_rest_is_sharp(world, surfaces):
    cards = [change(f"c{number:03}", 3) for number in range(100)]
    surfaces.want(layout(*cards))
    after = layout(*(ticked(card, 1) for card in cards[:1]), *cards[1:])
    drawn = []

    def before_thread():
        drawn.append(None)
        if len(drawn) == 5:
            surfaces.want(after)

    world.before_thread = before_thread
    world.calls.clear()
    look(world, surfaces)
    commits = [keywords["updates"] for name, keywords in world.calls if name == "surface.commit"]
    ticks = surfaces.shown["card:c000"].surface
    order = [
        number for number, updates in enumerate(commits)
        if any(u["surface"] == ticks and len(u["ops"]) and u["scale"] == 2 for u in updates)
        or any(u["surface"] == ticks and u["scale"] == 1 for u in updates)
    ]  # fmt: skip
    assert order[-1] < len(commits) - 1
    check(world, surfaces, after)


def test_a_sharp_open_card_fits_into_a_message(world, surfaces):
    wanted = layout(change("big", 132, 1), expanded={"big"})
    surfaces.want(wanted)
    look(world, surfaces)
    assert world.by_title("big")["scale"] == 2
    for name, keywords in world.calls:
        if name == "surface.commit":
            size = sum(len(op[3]) for update in keywords["updates"] for op in update["ops"])
            assert size < 8 * 2**20


def test_those_who_vanish_are_named(world, surfaces):
    surfaces.want(layout(change("one"), change("two")))
    two = surfaces.shown["card:two"].surface
    surfaces.want(layout(change("one")))
    assert surfaces.gone_surfaces == [two]


def test_clearing_removes_everything_at_last_and_shows_nothing_more(world, surfaces):
    surfaces.want(layout(change("one"), change("two")))
    world.refuse = lambda name, _: "busy" if name == "surface.destroy" else None
    cleared = ensureDeferred(surfaces.clear())
    surfaces.want(layout(change("three")))
    assert not cleared.called
    world.refuse = lambda *_: None
    world.clock.advance(1)
    assert cleared.called
    assert not world.surfaces
    surfaces.want(layout(change("three")))
    assert not world.surfaces


def test_less_is_taken_as_soon_as_less_is_allowed(world, surfaces):
    wanted = layout(change("one"), change("two"))
    surfaces.want(wanted)
    plain = world.taken()
    look(world, surfaces)
    surfaces.allow(plain)
    assert world.taken() == plain
    check(world, surfaces, wanted)
    surfaces.allow(5 * plain)
    assert world.taken() == 4 * plain


def test_a_frame_shows_the_face_that_it_had(world, surfaces):
    first = layout(change("one"))
    surfaces.want(first)
    seen = world.frame
    second = layout(ticked(change("one"), 1))
    surfaces.want(second)
    shown = surfaces.shown["card:one"]
    old, new = first.items["card:one"].face, second.items["card:one"].face
    assert shown.face_at(seen) == old
    assert [shown.face_at(frame) for frame in (seen + 1, seen + 9, 0)] == [new] * 3
    world.seen = False
    surfaces.want(first)
    assert shown.face_at(world.frame) == new
    assert shown.face_at(world.frame + 1) == old


def test_a_face_is_not_believed_before_its_commit_is_answered(world, surfaces):
    first, second = layout(change("one")), layout(ticked(change("one"), 1))
    surfaces.want(first)
    world.hold = True
    surfaces.want(second)
    for _ in range(4):
        assert surfaces.shown["card:one"].placed == first.items["card:one"]
        if [name for name, _ in world.calls][-1] == "surface.commit":
            break
        world.release()
    world.hold = False
    world.release()
    check(world, surfaces, second)
