"""The surfaces of a board follow its layout, whatever is refused on the way."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from twisted.internet.defer import ensureDeferred

from geometry_ws.board.budget import WHOLE
from geometry_ws.board.draw import draw_face
from geometry_ws.board.groups import ALL
from geometry_ws.board.layout import Arrangement, lay_out_board
from geometry_ws.board.model import Distance
from geometry_ws.board.theme import Theme
from geometry_ws.board.variants import BASE, VARIANTS, Variant
from geometry_ws.board.words import LANE_WORDS
from geometry_ws.components.board.painter import is_ground
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


def layout(*cards, **how):
    return lay_out_board(board(*cards), Arrangement(**how))


def check(world, surfaces, wanted):
    """Fail unless the world shows the layout, pixel for pixel."""
    base = {key: shown for key, shown in surfaces.shown.items() if shown.variant == BASE}
    assert set(base) == set(wanted.items)
    assert set(world.surfaces) == {shown.surface for shown in surfaces.shown.values()}
    for shown in surfaces.shown.values():
        placed = wanted.items[shown.piece.item]
        there = world.surfaces[shown.surface]
        assert (there["x"], there["y"]) == (placed.x, placed.y)
        assert there["pixels"].shape[:2] == (
            placed.height * there["scale"],
            placed.width * there["scale"],
        )
        if not shown.is_drawn:
            continue
        assert there["text"] == placed.text
        drawn = draw_face(placed.face, there["scale"], *shown.variant)
        assert np.array_equal(there["pixels"], drawn)


def look(world, surfaces, scale=2, *, looked=True, variants=(BASE,)):
    """Look at all of the board, as some see it; the surfaces that come meanwhile too."""
    done = set()
    while new := set(world.surfaces) - done:
        done |= new
        for surface in new:
            key = surfaces.keys.get(surface)
            if key and surfaces.shown[key].variant in variants:
                surfaces.want_scale(surface, scale, looked=looked)


@pytest.mark.parametrize(
    ("call", "error"),
    [("surface.create", FULL), ("surface.commit", "busy")]
    + [(f"surface.{each}", "no_such_surface") for each in ("commit", "configure", "destroy")],
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
@pytest.mark.parametrize(("number", "all_are_sharp"), [(60, False), (204, True)])
def test_sharp_cards_stay_below_the_budget_and_ticks_redraw(world, surfaces, number, all_are_sharp):
    cards = [change(f"c{number:03}", 200, 1) for number in range(number)]
    views = {card.name: {0: ALL} for card in cards[:50]}
    surfaces.want(layout(*cards, views=views))
    look(world, surfaces)
    sharp = [each for each in world.surfaces.values() if each["scale"] == 2]
    assert (len(sharp) == number + 9) == all_are_sharp
    assert len(sharp) > 10
    assert world.peak <= WHOLE.most_bytes
    cards[3], cards[40] = ticked(cards[3], 5), ticked(cards[40], 5)
    after = layout(*cards, views=views)
    surfaces.want(after)
    for key in ("card:c003", "card:c040"):
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
    drawn = [each for each in world.surfaces.values() if not each["blank"]]
    assert {each["scale"] for each in drawn} == {2}


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
    wanted = layout(change("big", 132, 1), views={"big": {0: ALL}})
    surfaces.want(wanted)
    look(world, surfaces)
    assert world.by_title("big")["scale"] == 2
    for name, keywords in world.calls:
        if name == "surface.commit":
            size = sum(len(op[3]) for update in keywords["updates"] for op in update.get("ops", ()))
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
    surfaces.allow(replace(WHOLE, most_bytes=plain))
    assert world.taken() == plain
    check(world, surfaces, wanted)
    surfaces.allow(replace(WHOLE, most_bytes=5 * plain))
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


EVERYTHING = {"example", "one", "two", *LANE_WORDS.values(), ""}
"""The titles of a board of two changes; heads of lanes have none."""

DARK_NEAR, DARK_FAR = (Variant(Theme.DARK, each) for each in (Distance.NEAR, Distance.FAR))


def drawn_since(world, surfaces, before):
    """Give the variants of what was drawn after so many calls, by the item."""
    result = {}
    for name, keywords in world.calls[before:]:
        if name == "surface.commit":
            for update in keywords["updates"]:
                if update.get("ops") and (key := surfaces.keys.get(update["surface"])):
                    shown = surfaces.shown[key]
                    result.setdefault(shown.piece.item, set()).add(shown.variant)
    return result


def test_a_face_is_drawn_when_somebody_looks_so_and_others_see_what_they_saw(world, surfaces):
    wanted = layout(change("one"), change("two", 3, 1))
    surfaces.want(wanted)
    assert {each["title"] for each in world.shown_to("dark", 0.4)} == {
        "example",
        "one",
        "two",
        *LANE_WORDS.values(),
        "",
    }
    look(world, surfaces, 1)
    look(world, surfaces, 1, variants=(DARK_FAR,))
    check(world, surfaces, wanted)
    for theme, scale in (("light", 1), ("dark", 1), ("light", 0.4), ("dark", 0.4)):
        seen = [each["title"] for each in world.shown_to(theme, scale)]
        assert sorted(title for title in seen if title in ("one", "two")) == ["one", "two"]
    far = [each["id"] for each in world.shown_to("dark", 0.4) if each["title"] == "one"]
    assert surfaces.shown[surfaces.keys[far[0]]].variant == DARK_FAR


def test_a_tick_draws_only_the_faces_that_are_looked_at(world, surfaces):
    surfaces.want(layout(change("one", 4, 1), change("two")))
    look(world, surfaces, 1)
    before = len(world.calls)
    surfaces.want(layout(ticked(change("one", 4, 1), 3), change("two")))
    assert drawn_since(world, surfaces, before)["card:one"] == {BASE}
    look(world, surfaces, 1, variants=VARIANTS)
    before = len(world.calls)
    after = layout(change("one", 4, 1), change("two"))
    surfaces.want(after)
    assert drawn_since(world, surfaces, before)["card:one"] == {*VARIANTS}
    look(world, surfaces, 1, looked=False, variants=VARIANTS)
    before = len(world.calls)
    surfaces.want(layout(ticked(change("one", 4, 1), 3), change("two")))
    assert drawn_since(world, surfaces, before)["card:one"] == {BASE}


def test_what_nobody_looks_at_any_more_goes_after_a_while_and_what_it_took_with_it(world, surfaces):
    wanted = layout(change("one"), change("two"))
    surfaces.want(wanted)
    look(world, surfaces, 1)
    number, taken = len(world.surfaces), world.taken()
    look(world, surfaces, 1, variants=VARIANTS)
    assert len(world.surfaces) == number + 7 * 7 + 4
    look(world, surfaces, 1, looked=False, variants=[each for each in VARIANTS if each != BASE])
    world.clock.advance(9)
    assert len(world.surfaces) == number + 7 * 7 + 4
    world.clock.advance(2)
    assert (len(world.surfaces), world.taken()) == (number, taken)
    assert not world.clock.getDelayedCalls()
    check(world, surfaces, wanted)
    assert {each["title"] for each in world.shown_to("dark", 0.1)} == {
        "example",
        "one",
        "two",
        *LANE_WORDS.values(),
        "",
    }


def test_lanes_that_come_later_lie_below_the_cards(world, surfaces):
    surfaces.want(layout(change("one")))
    look(world, surfaces, 1, variants=VARIANTS)
    order = [surfaces.shown[surfaces.keys[each]].piece.item for each in world.surfaces]
    lanes = [place for place, item in enumerate(order) if item.startswith("lane:")]
    assert len(lanes) == 2 * 4
    assert max(lanes) < order.index("card:one")


def test_what_can_be_pressed_is_told_and_again_when_it_changes(world, surfaces):
    surfaces.want(layout(change("one", 3, 1)))
    before = world.by_title("one")["areas"]
    assert [area["cursor"] for area in before] == ["pointer"] * 5
    assert [area["link"] for area in before if area["link"]] == ["/changes/one"]
    surfaces.want(layout(change("one", 3, 1), views={"one": {0: 0}}))
    assert len(world.by_title("one")["areas"]) == 2


def test_a_dragged_card_moves_in_all_its_faces(world, surfaces):
    surfaces.want(layout(change("one")))
    look(world, surfaces, 1, variants=VARIANTS)
    surfaces.drag("card:one", 500, 600)
    places = {(each["x"], each["y"]) for each in world.surfaces.values() if each["title"] == "one"}
    assert places == {(500, 600)}
    surfaces.want(layout(change("one")))
    check(world, surfaces, layout(change("one")))


def test_only_cards_take_the_pointer_and_lanes_leave_it_to_the_view(world, surfaces):
    surfaces.want(layout(change("one")))
    takes = {each["title"]: each["pointer"] for each in world.surfaces.values()}
    assert [title for title, pointer in takes.items() if pointer] == ["one"]


def themes_of(world, surfaces, theme, title=None):
    """Give the themes of the pictures that a look from near shows."""
    seen = [each["id"] for each in world.shown_to(theme, 1) if title in (None, each["title"])]
    return {surfaces.shown[surfaces.keys[each]].variant.theme for each in seen}


def test_a_board_gets_its_second_theme_at_once(world, surfaces):
    """While it is drawn nobody sees pictures of both; words wait for the grounds below them."""
    commit, seen, turned = world._commit, [], []

    def committed(**keywords):
        whom = [each["surface"] for each in keywords["updates"] if "shown_when" in each]
        turned.extend(is_ground(surfaces.shown[surfaces.keys[each]].placed.face) for each in whom)
        if any(update.get("ops") for update in keywords["updates"]):
            seen.append(themes_of(world, surfaces, "dark"))
        return commit(**keywords)

    world._commit = committed
    many = [change(f"c{number}") for number in range(40)]
    surfaces.want(layout(*many))
    look(world, surfaces, 1)
    world.calls.clear()
    look(world, surfaces, 1, variants=(DARK_NEAR,))
    assert themes_of(world, surfaces, "dark") == {Theme.DARK}
    assert turned == sorted(turned, reverse=True)
    assert {*turned} == {True, False}
    # A call for each surface that is made; all else is done to many in one.
    calls = Counter(name for name, _ in world.calls)
    assert calls["surface.create"] > 40
    assert calls["surface.configure"] + calls["surface.commit"] < 10
    surfaces.want(layout(*many, change("two", 3, 1)))
    look(world, surfaces, 1, variants=(DARK_NEAR,))
    assert themes_of(world, surfaces, "dark", "two") == {Theme.DARK}
    assert themes_of(world, surfaces, "light", "two") == {Theme.LIGHT}
    assert all(len(themes) < 2 for themes in seen)
