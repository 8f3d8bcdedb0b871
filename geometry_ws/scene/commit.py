"""One update of a commit: checked, prepared, then applied, so that nothing is half done.

The world calls these for all updates of a commit, each stage for all before the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from geometry_ws.scene import limits
from geometry_ws.scene.changes import Filled, PlaneChange, Stroke
from geometry_ws.scene.checks import check_buffer, check_place
from geometry_ws.scene.errors import LimitExceeded
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.ops import Op, apply_ops, check_op
from geometry_ws.scene.surface import Pixels, Surface, new_buffer


@dataclass(frozen=True, slots=True)
class Update:
    """What one commit does to one surface; what is None stays. Rectangles in buffer pixels."""

    surface: str
    width: int | None = None
    height: int | None = None
    scale: int | None = None
    x: int | None = None
    y: int | None = None
    damage: Sequence[Rect] | None = None
    ops: Sequence[Op] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A checked update, and the buffer that it begins anew with, if it does."""

    surface: Surface
    update: Update
    size: tuple[int, int, int]
    fresh: Pixels | None
    clips: list[Rect] | None


def check_update(surface: Surface, update: Update, name: str) -> tuple[int, int, int]:
    """The size and scale that the surface shall have; refuses what doesn't fit."""
    width = surface.width if update.width is None else update.width
    height = surface.height if update.height is None else update.height
    scale = surface.scale if update.scale is None else update.scale
    check_buffer(f"{name}.", width, height, scale)
    check_place(f"{name}.", x=update.x, y=update.y)
    rects = () if update.damage is None else update.damage
    if len(rects) > limits.DAMAGE_RECTS:
        raise LimitExceeded("damage_rects", limits.DAMAGE_RECTS)
    if len(rects) * len(update.ops) > limits.CLIPPED_OPS:
        raise LimitExceeded("clipped_ops", limits.CLIPPED_OPS)
    fresh = begins_anew(surface, (width, height, scale))
    for index, op in enumerate(update.ops):
        where = f"{name}.ops[{index}]"
        check_op(op, width * scale, height * scale, fresh=fresh, name=where)
    return width, height, scale


def begins_anew(surface: Surface, size: tuple[int, int, int]) -> bool:
    """Whether width, height or scale differ from what the surface has."""
    return size != (surface.width, surface.height, surface.scale)


def prepared(surface: Surface, update: Update, size: tuple[int, int, int]) -> Step:
    """A checked update with all memory that it needs; may raise MemoryError, changes nothing."""
    width, height = size[0] * size[2], size[1] * size[2]
    fresh = new_buffer(width, height, opaque=surface.opaque) if begins_anew(surface, size) else None
    clips = None
    if update.damage is not None:
        clips = [cut for rect in update.damage if (cut := rect.clip(width, height)) is not None]
    return Step(surface, update, size, fresh, clips)


def apply_step(step: Step) -> tuple[PlaneChange | None, bool]:
    """Apply a checked update; gives what changed, and whether place or size did."""
    surface, update = step.surface, step.update
    x = surface.x if update.x is None else update.x
    y = surface.y if update.y is None else update.y
    moved = (x, y) != (surface.x, surface.y) or step.fresh is not None
    surface.x, surface.y = x, y
    if step.fresh is not None:
        surface.width, surface.height, surface.scale = step.size
        surface.buffer = step.fresh
    strokes = tuple(apply_ops(surface.buffer, update.ops, step.clips, opaque=surface.opaque))
    if step.fresh is not None:
        return renewed(surface, strokes), True
    if not strokes:
        # Named although unchanged: whoever waits for this commit waits for this surface.
        return PlaneChange(placed=moved), moved
    damage = Region(stroke.rect for stroke in strokes)
    return PlaneChange(placed=moved, damage=damage, strokes=strokes), moved


def renewed(surface: Surface, strokes: tuple[Stroke, ...]) -> PlaneChange:
    """The whole picture is new: first blank, then what the commit put there."""
    height, width = surface.buffer.shape[:2]
    whole = Rect(0, 0, width, height)
    blank = Filled(whole, (0, 0, 0, 255 if surface.opaque else 0))
    return PlaneChange(
        placed=True, renewed=True, damage=Region((whole,)), strokes=(blank, *strokes)
    )
