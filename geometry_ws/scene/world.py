"""The world: all surfaces, their stacking, and atomic commits to them.

It decides what a request changes, checks everything before anything changes, and says what
changed as values. It knows no codec, no viewer, no stream and no clock.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from geometry_ws.scene import limits
from geometry_ws.scene.budget import Budget, Usage
from geometry_ws.scene.changes import Changes, PlaneChange
from geometry_ws.scene.checks import (
    check_buffer,
    check_choices,
    check_looks,
    check_place,
    check_shown_when,
    check_words,
)
from geometry_ws.scene.commit import (
    Drawing,
    SurfaceStep,
    Update,
    check_update,
    finish_step,
    renewed,
    size_of,
    unread_picture,
)
from geometry_ws.scene.errors import InvalidContent, LimitExceeded, NoSuchSurface
from geometry_ws.scene.faces import ALWAYS, ShownWhen, interned
from geometry_ws.scene.free_places import free_place
from geometry_ws.scene.stacking import Stacking, surface_id
from geometry_ws.scene.surface import (
    NO_PICTURE,
    NOWHERE,
    Area,
    Content,
    CursorPicture,
    Dock,
    Keyboard,
    Pixels,
    Surface,
    is_no_buffer,
    new_buffer,
    no_buffer,
    words_bytes,
)

__all__ = ["Drawing", "Update", "World"]


DESCRIBED: Final = frozenset(
    (
        "title",
        "text",
        "cursor",
        "cursor_picture",
        "opacity",
        "max_scale",
        "keyboard",
        "wheel",
        "areas",
        "pointer",
        "shown_when",
        "dock",
        "files",
    )
)
"""What `surface.list` tells of a surface beside its place: a change of it is announced."""


_PLACED: Final = frozenset(("opacity", "shown_when"))
"""What viewers are told with its place."""


class World:
    """An infinite plane of surfaces. Every method that changes it returns what changed."""

    def __init__(self) -> None:
        self._surfaces: dict[str, Surface] = {}
        self._owned: dict[object, dict[str, Surface]] = {}
        self._budget = Budget()
        self._next_id = 1
        self.stacking = Stacking()
        """The surfaces in their order, and where they lie; others only read it."""

    @property
    def surfaces(self) -> Mapping[str, Surface]:
        """All surfaces by id; a live view that only reads."""
        return MappingProxyType(self._surfaces)

    def get(self, surface: str) -> Surface | None:
        """The surface, of any owner; None where there is none."""
        return self._surfaces.get(surface)

    def stack(self) -> tuple[Surface, ...]:
        """All surfaces, the lowest first."""
        return self.stacking.surfaces

    def free_place(self, width: int, height: int) -> tuple[int, int]:
        """Where a new surface of this size covers nothing: its x and y."""
        return free_place(self.stacking.places, width, height)

    def create(
        self,
        owner: object,
        width: int,
        height: int,
        *,
        x: int = 0,
        y: int = 0,
        scale: int = 1,
        max_scale: int = 2,
        opacity: float = 1.0,
        opaque: bool = False,
        title: str = "",
        text: str = "",
        cursor: str = "default",
        content: Content = "auto",
        presented: bool = False,
        keyboard: Keyboard = "text",
        wheel: bool = False,
        areas: tuple[Area, ...] = (),
        pointer: bool = True,
        shown_when: ShownWhen = ALWAYS,
        dock: Dock = NOWHERE,
        cursor_picture: CursorPicture = NO_PICTURE,
        files: bool = False,
        component: bool = False,
    ) -> tuple[str, Changes]:
        """Make a surface above all others; raises InvalidContent and LimitExceeded."""
        check_words(title, text, cursor, areas)
        check_choices(content, keyboard)
        check_place("", x=x, y=y)
        check_looks(opacity, max_scale)
        check_shown_when(shown_when)
        check_buffer("", width, height, scale)
        surface = Surface(
            id=surface_id(self._next_id), owner=owner, x=x, y=y, z=self.stacking.top + 1,
            width=width, height=height, scale=scale, opacity=opacity, opaque=opaque, title=title,
            text=text, cursor=cursor, max_scale=max_scale,
            pixels=_first_buffer(width * scale, height * scale, shown_when, opaque=opaque),
            content=content, presented=presented, keyboard=keyboard, wheel=wheel, areas=areas,
            pointer=pointer, shown_when=interned(shown_when), dock=dock,
            cursor_picture=cursor_picture, files=files,
        )  # fmt: skip
        return surface.id, self._add(surface, component=component)

    def configure(
        self,
        owner: object,
        surface: str,
        *,
        title: str | None = None,
        text: str | None = None,
        cursor: str | None = None,
        opacity: float | None = None,
        max_scale: int | None = None,
        content: Content | None = None,
        presented: bool | None = None,
        keyboard: Keyboard | None = None,
        wheel: bool | None = None,
        areas: tuple[Area, ...] | None = None,
        pointer: bool | None = None,
        shown_when: ShownWhen | None = None,
        dock: Dock | None = None,
        cursor_picture: CursorPicture | None = None,
        files: bool | None = None,
    ) -> Changes:
        """Change how a surface is described and how solid it is; what is None stays."""
        target = self._of(owner, surface)
        settings: dict[str, Any] = {
            "title": title,
            "text": text,
            "cursor": cursor,
            "opacity": opacity,
            "max_scale": max_scale,
            "content": content,
            "presented": presented,
            "keyboard": keyboard,
            "wheel": wheel,
            "areas": areas,
            "pointer": pointer,
            "shown_when": None if shown_when is None else interned(shown_when),
            "dock": dock,
            "cursor_picture": cursor_picture,
            "files": files,
        }
        given = {name: value for name, value in settings.items() if value is not None}
        wanted = {name: given.get(name, getattr(target, name)) for name in settings}
        check_words(title or "", text or "", "default" if cursor is None else cursor, areas or ())
        check_choices(wanted["content"], wanted["keyboard"])
        check_looks(wanted["opacity"], wanted["max_scale"])
        check_shown_when(wanted["shown_when"])
        words = words_bytes(wanted["title"], wanted["text"], wanted["areas"])
        added = Usage(words_bytes=words - target.words_bytes)
        self._budget.check(owner, added)
        self._budget.add(owner, added)
        changed = {name for name, value in given.items() if value != getattr(target, name)}
        for name in changed:
            setattr(target, name, given[name])
        if changed.isdisjoint(DESCRIBED):
            return Changes()
        if "shown_when" in changed:
            self.stacking.placed(target)
        placed = not changed.isdisjoint(_PLACED)
        planes = {surface: PlaneChange(placed=True)} if placed else {}
        return Changes(planes, described=frozenset((surface,)))

    def move(self, owner: object, surface: str, x: int, y: int) -> Changes:
        """Put a surface somewhere else."""
        return self.commit(owner, [Update(surface, x=x, y=y)])

    def raise_surface(self, owner: object, surface: str) -> Changes:
        """Put a surface above all others."""
        target = self._of(owner, surface)
        top = self.stacking.top
        return self._restack(target, top, top + 1)

    def lower_surface(self, owner: object, surface: str) -> Changes:
        """Put a surface below all others."""
        target = self._of(owner, surface)
        bottom = self.stacking.bottom
        return self._restack(target, bottom, bottom - 1)

    def destroy(self, owner: object, surface: str) -> Changes:
        """Remove a surface."""
        self._of(owner, surface)
        return self._remove(owner, [surface])

    def remove_owner(self, owner: object) -> Changes:
        """Remove everything that a session owned, when it has left."""
        return self._remove(owner, list(self._owned.get(owner, ())))

    def commit(self, owner: object, updates: Sequence[Update]) -> Changes:
        """Change pixels, sizes and places of surfaces in one step, wholly or not at all.

        Raises NoSuchSurface, InvalidContent or LimitExceeded, and then has changed nothing.
        """
        drawing = self.begin(owner, updates)
        drawing.draw(apart=False)
        return self.finish(drawing)

    def begin(self, owner: object, updates: Sequence[Update]) -> Drawing:
        """Check a commit whose drawing takes its time; `finish` it when it is drawn.

        One commit of an owner at a time. Raises as `commit` does.
        """
        if len(updates) > limits.UPDATES_PER_COMMIT:
            raise LimitExceeded("updates_per_commit", limits.UPDATES_PER_COMMIT)
        if sum(len(update.ops) for update in updates) > limits.OPS_PER_COMMIT:
            raise LimitExceeded("ops_per_commit", limits.OPS_PER_COMMIT)
        surfaces = [self._of(owner, update.surface) for update in updates]
        if len({update.surface for update in updates}) < len(updates):
            raise InvalidContent("updates", "a surface is named twice")
        steps = []
        for index, (surface, update) in enumerate(zip(surfaces, updates, strict=True)):
            size = check_update(surface, update, f"updates[{index}]")
            unread = unread_picture(surface, update, size)
            bare = is_no_buffer(surface.pixels)
            steps.append(SurfaceStep(surface, update, size, size_of(surface), unread, bare))
        touched = sum(op.rect.area for update in updates for op in update.ops)
        if touched > limits.PIXELS_PER_COMMIT:
            raise LimitExceeded("pixels_per_commit", limits.PIXELS_PER_COMMIT)
        self._checked_growth(owner, steps)
        for step in steps:
            if step.unread is None and step.update.ops:
                step.surface.read()  # here, since drawing may be done in a thread
        return Drawing(owner, steps)

    def finish(self, drawing: Drawing) -> Changes:
        """Show what was drawn, wholly or, when a surface went meanwhile, not at all.

        Raises NoSuchSurface or LimitExceeded, and then has changed nothing.
        """
        for step in drawing.steps:
            if self._surfaces.get(step.surface.id) is not step.surface:
                raise NoSuchSurface(step.surface.id)
        self._budget.add(drawing.owner, self._checked_growth(drawing.owner, drawing.steps))
        planes: dict[str, PlaneChange] = {}
        described: set[str] = set()
        for step in drawing.steps:
            change, moved = finish_step(step)
            if change is not None:
                planes[step.surface.id] = change
            if moved:
                self.stacking.placed(step.surface)
                described.add(step.surface.id)
        return Changes(planes, described=frozenset(described))

    def _checked_growth(self, owner: object, steps: Sequence[SurfaceStep]) -> Usage:
        """How much larger the buffers become. Raises LimitExceeded where that is too much."""
        added = sum(step.buffer_bytes - step.surface.buffer_bytes for step in steps if step.fresh)
        growth = Usage(bytes=added)
        self._budget.check(owner, growth)
        return growth

    def _add(self, surface: Surface, *, component: bool) -> Changes:
        added = Usage(1, surface.buffer_bytes, surface.words_bytes)
        self._budget.check(surface.owner, added, component=component)
        self._budget.add(surface.owner, added, component=component)
        self._next_id += 1
        self._surfaces[surface.id] = surface
        self._owned.setdefault(surface.owner, {})[surface.id] = surface
        self.stacking.add(surface)
        return Changes({surface.id: renewed(surface, ())}, created=(surface.id,))

    def _of(self, owner: object, surface: str) -> Surface:
        target = self._surfaces.get(surface)
        if target is None or target.owner != owner:
            raise NoSuchSurface(surface)
        return target

    def _restack(self, surface: Surface, there: int, z: int) -> Changes:
        if surface.z == there:
            return Changes()
        self.stacking.restack(surface, z)
        return Changes({surface.id: PlaneChange(placed=True)}, described=frozenset((surface.id,)))

    def _remove(self, owner: object, surfaces: Sequence[str]) -> Changes:
        owned = self._owned.get(owner, {})
        removed = [owned.pop(surface) for surface in surfaces]
        for surface in removed:
            del self._surfaces[surface.id]
            self._budget.add(owner, Usage(-1, -surface.buffer_bytes, -surface.words_bytes))
        if not owned:
            self._owned.pop(owner, None)
        self.stacking.remove(removed)
        return Changes(removed=tuple(surfaces))


def _first_buffer(width: int, height: int, shown_when: ShownWhen, *, opaque: bool) -> Pixels:
    """What a new surface shows; faces take no memory before they are drawn."""
    make = new_buffer if shown_when == ALWAYS else no_buffer
    return make(width, height, opaque=opaque)
