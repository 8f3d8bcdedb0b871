"""How a picture tells which step of a load it shows. Pure.

Each step's number is in its picture as black and white cells, so a viewer knows from the pixels
alone which step it sees. A moved surface tells it by its place.
"""

from typing import Any

import numpy as np

CELL = 4
BITS = 16
CELLS = (0, 0, BITS * CELL, CELL)
"""Where the cells lie: x, y, width, height."""

MOVE_PX = 9
"""How far a moved surface goes with each step."""

_TURN = 120
"""After so many steps to the right a moved surface goes back, a pixel lower."""


def place(step: int) -> tuple[int, int]:
    """Where a moved surface lies: to and fro, so that it stays on a desktop."""
    turn, phase = divmod(step, 2 * _TURN)
    back = phase >= _TURN
    return MOVE_PX * (2 * _TURN - phase if back else phase), 2 * turn + back


def step_at(x: int, y: int) -> int:
    """The step at which a moved surface lies there."""
    turn, back = divmod(y, 2)
    along = x // MOVE_PX
    return turn * 2 * _TURN + (2 * _TURN - along if back else along)


def cells(step: int) -> np.ndarray:
    """The cells of a step, as a picture (height, width, 4)."""
    bits = np.array([step >> bit & 1 for bit in range(BITS)], np.uint8) * 255
    row = np.repeat(np.repeat(bits[None, :], CELL, axis=0), CELL, axis=1)
    picture = np.repeat(row[..., None], 4, axis=2)
    picture[..., 3] = 255
    return picture


def write_step(step: int) -> list[Any]:
    """The operation that draws the cells of a step into the corner."""
    return ["image", list(CELLS), "bgra", cells(step).tobytes()]


def read_step(pixels: np.ndarray) -> int:
    """The step that a picture (height, width, 4) shows."""
    row = pixels[CELL // 2, CELL // 2 : BITS * CELL : CELL, 1] > 127
    return int(sum(1 << bit for bit, white in enumerate(row) if white))
