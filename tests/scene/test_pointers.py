"""Pointers that viewers show one another: few messages, to those who want them."""

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.scene.pointers import EVERY_SECONDS, MOST_SHOWN, MOST_TOLD, Owner, SharedPointers


def owner(session, name="ann"):
    return Owner(session, f"v{session}", name)


def shared(*sessions):
    """All of them see, and are shown."""
    pointers = SharedPointers()
    for session in sessions:
        pointers.share(owner(session), see=True, shown=True)
    return pointers


def places(news):
    return [(place.owner.session, place.x) for place in news.moved]


def test_where_nobody_else_looks_nothing_is_told() -> None:
    pointers = shared(1)
    assert not pointers.is_watched(1)
    pointers.point(1, 3, 4)
    assert pointers.due(0) is None


def test_who_is_shown_hears_when_others_come_to_look_and_when_they_go() -> None:
    pointers = shared(1)
    assert pointers.share(owner(2), see=True, shown=False) == [(1, True)]
    assert pointers.share(owner(3), see=True, shown=True) == [(3, True)]
    assert pointers.left(3) == []
    assert pointers.left(2) == [(1, False)]


def test_each_place_is_told_to_the_others_and_only_the_newest() -> None:
    pointers = shared(1, 2, 3)
    pointers.point(1, 3, 4)
    assert pointers.due(10) == 0
    news = pointers.take(10)
    assert (places(news), news.gone, news.sees) == ([(1, 3)], (), (2, 3))
    for x in range(1000):
        pointers.point(1, x, 0)
    assert 0 < pointers.due(10.02) < EVERY_SECONDS
    pointers.point(2, 7, 0)
    news = pointers.take(10 + EVERY_SECONDS)
    assert (places(news), news.sees) == ([(1, 999), (2, 7)], (1, 2, 3))
    assert pointers.due(20) is None, "a pointer that rests is news once"


def test_who_hides_is_gone_and_who_was_never_seen_is_not_told_of() -> None:
    pointers = shared(1, 2)
    pointers.point(1, 3, 4)
    pointers.share(owner(1), see=True, shown=False)
    assert pointers.due(0) is None
    pointers.share(owner(1), see=True, shown=True)
    pointers.point(1, 3, 4)
    pointers.take(0)
    pointers.share(owner(1), see=True, shown=False)
    assert pointers.take(1) == ((), (owner(1),), (2,))
    pointers.point(1, 5, 6)
    assert pointers.due(2) is None


def test_a_pointer_that_leaves_is_gone_until_it_comes_back() -> None:
    pointers = shared(1, 2)
    pointers.point(1, 3, 4)
    pointers.take(0)
    pointers.point(1, None, None)
    pointers.point(1, 5, 6)
    assert (places(pointers.take(1)), pointers.due(2)) == ([(1, 5)], None)
    pointers.left(1)
    assert pointers.take(2).gone == (owner(1),)


def test_the_65th_is_shown_to_nobody_and_16_come_at_a_time_each_in_its_turn() -> None:
    pointers = shared(*range(MOST_SHOWN + 1))
    assert pointers.is_watched(MOST_SHOWN - 1)
    assert not pointers.is_watched(MOST_SHOWN)
    for session in range(MOST_SHOWN + 1):
        pointers.point(session, 1, 1)
    heard = []
    for turn in range(MOST_SHOWN // MOST_TOLD):
        pointers.point(0, turn, 1)  # whoever floods waits behind the others
        heard.append(places(pointers.take(turn)))
    assert [len(each) for each in heard] == [MOST_TOLD] * (MOST_SHOWN // MOST_TOLD)
    assert {session for each in heard for session, _ in each} == set(range(MOST_SHOWN))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4),
            st.sampled_from(["see", "show", "both", "neither", "point", "away", "left", "take"]),
        )
    )
)
def test_whatever_happens_only_shown_pointers_are_told_to_those_who_see(steps) -> None:
    pointers, sees, shown, seen = SharedPointers(), set(), set(), set()
    for now, (session, step) in enumerate(steps):
        if step == "point":
            pointers.point(session, now, now)
        elif step == "away":
            pointers.point(session, None, None)
        elif step == "take":
            news = pointers.take(now)
            moved = {place.owner.session for place in news.moved}
            gone = {each.session for each in news.gone}
            assert moved <= shown
            assert gone <= seen - moved
            assert set(news.sees) <= sees
            seen = (seen | moved) - gone
        else:
            see, show = step in ("see", "both"), step in ("show", "both")
            if step == "left":
                pointers.left(session)
            else:
                pointers.share(owner(session), see=see, shown=show)
            sees = sees | {session} if see else sees - {session}
            shown = shown | {session} if show else shown - {session}
    if pointers.due(1e9) is not None:
        news = pointers.take(1e9)
        seen -= {each.session for each in news.gone}
        seen |= {place.owner.session for place in news.moved}
    assert seen <= shown, "nobody who hides stays to be seen"
