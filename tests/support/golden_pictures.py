"""Golden pictures: what the drawing tests compare with.

Set GEOMETRY_WS_UPDATE_GOLDEN=1 to write the pictures of this run as the new golden ones (look at
them before committing). When a comparison fails, the actual picture and a picture of the
differences are written to the test's temporary folder, and the message says where.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geometry_ws.render.decode import decode
from geometry_ws.render.png import encode_png

FOLDER = Path(__file__).parents[1] / "golden"
UPDATE = "GEOMETRY_WS_UPDATE_GOLDEN"


class Golden:
    """Compares pictures with the PNG files of `tests/golden`."""

    def __init__(self, scratch):
        self.scratch = scratch

    def exact(self, name, pixels):
        """Fail unless every byte is the golden one: for opaque scenes at integer places."""
        self._compare(name, pixels, levels=0, share=0.0, most=0)

    def close(self, name, pixels):
        """Fail when over 0.1 % of pixels differ by more than two levels, or one by more than 16.

        For text and smooth edges: their arithmetic differs by a level between processors.
        """
        self._compare(name, pixels, levels=2, share=0.001, most=16)

    def _compare(self, name, pixels, levels, share, most):
        path = FOLDER / f"{name}.png"
        if os.environ.get(UPDATE):
            path.write_bytes(encode_png(pixels))
        if not path.exists():
            raise AssertionError(f"no golden picture {path.name}: run with {UPDATE}=1 and look")
        with Image.open(path) as picture:
            width, height = picture.size
        expected = decode("png", path.read_bytes(), width, height, opaque=False)
        # Both sides went through the same PNG writing, so that straight alpha rounds alike.
        height, width = pixels.shape[:2]
        actual = decode("png", encode_png(pixels), width, height, opaque=False)
        if expected.shape != actual.shape:
            self._fail(name, pixels, None, f"is {actual.shape}, golden {expected.shape}")
        difference = np.abs(expected.astype(int) - actual.astype(int)).max(axis=2)
        differing = float((difference > levels).mean())
        if difference.max(initial=0) > most or differing > share:
            note = f"differs in {differing:.3%} of pixels by at most {difference.max()} levels"
            self._fail(name, pixels, difference, note)

    def _fail(self, name, pixels, difference, note):
        actual = self.scratch / f"{name}.actual.png"
        actual.write_bytes(encode_png(pixels))
        if difference is not None:
            shown = np.zeros((*difference.shape, 4), dtype=np.uint8)
            shown[..., 3] = 255
            shown[..., 2] = np.where(difference > 0, np.maximum(difference, 64), 0)
            (self.scratch / f"{name}.difference.png").write_bytes(encode_png(shown))
        raise AssertionError(f"{name} {note}; see {actual} and the difference beside it")


@pytest.fixture
def golden(tmp_path):
    """Give the comparison with a golden picture: golden.exact(name, pixels), golden.close(…)."""
    return Golden(tmp_path)
