"""Memory that is free is given back to the system.

The C library gives back only what is free at the end of its heap. After large messages there lies
something in use, which keeps everything below it.
"""

import ctypes


def give_memory_back() -> bool:
    """Give back what is free between blocks in use, which takes some milliseconds.

    False where nothing was given back, or the C library has no such function.
    """
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError):
        return False
