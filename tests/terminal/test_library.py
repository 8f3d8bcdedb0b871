"""What the library is asked to free is freed in whatever moment the garbage collector comes."""

import subprocess
import sys

# Garbage is there, and comes to its end while the library looks up a name for the first time.
PROGRAM = """
import gc, sys
gc.disable()
from geometry_ws.terminal.emulator import Emulator
from geometry_ws.terminal.keyboard import Keyboard
for number in range(9):
    emulator = Emulator(10, 3)
    emulator.myself = emulator
emulator = None
lookups = []
def collect(frame, event, _):
    if event == "call" and frame.f_code.co_name == "accessor_function":
        lookups.append(gc.collect())
sys.setprofile(collect)
Keyboard(Emulator(10, 3))
sys.setprofile(None)
print(max(lookups) > 9)
"""


def test_the_garbage_collector_may_come_at_any_moment():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, timeout=30)
    assert done.stdout == b"True\n", done.stderr
