"""The event loop's turns while threads of this process parse.

The interpreter takes a thread off only when another one has waited for the switch interval, five
milliseconds by default. The event loop waits that long each time it has something to do, and often
several times in a row. A shorter interval for all of the process's life would cost those who draw
or serve; so it holds only while much is read.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SECONDS = 0.0001

_lock = threading.Lock()
_running = 0
_usual = 0.0


@contextmanager
def short_turns() -> Iterator[None]:
    """Let the event loop take its turn soon; in several threads at once, too."""
    global _running, _usual
    with _lock:
        if not _running:
            _usual = sys.getswitchinterval()
            sys.setswitchinterval(min(_usual, _SECONDS))
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                sys.setswitchinterval(_usual)
