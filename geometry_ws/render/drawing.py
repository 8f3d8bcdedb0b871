"""The one place that imports skia, and how our arrays become its surfaces and images.

Two things go wrong silently with skia and numpy, so both are done here and nowhere else: the
alpha type must be named in every call (the default is slow and rounds differently), and neither
a surface nor an image keeps the array under it alive, so both are handed out together.
"""

from typing import NamedTuple

import numpy as np

from geometry_ws.render.graphics import MissingGraphicsLibrary, advice
from geometry_ws.render.pixels import MAX_PICTURE_PIXELS, Pixels

try:
    import skia
except ImportError as error:
    raise MissingGraphicsLibrary(advice(str(error))) from error

__all__ = ["Sheet", "colour", "image_of", "new_sheet", "sheet_over", "skia"]


class Sheet(NamedTuple):
    """An array and a canvas that draws into it; keep the sheet as long as the canvas is used."""

    pixels: Pixels
    surface: skia.Surface
    canvas: skia.Canvas


def sheet_over(pixels: Pixels) -> Sheet:
    """Make a canvas over an existing contiguous BGRA premultiplied array."""
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(
        width, height, skia.ColorType.kBGRA_8888_ColorType, skia.AlphaType.kPremul_AlphaType
    )
    surface = skia.Surface.MakeRasterDirect(info, pixels, width * 4)
    return Sheet(pixels, surface, surface.getCanvas())


def new_sheet(width: int, height: int) -> Sheet:
    """Make a transparent sheet of the given size in pixels; ValueError beyond the largest."""
    if width < 1 or height < 1 or width * height > MAX_PICTURE_PIXELS:
        raise ValueError(f"a picture of {width} x {height} pixels can't be made")
    return sheet_over(np.zeros((height, width, 4), dtype=np.uint8))


def image_of(pixels: Pixels, *, opaque: bool) -> skia.Image:
    """Wrap an array as an image without copying; the caller keeps the array while it is used."""
    kind = skia.AlphaType.kOpaque_AlphaType if opaque else skia.AlphaType.kPremul_AlphaType
    return skia.Image.fromarray(
        pixels, colorType=skia.ColorType.kBGRA_8888_ColorType, alphaType=kind, copy=False
    )


def colour(red: int, green: int, blue: int, alpha: int = 255) -> int:
    """Pack a straight colour as skia wants it."""
    return (alpha << 24) | (red << 16) | (green << 8) | blue
