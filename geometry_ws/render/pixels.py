"""What a picture is inside: BGRA, 8 bit, premultiplied, rows without padding.

The arithmetic of premultiplying is defined here once, because hashes of pictures depend on it:
`premultiplied = round(straight * alpha / 255)`, halves upward. Must not know codecs or skia.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""An array of shape (height, width, 4): blue, green, red, alpha; premultiplied."""

MAX_PICTURE_PIXELS = 33_554_432
"""The largest picture that is decoded or composed: 8192 x 4096, 128 MB of memory."""


def premultiply(straight: Pixels) -> Pixels:
    """Multiply the three colours by alpha; takes and gives (height, width, 4) in any RGB order."""
    alpha = straight[..., 3:]
    if bool((alpha == 255).all()):
        return straight
    product = straight[..., :3].astype(np.uint16) * alpha + np.uint16(128)
    result = np.empty_like(straight)
    result[..., :3] = (product + (product >> 8)) >> 8
    result[..., 3:] = alpha
    return result


def unpremultiply(pixels: Pixels) -> Pixels:
    """Divide the three colours by alpha; fully transparent pixels become transparent black."""
    alpha = pixels[..., 3:]
    if bool((alpha == 255).all()):
        return pixels
    divisor = np.maximum(alpha, 1).astype(np.uint32)
    colours = (pixels[..., :3].astype(np.uint32) * 255 + divisor // 2) // divisor
    result = np.empty_like(pixels)
    result[..., :3] = np.where(alpha == 0, 0, np.minimum(colours, 255))
    result[..., 3:] = alpha
    return result


def premultiplied_colour(red: int, green: int, blue: int, alpha: int) -> tuple[int, int, int, int]:
    """Give the BGRA bytes of one straight colour, with the same rounding as `premultiply`."""
    straight = np.array([[[blue, green, red, alpha]]], dtype=np.uint8)
    first, second, third, fourth = premultiply(straight)[0, 0].tolist()
    return first, second, third, fourth


def is_opaque(pixels: Pixels) -> bool:
    """Say whether every pixel has alpha 255."""
    return bool((pixels[..., 3] == 255).all())
