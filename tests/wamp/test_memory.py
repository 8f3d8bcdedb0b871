"""What is there from the start is left alone; what connections leave behind is found."""

import gc
import subprocess
import sys
import weakref

import pytest

from geometry_ws.wamp.memory import leave_imports_alone


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


GIVE_BACK = """
from geometry_ws.wamp.memory import give_back_now, give_memory_back

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

{first}
# From now on the C library would take blocks of this size from its heap.
message = b"x" * 2**24
del message
before = resident()
held, rest = [], []
for number in range(100):
    held.append(b"x" * {size})
    rest.append(b"y" * 2000)
assert resident() - before > 100 * {size} * 0.9
del held
{then}
assert resident() - before < 10 * {size}, resident() - before
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries have other ways")
@pytest.mark.parametrize(
    ("first", "size", "then"),
    [
        ("assert give_memory_back()", 2**20, ""),
        ("", 2**20, "assert give_back_now()"),
        ("assert give_memory_back()", 2**16, "assert give_back_now()"),
    ],
    ids=["large at once", "large when asked", "small when asked"],
)
def test_what_was_used_is_given_back(first, size, then):
    """Between blocks that stay; in a process of its own."""
    program = GIVE_BACK.format(first=first, size=size, then=then)
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries have other ways")
def test_otherwise_it_is_kept():
    program = GIVE_BACK.format(first="", size=2**20, then="")
    assert subprocess.run([sys.executable, "-c", program], timeout=60, stderr=-3).returncode == 1
