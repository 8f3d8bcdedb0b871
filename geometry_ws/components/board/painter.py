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
from geometry_ws.board.hit import Area, areas_of
from geometry_ws.board.layout import Placed
from geometry_ws.board.model import CardFace, DockFace, Face, LaneFace, LookFace, RowFace
from geometry_ws.board.update import damage
from geometry_ws.board.variants import BASE, Piece, ShownWhen, Variant
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

Ready = tuple[Aim, dict[str, Any], bool]
"""A piece, its part of a commit, and whether its pixels are drawn or only its place is told."""

_NO_END = float("inf")

_NOBODY = ShownWhen(None, 0, 0.0005)
"""For no look: scales that viewers have are larger."""


class BoardPainter:
    """The surfaces of one board by the layout's keys, and the keys by the surfaces' ids.

    ``themed`` says that each theme has its own pictures, of everything.

    ``gone`` is told of the ids of those that vanish; ``room`` is that of all boards' commits.
    """

    def __init__(
        self,
        session: ComponentSession,
        gone: Callable[[str], None],
        room: DeferredSemaphore,
    ) -> None:
        self._session = session
        self._gone = gone
        self._room = room
        self.shown: dict[str, Shown] = {}
        self.keys: dict[str, str] = {}
        self.themed = False

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
        problem = None
        for start in range(0, len(work), AT_ONCE):
            started = [Deferred.fromCoroutine(item) for item in work[start : start + AT_ONCE]]
            for succeeded, failure in await DeferredList(started, consumeErrors=True):
                if not succeeded:
                    problem = problem or failure
        if problem is not None:
            problem.raiseException()

    async def make(self, key: str, piece: Piece, areas: tuple[Area, ...] = ()) -> None:
        """Make a surface with what can be pressed on it; it is `draw`n afterwards.

        A board gets its second theme at once, by `set_whens`: else words of one would stand on the
        ground of the other meanwhile.
        """
        placed = piece.placed
        when = self._first_when(piece)
        created = await self.call(
            "surface.create",
            Created,
            x=placed.x,
            y=placed.y,
            width=placed.width,
            height=placed.height,
            max_scale=piece.max_scale,
            title=placed.title[:200],
            text=placed.text,
            keyboard="none",
            pointer=_is_pressed(placed.face),
            **({"areas": _told(areas)} if areas else {}),
            **_when(when),
        )
        self.shown[key] = Shown(created.surface, piece, placed, when, areas=areas)
        self.keys[created.surface] = key
        if is_ground(placed.face) and any(map(_is_change, self.shown.values())):
            await self._lower(created.surface)
            if isinstance(placed.face, DockFace):
                # A panel lies below its card, and on its lane.
                for shown in [*self.shown.values()]:
                    if isinstance(shown.placed.face, LaneFace | LookFace):
                        await self._lower(shown.surface)

    async def _lower(self, surface: str) -> None:
        await self.call("surface.lower", Done, surface=surface)

    def _first_when(self, piece: Piece) -> ShownWhen:
        """Until all of a board has both themes, everybody sees the base's."""
        if self.themed or isinstance(piece.placed.face, LookFace):
            return piece.when
        if piece.variant.theme is not BASE.theme or _is_clear(piece):
            return _NOBODY
        return piece.when._replace(theme=None)

    async def set_whens(self, whens: Sequence[tuple[str, ShownWhen]]) -> None:
        """Show surfaces for other looks, in their order: many in one step change together."""
        for at in range(0, len(whens), _BATCH_SURFACES):
            await self._set_whens(whens[at : at + _BATCH_SURFACES])

    async def _set_whens(self, whens: Sequence[tuple[str, ShownWhen]]) -> None:
        here = [(self.shown[key], when) for key, when in whens if key in self.shown]
        updates = [{"surface": shown.surface, "shown_when": _looks(when)} for shown, when in here]
        if updates:
            await self.call("surface.commit", Committed, updates=updates)
        for shown, when in here:
            shown.when = when

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
            ready = [await self._prepare(aim) for aim in aims if aim[0] in self.shown]
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
            own = 0 if quiet or not shown.is_drawn else bytes_at(after, scale)
            if batch and (size + own > _BATCH_BYTES or len(batch) >= _BATCH_SURFACES):
                yield batch
                batch, size = [], 0
            batch.append((key, after, scale))
            size += own
        if batch:
            yield batch

    async def _prepare(self, aim: Aim) -> Ready:
        key, after, scale = aim
        shown = self.shown[key]
        before = shown.placed
        whole = shown.stale or shown.scale != scale
        place = {"x": after.x, "y": after.y}
        size = {"width": after.width, "height": after.height, "scale": scale}
        if not shown.is_drawn:
            same = (before.width, before.height, shown.scale) == (after.width, after.height, scale)
            more = {} if same else size
            return aim, {"surface": shown.surface, **place, **more}, False
        if not whole and before.face == after.face:
            await self._describe(shown, after, shown.areas)
            return aim, {"surface": shown.surface, **place}, True
        ops, areas = await self._session.in_thread(
            _paint, None if whole else before.face, after, scale, shown.variant
        )
        await self._describe(shown, after, areas)
        return aim, {"surface": shown.surface, **place, **size, "ops": ops}, True

    async def _describe(self, shown: Shown, after: Placed, areas: tuple[Area, ...]) -> None:
        changed: dict[str, Any] = {}
        before = shown.placed
        if (before.title, before.text) != (after.title, after.text):
            changed = {"title": after.title[:200], "text": after.text}
        if shown.areas != areas:
            changed["areas"] = _told(areas)
        if changed:
            await self.call("surface.configure", Done, surface=shown.surface, **changed)
            shown.areas = areas

    async def _commit(self, ready: Sequence[Ready]) -> None:
        if not ready:
            return
        try:
            answer: Committed = await self.call(
                "surface.commit", Committed, updates=[update for _, update, _ in ready]
            )
        except Exception as problem:
            # Whether it was applied isn't known: the next attempt draws all of it.
            for (key, _, _), _, _ in ready:
                if key in self.shown:
                    self.shown[key].stale = True
            if len(ready) == 1 or not isinstance(problem, ApplicationError):
                raise
            await self._commit_apart(ready)
            return
        for (key, placed, scale), _, is_drawn in ready:
            shown = self.shown.get(key)
            if shown is None:
                continue
            if is_drawn:
                shown.drawn(placed, scale, answer.frame, seen=answer.seen)
            else:
                shown.moved(placed, scale)

    async def _commit_apart(self, ready: Sequence[Ready]) -> None:
        """Commit one by one, so that one which is refused doesn't keep the others."""
        refused: ApplicationError | None = None
        for update in ready:
            try:
                await self._commit([update])
            except ApplicationError as problem:
                refused = problem
        if refused is not None:
            raise refused


def _is_pressed(face: Face) -> bool:
    """Whether the pointer does anything on it; on a lane it moves the view."""
    return isinstance(face, CardFace | RowFace)


def _is_change(shown: Shown) -> bool:
    return _is_pressed(shown.placed.face)


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


def _paint(
    before: Face | None, after: Placed, scale: int, variant: Variant
) -> tuple[list[Any], tuple[Area, ...]]:
    """Give what to draw over the face before, and what can be pressed afterwards."""
    areas = areas_of(after.face, after.link, *variant)
    new = draw_face(after.face, scale, *variant)
    if before is None:
        return [_image(new)], areas
    old = draw_face(before, scale, *variant)
    return [_image(new, rect) for rect in damage(old, new)], areas


def _told(areas: Sequence[Area]) -> list[dict[str, Any]]:
    return [{"rect": area.rect, "cursor": area.cursor, "link": area.link} for area in areas]


def _when(when: ShownWhen) -> dict[str, Any]:
    looks = _looks(when)
    return {"shown_when": looks} if looks else {}


def _is_clear(piece: Piece) -> bool:
    """Say whether one picture of a piece would be seen through the other."""
    return piece.variant != BASE and not isinstance(piece.placed.face, CardFace | LaneFace)


def is_ground(face: Face) -> bool:
    """Say whether others lie on it."""
    return isinstance(face, LaneFace | LookFace | DockFace)


def _looks(when: ShownWhen) -> dict[str, Any]:
    """Give what the compositor is told; nothing is for all looks."""
    looks: dict[str, Any] = {}
    if when.theme is not None:
        looks["theme"] = when.theme.value
    if when.least > 0 or when.below < _NO_END:
        below = when.below if when.below < _NO_END else None
        looks["scale"] = [when.least or None, below]
    return looks
