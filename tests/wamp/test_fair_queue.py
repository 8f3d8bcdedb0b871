"""Of many who ask, who was given the least lately comes first; what waits is bounded."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.wamp.fair_queue import HALF_SECONDS, MOST_OWNERS, Entry, FairQueue, Ledger


def put_all(queue, owners, kind="kind"):
    entries = [Entry(owner, kind, number, 0.0) for number, owner in enumerate(owners)]
    for entry in entries:
        assert queue.put(entry) is None
    return entries


def take_all(queue, ledger=None, seconds=1.0):
    """Take everything; each is charged as soon as it was taken."""
    taken = []
    while entry := queue.take():
        taken.append(entry)
        if ledger is not None:
            ledger.charge(entry.owner, entry.kind, seconds, 0.0)
    return taken


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_everything_is_taken_once_and_each_owner_has_its_order(owners):
    queue = FairQueue(Ledger(), 1000)
    entries = put_all(queue, owners)
    assert len(queue) == len(entries)
    taken = take_all(queue)
    assert len(queue) == 0
    assert Counter(taken) == Counter(entries)
    for owner in "abc":
        numbers = [entry.work for entry in taken if entry.owner == owner]
        assert numbers == sorted(numbers)


@given(st.integers(1, 300), st.integers(1, 30))
def test_nobody_waits_for_all_that_another_asks_for(many, others):
    ledger = Ledger()
    queue = FairQueue(ledger, 10_000)
    put_all(queue, ["greedy"] * many + [f"other{number}" for number in range(others)])
    taken = [entry.owner for entry in take_all(queue, ledger)]
    assert taken[: others + 1].count("greedy") == 1


def test_who_was_given_much_comes_later_and_that_is_forgotten():
    ledger = Ledger()
    ledger.charge("a", "kind", 1.0, 0.0)
    ledger.charge("b", "kind", 0.5, 0.0)
    ledger.charge("b", "kind", 0.3, 4 * HALF_SECONDS)
    for now, first in ((0.0, "a"), (4 * HALF_SECONDS, "a")):
        assert min("ab", key=lambda owner: ledger.rank(owner, 0.1, now)) == first
    ledger.charge("a", "kind", 0.9, 4 * HALF_SECONDS)
    assert ledger.rank("b", 0.1, 0.0) < ledger.rank("a", 0.1, 0.0)


def test_time_may_go_on_for_years():
    ledger = Ledger()
    ledger.charge("a", "kind", 1.0, 1e9)
    ledger.charge("b", "kind", 2.0, 1e9)
    assert ledger.rank("a", 0.1, 1e9) < ledger.rank("b", 0.1, 1e9)


def test_of_unknown_owners_the_one_with_the_smaller_work_comes_first():
    ledger = Ledger()
    for number in range(20):
        ledger.charge(number, "dear", 1.0, 0.0)
        ledger.charge(number, "cheap", 0.001, 0.0)
    queue = FairQueue(ledger, 100)
    for owner, kind in (("a", "dear"), ("b", "dear"), ("c", "cheap")):
        queue.put(Entry(owner, kind, None, 100.0))
    assert queue.take(most_seconds=0.5).owner == "c"
    assert queue.take(most_seconds=0.5) is None
    assert [entry.owner for entry in take_all(queue)] == ["a", "b"]


def test_who_waits_is_not_passed_for_ever():
    ledger = Ledger()
    early = ledger.rank("early", 1.0, 0.0)
    assert ledger.rank("late", 0.001, 1.0) < early < ledger.rank("late", 0.001, 11 * HALF_SECONDS)


def test_an_order_holds_also_where_work_turns_out_to_be_short():
    ledger = Ledger()
    queue = FairQueue(ledger, 100)
    put_all(queue, ["greedy"] * 5 + ["other"])
    taken = [entry.owner for entry in take_all(queue, ledger, seconds=1e-5)]
    assert taken.index("other") == 1


def test_what_has_no_room_is_of_whoever_has_the_most():
    queue = FairQueue(Ledger(), 4)
    entries = put_all(queue, ["greedy", "greedy", "greedy", "other"])
    late = Entry("late", "kind", None, 0.0)
    assert queue.put(late) is entries[2]
    assert len(queue) == 4
    greedy = Entry("greedy", "kind", None, 0.0)
    assert queue.put(greedy) is greedy
    assert [entry.owner for entry in take_all(queue, queue._ledger)].count("late") == 1


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=30), st.data())
def test_what_is_removed_is_not_taken(owners, data):
    queue = FairQueue(Ledger(), 1000)
    entries = put_all(queue, owners)
    gone = data.draw(st.sets(st.sampled_from(entries)))
    for entry in gone:
        assert queue.remove(entry)
        assert not queue.remove(entry)
    assert len(queue) == len(entries) - len(gone)
    assert set(take_all(queue)) == set(entries) - gone


def test_a_ledger_is_bounded():
    ledger = Ledger()
    for number in range(MOST_OWNERS + 10):
        ledger.charge(number, "kind", 1.0, 0.0)
    assert len(ledger._given) == MOST_OWNERS
