"""Makes, draws and removes the surfaces of a board, and knows what is there.

What is there is only believed once the compositor has answered. Drawing is done in the component's
one drawing thread.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred, DeferredList, DeferredSemaphore
from twisted.logger import Logger

from geometry_ws.board.draw import draw_face
from geometry_ws.board.layout import Placed
from geometry_ws.board.theme import Theme
from geometry_ws.board.update import Create, damage
from geometry_ws.components.board.shown import Shown
from geometry_ws.protocol.declare import Done
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.surfaces import Committed, Created
from geometry_ws.render.pixels import Pixels
from geometry_ws.render.png import encode_png
from geometry_ws.wamp.calls import call
from geometry_ws.wamp.component import ComponentSession

log = Logger()

AT_ONCE = 32
"""Calls that are sent without waiting for an answer."""

_BATCH_BYTES = 4 * 2**20
_BATCH_SURFACES = 48
COMMITS_AT_ONCE = 4
"""Commits of one session that are drawn or waited for."""

_NO_SUCH_SURFACE, _LIMIT_EXCEEDED = uri("error.no_such_surface"), uri("error.limit_exceeded")

Aim = tuple[str, Placed, int]
"""A piece's key, how it shall be, and its buffer scale."""


class BoardPainter:
    """The surfaces of one board by the layout's keys, and the keys by the surfaces' ids.

    ``gone`` is told of the ids of those that vanish; ``room`` is that of all boards' commits.
    """

    def __init__(
        self,
        session: ComponentSession,
        theme: Theme,
        gone: Callable[[str], None],
        room: DeferredSemaphore,
    ) -> None:
        self._session = session
        self._theme = theme
        self._gone = gone
        self._room = room
        self.shown: dict[str, Shown] = {}
        self.keys: dict[str, str] = {}

    async def call(self, name: str, result: type[Any], **keywords: Any) -> Any:
        """Call the compositor; what is refused is logged and raised as ApplicationError."""
        try:
            return await call(self._session, name, result, **keywords)
        except ApplicationError as problem:
            log.warn("{name}: {problem}", name=name, problem=problem.error_message())
            if problem.error == _NO_SUCH_SURFACE:
                # It is made again, rather than missed for good.
                self._forget(self.keys.get((problem.kwargs or {}).get("surface", ""), ""))
            raise

    async def together(self, work: list[Any]) -> None:
        """Do several things without waiting in between; raises the first problem after all."""
        for start in range(0, len(work), AT_ONCE):
            started = [Deferred.fromCoroutine(item) for item in work[start : start + AT_ONCE]]
            for succeeded, failure in await DeferredList(started, consumeErrors=True):
                if not succeeded:
                    failure.raiseException()

    async def make(self, step: Create) -> None:
        """Make a surface, which is `draw`n afterwards."""
        placed = step.placed
        created = await self.call(
            "surface.create",
            Created,
            x=placed.x,
            y=placed.y,
            width=placed.width,
            height=placed.height,
            max_scale=placed.max_scale,
            title=placed.title[:200],
            text=placed.text,
            keyboard="none",
        )
        self.shown[step.key] = Shown(created.surface, placed)
        self.keys[created.surface] = step.key

    async def destroy(self, key: str) -> None:
        """Remove a surface."""
        shown = self.shown.get(key)
        if shown is None:
            return
        try:
            await self.call("surface.destroy", Done, surface=shown.surface)
        except ApplicationError as problem:
            if problem.error != _NO_SUCH_SURFACE:
                raise
        self._forget(key)

    def _forget(self, key: str) -> None:
        if shown := self.shown.pop(key, None):
            self.keys.pop(shown.surface, None)
            self._gone(shown.surface)

    async def draw(self, aims: Sequence[Aim]) -> None:
        """Draw and commit in steps of a bounded size, some at once.

        What is refused keeps nobody else from being drawn; its problem is raised in the end.
        """
        problems: list[Exception] = []
        sent = []
        for batch in self._slices(aims):
            await self._room.acquire()
            sent.append(Deferred.fromCoroutine(self._send(batch, problems)))
        await DeferredList(sent)
        if problems:
            raise max(problems, key=is_full)

    async def _send(self, aims: Sequence[Aim], problems: list[Exception]) -> None:
        try:
            ready = [(aim, await self._prepare(*aim)) for aim in aims if aim[0] in self.shown]
            await self._commit(ready)
        except Exception as problem:  # noqa: BLE001 - raised when the others are through
            problems.append(problem)
        finally:
            self._room.release()

    def _slices(self, aims: Sequence[Aim]) -> Iterator[list[Aim]]:
        """Cut work so that no message is too long and no commit holds up others for long."""
        batch: list[Aim] = []
        size = 0
        for key, after, scale in aims:
            shown = self.shown.get(key)
            if shown is None:
                continue
            quiet = not shown.stale and shown.scale == scale and shown.placed.face == after.face
            own = 0 if quiet else bytes_at(after, scale)
            if batch and (size + own > _BATCH_BYTES or len(batch) >= _BATCH_SURFACES):
                yield batch
                batch, size = [], 0
            batch.append((key, after, scale))
            size += own
        if batch:
            yield batch

    async def _prepare(self, key: str, after: Placed, scale: int) -> dict[str, Any]:
        shown = self.shown[key]
        before = shown.placed
        if (before.title, before.text) != (after.title, after.text):
            await self.call(
                "surface.configure",
                Done,
                surface=shown.surface,
                title=after.title[:200],
                text=after.text,
            )
        whole = shown.stale or shown.scale != scale
        place = {"x": after.x, "y": after.y}
        if not whole and before.face == after.face:
            return {"surface": shown.surface, **place}
        ops = await self._session.in_thread(self._paint, None if whole else before, after, scale)
        size = {"width": after.width, "height": after.height, "scale": scale}
        return {"surface": shown.surface, **place, **size, "ops": ops}

    async def _commit(self, ready: Sequence[tuple[Aim, dict[str, Any]]]) -> None:
        if not ready:
            return
        try:
            answer: Committed = await self.call(
                "surface.commit", Committed, updates=[update for _, update in ready]
            )
        except Exception as problem:
            # Whether it was applied isn't known: the next attempt draws all of it.
            for (key, _, _), _ in ready:
                if key in self.shown:
                    self.shown[key].stale = True
            if len(ready) == 1 or not isinstance(problem, ApplicationError):
                raise
            await self._commit_apart(ready)
            return
        for (key, placed, scale), _ in ready:
            if key in self.shown:
                self.shown[key].drawn(placed, scale, answer.frame, seen=answer.seen)

    async def _commit_apart(self, ready: Sequence[tuple[Aim, dict[str, Any]]]) -> None:
        """Commit one by one, so that one which is refused doesn't keep the others."""
        refused: ApplicationError | None = None
        for update in ready:
            try:
                await self._commit([update])
            except ApplicationError as problem:
                refused = problem
        if refused is not None:
            raise refused

    def _paint(self, before: Placed | None, after: Placed, scale: int) -> list[Any]:
        new = draw_face(after.face, scale, self._theme)
        if before is None:
            return [_image(new)]
        old = draw_face(before.face, scale, self._theme)
        return [_image(new, rect) for rect in damage(old, new)]


def bytes_at(placed: Placed, scale: int) -> int:
    """Give the bytes of a piece's buffer."""
    return placed.width * placed.height * 4 * scale * scale


def is_full(problem: Exception) -> bool:
    """Say whether there is no room for what was asked."""
    return isinstance(problem, ApplicationError) and problem.error == _LIMIT_EXCEEDED


def _image(pixels: Pixels, rect: tuple[int, int, int, int] | None = None) -> list[Any]:
    x, y, width, height = rect or (0, 0, pixels.shape[1], pixels.shape[0])
    part = pixels[y : y + height, x : x + width]
    if part.size > _BATCH_BYTES:
        # An open card drawn sharply is longer than a message may be.
        return ["image", [x, y, width, height], "png", encode_png(part)]
    return ["image", [x, y, width, height], "bgra", part.tobytes()]
