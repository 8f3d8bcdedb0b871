"""The garbage collector of a process that sends to many: what is imported is left alone.

A router's or component's process has some hundred thousand values that are there from the start and
stay. A collection walks through all of them, and finds nothing among them.
"""

import gc
from typing import Final

_THRESHOLDS: Final = 5_000, 10, 10
"""When garbage is looked for. Python's own are 700, 10, 10: with fifty viewers that is each tenth
frame. What connections leave behind is found as before, since the rest is no longer looked at."""


def leave_imports_alone() -> None:
    """Never look again at what is there now, and look less often at what is new."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
