"""Draws the lighthouse by night, 15 pictures a second; a press makes it turn the other way.

python -m geometry_ws.demo.beam http://localhost:8081
"""

import math
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

import geometry_ws as gw

if TYPE_CHECKING:
    import numpy.typing as npt

WIDTH, HEIGHT = 360, 240
SECONDS = 1 / 15
TURN_SECONDS = 10.0
_LAMP = (252, 84)
_SEA = 176
_TOWER = ((238, 200), (244, 96), (260, 96), (266, 200))


class Night:
    """The picture without its beam, made once, and the beam over it."""

    def __init__(self) -> None:
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        self._angle = np.arctan2((y - _LAMP[1]) * 2.2, x - _LAMP[0])
        distance = np.hypot(x - _LAMP[0], y - _LAMP[1])
        self._reach = np.exp(-distance / 210) * (1 - np.exp(-distance / 8))
        self._glow = np.exp(-distance / 9)
        self._sea = (y >= _SEA).astype(np.float32)
        self._y = y
        self._ground = _draw_ground(x, y)

    def picture(self, angle: float) -> "npt.NDArray[np.uint8]":
        """Draw the beam at an angle, in radians: height, width and three colours, 0 to 255."""
        towards = np.maximum(np.cos(self._angle - angle), 0) ** 160
        away = np.maximum(np.cos(self._angle - angle - math.pi), 0) ** 160
        light = (towards + away) * self._reach * (1 - 0.55 * self._sea) + self._glow
        ripple = 1 + 0.35 * self._sea * np.sin(self._y * 1.7 + 5 * math.sin(angle))
        warm = np.array([255, 226, 160], np.float32)
        drawn = self._ground + (light * ripple)[..., None] * warm * 0.85
        picture: npt.NDArray[np.uint8] = np.clip(drawn, 0, 255).astype(np.uint8)
        return picture


def _draw_ground(
    x: "npt.NDArray[np.float32]", y: "npt.NDArray[np.float32]"
) -> "npt.NDArray[np.float32]":
    """Sky, stars, sea, rock and tower."""
    height = np.clip(y / _SEA, 0, 1)[..., None]
    ground = np.array([10, 16, 34]) * (1 - height) + np.array([28, 46, 76]) * height
    stars = np.random.default_rng(7)
    for _ in range(90):
        row, column = stars.integers(0, _SEA - 20), stars.integers(0, WIDTH)
        ground[row, column] = 90 + 130 * stars.random()
    ground[_SEA:] = np.array([9, 22, 38])
    rock = (y > 196 - 26 * np.exp(-(((x - 254) / 60) ** 2))) & (y > _SEA - 4)
    ground[rock] = (16, 17, 22)
    (foot, floor), (head, top), (head_right, _), (foot_right, _) = _TOWER
    part = np.clip((y - top) / (floor - top), 0, 1)
    left, right = head + (foot - head) * part, head_right + (foot_right - head_right) * part
    tower = (x >= left) & (x <= right) & (y >= top) & (y <= floor)
    ground[tower] = (196, 196, 202)
    ground[tower & ((y // 21) % 2 == 0)] = (150, 44, 44)
    lantern = (abs(x - _LAMP[0]) <= 7) & (y >= 74) & (y < top)
    ground[lantern] = (70, 66, 60)
    ground[(abs(x - _LAMP[0]) <= 9 - (y - 66).clip(-20, 8) * -1) & (y >= 66) & (y < 74)] = (
        40,
        40,
        46,
    )
    return ground.astype(np.float32)


def main(address: str) -> None:
    """Draw until ended."""
    screen = gw.connect(address, keep=False, name="beam")
    night = Night()
    angle, direction, before = 0.0, 1, time.monotonic()
    text = "A lighthouse by night; its beam turns once in ten seconds."
    handle = screen.show(night.picture(angle), title="Lighthouse", text=text)

    @handle.on_input
    def turn(event: object) -> None:
        nonlocal direction
        if getattr(event, "phase", "") == "down":
            direction = -direction

    while True:
        now = time.monotonic()
        angle += direction * math.tau * (now - before) / TURN_SECONDS
        before = now
        handle.update(night.picture(angle))
        handle.flush()
        if not handle.looked:
            handle.wait_until_looked(1.0)
        time.sleep(max(0.0, now + SECONDS - time.monotonic()))


if __name__ == "__main__":
    main(sys.argv[1])
