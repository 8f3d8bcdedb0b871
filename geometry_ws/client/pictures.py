"""Whatever can be a picture becomes one: arrays, images, figures, files. Pure but for reading.

A PNG, JPEG or WebP stays as it is, so that it travels untouched. numpy is loaded for arrays alone,
Pillow for images and files.
"""

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from geometry_ws.client.arrays import Reading, is_array, pixels_of
from geometry_ws.client.errors import NoPicture
from geometry_ws.client.figures import draw_figure, figure_of, title_of_figure

_FILES: Final = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}
_EIGHT_BIT: Final = frozenset(("1", "L", "LA", "P", "RGB", "RGBA"))
_BY_NUMBERS: Final = frozenset(("I", "F", "I;16", "I;16L", "I;16B", "I;16N"))
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = (0, 1)
_KINDS: Final = "an array, an image of Pillow, a figure of matplotlib, a file's path or its bytes"


class Limits(NamedTuple):
    """What a node takes: `compositor.hello` says it."""

    side: int = 8192
    pixels: int = 16 * 1024 * 1024


@dataclass(frozen=True)
class Picture:
    """A picture as it is sent.

    ``codec`` is rgba (premultiplied, rows without padding), png, jpeg or webp.
    """

    width: int
    height: int
    codec: str
    data: bytes
    opaque: bool

    def bands(self, most_bytes: int) -> Iterator[tuple[tuple[int, int, int, int], str, bytes]]:
        """The picture as bands of at most so many bytes: rectangle, codec, bytes.

        A file is one band, whatever its size: see `in_pixels`.
        """
        if self.codec != "rgba":
            yield (0, 0, self.width, self.height), self.codec, self.data
            return
        row = self.width * 4
        rows = max(1, most_bytes // row)
        for top in range(0, self.height, rows):
            count = min(rows, self.height - top)
            part = self.data[top * row : (top + count) * row] if rows < self.height else self.data
            yield (0, top, self.width, count), "rgba", part

    def changed(self, before: "Picture") -> tuple[int, int, int, int] | None:
        """Where it differs from a picture of its size, as x, y, width, height: empty where nowhere.

        None where that can't be said cheaply.
        """
        same = (self.width, self.height, self.codec) == (before.width, before.height, before.codec)
        numpy = sys.modules.get("numpy")
        if not same or self.codec != "rgba" or numpy is None:
            return None
        shape = self.height, self.width
        new, old = (numpy.frombuffer(each.data, numpy.uint32) for each in (self, before))
        differs = new.reshape(shape) != old.reshape(shape)
        rows = numpy.flatnonzero(differs.any(axis=1))
        if not len(rows):
            return 0, 0, 0, 0
        columns = numpy.flatnonzero(differs.any(axis=0))
        left, top = int(columns[0]), int(rows[0])
        return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top

    def part(self, rect: tuple[int, int, int, int]) -> bytes:
        """The pixels of a rectangle, of a picture that is no file."""
        x, y, width, height = rect
        if width == self.width:
            return self.data[y * width * 4 : (y + height) * width * 4]
        row = self.width * 4
        starts = range(y * row + x * 4, (y + height) * row, row)
        return b"".join(self.data[start : start + width * 4] for start in starts)

    def in_pixels(self) -> "Picture":
        """The same without a file's compression."""
        if self.codec == "rgba":
            return self
        from PIL import Image

        with Image.open(io.BytesIO(self.data)) as image:
            return _of_image(image)


def picture_of(value: Any, reading: Reading | None = None, limits: Limits | None = None) -> Picture:
    """Make a picture of anything that can be one.

    ``value``: an array (`arrays.py` says which), an image of Pillow, a figure, axes or the pyplot
    module of matplotlib, the bytes or the path of a file, or what shows itself as PNG in a
    notebook. Raises NoPicture, with one sentence that names the argument.
    """
    reading = reading or Reading()
    limits = limits or Limits()
    name = reading.name
    if isinstance(value, Picture):
        return value
    if isinstance(value, bytes | bytearray):
        return _of_file(bytes(value), name, limits)
    if isinstance(value, str | os.PathLike):
        return _of_file(_read(value, name), name, limits)
    if _is_image(value):
        width, height = value.size
        _check_size(width, height, name, limits)
        if value.mode in _BY_NUMBERS:
            return _of_array(value, reading, limits)
        return _of_image(value, name)
    if (figure := figure_of(value)) is not None:
        return _of_array(draw_figure(figure), Reading(layout="hwc", name=name), limits)
    if is_array(value):
        return _of_array(value, reading, limits)
    if callable(getattr(value, "_repr_png_", None)) and not isinstance(value, type):
        return _of_own_png(value, name, limits)
    if value is None:
        raise NoPicture(f"`{name}` is None: give {_KINDS}.")
    raise NoPicture(f"`{name}` is a {type(value).__name__}: give {_KINDS}.")


def check_scale(scale: int, picture: Picture) -> None:
    """Raise ValueError unless a picture of that scale is a whole number of world pixels."""
    if scale < 1 or picture.width % scale or picture.height % scale:
        raise ValueError(
            f"`scale` is {scale}, and a picture of {picture.width} × {picture.height} pixels isn't"
            " a whole number of world pixels then."
        )


def title_of(value: Any) -> str:
    """What a picture may be called, if it says so itself; else empty."""
    if isinstance(value, str | os.PathLike):
        return Path(os.fsdecode(value)).name[:200]
    figure = figure_of(value)
    return title_of_figure(figure)[:200] if figure is not None else ""


def _of_array(value: Any, reading: Reading, limits: Limits) -> Picture:
    try:
        import numpy as np
    except ImportError:
        raise NoPicture(
            f"`{reading.name}` is a {type(value).__name__}, and arrays need numpy: pip install "
            "numpy."
        ) from None
    from geometry_ws.render.pixels import premultiply, with_alpha

    pixels = pixels_of(value, reading)
    height, width = pixels.shape[:2]
    _check_size(width, height, reading.name, limits)
    if pixels.shape[2] == 3:
        return Picture(width, height, "rgba", with_alpha(pixels).tobytes(), opaque=True)
    straight = np.ascontiguousarray(pixels)
    opaque = bool((straight[..., 3] == 255).all())
    return Picture(width, height, "rgba", premultiply(straight).tobytes(), opaque)


def _is_image(value: Any) -> bool:
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(value, module.Image)


def _of_image(image: Any, name: str = "picture") -> Picture:
    try:
        opaque = "A" not in image.getbands() and "transparency" not in image.info
        # RGBa is premultiplied, with the same rounding as everywhere here.
        straight = image if image.mode == "RGBA" else image.convert("RGBA")
        data = straight.tobytes() if opaque else straight.convert("RGBa").tobytes()
    except (ValueError, OSError, SyntaxError) as problem:
        words = " ".join(str(problem).split())[:200]
        raise NoPicture(f"`{name}` (of mode {image.mode}) can't be shown: {words}.") from None
    return Picture(image.width, image.height, "rgba", data, opaque)


def _of_file(data: bytes, name: str, limits: Limits) -> Picture:
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data)) as image:
            _check_size(*image.size, name, limits)
            image.load()
            turned = image.getexif().get(_ORIENTATION, 1) not in _UPRIGHT
            single = getattr(image, "n_frames", 1) == 1
            codec = _FILES.get(image.format or "")
            if codec and single and not turned and image.mode in _EIGHT_BIT:
                opaque = "A" not in image.getbands() and "transparency" not in image.info
                return Picture(image.width, image.height, codec, data, opaque)
            upright = ImageOps.exif_transpose(image) if turned else image
            if upright.mode in _BY_NUMBERS:
                return _of_array(upright, Reading(name=name), limits)
            return _of_image(upright, name)
    except NoPicture:
        raise
    except Exception as problem:  # noqa: BLE001 - Pillow's readers raise what they like
        if data[:256].lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg>"):
            words = "an SVG has no pixels: draw it first"
        elif type(problem).__name__ == "UnidentifiedImageError":
            words = f"no picture begins with {data[:8]!r}" if data else "it is empty"
        else:
            words = " ".join(str(problem).split())[:200]
        raise NoPicture(f"`{name}` is no picture that can be read: {words}.") from None


def _read(path: "str | os.PathLike[Any]", name: str) -> bytes:
    words = os.fsdecode(path)
    if words.startswith(("http://", "https://", "data:")):
        raise NoPicture(f"`{name}` is an address: fetch it, and give its bytes.")
    file = Path(words).expanduser()
    try:
        return file.read_bytes()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise NoPicture(f"`{name}` names no file that can be read: {words!r} ({reason}).") from None


def _of_own_png(value: Any, name: str, limits: Limits) -> Picture:
    try:
        data = value._repr_png_()
    except Exception as problem:  # noqa: BLE001 - it belongs to the value
        words = " ".join(str(problem).split())[:200]
        raise NoPicture(f"`{name}` can't show itself: {words}.") from None
    if isinstance(data, tuple):  # data with metadata
        data = data[0]
    if not isinstance(data, bytes):
        raise NoPicture(f"`{name}` is a {type(value).__name__} that shows nothing: give {_KINDS}.")
    return _of_file(data, name, limits)


def _check_size(width: int, height: int, name: str, limits: Limits) -> None:
    if not width or not height:
        raise NoPicture(f"`{name}` is empty: it has {width} × {height} pixels.")
    if max(width, height) > limits.side or width * height > limits.pixels:
        raise NoPicture(
            f"`{name}` has {width} × {height} pixels, and a surface has at most {limits.side} a "
            f"side and {limits.pixels:,} in all: show it smaller, or in parts."
        )
