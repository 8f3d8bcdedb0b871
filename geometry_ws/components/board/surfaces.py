"""Keeps the surfaces of a board in step with its layout.

`want` says how the board shall look; whatever was wanted last is what is shown in the end, with
no more drawing than what lies between. What is there is only believed once the compositor has
answered: after a refused call the next attempt starts from what is really shown. Drawing is done
in the component's one drawing thread, and stops where something newer is wanted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import CancelledError, Deferred, DeferredSemaphore
from twisted.logger import Logger

from geometry_ws.board.budget import WHOLE, choose_scales
from geometry_ws.board.layout import BoardLayout, Placed
from geometry_ws.board.theme import LIGHT, Theme
from geometry_ws.board.update import Create, Destroy, plan
from geometry_ws.components.board.painter import (
    AT_ONCE,
    COMMITS_AT_ONCE,
    BoardPainter,
    bytes_at,
    is_full,
)
from geometry_ws.components.board.shown import Shown
from geometry_ws.protocol.declare import Done
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.rerun import Rerun

log = Logger()

_FIRST_RETRY, _LONGEST_RETRY = 1.0, 30.0


class BoardSurfaces:
    """The surfaces of one board, by the layout's keys.

    ``gone`` is told of the ids of those that vanish; ``commits`` is the room for commits, where
    boards share it.
    """

    def __init__(
        self,
        session: ComponentSession,
        theme: Theme = LIGHT,
        gone: Callable[[str], None] = lambda _surface: None,
        commits: DeferredSemaphore | None = None,
    ) -> None:
        self._session = session
        self._theme = theme
        self._wanted: BoardLayout | None = None
        self._draw = Rerun(self._draw_newest)
        self._allowed = self._most = WHOLE.most_bytes
        self._cleared: Deferred[None] | None = None
        self._retry: Any = None
        self._wait = _FIRST_RETRY
        self._moving: dict[str, tuple[int, int] | None] = {}
        self._painter = BoardPainter(
            session, theme, gone, commits or DeferredSemaphore(COMMITS_AT_ONCE)
        )
        self.drawn = False

    @property
    def shown(self) -> dict[str, Shown]:
        """What is there, by the layout's keys."""
        return self._painter.shown

    @property
    def keys(self) -> dict[str, str]:
        """The layout's keys by the surfaces' ids."""
        return self._painter.keys

    def stop(self) -> None:
        """Try nothing again."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    def want(self, layout: BoardLayout) -> None:
        """Show this layout; an earlier one that isn't shown yet is forgotten."""
        if self._cleared is None:
            self._wanted = layout
            self._go()

    def allow(self, most: int) -> None:
        """Take at most so many bytes from now on."""
        self._allowed = self._most = most
        self._go()

    async def clear(self) -> None:
        """Remove everything and show nothing any more; done when nothing is there."""
        self.want(BoardLayout({}))
        self._cleared = Deferred()
        self._go()
        await self._cleared

    def want_scale(self, surface: str, scale: int, *, looked: bool = True) -> None:
        """Draw a surface at another buffer scale, if there is room; at 1 while nobody looks."""
        shown = self.shown.get(self.keys.get(surface, ""))
        scale = scale if looked else 1
        if shown is not None and shown.wanted != scale:
            shown.wanted = scale
            self._go()

    def drag(self, key: str, x: int, y: int) -> None:
        """Move a surface at once, one call at a time, the newest place winning."""
        if key not in self.shown:
            return
        busy = key in self._moving
        self._moving[key] = (x, y)
        if not busy:
            self._session.spawn("moving a card", self._move(key))

    async def _move(self, key: str) -> None:
        try:
            while (place := self._moving[key]) is not None and (shown := self.shown.get(key)):
                self._moving[key] = None
                await self._painter.call(
                    "surface.move", Done, surface=shown.surface, x=place[0], y=place[1]
                )
        except ApplicationError:
            # The layout that holds the new place puts it there in the end.
            self._retry_later()
        finally:
            del self._moving[key]

    def raise_(self, key: str) -> None:
        """Put a surface above the others."""
        self._session.spawn("raising a card", self._raise(key))

    async def _raise(self, key: str) -> None:
        try:
            if shown := self.shown.get(key):
                await self._painter.call("surface.raise", Done, surface=shown.surface)
        except ApplicationError:
            self._retry_later()

    def _go(self) -> None:
        self._session.spawn("drawing the board", self._draw())

    async def _draw_newest(self) -> None:
        try:
            if self._wanted is not None and await self._step(self._wanted):
                self._note_drawn()
        except CancelledError:
            raise
        except ApplicationError:
            self._retry_later()
        except Exception:  # noqa: BLE001 - a fault of ours must not freeze the board
            log.failure("the board can't be drawn")
            self._retry_later()

    def _note_drawn(self) -> None:
        if self._cleared is not None and not self.shown and not self._cleared.called:
            self._cleared.callback(None)
        if self._most == self._allowed:
            self._wait = _FIRST_RETRY

    def _retry_later(self) -> None:
        """Begin again from what is shown, later each time."""
        if self._retry is None:
            self._retry = self._session.clock.callLater(self._wait, self._retry_now)
            self._wait = min(self._wait * 2, _LONGEST_RETRY)

    def _retry_now(self) -> None:
        self._retry = None
        self._most = self._allowed
        self._go()

    async def _step(self, wanted: BoardLayout) -> bool:
        """Come closer to a layout; false when it stopped as something newer is wanted.

        What is there already comes before what is new, as its places and ticks are looked at;
        what makes room comes before what takes some.
        """
        steps = plan(self._present(), wanted)
        painter = self._painter
        await painter.together([painter.destroy(s.key) for s in steps if isinstance(s, Destroy)])
        refused = await self._update(wanted)
        creations = [step for step in steps if isinstance(step, Create)]
        for start in range(0, len(creations), AT_ONCE):
            if start and self._draw.wanted_again:
                return False
            with self._at_most(0):
                await self._create(creations[start : start + AT_ONCE])
        self.drawn = True
        complete = await self._sharpen(wanted)
        if refused is not None:
            raise refused
        return complete

    def _present(self) -> BoardLayout:
        return BoardLayout({key: shown.placed for key, shown in self.shown.items()})

    async def _create(self, steps: Sequence[Create]) -> None:
        """Make some surfaces, then fill them, so that a board of hundreds is there at once."""
        await self._painter.together([self._painter.make(step) for step in steps])
        await self._painter.draw([(step.key, step.placed, 1) for step in steps])

    async def _update(self, wanted: BoardLayout) -> ApplicationError | None:
        """Draw what is shown and has changed, at a scale for which there is room.

        Gives what was refused: the rest of the board isn't to wait for it.
        """
        scales = self._scales(wanted)
        aims = []
        for key, shown in list(self.shown.items()):
            after = wanted.items.get(key)
            if after is None:
                continue
            scale = min(shown.scale, scales[key])
            if shown.stale or shown.placed != after or shown.scale != scale:
                aims.append((key, after, scale))
        aims.sort(key=lambda aim: _growth(self.shown[aim[0]], aim[1], aim[2]))
        try:
            await self._painter.draw(aims)
        except ApplicationError as problem:
            return problem
        return None

    async def _sharpen(self, wanted: BoardLayout) -> bool:
        scales = self._scales(wanted)
        aims = [
            (key, shown.placed, scales[key])
            for key, shown in self.shown.items()
            if key in scales and scales[key] > shown.scale
        ]
        for start in range(0, len(aims), AT_ONCE):
            if start and self._draw.wanted_again:
                return False
            with self._at_most(self._taken()):
                await self._painter.draw(aims[start : start + AT_ONCE])
        return True

    @contextmanager
    def _at_most(self, most: int) -> Iterator[None]:
        """Where the world is full, take no more than this until it is tried again.

        Sharpness is given back for what can't be made at all; what can't be sharp stays as it is.
        """
        try:
            yield
        except ApplicationError as problem:
            if is_full(problem):
                self._most = most
            raise

    def _taken(self) -> int:
        return sum(bytes_at(shown.placed, shown.scale) for shown in self.shown.values())

    def _scales(self, wanted: BoardLayout) -> dict[str, int]:
        pieces = [
            self.shown[key].sharpness(key, placed)
            for key, placed in wanted.items.items()
            if key in self.shown
        ]
        return choose_scales(pieces, self._most)


def _growth(shown: Shown, after: Placed, scale: int) -> int:
    return bytes_at(after, scale) - bytes_at(shown.placed, shown.scale)
