"""Notices: each item is told once, what goes by itself to nobody, and what is over is undone."""

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.protocol.attention import AttentionItem
from geometry_ws.team.notices import MOST_AT_ONCE, WAIT_SECONDS, Notices


def item(name, kind="ready", **more):
    return AttentionItem(
        id=name, project="shop", kind=kind, since=1, why=f"Because of {name}.", change=name, **more
    )


def begun():
    notices = Notices()
    assert notices.take([], 0) == []
    return notices


def test_an_item_is_told_once_after_a_moment_and_taken_back():
    notices = begun()
    question = item("q1", "question", who="otter-1", task="add-login/1.2")
    assert notices.take([question], 10) == []
    assert notices.next_due == 10 + WAIT_SECONDS
    (told_once,) = notices.take([question], 12)
    assert told_once.title == "question: add-login/1.2 (otter-1)"
    assert (told_once.event, told_once.text, told_once.is_urgent) == ("new", "Because of q1.", True)
    assert notices.take([question], 99) == []
    assert notices.next_due is None
    assert notices.take([], 100) == [told_once._replace(event="gone")]
    assert notices.take([], 101) == []


def test_who_is_faster_spares_everybody_the_notice():
    notices = begun()
    notices.take([item("a")], 10)
    assert notices.take([], 11) == []
    assert notices.take([], 20) == []


def test_many_at_once_and_what_is_there_at_the_start_are_summed_up_in_one():
    notices = Notices()
    items = [item("a"), item("b", "moved_base"), item("c")]
    (summary,) = notices.take(items, 0)
    assert (summary.title, summary.text) == ("3 need you", "2 ready, 1 moved base.")
    assert notices.take(items[:1], 1) == []
    assert notices.take([], 2) == [summary._replace(event="gone")]
    many = [item(str(number)) for number in range(MOST_AT_ONCE + 1)]
    notices.take(many, 10)
    assert [notice.title for notice in notices.take(many, 20)] == [f"{len(many)} need you"]


@given(st.lists(st.tuples(st.sets(st.sampled_from("abcdefgh")), st.floats(0, 5)), max_size=30))
def test_whatever_comes_and_goes_each_notice_is_new_once_then_gone_once(steps):
    notices, now, open_notices, covered = begun(), 0.0, {}, {}
    for names, seconds in [*steps, (set(), 9.0), (set(), 9.0)]:
        now += seconds
        before = dict(covered)
        covered = {name: covered.get(name, now) for name in names}
        for notice in notices.take([item(name) for name in sorted(names)], now):
            if notice.event == "new":
                assert notice.id not in open_notices
                open_notices[notice.id] = notice
            else:
                assert open_notices.pop(notice.id)._replace(event="gone") == notice
        for name, since in covered.items():
            if now - since >= WAIT_SECONDS and name in before:
                assert open_notices
    assert open_notices == {}
