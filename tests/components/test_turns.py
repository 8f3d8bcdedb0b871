"""The interpreter's switch interval is short while projects are read, and never longer."""

import sys
import threading

import pytest

from geometry_ws.components.openspec.in_turns import load, reload
from geometry_ws.components.openspec.turns import short_turns

SHORT = 0.001


def test_turns_are_short_and_afterwards_as_before_also_after_a_failure():
    usual = sys.getswitchinterval()
    with pytest.raises(RuntimeError), short_turns():
        assert sys.getswitchinterval() < SHORT
        raise RuntimeError
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_they_are_short_until_the_last_of_several_threads_is_through():
    usual = sys.getswitchinterval()
    inside, leave = threading.Event(), threading.Event()

    def other():
        with short_turns():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    with short_turns():
        pass
    assert sys.getswitchinterval() < SHORT
    leave.set()
    thread.join()
    assert sys.getswitchinterval() == pytest.approx(usual)


@pytest.mark.parametrize("read", [load, lambda store: reload(store, set())])
def test_a_project_is_read_with_short_turns(read):
    class Noting:
        def load(self):
            self.interval = sys.getswitchinterval()

        def reload(self, _paths):
            self.load()

    store = Noting()
    read(store)
    assert store.interval < SHORT
