"""Keeps the surfaces of a board in step with its layout.

`want` says how the board shall look; whatever was wanted last is what is shown in the end, with
no more drawing than what lies between. Drawing is done in the component's one drawing thread.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import gatherResults
from twisted.logger import Logger

from geometry_ws.board.draw import draw_face
from geometry_ws.board.layout import BoardLayout, Placed
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.board.update import Create, Destroy, Move, Redraw, damage, plan
from geometry_ws.components.calls import call
from geometry_ws.components.session import ComponentSession
from geometry_ws.protocol.declare import Done
from geometry_ws.protocol.surfaces import Committed, Created
from geometry_ws.render.pixels import Pixels

log = Logger()

_BATCH_BYTES = 4 * 2**20
_BATCH_SURFACES = 48
_AT_ONCE = 32


@dataclass
class Shown:
    """A surface as it is in the world; ``wanted_scale`` is what lookers would like."""

    surface: str
    placed: Placed
    scale: int = 1
    wanted_scale: int = 1


class BoardSurfaces:
    """The surfaces of one board, by the layout's keys."""

    def __init__(self, session: ComponentSession, theme: Theme = LIGHT) -> None:
        self._session = session
        self._theme = theme
        self._wanted: BoardLayout | None = None
        self._layout: BoardLayout | None = None
        self._running = False
        self._again = False
        self._moving: dict[str, tuple[int, int] | None] = {}
        self.shown: dict[str, Shown] = {}
        self.keys: dict[str, str] = {}
        self.drawn = False

    def want(self, layout: BoardLayout) -> None:
        """Show this layout; an earlier one that isn't shown yet is forgotten."""
        self._wanted = layout
        self._go()

    def want_scale(self, surface: str, scale: int) -> None:
        """Draw a surface at another buffer scale."""
        shown = self.shown.get(self.keys.get(surface, ""))
        if shown is not None and shown.wanted_scale != scale:
            shown.wanted_scale = scale
            self._go()

    def drag(self, key: str, x: int, y: int) -> None:
        """Move a surface at once, one call at a time, the newest place winning."""
        shown = self.shown.get(key)
        if shown is None:
            return
        busy = key in self._moving
        self._moving[key] = (x, y)
        if not busy:
            self._session.spawn("moving a card", self._move(key))

    async def _move(self, key: str) -> None:
        try:
            while (place := self._moving[key]) is not None and (shown := self.shown.get(key)):
                self._moving[key] = None
                await self._call(
                    "surface.move", Done, surface=shown.surface, x=place[0], y=place[1]
                )
        finally:
            del self._moving[key]

    def raise_(self, key: str) -> None:
        """Put a surface above the others."""
        if shown := self.shown.get(key):
            work = self._call("surface.raise", Done, surface=shown.surface)
            self._session.spawn("raising a card", work)

    def _go(self) -> None:
        self._again = True
        if not self._running:
            self._running = True
            self._session.spawn("drawing the board", self._work())

    async def _work(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._step()
        finally:
            self._running = False

    async def _step(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        steps = plan(self._layout, wanted)
        self._layout = wanted
        for step in steps:
            if isinstance(step, Destroy):
                await self._destroy(step.key)
        await self._create([step for step in steps if isinstance(step, Create)])
        updates: list[Any] = []
        for step in steps:
            if isinstance(step, Redraw):
                updates.append(await self._redraw(step))
            elif isinstance(step, Move):
                updates.append(self._place(step))
        await self._commit(updates)
        await self._rescale()
        self.drawn = True

    async def _destroy(self, key: str) -> None:
        if shown := self.shown.pop(key, None):
            self.keys.pop(shown.surface, None)
            await self._call("surface.destroy", Done, surface=shown.surface)

    async def _create(self, steps: list[Create]) -> None:
        """Make the surfaces, then fill them, so that a board of hundreds is there in a moment."""
        for start in range(0, len(steps), _AT_ONCE):
            some = steps[start : start + _AT_ONCE]
            made = await _together([self._make(step.placed) for step in some])
            updates = []
            for step, created in zip(some, made, strict=True):
                self.shown[step.key] = Shown(created.surface, step.placed)
                self.keys[created.surface] = step.key
                pixels = await self._session.in_thread(self._draw, step.placed, 1)
                updates.append({"surface": created.surface, "ops": [_image(pixels)]})
            await self._commit(updates)

    def _make(self, placed: Placed) -> Awaitable[Created]:
        return self._call(
            "surface.create",
            Created,
            x=placed.x,
            y=placed.y,
            width=placed.width,
            height=placed.height,
            max_scale=placed.max_scale,
            title=placed.title[:200],
            text=placed.text[:20_000],
        )

    async def _redraw(self, step: Redraw) -> dict[str, Any]:
        shown = self.shown[step.key]
        shown.placed = step.after
        if (step.before.title, step.before.text) != (step.after.title, step.after.text):
            await self._call(
                "surface.configure",
                Done,
                surface=shown.surface,
                title=step.after.title[:200],
                text=step.after.text[:20_000],
            )
        update: dict[str, Any] = {
            "surface": shown.surface,
            "x": step.after.x,
            "y": step.after.y,
            "width": step.after.width,
            "height": step.after.height,
        }
        update["ops"] = await self._session.in_thread(
            self._differences, step.before, step.after, shown.scale
        )
        return update

    def _place(self, step: Move) -> dict[str, Any]:
        shown = self.shown[step.key]
        assert self._layout is not None  # noqa: S101 - set right before
        shown.placed = self._layout.items[step.key]
        return {"surface": shown.surface, "x": step.x, "y": step.y}

    async def _rescale(self) -> None:
        updates = []
        for shown in list(self.shown.values()):
            if shown.scale != shown.wanted_scale:
                shown.scale = shown.wanted_scale
                pixels = await self._session.in_thread(self._draw, shown.placed, shown.scale)
                updates.append(
                    {"surface": shown.surface, "scale": shown.scale, "ops": [_image(pixels)]}
                )
                if len(updates) >= _AT_ONCE:
                    await self._commit(updates)
                    updates = []
        await self._commit(updates)

    def _draw(self, placed: Placed, scale: int) -> Pixels:
        return draw_face(placed.face, scale, self._theme)

    def _differences(self, before: Placed, after: Placed, scale: int) -> list[Any]:
        old, new = self._draw(before, scale), self._draw(after, scale)
        return [_image(new, rect) for rect in damage(old, new)]

    async def _commit(self, updates: list[Any]) -> None:
        """Send updates in commits of a bounded size, without waiting for one to be seen."""
        batches: list[list[Any]] = [[]]
        size = 0
        for update in updates:
            own = sum(len(op[3]) for op in update.get("ops", ()))
            if batches[-1] and (size + own > _BATCH_BYTES or len(batches[-1]) >= _BATCH_SURFACES):
                batches.append([])
                size = 0
            batches[-1].append(update)
            size += own
        await _together(
            [self._call("surface.commit", Committed, updates=batch) for batch in batches if batch]
        )

    async def _call(self, name: str, result: type[Any], **keywords: Any) -> Any:
        try:
            return await call(self._session, name, result, **keywords)
        except ApplicationError as problem:
            log.warn("{name}: {problem}", name=name, problem=problem.error_message())
            raise


def _image(pixels: Pixels, rect: tuple[int, int, int, int] | None = None) -> list[Any]:
    x, y, width, height = rect or (0, 0, pixels.shape[1], pixels.shape[0])
    return ["image", [x, y, width, height], "bgra", pixels[y : y + height, x : x + width].tobytes()]


async def _together(work: list[Awaitable[Any]]) -> list[Any]:
    """Wait for several calls that were sent without waiting in between."""
    from twisted.internet.defer import ensureDeferred

    results: list[Any] = await gatherResults([ensureDeferred(item) for item in work])  # type: ignore[arg-type]
    return results
