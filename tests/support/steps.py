"""How many steps a piece of work takes: lines of ours that are run. The same on every machine."""

import sys
from pathlib import Path

import geometry_ws

_OURS = str(Path(geometry_ws.__file__).parent)


def steps_of(work):
    """Do some work; gives the number of its steps."""
    count = 0

    def look(frame, event, _):
        nonlocal count
        if event == "call" and not frame.f_code.co_filename.startswith(_OURS):
            return None
        count += event == "line"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
