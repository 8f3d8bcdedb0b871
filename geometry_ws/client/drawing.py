"""From numpy arrays to the operations of a commit. Pure; rectangles are in buffer pixels."""

from collections.abc import Iterable, Iterator, Sequence
from operator import index
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Order = Literal["rgb", "bgr"]
Rect: TypeAlias = tuple[int, int, int, int]
"""x, y, width, height."""

Operation: TypeAlias = list[Any]
Update: TypeAlias = dict[str, Any]
"""One entry of `surface.commit`."""


def fill(rect: Sequence[int], rgba: Sequence[int]) -> Operation:
    """One colour, whole numbers from 0 to 255, straight alpha (opaque where it is left out)."""
    colour = [whole("rgba", value) for value in rgba]
    if len(colour) == 3:
        colour.append(255)
    if len(colour) != 4 or not all(0 <= value <= 255 for value in colour):
        raise ValueError("A colour has red, green, blue and perhaps alpha, from 0 to 255.")
    return ["fill", list(_rect(rect)), colour]


def copy(rect: Sequence[int], to: Sequence[int]) -> Operation:
    """What was in ``rect`` before the commit, put with its corner at ``to`` (x, y)."""
    x, y = to
    return ["copy", list(_rect(rect)), [whole("to", x), whole("to", y)]]


def encoded(rect: Sequence[int], codec: str, data: bytes) -> Operation:
    """A picture that is encoded already: png, jpeg or webp, of exactly the rectangle's size."""
    return ["image", list(_rect(rect)), codec, bytes(data)]


def picture(
    pixels: "npt.NDArray[np.uint8]",
    at: Sequence[int] = (0, 0),
    damage: Iterable[Sequence[int]] | None = None,
    order: Order = "rgb",
    premultiplied: bool = False,
) -> list[Operation]:
    """A picture of shape (height, width, 3 or 4), with its corner at ``at``.

    ``damage`` names the rectangles that differ from what was committed before: only these are
    sent. Raises ValueError for what is no picture, and for damage outside of it.
    """
    checked = check(pixels)
    left, top = (whole("at", value) for value in at)
    height, width = checked.shape[:2]
    rects = [(left, top, width, height)] if damage is None else [_rect(rect) for rect in damage]
    return [
        _image(_cut(checked, rect, (left, top)), rect, order, premultiplied)
        for rect in rects
        if rect[2] and rect[3]
    ]


def cut(operation: Operation, most_bytes: int) -> Iterator[Operation]:
    """A picture of plain pixels as pictures of some rows each, of at most so many bytes."""
    kind, (x, y, width, height), codec, data = operation
    row = width * 4
    rows = max(1, most_bytes // row)
    for top in range(0, height, rows):
        count = min(rows, height - top)
        yield [kind, [x, y + top, width, count], codec, data[top * row : (top + count) * row]]


def in_messages(operations: Iterable[Operation], most: int) -> list[list[Operation]]:
    """Operations in commits of at most so many bytes of pictures; mostly it is a single one."""
    parts: list[list[Operation]] = [[]]
    left = most
    for whole in operations:
        is_large = whole[0] == "image" and len(whole[3]) > most
        for operation in cut(whole, most) if is_large else (whole,):
            size = len(operation[3]) if operation[0] == "image" else 0
            if size > left and parts[-1]:
                parts.append([])
                left = most
            parts[-1].append(operation)
            left -= size
    return parts if parts[0] else []


def whole(name: str, value: Any) -> int:
    """A whole number of any kind, numpy's too; raises ValueError, which names it, for others."""
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"`{name}` is a whole number, not {value!r}.") from None


def check(pixels: "npt.NDArray[np.uint8]") -> "npt.NDArray[np.uint8]":
    """Give an array that is a picture; raises ValueError for anything else."""
    import numpy as np

    array = np.asarray(pixels)
    if array.dtype != np.uint8:
        raise ValueError(f"Pixels are 8 bit: give an array of numpy.uint8, not of {array.dtype}.")
    if array.ndim != 3 or array.shape[2] not in (3, 4) or not array.size:
        raise ValueError(f"A picture has the shape (height, width, 3 or 4), not {array.shape}.")
    return array


def _cut(pixels: "npt.NDArray[np.uint8]", rect: Rect, corner: tuple[int, int]) -> Any:
    x, y, width, height = rect
    x, y = x - corner[0], y - corner[1]
    if x < 0 or y < 0 or x + width > pixels.shape[1] or y + height > pixels.shape[0]:
        raise ValueError(f"The damaged rectangle {list(rect)} lies outside of the picture.")
    return pixels[y : y + height, x : x + width]


def _image(part: Any, rect: Rect, order: Order, premultiplied: bool) -> Operation:
    import numpy as np

    from geometry_ws.render.pixels import premultiply, with_alpha

    if part.shape[2] == 4:
        whole = part if premultiplied else premultiply(part)
    else:
        whole = with_alpha(part)
    codec = {"rgb": "rgba", "bgr": "bgra"}[order]
    return ["image", list(rect), codec, np.ascontiguousarray(whole).tobytes()]


def _rect(rect: Sequence[int]) -> Rect:
    x, y, width, height = (whole("rect", value) for value in rect)
    if width < 0 or height < 0:
        raise ValueError(f"The rectangle {list(rect)} has a negative size.")
    return x, y, width, height
