"""Commits of programs: in their order, a bounded number at a time, large ones drawn in threads.

A commit is decoded, then drawn. Each part runs at once where it is small, else in a thread
(`Commits._place`). A caller may give up its commit, and the router then tells us; but a thread
can't be stopped. So a commit counts against its program's limits until its thread is through.
"""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from twisted.internet.defer import (
    CancelledError,
    Deferred,
    DeferredLock,
)

from geometry_ws.components.compositor.outputs import Screens
from geometry_ws.components.compositor.permits import Permits
from geometry_ws.components.compositor.pictures import (
    bytes_of,
    check_pixels,
    decode_updates,
    is_quick,
)
from geometry_ws.components.compositor.wire import declared
from geometry_ws.protocol import surfaces
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import Busy
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.world import Drawing, World
from geometry_ws.stream.frame import Cause
from geometry_ws.wamp.component import ComponentSession

_WAITING_BYTES = 64 * 2**20
_WAITING_COMMITS = 64
_AT_ONCE = 2
"""Commits that may use threads at the same time: each may take 64 MiB, twice."""

_QUICK_PIXELS = 2**19
"""What is drawn at once, on the event loop.

This takes some milliseconds, since pictures are compared with what lies there.
"""

SeenFrame = Deferred[tuple[int, bool]]
"""Fires with the frame that shows a commit, and whether a viewer has received it."""


T = TypeVar("T")


class _Place(Enum):
    """Where a part of a commit runs."""

    HERE = "on the event loop, at once"
    THREAD = "in a thread, beside the event loop"


class _Permit:
    """A commit's permit to use threads: taken when it is first needed, given back at the end."""

    def __init__(self, permits: Permits, session: int, size: int) -> None:
        self._permits = permits
        self._whose = session, size
        self._since: float | None = None

    async def take(self) -> None:
        """Wait for a permit; at once where this one is taken already."""
        if self._since is None:
            self._since = await self._permits.take(*self._whose)

    async def __aenter__(self) -> "_Permit":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._since is not None:
            self._permits.give_back(*self._whose, self._since)


class _Program:
    """A session that draws."""

    def __init__(self) -> None:
        self.order = DeferredLock()
        self.commits = 0
        self.bytes = 0
        self.left = False


class _Commit:
    """One commit, and whether its program still waits for it."""

    def __init__(
        self,
        caller: Caller,
        request: surfaces.Commit,
        program: _Program,
        cause: Cause | None,
        again: int,
    ) -> None:
        self.touched_again = again
        self.size = bytes_of(request.updates)
        self.cause = cause
        self.session = caller.session
        self.updates = request.updates
        self.program = program
        self.given_up = False

    def check_wanted(self) -> None:
        """Raise CancelledError when its program doesn't wait for it any more."""
        if self.given_up or self.program.left:
            raise CancelledError


class Commits:
    """All programs' commits. ``show`` passes changes on, and fires when they are seen."""

    def __init__(
        self,
        session: ComponentSession,
        world: World,
        screens: Screens,
        show: Callable[[Changes, Cause | None], SeenFrame],
        free_later: Callable[[], None] = lambda: None,
    ) -> None:
        self._free_later = free_later
        self._session = session
        self._world = world
        self._screens = screens
        self._show = show
        self._programs: dict[int, _Program] = {}
        self._heavy = Permits(_AT_ONCE, session.ledger)

    async def commit(
        self, caller: Caller, request: surfaces.Commit, cause: Cause | None = None
    ) -> surfaces.Committed:
        """Decode, draw and show a commit in its turn, then wait until it is seen.

        Raises Busy, CancelledError, and the declared error of a commit that is wrong.
        """
        again = check_pixels(request.updates)
        program = self._programs.setdefault(caller.session, _Program())
        commit = _Commit(caller, request, program, cause, again)
        waiting_bytes = program.bytes + commit.size
        if program.commits >= _WAITING_COMMITS or waiting_bytes > _WAITING_BYTES:
            raise Busy("Too many commits of yours are waiting; await their answers.", retry_ms=100)
        # Cancelling the call cancels the answer, never the turn.
        answer: Deferred[tuple[SeenFrame]] = Deferred()
        turn = Deferred.fromCoroutine(self._take_turn(commit))
        turn.addCallbacks(answer.callback, answer.errback)
        try:
            (shown,) = await answer
        except CancelledError:
            commit.given_up = True
            raise
        frame, seen = await shown
        return surfaces.Committed(frame=frame, seen=seen)

    def left(self, session: int) -> None:
        """Drop the waiting commits of a session that left."""
        if (program := self._programs.pop(session, None)) is not None:
            program.left = True

    def stop(self) -> None:
        """Drop all waiting commits."""
        for session in list(self._programs):
            self.left(session)

    async def _take_turn(self, commit: _Commit) -> tuple[SeenFrame]:
        program = commit.program
        program.commits += 1
        program.bytes += commit.size
        try:
            async with program.order:
                commit.check_wanted()
                changes = await self._apply(commit)
                # Shown before the next commit is applied: the stream forwards operations in order.
                return (self._show(changes, commit.cause),)
        finally:
            program.commits -= 1
            program.bytes -= commit.size

    async def _apply(self, commit: _Commit) -> Changes:
        """Decode, check and draw; decoding and drawing run where `_place` says."""
        async with _Permit(self._heavy, commit.session, commit.size) as permit:
            place = await self._place(commit, permit, lambda: is_quick(commit.updates))
            # What takes long to read mustn't be left for the event loop.
            unread = self._unread(commit) if place is _Place.HERE else ()
            decoded = await self._run(
                place, decode_updates, commit.updates, self._opaque(commit), unread
            )
            commit.check_wanted()
            with declared():
                drawing = self._world.begin(commit.session, decoded)
            place = await self._place(commit, permit, lambda: self._is_light(commit, drawing))
            draw = self._draw_here if place is _Place.HERE else _draw_apart
            await self._run(place, draw, drawing)
            commit.check_wanted()
            with declared():
                return self._world.finish(drawing)

    async def _place(
        self, commit: _Commit, permit: _Permit, is_small: Callable[[], bool]
    ) -> _Place:
        """Where a part of a commit runs; waits for the permit where that is a thread."""
        if is_small():
            return _Place.HERE
        await permit.take()
        commit.check_wanted()
        # Asked again: what must be copied for pictures may have become less meanwhile.
        return _Place.HERE if is_small() else _Place.THREAD

    async def _run(self, place: _Place, work: Callable[..., T], *args: object) -> T:
        if place is _Place.HERE:
            return work(*args)
        self._free_later()
        return await self._session.in_thread(work, *args)

    def _draw_here(self, drawing: Drawing) -> None:
        self._screens.keep_pictures(drawing.written)
        drawing.draw(apart=False)

    def _is_light(self, commit: _Commit, drawing: Drawing) -> bool:
        """Whether drawing, and copying what screenshots are made from, takes little time."""
        kept_pixels = self._screens.kept_pixels(drawing.written)
        return drawing.cost + kept_pixels + commit.touched_again <= _QUICK_PIXELS

    def _unread(self, commit: _Commit) -> set[str]:
        """Surfaces whose next picture may stay unread."""
        return {
            update.surface
            for update in commit.updates
            if (surface := self._world.get(update.surface)) is not None and surface.may_stay_unread
        }

    def _opaque(self, commit: _Commit) -> dict[str, bool]:
        return {
            update.surface: surface.opaque
            for update in commit.updates
            if (surface := self._world.get(update.surface)) is not None
        }


def _draw_apart(drawing: Drawing) -> None:
    drawing.draw(apart=True)
