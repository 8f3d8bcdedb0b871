"""The garbage collector, kept out of the way while a project is read.

A large project is some hundred thousand values that refer to one another only downwards. Reference
counts free them; a collection that walks through all of them finds nothing, but holds every
thread for some ten milliseconds. So nothing is collected while they are made. Where they were many,
the collector then leaves alone what is there.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_MANY_VALUES = 5_000
"""Fewer new ones are soon walked through; what is left alone is never looked at again."""

_THRESHOLDS = 1_000, 5, 1_000
"""When garbage is looked for: often among what is new, hardly ever among all that was read.

Whoever looks holds every thread: 1,000 values take up to a millisecond, 6,000 some three.
"""

_lock = threading.Lock()
_running = 0


def collect_rarely() -> None:
    """Leave alone what is imported, which stays anyway; for the rest of the process's life."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


@contextmanager
def without_collection() -> Iterator[None]:
    """Make many lasting values; in several threads at once, too."""
    global _running
    with _lock:
        _running += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                if gc.get_count()[0] > _MANY_VALUES:
                    gc.freeze()
                gc.enable()
