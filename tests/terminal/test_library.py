"""What the library is asked to free is freed in whatever moment the garbage collector comes."""

import subprocess
import sys

PROGRAM = """
import gc
gc.set_threshold(1, 1, 1)
from geometry_ws.terminal.emulator import Emulator
for number in range(30):
    emulator = Emulator(10, 3)
    emulator.feed(b"x")
    emulator.myself = emulator
    emulator.view()
gc.collect()
print("through")
"""


def test_the_garbage_collector_may_come_at_any_moment():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, timeout=50)
    assert done.stdout == b"through\n", done.stderr
