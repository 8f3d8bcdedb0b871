"""The memory of a process that sends to many: what is free is given back, imports are no garbage.

The C library gives back only what is free at the end of its heap. After large messages there lies
something in use, which keeps everything below it.

A router's or component's process has some hundred thousand values that are there from the start and
stay. A collection walks through all of them, and finds nothing among them.
"""

import ctypes
import gc
from typing import Final

_THRESHOLDS: Final = 5_000, 10, 10
"""When garbage is looked for. Python's own are 700, 10, 10: with fifty viewers that is each tenth
frame. What connections leave behind is found as before, since the rest is no longer looked at."""


def give_memory_back() -> bool:
    """Give back what is free between blocks in use, which takes some milliseconds.

    False where nothing was given back, or the C library has no such function.
    """
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError):
        return False


def leave_imports_alone() -> None:
    """Never look again at what is there now, and look less often at what is new."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
