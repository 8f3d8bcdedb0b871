"""How a function of theirs is changed: once, with the original inside."""

from collections.abc import Callable
from functools import wraps
from typing import Any

_CHANGED_BY = "geometry_ws_changed_by"


def change_once(owner: Any, name: str, change: Callable[[Any], Any]) -> None:
    """Put what `change` makes of a function of a class or module in its place.

    A second time with the same `change` nothing happens; different ones wrap each other. Closures
    of one place in the code count as the same.
    """
    original = getattr(owner, name)
    changed_by = getattr(original, _CHANGED_BY, ())
    mark = f"{change.__module__}.{change.__qualname__}"
    if mark not in changed_by:
        changed = wraps(original)(change(original))
        setattr(changed, _CHANGED_BY, (*changed_by, mark))
        setattr(owner, name, changed)
