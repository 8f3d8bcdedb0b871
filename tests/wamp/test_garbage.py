"""What is there from the start is left alone; what connections leave behind is found."""

import gc
import weakref

import pytest

from geometry_ws.wamp.garbage import leave_imports_alone


@pytest.fixture(autouse=True)
def _as_before():
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Node:
    """May refer to itself."""


def test_garbage_that_comes_later_is_found_by_itself():
    leave_imports_alone()
    assert gc.get_freeze_count() > 10_000
    gone = []
    node = Node()
    node.itself = node
    weakref.finalize(node, gone.append, 1)
    # As old as a connection gets before it ends.
    for _ in range(3):
        gc.collect(1)
    del node
    more = []
    for _ in range(2_000_000):
        more.append([])
        if gone:
            break
    assert gone == [1]
