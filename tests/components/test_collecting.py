"""The collector rests while large projects are read, and never longer."""

import gc
import threading
import weakref

import pytest

from geometry_ws.components.openspec import in_turns
from geometry_ws.components.openspec.gc_tuning import collect_rarely, without_collection


@pytest.fixture(autouse=True)
def _as_before():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_whoever_looks_for_garbage_looks_at_few_values():
    collect_rarely()
    looks = []
    gc.callbacks.append(lambda phase, about: looks.append((gc.get_count(), about["generation"])))
    try:
        made = [[] for _ in range(20_000)]
    finally:
        del gc.callbacks[-1]
    assert len(made) == 20_000
    assert {generation for _, generation in looks} == {0, 1}
    assert max(count[0] for count, generation in looks if generation == 0) <= 1_100
    assert max(count[1] for count, _ in looks) <= 6


def test_nothing_is_collected_while_bases_are_read():
    class FakeTrees:
        enabled = None

        def is_another_day(self):
            return False

        def wants_bases(self):
            return True

        def read_bases(self):
            self.enabled = gc.isenabled()

    trees = FakeTrees()
    in_turns.read_bases(trees)
    assert trees.enabled is False


def test_the_collector_works_again_afterwards_also_after_a_failure():
    with pytest.raises(RuntimeError), without_collection():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()


def test_what_was_made_is_left_alone_but_freed_when_nobody_needs_it():
    class Value:
        pass

    gone = []
    with without_collection():
        value = Value()
        others = [[] for _ in range(6_000)]
    assert gc.get_freeze_count() > len(others)
    weakref.finalize(value, gone.append, 1)
    del value
    assert gone == [1]


def test_it_rests_until_the_last_of_several_threads_is_through():
    inside, leave = threading.Event(), threading.Event()

    def other():
        with without_collection():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    with without_collection():
        pass
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_after_a_few_values_all_is_as_before():
    frozen = gc.get_freeze_count()
    with without_collection():
        [[] for _ in range(100)]
    assert gc.get_freeze_count() == frozen
