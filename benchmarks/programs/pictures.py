"""What the programs show. Nothing but numpy is needed here, so that programs of others have it."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

WIDTH: Final = 640
HEIGHT: Final = 480
PER_SECOND: Final = 30
_ROUND: Final = 90
"""After so many pictures they begin anew: they are computed once, and then they cost nothing."""

_y, _x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32) / HEIGHT


def plasma(step: int) -> Any:
    """One picture: an array of height, width and three colours."""
    now = 2 * np.pi * step / _ROUND
    wave = np.sin(7 * _x + now) + np.sin(9 * _y - now) + np.sin(6 * (_x + _y) + 2 * now)
    shades = [128 + 120 * np.cos(wave + shift) for shift in (0, 0.8, 1.6)]
    return np.stack(shades, -1).astype("u1")


def pictures() -> Iterator[Any]:
    """Pictures without end."""
    known: list[Any] = []
    step = 0
    while True:
        if step % _ROUND == len(known):
            known.append(plasma(len(known)))
        yield known[step % _ROUND]
        step += 1


def paced(show: Callable[[Any], None]) -> None:
    """Show all of them in their time, until the process ends."""
    due = time.monotonic()
    for picture in pictures():
        show(picture)
        due = max(due + 1 / PER_SECOND, time.monotonic() - 1 / PER_SECOND)
        time.sleep(max(0.0, due - time.monotonic()))
