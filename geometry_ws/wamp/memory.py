"""The memory of a process that sends to many: what is free is given back, imports are no garbage.

The C library raises the size from which a block gets memory of its own each time that a larger
block is freed. After one message of 15 MB most others lie in the heap, where what is used last
keeps everything below it.

A router's or component's process has some hundred thousand values that are there from the start and
stay. A collection walks through all of them, and finds nothing among them.
"""

import ctypes
import gc
from typing import Final

OWN_MEMORY_BYTES: Final = 256 * 1024
"""Blocks from this size get memory of their own, which is given back when they are freed."""

KEPT_BYTES: Final = 2**20
"""What may lie free at the end of the heap."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of the options in glibc's `malloc.h`."""

_THRESHOLDS: Final = 5_000, 10, 10
"""When garbage is looked for. Python's own are 700, 10, 10: with fifty viewers that is each tenth
frame. What connections leave behind is found as before, since the rest is no longer looked at."""


def give_memory_back() -> bool:
    """Fix both sizes; False where the C library has no such options, as that of macOS."""
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    chosen = [
        set_option(_MMAP_THRESHOLD, OWN_MEMORY_BYTES),
        set_option(_TRIM_THRESHOLD, KEPT_BYTES),
    ]
    return all(chosen)


def give_back_now() -> bool:
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
