"""Planes become one picture: as a camera sees them, in their stacking, over a background.

At integer places and whole-number magnification nothing is filtered, so the picture is the same
on every machine; at other zooms planes are filtered (linear, with mipmaps when shrunk). Must not
know where planes come from or which viewers look.
"""

from collections.abc import Iterable
from typing import NamedTuple

from geometry_ws.render.drawing import Sheet, colour, image_of, new_sheet, skia
from geometry_ws.render.pixels import Pixels

Rgba = tuple[int, int, int, int]
"""Red, green, blue, alpha, 0..255 each, straight."""


class Layer(NamedTuple):
    """One plane: its buffer, and its rectangle in the world (integer world pixels).

    The buffer has `width * scale` x `height * scale` pixels; higher `z` lies further up.
    """

    pixels: Pixels
    x: int
    y: int
    width: int
    height: int
    scale: int = 1
    opacity: float = 1.0
    opaque: bool = False
    z: int = 0


class Camera(NamedTuple):
    """What is seen: the world point at the output's top left, and output pixels per world pixel."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0


def fit(
    bounds: tuple[float, float, float, float],
    size: tuple[int, int],
    margin: int = 0,
    largest_zoom: float = 1.0,
) -> Camera:
    """Give the camera that shows the world rectangle `bounds` (x, y, width, height) centred.

    `size` and `margin` are output pixels; the zoom never exceeds `largest_zoom`. At zoom 1 the
    camera stands on whole world pixels, so that composing stays exact. Empty bounds are a point.
    """
    x, y, width, height = bounds
    room = (max(size[0] - 2 * margin, 1), max(size[1] - 2 * margin, 1))
    zoom = min(room[0] / max(width, 1.0), room[1] / max(height, 1.0), largest_zoom)
    left = x + width / 2 - size[0] / zoom / 2
    top = y + height / 2 - size[1] / zoom / 2
    if zoom == int(zoom):
        left, top = float(int(left // 1)), float(int(top // 1))
    return Camera(left, top, zoom)


def compose(
    layers: Iterable[Layer],
    camera: Camera,
    size: tuple[int, int],
    background: Rgba = (0, 0, 0, 255),
) -> Pixels:
    """Draw the layers from the lowest `z` upwards; gives (height, width, 4) of `size` pixels.

    Layers with equal `z` keep the order they come in. Layers out of sight cost nothing. Raises
    ValueError for a size that can't be made or a zoom that is not positive.
    """
    if not camera.zoom > 0:
        raise ValueError(f"a camera's zoom is above 0, not {camera.zoom}")
    sheet = new_sheet(*size)
    sheet.canvas.clear(colour(*background))
    for layer in sorted(layers, key=lambda each: each.z):
        _draw(sheet, layer, camera)
    return sheet.pixels


def _draw(sheet: Sheet, layer: Layer, camera: Camera) -> None:
    left, top = (layer.x - camera.x) * camera.zoom, (layer.y - camera.y) * camera.zoom
    width, height = layer.width * camera.zoom, layer.height * camera.zoom
    rows, columns = sheet.pixels.shape[:2]
    alpha = round(min(max(layer.opacity, 0.0), 1.0) * 255)
    if alpha == 0 or left >= columns or top >= rows or left + width <= 0 or top + height <= 0:
        return
    # Raster drawing is immediate, so the layer keeps the image's array alive long enough.
    image = image_of(layer.pixels, opaque=layer.opaque)
    paint = skia.Paint(Alpha=alpha)
    sampling = _sampling(left, top, camera.zoom / layer.scale)
    target = skia.Rect.MakeXYWH(left, top, width, height)
    source = skia.Rect.MakeWH(image.width(), image.height())
    sheet.canvas.drawImageRect(
        image, source, target, sampling, paint, skia.Canvas.kStrict_SrcRectConstraint
    )


def _sampling(left: float, top: float, magnification: float) -> skia.SamplingOptions:
    """Choose the filter for output pixels per buffer pixel: none where the picture fits exactly."""
    if magnification >= 1 and magnification == int(magnification) and _whole(left) and _whole(top):
        return skia.SamplingOptions(skia.FilterMode.kNearest)
    if magnification >= 1:
        return skia.SamplingOptions(skia.FilterMode.kLinear)
    return skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear)


def _whole(place: float) -> bool:
    return place == int(place)
