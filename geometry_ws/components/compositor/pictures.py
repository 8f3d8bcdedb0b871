"""Decodes the pictures of a commit: from updates on the wire to updates for the world.

Decoding takes time, so `decode_updates` is meant for a thread, unless `is_quick`. This module knows
nothing of surfaces: the world says whether an operation fits.
"""

from collections.abc import Collection, Mapping

from geometry_ws.components.compositor.wire import shown_when
from geometry_ws.protocol import surfaces as wire
from geometry_ws.protocol.errors import InvalidContent, LimitExceeded
from geometry_ws.protocol.values import Copy, Fill, Image, Operation
from geometry_ws.render.decode import decode, is_sound
from geometry_ws.render.encode import Encoded
from geometry_ws.render.errors import BadPicture
from geometry_ws.render.forward import forwardable, forwardable_jpeg
from geometry_ws.render.pixels import Pixels, premultiplied_colour
from geometry_ws.scene import limits, ops
from geometry_ws.scene.changes import Tile
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.surface import Unread
from geometry_ws.scene.world import Update

_RAW = ("bgra", "rgba")
_QUICK_WORK = 384 * 1024
"""What is decoded at once: about a millisecond, where asking a thread takes a third of that."""

_OP_WORK = 1024
"""Of each operation, whatever its size; a file takes eight times as much."""

_FILE_WORK = {"jpeg": (1, 1), "png": (4, 16), "webp": (4, 16)}
"""Of each pixel, and of each byte: files can have any number of parts in few bytes."""

MOST_PAIRS = 16_384
"""Operations of a commit, each times the rectangles of damage of its update; each takes 40 µs."""

_COMPRESSED_TEXT = (b"zTXt", b"iTXt", b"iCCP")
_SPARE_BYTES = 4096


def is_quick(updates: list[wire.Update]) -> bool:
    """Whether decoding takes less time than asking a thread for it."""
    work = 0
    for update in updates:
        for op in update.ops:
            work += _OP_WORK
            if not isinstance(op, Fill | Copy):
                work += len(bytes_in(op)) // 4 if op.codec in _RAW else _file_work(op)
            if work > _QUICK_WORK:
                return False
    return True


def _file_work(op: Image) -> int:
    """The most work that decoding a file may be, judged by its bytes."""
    pixels = max(0, op.rect[2]) * max(0, op.rect[3])
    data = bytes_in(op)
    if op.codec not in _FILE_WORK or len(data) > 4 * pixels + _SPARE_BYTES:
        return _QUICK_WORK
    per_pixel, per_byte = _FILE_WORK[op.codec]
    if op.codec == "png" and any(name in data for name in _COMPRESSED_TEXT):
        return _QUICK_WORK
    if op.codec == "jpeg":  # each scan goes over the whole picture
        pixels *= max(1, data.count(b"\xff\xda"))
    return 7 * _OP_WORK + per_pixel * pixels + per_byte * len(data)


def bytes_in(op: Image) -> bytes:
    """The bytes of a picture; none where it still says where they are: see `pools.py`."""
    return b"" if isinstance(op.data, int) else op.data


def bytes_of(updates: list[wire.Update]) -> int:
    """The bytes of memory that a waiting commit holds."""
    return sum(
        len(bytes_in(op)) for u in updates for op in u.ops if not isinstance(op, Fill | Copy)
    )


def check_pixels(updates: list[wire.Update]) -> int:
    """Refuse more pixels than a commit may touch, before any of them is decoded.

    Gives how many are touched once more, because rectangles of damage overlap.
    """
    pairs = sum(len(update.ops) * len(update.damage or ()) for update in updates)
    if pairs > MOST_PAIRS:
        raise _exceeded("damage_per_commit", MOST_PAIRS)
    pixels = sum(max(0, op.rect[2]) * max(0, op.rect[3]) for update in updates for op in update.ops)
    again = sum(_touched_again(update) for update in updates if update.damage)
    if pixels + again > limits.PIXELS_PER_COMMIT:
        raise _exceeded("pixels_per_commit", limits.PIXELS_PER_COMMIT)
    return again


def _exceeded(limit: str, maximum: int) -> LimitExceeded:
    return LimitExceeded(f"The limit {limit} is {maximum}.", limit=limit, maximum=maximum)


def _touched_again(update: wire.Update) -> int:
    """How many pixels more are written than the operations have."""
    again = 0
    for op in update.ops:
        x, y = op.to if isinstance(op, Copy) else op.rect[:2]
        right, bottom = x + op.rect[2], y + op.rect[3]
        written = sum(
            max(0, min(right, left + width) - max(x, left))
            * max(0, min(bottom, top + height) - max(y, top))
            for left, top, width, height in update.damage or ()
        )
        again += max(0, written - op.rect[2] * op.rect[3])
    return again


def decode_updates(
    updates: list[wire.Update], opaque: Mapping[str, bool], unread: Collection[str] = ()
) -> list[Update]:
    """Decode all pictures. ``opaque`` names surfaces without transparency.

    Single pictures of the surfaces in ``unread`` are only checked, where that is enough. Raises
    InvalidContent, which names the operation.
    """
    return [
        _decode_update(
            update,
            opaque.get(update.surface, False),
            len(update.ops) == 1 and update.surface in unread,
            f"updates[{index}]",
        )
        for index, update in enumerate(updates)
    ]


def _decode_update(update: wire.Update, opaque: bool, unread: bool, where: str) -> Update:
    return Update(
        surface=update.surface,
        width=update.width,
        height=update.height,
        scale=update.scale,
        x=update.x,
        y=update.y,
        shown_when=None if update.shown_when is None else shown_when(update.shown_when),
        damage=None if update.damage is None else _rects(update.damage),
        ops=[
            _decode_op(op, opaque, unread, f"{where}.ops[{index}]")
            for index, op in enumerate(update.ops)
        ],
    )


def _rects(damage: list[tuple[int, int, int, int]]) -> list[Rect]:
    """An empty rectangle is no damage."""
    return [rect for corners in damage if (rect := Rect.of(*corners)) is not None]


def _decode_op(op: Operation, opaque: bool, unread: bool, where: str) -> ops.Op:
    rect = Rect(*op.rect)
    if isinstance(op, Fill):
        red, green, blue, alpha = op.rgba
        return ops.Fill(rect, premultiplied_colour(red, green, blue, 255 if opaque else alpha))
    if isinstance(op, Copy):
        return ops.Copy(rect, op.to)
    try:
        if unread and (forwarded := _sound(op)):
            return Unread(rect, Tile(*forwarded), lambda: _read(op))
        raw = op.codec in _RAW
        pixels = decode(op.codec, bytes_in(op), rect.w, rect.h, opaque=opaque and raw)
    except BadPicture as problem:
        raise InvalidContent(f"{where}: {problem}", field=where) from None
    if raw:
        return ops.Image(rect, pixels)
    forwarded = forwardable(op.codec, bytes_in(op), pixels)
    if opaque:
        pixels[..., 3] = 255
    return ops.Image(rect, pixels, None if forwarded is None else Tile(*forwarded))


def _sound(op: Image) -> Encoded | None:
    """A file that viewers may get as it came, and that is known to be sound; else None."""
    width, height = op.rect[2:]
    forwarded = forwardable_jpeg(bytes_in(op), width, height) if op.codec == "jpeg" else None
    return forwarded if forwarded and is_sound(op.codec, bytes_in(op), width, height) else None


def _read(op: Image) -> Pixels:
    return decode(op.codec, bytes_in(op), op.rect[2], op.rect[3], opaque=False)
