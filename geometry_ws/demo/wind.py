"""Draws the wind at the station: two minutes of it, a value each half second.

python -m geometry_ws.demo.wind http://localhost:8081
"""

import math
import sys
import time
from collections import deque
from itertools import count

from PIL import Image, ImageDraw, ImageFont

import geometry_ws as gw

WIDTH, HEIGHT = 480, 240
SCALE = 2
SECONDS = 0.5
VALUES = 240
_LEFT, _TOP, _RIGHT, _BOTTOM = 44, 40, 464, 210
_MOST = 60
_GROUND, _INK, _SOFT = "#14171b", "#eceef2", "#8f97a4"
_LINE, _CURVE, _GUST = "#2a2f37", "#98abff", "#eeb455"


def wind(step: int) -> float:
    """The wind at a step in knots: three waves and the gusts between them."""
    slow = 24 + 9 * math.sin(step / 71) + 5 * math.sin(step / 23 + 1)
    return slow + 4 * math.sin(step / 3.1) * max(0.0, math.sin(step / 41)) ** 3


def draw(values: "deque[float]") -> Image.Image:
    """Draw the curve, its newest value at the right, at twice the size for sharp screens."""
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), _GROUND)
    pen = ImageDraw.Draw(picture)
    small, large = ImageFont.load_default(11 * SCALE), ImageFont.load_default(15 * SCALE)
    pen.text((_LEFT * SCALE, 12 * SCALE), f"{values[-1]:.0f} knots", _INK, large)
    for knots in range(0, _MOST + 1, 20):
        y = _height(knots)
        pen.line((_LEFT * SCALE, y, _RIGHT * SCALE, y), _LINE, SCALE)
        pen.text(((_LEFT - 8) * SCALE, y), str(knots), _SOFT, small, anchor="rm")
    for seconds in (120, 60, 0):
        x = _RIGHT - (_RIGHT - _LEFT) * seconds / 120
        label = f"{seconds} s ago" if seconds else "now"
        pen.text((x * SCALE, (_BOTTOM + 8) * SCALE), label, _SOFT, small, anchor="ma")
    pen.line((_LEFT * SCALE, _height(48), _RIGHT * SCALE, _height(48)), _GUST, SCALE)
    step = (_RIGHT - _LEFT) / (VALUES - 1)
    start = _RIGHT - step * (len(values) - 1)
    curve = [((start + step * i) * SCALE, _height(value)) for i, value in enumerate(values)]
    pen.line(curve, _CURVE, 2 * SCALE, joint="curve")
    return picture


def _height(knots: float) -> float:
    return (_BOTTOM - (_BOTTOM - _TOP) * knots / _MOST) * SCALE


def main(address: str) -> None:
    """Draw until ended."""
    screen = gw.connect(address, keep=False, name="wind")
    values: deque[float] = deque((wind(step) for step in range(VALUES)), VALUES)
    handle = screen.show(draw(values), title="Wind", text="", scale=SCALE)
    for step in count(VALUES):
        values.append(wind(step))
        handle.configure(text=f"Wind of the last two minutes, now {values[-1]:.0f} knots.")
        handle.update(draw(values), scale=SCALE)
        if not handle.looked:
            handle.wait_until_looked(1.0)
        time.sleep(SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
