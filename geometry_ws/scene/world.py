"""The world: all surfaces, their stacking, and atomic commits to them.

It decides what a request changes, checks everything before anything changes, and says what
changed as values. It knows no codec, no viewer, no stream and no clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from geometry_ws.scene import limits
from geometry_ws.scene.changes import Changes, PlaneChange
from geometry_ws.scene.checks import (
    check_buffer,
    check_choices,
    check_looks,
    check_place,
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
from geometry_ws.scene.surface import Content, Keyboard, Surface, new_buffer, words_bytes

__all__ = ["Drawing", "Update", "World"]


DESCRIBED: Final = frozenset(
    ("title", "text", "cursor", "opacity", "max_scale", "keyboard", "wheel")
)
"""What `surface.list` tells of a surface beside its place: a change of it is announced."""


class World:
    """An infinite plane of surfaces. Every method that changes it returns what changed."""

    def __init__(self) -> None:
        self._surfaces: dict[str, Surface] = {}
        self._owned: dict[object, dict[str, Surface]] = {}
        self._words: dict[object, int] = {}
        self._components: set[object] = set()
        self._next_id = 1
        self._stack: tuple[Surface, ...] | None = None

    @property
    def surfaces(self) -> Mapping[str, Surface]:
        """All surfaces by id; a live view that only reads."""
        return MappingProxyType(self._surfaces)

    def get(self, surface: str) -> Surface | None:
        """The surface, of any owner; None where there is none."""
        return self._surfaces.get(surface)

    def stack(self) -> tuple[Surface, ...]:
        """All surfaces, the lowest first."""
        if self._stack is None:
            self._stack = tuple(sorted(self._surfaces.values(), key=lambda surface: surface.z))
        return self._stack

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
        component: bool = False,
    ) -> tuple[str, Changes]:
        """Make a surface above all others; gives its id.

        The owner is one of the node's components, which have a reserve, or a program.
        Raises InvalidContent for a value out of bounds, LimitExceeded for too much.
        """
        check_words(title, text, cursor)
        check_choices(content, keyboard)
        check_place("", x=x, y=y)
        check_looks(opacity, max_scale)
        check_buffer("", width, height, scale)
        added = words_bytes(title, text)
        self._admit(owner, width * height * scale * scale * 4, added, component=component)
        surface = Surface(
            id=f"s{self._next_id}",
            owner=owner,
            x=x,
            y=y,
            z=self._top() + 1,
            width=width,
            height=height,
            scale=scale,
            opacity=opacity,
            opaque=opaque,
            title=title,
            text=text,
            cursor=cursor,
            max_scale=max_scale,
            pixels=new_buffer(width * scale, height * scale, opaque=opaque),
            content=content,
            presented=presented,
            keyboard=keyboard,
            wheel=wheel,
        )
        self._next_id += 1
        self._count_words(owner, added)
        self._surfaces[surface.id] = surface
        self._owned.setdefault(owner, {})[surface.id] = surface
        self._stack = None
        return surface.id, Changes({surface.id: renewed(surface, ())}, created=(surface.id,))

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
        }
        given = {name: value for name, value in settings.items() if value is not None}
        wanted = {name: given.get(name, getattr(target, name)) for name in settings}
        check_words(title or "", text or "", "default" if cursor is None else cursor)
        check_choices(wanted["content"], wanted["keyboard"])
        check_looks(wanted["opacity"], wanted["max_scale"])
        added = words_bytes(wanted["title"], wanted["text"]) - target.words_bytes
        self._check_words(owner, added)
        self._count_words(owner, added)
        changed = {name for name, value in given.items() if value != getattr(target, name)}
        for name in changed:
            setattr(target, name, given[name])
        if changed.isdisjoint(DESCRIBED):
            return Changes()
        planes = {surface: PlaneChange(placed=True)} if "opacity" in changed else {}
        return Changes(planes, described=frozenset((surface,)))

    def move(self, owner: object, surface: str, x: int, y: int) -> Changes:
        """Put a surface somewhere else."""
        return self.commit(owner, [Update(surface, x=x, y=y)])

    def raise_surface(self, owner: object, surface: str) -> Changes:
        """Put a surface above all others."""
        target = self._of(owner, surface)
        return self._restack(target, self._top(), self._top() + 1)

    def lower_surface(self, owner: object, surface: str) -> Changes:
        """Put a surface below all others."""
        target = self._of(owner, surface)
        bottom = self.stack()[0].z
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
            steps.append(SurfaceStep(surface, update, size, size_of(surface), unread))
        touched = sum(op.rect.area for update in updates for op in update.ops)
        if touched > limits.PIXELS_PER_COMMIT:
            raise LimitExceeded("pixels_per_commit", limits.PIXELS_PER_COMMIT)
        self._check_growth(owner, steps)
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
        self._check_growth(drawing.owner, drawing.steps)
        planes: dict[str, PlaneChange] = {}
        described: set[str] = set()
        for step in drawing.steps:
            change, moved = finish_step(step)
            if change is not None:
                planes[step.surface.id] = change
            if moved:
                described.add(step.surface.id)
        return Changes(planes, described=frozenset(described))

    def _check_growth(self, owner: object, steps: Sequence[SurfaceStep]) -> None:
        added = sum(
            step.size[0] * step.size[1] * step.size[2] ** 2 * 4 - step.surface.buffer_bytes
            for step in steps
            if step.fresh
        )
        if added > 0:
            self._check_budget(owner, added)

    def _of(self, owner: object, surface: str) -> Surface:
        target = self._surfaces.get(surface)
        if target is None or target.owner != owner:
            raise NoSuchSurface(surface)
        return target

    def _top(self) -> int:
        stack = self.stack()
        return stack[-1].z if stack else 0

    def _restack(self, surface: Surface, there: int, z: int) -> Changes:
        if surface.z == there:
            return Changes()
        surface.z = z
        self._stack = None
        return Changes({surface.id: PlaneChange(placed=True)}, described=frozenset((surface.id,)))

    def _remove(self, owner: object, surfaces: list[str]) -> Changes:
        owned = self._owned.get(owner, {})
        for surface in surfaces:
            self._count_words(owner, -self._surfaces[surface].words_bytes)
            del self._surfaces[surface]
            del owned[surface]
        if not owned:
            self._owned.pop(owner, None)
            self._words.pop(owner, None)
            self._components.discard(owner)
        if surfaces:
            self._stack = None
        return Changes(removed=tuple(surfaces))

    def _admit(self, owner: object, buffer: int, words: int, *, component: bool) -> None:
        """Refuse another surface for which there is no place."""
        if component:
            self._components.add(owner)
        self._check_count(owner)
        self._check_budget(owner, buffer)
        self._check_words(owner, words)

    def _check_count(self, owner: object) -> None:
        if len(self._owned.get(owner, ())) >= limits.SURFACES_PER_OWNER:
            raise LimitExceeded("surfaces_per_owner", limits.SURFACES_PER_OWNER)
        count = sum(len(self._owned.get(each, ())) for each in self._sharing(owner))
        self._check_share("surfaces", limits.SURFACES, owner, count + 1)

    def _check_budget(self, owner: object, added: int) -> None:
        if self._bytes(owner) + added > limits.BYTES_PER_OWNER:
            raise LimitExceeded("bytes_per_owner", limits.BYTES_PER_OWNER)
        count = sum(map(self._bytes, self._sharing(owner)))
        self._check_share("bytes", limits.BYTES, owner, count + added)

    def _check_words(self, owner: object, added: int) -> None:
        if added <= 0:
            return
        if self._words.get(owner, 0) + added > limits.WORDS_BYTES_PER_OWNER:
            raise LimitExceeded("words_bytes_per_owner", limits.WORDS_BYTES_PER_OWNER)
        count = sum(self._words.get(each, 0) for each in self._sharing(owner))
        self._check_share("words_bytes", limits.WORDS_BYTES, owner, count + added)

    def _bytes(self, owner: object) -> int:
        return sum(surface.buffer_bytes for surface in self._owned.get(owner, {}).values())

    def _sharing(self, owner: object) -> Iterable[object]:
        """The owners whose things count together with this one's: components count all."""
        if owner in self._components:
            return self._owned
        return (each for each in self._owned if each not in self._components)

    def _check_share(self, name: str, most: int, owner: object, count: int) -> None:
        """Programs together leave a part for components, so these always find some."""
        maximum = most if owner in self._components else most - most // limits.RESERVED
        if count > maximum:
            raise LimitExceeded(name, maximum)

    def _count_words(self, owner: object, added: int) -> None:
        self._words[owner] = self._words.get(owner, 0) + added
