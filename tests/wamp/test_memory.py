"""Free memory is given back to the system."""

import subprocess
import sys

import pytest

GIVE_BACK = """
from geometry_ws.wamp.memory import give_memory_back

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

# From now on the C library takes blocks of a message's size from its heap.
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


def run_program(size, then):
    program = GIVE_BACK.format(size=size, then=then)
    command = [sys.executable, "-c", program]
    return subprocess.run(command, timeout=60, stderr=subprocess.DEVNULL).returncode


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries have other ways")
@pytest.mark.parametrize("size", [2**16, 2**20])
def test_what_was_used_is_given_back_between_blocks_that_stay(size):
    """In processes of its own; without asking, it is kept."""
    assert run_program(size, "assert give_memory_back()") == 0
    assert run_program(size, "") == 1
