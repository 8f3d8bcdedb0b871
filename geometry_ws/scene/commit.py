"""A commit: checked, drawn, then finished, so that nothing is half done.

Drawing is the work of it. It may be done apart: in any thread, into buffers that nothing else has
yet, while the world is read and other surfaces change. The world checks before and finishes after.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from geometry_ws.scene import limits
from geometry_ws.scene.changes import Copied, Filled, Painted, PlaneChange, Stroke
from geometry_ws.scene.checks import check_buffer, check_place, check_shown_when
from geometry_ws.scene.errors import LimitExceeded
from geometry_ws.scene.faces import ALWAYS, ShownWhen, interned
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.ops import SCROLL_FROM_PX, Image, Op, apply_ops, check_ops
from geometry_ws.scene.surface import Pixels, Surface, Unread, new_buffer, no_buffer

_NEVER_SCROLLED = frozenset(("photo", "video"))
"""Content in which it isn't worth to look for what has moved."""

MOST_UNSCROLLED = 8
"""After so many large pictures of which none was the one before, moved, few are looked at."""

LOOK_AGAIN = 4
"""Every so many: the first three pictures of a page that then scrolls are sent as pixels."""

MOST_UNREAD = 15
"""Pictures of a video that aren't compared with what they replace, before one is: so long a video
that has become calm is sent wholly."""


@dataclass(frozen=True, slots=True)
class Update:
    """What one commit does to one surface; what is None stays. Rectangles in buffer pixels."""

    surface: str
    width: int | None = None
    height: int | None = None
    scale: int | None = None
    x: int | None = None
    y: int | None = None
    shown_when: ShownWhen | None = None
    damage: Sequence[Rect] | None = None
    ops: Sequence[Op] = ()


@dataclass(slots=True)
class SurfaceStep:
    """A checked update; when it is drawn, with the buffer that the surface shall have.

    ``unread`` is the picture that takes the place of all that is there, and may stay as it is;
    ``bare`` says that nothing is there, not even a buffer.
    """

    surface: Surface
    update: Update
    size: tuple[int, int, int]
    before: tuple[int, int, int]
    unread: Unread | None = None
    bare: bool = False
    buffer: Pixels | None = None
    strokes: tuple[Stroke, ...] = ()
    damage: Region = field(default_factory=Region)

    @property
    def fresh(self) -> bool:
        """Whether the update gives the surface a new, blank picture."""
        return self.size != self.before or (self.bare and bool(self.update.ops))

    @property
    def stays_bare(self) -> bool:
        """Whether the new picture is that of a face on which nothing is drawn yet."""
        return self.fresh and not self.update.ops and self.when is not ALWAYS

    @property
    def when(self) -> ShownWhen:
        """For which looks the surface shall be shown."""
        wanted = self.update.shown_when
        return self.surface.shown_when if wanted is None else interned(wanted)

    @property
    def buffer_bytes(self) -> int:
        """What the buffer will take in memory, where it is fresh."""
        width, height, scale = self.size
        return 0 if self.stays_bare else width * height * scale * scale * 4

    @property
    def cost(self) -> int:
        """What drawing it takes, in pixels of pictures; others take a quarter of the time."""
        pairs = len(self.update.ops) * max(1, len(self.update.damage or ()))
        cost = pairs * limits.OP_PIXELS + sum(
            op.rect.area if isinstance(op, Image | Unread) else op.rect.area // 4
            for op in self.update.ops
        )
        return cost + (self.size[0] * self.size[1] * self.size[2] ** 2 if self.fresh else 0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A checked commit of one owner."""

    owner: object
    steps: Sequence[SurfaceStep]

    @property
    def cost(self) -> int:
        """What drawing it takes, in pixels."""
        return sum(step.cost for step in self.steps)

    @property
    def written(self) -> list[str]:
        """The surfaces into whose buffers it draws, if that isn't done apart."""
        return [step.surface.id for step in self.steps if step.unread is None]

    def draw(self, *, apart: bool) -> None:
        """Draw into the surfaces' own buffers, or apart: into new ones, in any thread.

        Apart, no other commit of the same owner may be drawn or finished meanwhile. May raise
        MemoryError, before anything has changed.
        """
        for step in self.steps:
            step.buffer = _buffer(step, apart=apart)
        for step in self.steps:
            if step.unread is not None:
                step.strokes = _strokes_unread(step.surface.unread, step.unread)
                step.damage = Region(stroke.rect for stroke in step.strokes)
            elif step.buffer is not None:
                strokes = apply_ops(
                    step.buffer,
                    step.update.ops,
                    _clips(step),
                    opaque=step.surface.opaque,
                    scrolls=_may_scroll(step.surface),
                )
                step.strokes = tuple(strokes)
                step.damage = Region(stroke.rect for stroke in strokes)


def _may_scroll(surface: Surface) -> bool:
    """Whether it is worth to look for what has moved: that takes as long as all the rest."""
    count = surface.unscrolled
    return surface.sent_as not in _NEVER_SCROLLED and (
        count < MOST_UNSCROLLED or count % LOOK_AGAIN == 0
    )


def _buffer(step: SurfaceStep, *, apart: bool) -> Pixels | None:
    """What the step draws into; None when it draws nothing."""
    width, height, scale = step.size
    if step.stays_bare:
        return no_buffer(width * scale, height * scale, opaque=step.surface.opaque)
    if step.fresh:
        return new_buffer(width * scale, height * scale, opaque=step.surface.opaque)
    if not step.update.ops or step.unread is not None:
        return None
    return step.surface.buffer.copy() if apart else step.surface.buffer


def unread_picture(surface: Surface, update: Update, size: tuple[int, int, int]) -> Unread | None:
    """The picture of an update that needs no pixels before somebody asks for them.

    It lies over all of a video whose pictures so far changed most of it, so that it would go to
    viewers as it came, whatever a comparison says.
    """
    if surface.sent_as != "video" or not surface.may_stay_unread or update.damage is not None:
        return None
    op = update.ops[0] if len(update.ops) == 1 else None
    if not isinstance(op, Unread) or size != size_of(surface):
        return None
    return op if op.rect == Rect(0, 0, *surface.buffer_size) else None


def _strokes_unread(before: Unread | None, after: Unread) -> tuple[Stroke, ...]:
    if before is not None and before.tile.data == after.tile.data:
        return ()
    return (Painted(after.rect, after.tile),)


def _clips(step: SurfaceStep) -> list[Rect] | None:
    if step.update.damage is None:
        return None
    width, height, scale = step.size
    rects = (rect.clip(width * scale, height * scale) for rect in step.update.damage)
    return [rect for rect in rects if rect is not None]


def check_update(surface: Surface, update: Update, name: str) -> tuple[int, int, int]:
    """The size and scale that the surface shall have; refuses what doesn't fit."""
    width = surface.width if update.width is None else update.width
    height = surface.height if update.height is None else update.height
    scale = surface.scale if update.scale is None else update.scale
    check_buffer(f"{name}.", width, height, scale)
    check_place(f"{name}.", x=update.x, y=update.y)
    if update.shown_when is not None:
        check_shown_when(update.shown_when)
    rects = () if update.damage is None else update.damage
    if len(rects) > limits.DAMAGE_RECTS:
        raise LimitExceeded("damage_rects", limits.DAMAGE_RECTS)
    if len(rects) * len(update.ops) > limits.CLIPPED_OPS:
        raise LimitExceeded("clipped_ops", limits.CLIPPED_OPS)
    fresh = size_of(surface) != (width, height, scale)
    check_ops(update.ops, width * scale, height * scale, fresh=fresh, name=f"{name}.ops")
    return width, height, scale


def size_of(surface: Surface) -> tuple[int, int, int]:
    """Width and height in world pixels, and scale."""
    return surface.width, surface.height, surface.scale


def finish_step(step: SurfaceStep) -> tuple[PlaneChange | None, bool]:
    """Give the surface what was drawn; says what changed, and whether place or size did."""
    surface, update = step.surface, step.update
    x = surface.x if update.x is None else update.x
    y = surface.y if update.y is None else update.y
    when = step.when
    moved = (x, y, when) != (surface.x, surface.y, surface.shown_when) or step.fresh
    surface.x, surface.y, surface.shown_when = x, y, when
    surface.width, surface.height, surface.scale = step.size
    if step.unread is not None:
        surface.may_stay_unread -= 1
        surface.unread = step.unread if step.strokes else surface.unread
    elif step.buffer is not None:
        surface.buffer = step.buffer
        surface.may_stay_unread = MOST_UNREAD if _is_one_tile(step) else 0
        if any(isinstance(stroke, Copied) for stroke in step.strokes):
            surface.unscrolled = 0
        elif step.damage.area >= SCROLL_FROM_PX:
            surface.unscrolled += 1
    surface.blank = not update.ops and (surface.blank or step.fresh)
    if step.fresh:
        return renewed(surface, step.strokes), True
    if not step.strokes:
        # Named although unchanged: an answer to this commit waits for this surface.
        return PlaneChange(placed=moved), moved
    return PlaneChange(placed=moved, damage=step.damage, strokes=step.strokes), moved


def _is_one_tile(step: SurfaceStep) -> bool:
    """Whether all that a commit did goes to viewers as the program encoded it."""
    stroke = step.strokes[0] if len(step.strokes) == 1 else None
    return isinstance(stroke, Painted) and stroke.tile is not None


def renewed(surface: Surface, strokes: tuple[Stroke, ...]) -> PlaneChange:
    """The whole picture is new: first blank, then what the commit put there."""
    whole = Rect(0, 0, *surface.buffer_size)
    blank = Filled(whole, (0, 0, 0, 255 if surface.opaque else 0))
    return PlaneChange(
        placed=True, renewed=True, damage=Region((whole,)), strokes=(blank, *strokes)
    )
