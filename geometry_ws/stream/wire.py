"""Frames on the wire: plain dicts, lists, numbers, strings and bytes, and back with full checks.

A field that has its default is left out, so that a moved surface is a dict of five entries. Nothing
that comes from outside is trusted: every value is bounded, and everything wrong is a BadFrame.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from geometry_ws.render.codecs import FRAME_CODECS, VIDEO_CODECS
from geometry_ws.render.shrink import SHRINKS
from geometry_ws.scene.faces import ALWAYS, THEMES, ShownWhen
from geometry_ws.scene.geometry import Rect
from geometry_ws.stream.frame import (
    CopyOp,
    FillOp,
    Frame,
    FrameCause,
    FrameOp,
    ImageOp,
    PlanePlace,
    VideoOp,
)

CODECS: Final = FRAME_CODECS
"""Codecs of pixels in frames, which every painter here knows."""

MOST_PLANES: Final = 16_384
MOST_OPS: Final = 65_536
MOST_PARTS: Final = 1_000_000
MOST_DATA_BYTES: Final = 4 * 1024 * 1024
MOST_SIDE_PX: Final = 8192
MOST_BUFFER_PX: Final = 16 * 1024 * 1024
MOST_PLACE_PX: Final = 2**31
MOST_COUNT: Final = 2**53
MOST_SCALE: Final = 4
MOST_ACKS: Final = 1000

T = TypeVar("T")


class BadFrame(ValueError):
    """A frame that breaks the protocol; says which field."""


def to_wire(frame: Frame) -> dict[str, Any]:
    """The keywords of a frame event."""
    wire: dict[str, Any] = {
        "epoch": frame.epoch,
        "seq": frame.seq,
        "base": frame.base,
        "time_us": frame.time_us,
    }
    if frame.keyframe:
        wire["keyframe"] = True
    if frame.part != (0, 1):
        wire["part"] = list(frame.part)
    if frame.planes:
        wire["planes"] = [_place_to_wire(place) for place in frame.planes]
    if frame.removed:
        wire["removed"] = list(frame.removed)
    if frame.ops:
        wire["ops"] = [_op_to_wire(op) for op in frame.ops]
    if frame.cause is not None:
        wire["cause"] = frame.cause._asdict()
    if frame.acks_per_second:
        wire["acks_per_second"] = frame.acks_per_second
    return wire


def _place_to_wire(place: PlanePlace) -> dict[str, Any]:
    wire = place._asdict()
    for name, default in PlanePlace._field_defaults.items():
        if wire[name] == default:
            del wire[name]
    if place.shown_when is not ALWAYS:
        wire["shown_when"] = shown_when_to_wire(place.shown_when)
    return wire


def shown_when_to_wire(shown_when: ShownWhen) -> dict[str, Any]:
    """For which looks a plane is shown, in few words: `scale` is from where, and below what."""
    wire: dict[str, Any] = {}
    if shown_when.theme is not None:
        wire["theme"] = shown_when.theme
    if (shown_when.least, shown_when.below) != (ALWAYS.least, ALWAYS.below):
        below = shown_when.below
        wire["scale"] = [shown_when.least or None, None if math.isinf(below) else below]
    return wire


def _op_to_wire(op: FrameOp) -> list[Any]:
    if isinstance(op, FillOp):
        return ["fill", op.plane, list(op.rect), list(op.rgba)]
    if isinstance(op, CopyOp):
        return ["copy", op.plane, list(op.rect), list(op.to)]
    if isinstance(op, VideoOp):
        return ["video", op.plane, list(op.rect), op.codec, op.data, op.key]
    image = ["image", op.plane, list(op.rect), op.codec, op.data]
    return image if op.shrink == 1 else [*image, op.shrink]


def from_wire(fields: Mapping[str, Any]) -> Frame:
    """The frame in the keywords of an event; unknown ones are ignored. Raises BadFrame."""
    seq = _number(fields.get("seq"), "seq", 1, MOST_COUNT)
    part_list = _list(fields.get("part", (0, 1)), "part", 2, exactly=True)
    count = _number(part_list[1], "part", 1, MOST_PARTS)
    return Frame(
        epoch=_string(fields.get("epoch"), "epoch"),
        seq=seq,
        base=_number(fields.get("base"), "base", 0, seq),
        time_us=_number(fields.get("time_us"), "time_us", 0, MOST_COUNT),
        keyframe=_flag(fields.get("keyframe", False), "keyframe"),
        part=(_number(part_list[0], "part", 0, count - 1), count),
        planes=_each(fields, "planes", MOST_PLANES, _place_from_wire),
        removed=_each(fields, "removed", MOST_PLANES, _string),
        ops=_each(fields, "ops", MOST_OPS, _op_from_wire),
        cause=_cause_from_wire(fields.get("cause")),
        acks_per_second=_number(fields.get("acks_per_second", 0), "acks_per_second", 0, MOST_ACKS),
    )


def _cause_from_wire(value: object) -> FrameCause | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise BadFrame("cause must be a dict")
    names = FrameCause._fields
    return FrameCause(*(_number(value.get(n), f"cause.{n}", 0, MOST_COUNT) for n in names))


def _place_from_wire(value: object, name: str) -> PlanePlace:
    if not isinstance(value, Mapping):
        raise BadFrame(f"{name} must be a dict")
    opacity = value.get("opacity", 1.0)
    if isinstance(opacity, bool) or not isinstance(opacity, int | float) or not 0 <= opacity <= 1:
        raise BadFrame(f"{name}.opacity must lie between 0 and 1")
    place = PlanePlace(
        plane=_string(value.get("plane"), f"{name}.plane"),
        x=_number(value.get("x"), f"{name}.x", -MOST_PLACE_PX, MOST_PLACE_PX),
        y=_number(value.get("y"), f"{name}.y", -MOST_PLACE_PX, MOST_PLACE_PX),
        z=_number(value.get("z"), f"{name}.z", -MOST_COUNT, MOST_COUNT),
        width=_number(value.get("width"), f"{name}.width", 1, MOST_SIDE_PX),
        height=_number(value.get("height"), f"{name}.height", 1, MOST_SIDE_PX),
        scale=_number(value.get("scale", 1), f"{name}.scale", 1, MOST_SCALE),
        opacity=float(opacity),
        opaque=_flag(value.get("opaque", False), f"{name}.opaque"),
        shown_when=_shown_when_from_wire(value.get("shown_when"), f"{name}.shown_when"),
    )
    width, height = place.buffer_size
    if max(width, height) > MOST_SIDE_PX or width * height > MOST_BUFFER_PX:
        raise BadFrame(f"{name} is too large")
    return place


def _shown_when_from_wire(value: object, name: str) -> ShownWhen:
    if value is None:
        return ALWAYS
    if not isinstance(value, Mapping):
        raise BadFrame(f"{name} must be a dict")
    theme = value.get("theme")
    if theme is not None and theme not in THEMES:
        raise BadFrame(f"{name}.theme must be one of {THEMES}")
    scale = value.get("scale")
    ends = [None, None] if scale is None else _list(scale, f"{name}.scale", 2, exactly=True)
    least, below = (_border(end, f"{name}.scale") for end in ends)
    shown_when = ShownWhen(theme, least or ALWAYS.least, below or ALWAYS.below)
    if not shown_when.least < shown_when.below:
        raise BadFrame(f"{name}.scale must begin below its end")
    return ALWAYS if shown_when == ALWAYS else shown_when


def _border(value: object, name: str) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < math.inf:  # type: ignore[operator]
        raise BadFrame(f"{name} must have positive numbers or null")
    return float(value)  # type: ignore[arg-type]


def _op_from_wire(value: object, name: str) -> FrameOp:
    fields = _list(value, name, 6)
    if len(fields) < 4:
        raise BadFrame(f"{name} is too short")
    plane = _string(fields[1], f"{name}[1]")
    sides = [
        _number(side, f"{name}[2]", least, MOST_SIDE_PX)
        for side, least in zip(_list(fields[2], name, 4, exactly=True), (0, 0, 1, 1), strict=True)
    ]
    rect = Rect(*sides)
    if fields[0] == "fill":
        parts = _list(fields[3], f"{name}[3]", 4, exactly=True)
        red, green, blue, alpha = (_number(part, f"{name}[3]", 0, 255) for part in parts)
        return FillOp(plane, rect, (red, green, blue, alpha))
    if fields[0] == "copy":
        to = _list(fields[3], f"{name}[3]", 2, exactly=True)
        x, y = (_number(side, f"{name}[3]", 0, MOST_SIDE_PX) for side in to)
        return CopyOp(plane, rect, (x, y))
    if fields[0] == "image" and len(fields) >= 5:
        codec, data = _encoded(fields, name, CODECS)
        return ImageOp(plane, rect, codec, data, _shrink(fields[5:], f"{name}[5]"))
    if fields[0] == "video" and len(fields) == 6:
        codec, data = _encoded(fields, name, VIDEO_CODECS)
        return VideoOp(plane, rect, codec, data, _flag(fields[5], f"{name}[5]"))
    raise BadFrame(f"{name} is no operation")


def _encoded(fields: Sequence[Any], name: str, codecs: Sequence[str]) -> tuple[str, bytes]:
    data = fields[4]
    if not isinstance(data, bytes | bytearray | memoryview) or len(data) > MOST_DATA_BYTES:
        raise BadFrame(f"{name}[4] must be bytes, at most {MOST_DATA_BYTES}")
    if fields[3] not in codecs:
        raise BadFrame(f"{name}[3] is no codec of frames")
    return fields[3], bytes(data)


def _shrink(more: list[Any], name: str) -> int:
    """The sixth entry of an image; where there is none it isn't shrunk."""
    if not more:
        return 1
    if isinstance(more[0], bool) or not isinstance(more[0], int) or more[0] not in SHRINKS:
        raise BadFrame(f"{name} must be one of {SHRINKS}")
    return more[0]


def _each(
    fields: Mapping[str, Any], name: str, most: int, read: Callable[[object, str], T]
) -> tuple[T, ...]:
    items: Iterable[object] = _list(fields.get(name, ()), name, most)
    return tuple(read(item, f"{name}[{index}]") for index, item in enumerate(items))


def _list(value: object, name: str, most: int, *, exactly: bool = False) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > most:
        raise BadFrame(f"{name} must be a list of at most {most}")
    if exactly and len(value) != most:
        raise BadFrame(f"{name} must have {most} entries")
    return list(value)


def _number(value: object, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadFrame(f"{name} must be a whole number between {least} and {most}")
    return value


def _string(value: object, name: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise BadFrame(f"{name} must be a string of 1 to 64 characters")
    return value


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadFrame(f"{name} must be true or false")
    return value
