"""Keeps the surfaces of a board in step with its layout.

`want` says how the board shall look; whatever was wanted last is what is shown in the end, with
no more drawing than what lies between. What is there is only believed once the compositor has
answered: after a refused call the next attempt starts from what is really shown. Drawing is done
in the component's one drawing thread, and stops where something newer is wanted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import CancelledError, Deferred, DeferredSemaphore
from twisted.logger import Logger

from geometry_ws.board.budget import WHOLE, Budget, choose_scales
from geometry_ws.board.hit import Area, areas_of
from geometry_ws.board.layout import BoardLayout, Placed
from geometry_ws.board.model import LookFace
from geometry_ws.board.update import Create, Destroy, plan
from geometry_ws.board.variants import BASE, Piece, Variant, expand, with_room
from geometry_ws.components.board.painter import (
    AT_ONCE,
    COMMITS_AT_ONCE,
    BoardPainter,
    bytes_at,
    is_full,
    is_ground,
)
from geometry_ws.components.board.shown import Shown
from geometry_ws.protocol.declare import Done
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.rerun import Rerun

log = Logger()

_FIRST_RETRY, _LONGEST_RETRY = 1.0, 30.0

_LINGER = 10.0
"""Seconds for which what nobody looks at any more stays: who zooms to and fro finds it there."""


class BoardSurfaces:
    """The surfaces of one board, by the layout's keys.

    ``gone`` is told of the ids of those that vanish; ``commits`` is the room for commits, where
    boards share it. ``above`` is called when something was put above all other surfaces.
    """

    def __init__(
        self,
        session: ComponentSession,
        gone: Callable[[str], None] = lambda _surface: None,
        commits: DeferredSemaphore | None = None,
        above: Callable[[], None] = lambda: None,
    ) -> None:
        self._session = session
        self._above = above
        self._wanted: BoardLayout | None = None
        self._draw = Rerun(self._draw_newest)
        self._budget = WHOLE
        self._allowed = self._most = WHOLE.most_bytes
        self._used: dict[Variant, float | None] = {}
        self._lingering: Any = None
        self._cleared: Deferred[None] | None = None
        self._retry: Any = None
        self._wait = _FIRST_RETRY
        self._moving: dict[str, tuple[int, int] | None] = {}
        self._painter = BoardPainter(session, gone, commits or DeferredSemaphore(COMMITS_AT_ONCE))
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
        for waiting in (self._retry, self._lingering):
            if waiting is not None:
                waiting.cancel()
        self._retry = self._lingering = None

    def want(self, layout: BoardLayout) -> None:
        """Show this layout; an earlier one that isn't shown yet is forgotten."""
        if self._cleared is None:
            self._wanted = layout
            self._go()

    def allow(self, budget: Budget) -> None:
        """Take at most so much from now on."""
        self._budget = budget
        self._allowed = self._most = budget.most_bytes
        self._go()

    async def clear(self) -> None:
        """Remove everything and show nothing any more; done when nothing is there."""
        self.want(BoardLayout({}))
        self._cleared = Deferred()
        self._go()
        await self._cleared

    def want_scale(self, surface: str, scale: int, *, looked: bool = True) -> None:
        """Note whether viewers look at a surface, and how closely: it is drawn so, if at all.

        It gets another buffer scale where there is room; 1 while nobody looks.
        """
        shown = self.shown.get(self.keys.get(surface, ""))
        if shown is None:
            return
        is_look = isinstance(shown.placed.face, LookFace)
        scale = scale if looked and not is_look else 1
        if (shown.wanted, shown.looked) == (scale, looked):
            return
        shown.wanted, shown.looked = scale, looked
        if is_look:
            self._note_use(shown.variant, looked=looked)
        self._go()

    def _note_use(self, variant: Variant, *, looked: bool) -> None:
        """Note whether a variant is looked at; one that isn't any more stays for a while."""
        if looked:
            self._used[variant] = None
        elif variant in self._used:
            self._used[variant] = self._session.clock.seconds() + _LINGER
            if self._lingering is None:
                self._lingering = self._session.clock.callLater(_LINGER, self._forget_unused)

    def _forget_unused(self) -> None:
        self._lingering = None
        now = self._session.clock.seconds()
        waiting = [until for until in self._used.values() if until is not None and until > now]
        self._used = {v: until for v, until in self._used.items() if until is None or until > now}
        if waiting:
            wait = min(waiting) - now
            self._lingering = self._session.clock.callLater(wait, self._forget_unused)
        self._go()

    def drag(self, item: str, x: int, y: int) -> None:
        """Move a piece at once in all its variants; of several places the newest wins."""
        for key in self._keys_of(item):
            busy = key in self._moving
            self._moving[key] = (x, y)
            if not busy:
                self._session.spawn("moving a card", self._move(key))

    def _keys_of(self, item: str) -> list[str]:
        return [key for key, shown in self.shown.items() if shown.piece.item == item]

    async def _move(self, key: str) -> None:
        try:
            while (place := self._moving[key]) is not None and (shown := self.shown.get(key)):
                self._moving[key] = None
                await self._painter.call(
                    "surface.move", Done, surface=shown.surface, x=place[0], y=place[1]
                )
                shown.placed = replace(shown.placed, x=place[0], y=place[1])
        except ApplicationError:
            # The layout that holds the new place puts it there in the end.
            self._retry_later()
        finally:
            del self._moving[key]

    def raise_(self, item: str) -> None:
        """Put a piece above the others."""
        for key in self._keys_of(item):
            self._session.spawn("raising a card", self._raise(key))

    async def _raise(self, key: str) -> None:
        try:
            if shown := self.shown.get(key):
                await self._painter.call("surface.raise", Done, surface=shown.surface)
                self._above()
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

    def _pieces(self, wanted: BoardLayout) -> dict[str, Piece]:
        return expand(wanted, with_room(wanted, self._used, self._budget))

    async def _step(self, wanted: BoardLayout) -> bool:
        """Come closer to a layout; false when it stopped as something newer is wanted.

        What is there already comes before what is new, as its places and ticks are looked at;
        what makes room comes before what takes some. Before a variant goes, another stands in
        for it; one that is new takes its looks once it is drawn.
        """
        pieces = self._pieces(wanted)
        steps = plan(self._present(), BoardLayout({k: p.placed for k, p in pieces.items()}))
        painter = self._painter
        gone = [step.key for step in steps if isinstance(step, Destroy)]
        if any(self.shown[key].variant != BASE for key in gone):
            await self._set_whens(pieces)
        await painter.together([painter.destroy(key) for key in gone])
        refused = await self._update(pieces)
        creations = [step.key for step in steps if isinstance(step, Create)]
        for start in range(0, len(creations), AT_ONCE):
            if start and self._draw.wanted_again:
                return False
            with self._at_most(0):
                await self._create(pieces, creations[start : start + AT_ONCE])
        await self._set_whens(pieces)
        self.drawn = True
        complete = await self._sharpen(pieces)
        if refused is not None:
            raise refused
        return complete

    async def _set_whens(self, pieces: dict[str, Piece]) -> None:
        keys = [
            key
            for key, shown in self.shown.items()
            if key in pieces and shown.when != pieces[key].when
        ]
        # Grounds first, since words of one theme wait for a ground that is said to be the other's;
        # then one piece after the other, and what stood in for its new pictures last.
        keys.sort(
            key=lambda key: (
                not is_ground(self.shown[key].placed.face),
                self.shown[key].piece.item,
                self.shown[key].variant == BASE,
            )
        )
        await self._painter.set_whens([(key, pieces[key].when) for key in keys])
        self._painter.themed = any(
            shown.when.theme is not None
            for shown in self.shown.values()
            if not isinstance(shown.placed.face, LookFace)
        )

    def _present(self) -> BoardLayout:
        return BoardLayout({key: shown.placed for key, shown in self.shown.items()})

    async def _create(self, pieces: dict[str, Piece], keys: Sequence[str]) -> None:
        """Make some surfaces, then fill them, so that a board of hundreds is there at once.

        A variant of a card is made since somebody looks so: where another one is looked at, the
        new one is drawn before it is said to be.
        """
        made = [pieces[key] for key in keys]
        areas = await self._session.in_thread(_areas, made)
        making = zip(keys, made, areas, strict=True)
        await self._painter.together([self._painter.make(*each) for each in making])
        self._above()
        for key in keys:
            if key in self.shown and not isinstance(pieces[key].placed.face, LookFace):
                self._look_as_before(self.shown[key])
        drawn = [key for key in keys if key in self.shown and self.shown[key].is_drawn]
        await self._painter.draw([(key, pieces[key].placed, 1) for key in drawn])

    def _look_as_before(self, made: Shown) -> None:
        for shown in self.shown.values():
            if shown.piece.item == made.piece.item and shown.looked:
                made.looked, made.wanted = True, max(shown.wanted, made.wanted)

    async def _update(self, pieces: dict[str, Piece]) -> ApplicationError | None:
        """Draw what is shown and has changed, at a scale for which there is room.

        Gives what was refused: the rest of the board isn't to wait for it.
        """
        scales = self._scales(pieces)
        aims = []
        for key, shown in list(self.shown.items()):
            piece = pieces.get(key)
            if piece is None:
                continue
            shown.piece = piece
            scale = min(shown.scale, scales[key])
            if _needs_work(shown, piece.placed, scale):
                aims.append((key, piece.placed, scale))
        # What is seen together changes together: pieces of one variant come one after the other.
        aims.sort(
            key=lambda aim: (
                _growth(self.shown[aim[0]], aim[1], aim[2]),
                self.shown[aim[0]].variant,
            )
        )
        try:
            await self._painter.draw(aims)
        except ApplicationError as problem:
            return problem
        return None

    async def _sharpen(self, pieces: dict[str, Piece]) -> bool:
        scales = self._scales(pieces)
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

    def _scales(self, pieces: dict[str, Piece]) -> dict[str, int]:
        wishes = [
            self.shown[key].sharpness(key, piece)
            for key, piece in pieces.items()
            if key in self.shown
        ]
        return choose_scales(wishes, self._most)


def _areas(pieces: Sequence[Piece]) -> list[tuple[Area, ...]]:
    """What can be pressed, of several: each would else be a call of its own when it is drawn."""
    return [areas_of(each.placed.face, each.placed.link, *each.variant) for each in pieces]


def _needs_work(shown: Shown, after: Placed, scale: int) -> bool:
    """Say whether a surface isn't as it is wanted; where nobody looks only its place counts."""
    if shown.is_drawn:
        return shown.stale or shown.placed != after or shown.scale != scale
    before = shown.placed
    return shown.scale != scale or (before.x, before.y, before.width, before.height) != (
        after.x,
        after.y,
        after.width,
        after.height,
    )


def _growth(shown: Shown, after: Placed, scale: int) -> int:
    return bytes_at(after, scale) - bytes_at(shown.placed, shown.scale)
