"""What a press on a card means."""

from dataclasses import replace

from geometry_ws.board.press import Click, Dragged, Pointer, Presses

DOWN = Pointer("v1", "down", 20, 30, 120, 230)
PLACE = (100, 200)


def feed(presses, *events, movable=True):
    return [presses.pointer("card:a", PLACE, movable, event) for event in events]


def at(phase, dx=0.0, dy=0.0, seat="v1"):
    return Pointer(seat, phase, 20 + dx, 30 + dy, 120 + dx, 230 + dy)


def test_a_press_and_release_is_a_click_where_it_began():
    assert feed(Presses(), DOWN, at("up")) == [None, Click("card:a", 20, 30)]


def test_a_trembling_hand_still_clicks():
    assert feed(Presses(), DOWN, at("move", 2, -3), at("up", 2, -3))[-1] == Click("card:a", 20, 30)


def test_a_press_that_moves_drags_by_what_it_moved_in_the_world():
    presses = Presses()
    first, second, third = feed(presses, DOWN, at("move", 10, 4), at("move", 11, 4))
    assert first is None
    assert second == Dragged("card:a", 110, 204, begun=True)
    assert third == Dragged("card:a", 111, 204)
    assert feed(presses, at("up", 30, 0)) == [Dragged("card:a", 130, 200, ended=True)]


def test_a_cancelled_drag_puts_the_card_back():
    presses = Presses()
    feed(presses, DOWN, at("move", 50, 50))
    assert feed(presses, at("cancel")) == [Dragged("card:a", *PLACE, ended=True)]


def test_what_is_not_movable_is_never_dragged():
    assert feed(Presses(), DOWN, at("move", 80, 0), movable=False) == [None, None]


def test_two_seats_press_independently():
    presses = Presses()
    feed(presses, DOWN, at("move", 50, 0))
    other = replace(DOWN, seat="v2")
    assert feed(presses, other, at("up", seat="v2")) == [None, Click("card:a", 20, 30)]
    assert feed(presses, at("move", 60, 0)) == [Dragged("card:a", 160, 200)]


def test_other_buttons_and_loose_events_mean_nothing():
    presses = Presses()
    assert (
        feed(presses, replace(DOWN, button=2), at("move", 90, 0), at("up"), at("cancel"))
        == [None] * 4
    )


def test_a_piece_that_is_gone_is_not_pressed_any_more():
    presses = Presses()
    feed(presses, DOWN)
    presses.forget("card:a")
    assert feed(presses, at("up")) == [None]


def test_a_click_belongs_to_the_frame_that_was_seen_when_it_began():
    seen, later = replace(DOWN, frame=7), replace(at("up"), frame=9)
    assert feed(Presses(), seen, later)[-1] == Click("card:a", 20, 30, 7)


def test_a_press_that_ends_on_another_piece_means_nothing():
    presses = Presses()
    feed(presses, DOWN, at("move", 50, 0))
    assert presses.pointer("card:b", PLACE, True, at("move", 60, 0)) is None
    assert presses.pointer("card:b", PLACE, True, at("up")) is None
    assert feed(presses, at("up")) == [None]


def test_a_new_press_takes_the_place_of_one_that_never_ended():
    presses = Presses()
    feed(presses, DOWN)
    again = replace(DOWN, x=40)
    assert presses.pointer("card:b", PLACE, True, again) is None
    assert presses.pointer("card:b", PLACE, True, at("up")) == Click("card:b", 40, 30)
