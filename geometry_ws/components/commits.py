"""Commits of programs: in their order, a bounded number at a time, drawn beside the event loop.

A caller may give up its commit, and the router then tells us; but a thread that decodes or draws
can't be stopped. So what a commit takes counts until its thread is through, whoever still waits.
"""

from collections.abc import Callable

from twisted.internet.defer import (
    CancelledError,
    Deferred,
    DeferredLock,
    DeferredSemaphore,
)

from geometry_ws.components.pictures import bytes_of, check_pixels, decode_updates, is_quick
from geometry_ws.components.scene_wire import declared
from geometry_ws.components.screens import Screens
from geometry_ws.components.session import ComponentSession
from geometry_ws.protocol import surfaces
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import Busy
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.world import Drawing, World
from geometry_ws.stream.frame import Cause

_WAITING_BYTES = 64 * 2**20
_WAITING_COMMITS = 64
_AT_ONCE = 2
"""Commits that are decoded or drawn in threads at once: each may take 64 MiB, twice."""

_QUICK_PIXELS = 2**19
"""What is drawn at once: some milliseconds, since pictures are compared with what lies there."""

Shown = Deferred[tuple[int, bool]]


class _Program:
    """A session that draws."""

    def __init__(self) -> None:
        self.order = DeferredLock()
        self.commits = 0
        self.bytes = 0
        self.left = False


class _Commit:
    """One commit and whether anybody still wants it."""

    def __init__(
        self, caller: Caller, request: surfaces.Commit, program: _Program, cause: Cause | None
    ) -> None:
        self.cause = cause
        self.session = caller.session
        self.updates = request.updates
        self.program = program
        self.given_up = False

    def check_wanted(self) -> None:
        """Raise CancelledError when nobody waits for it any more."""
        if self.given_up or self.program.left:
            raise CancelledError


class Commits:
    """All programs' commits. ``show`` tells of changes and fires when they are seen."""

    def __init__(
        self,
        session: ComponentSession,
        world: World,
        screens: Screens,
        show: Callable[[Changes, Cause | None], Shown],
    ) -> None:
        self._session = session
        self._world = world
        self._screens = screens
        self._show = show
        self._programs: dict[int, _Program] = {}
        self._heavy = DeferredSemaphore(_AT_ONCE)

    async def commit(
        self, caller: Caller, request: surfaces.Commit, cause: Cause | None = None
    ) -> surfaces.Committed:
        """Decode, draw and show in order, then wait to be seen. Raises Busy and what is wrong."""
        check_pixels(request.updates)
        program = self._programs.setdefault(caller.session, _Program())
        size = bytes_of(request.updates)
        if program.commits >= _WAITING_COMMITS or program.bytes + size > _WAITING_BYTES:
            raise Busy("Too many commits of yours are waiting; await their answers.", retry_ms=100)
        commit = _Commit(caller, request, program, cause)
        # Cancelling the call cancels the answer, never the turn.
        answer: Deferred[tuple[Shown]] = Deferred()
        turn = Deferred.fromCoroutine(self._take_turn(commit, size))
        turn.addCallbacks(answer.callback, answer.errback)
        try:
            (shown,) = await answer
        except CancelledError:
            commit.given_up = True
            raise
        frame, seen = await shown
        return surfaces.Committed(frame=frame, seen=seen)

    def left(self, session: int) -> None:
        """A session left: what still waits of it isn't wanted."""
        if (program := self._programs.pop(session, None)) is not None:
            program.left = True

    def stop(self) -> None:
        """Draw nothing more."""
        for session in list(self._programs):
            self.left(session)

    async def _take_turn(self, commit: _Commit, size: int) -> tuple[Shown]:
        program = commit.program
        program.commits += 1
        program.bytes += size
        try:
            async with program.order:
                commit.check_wanted()
                changes = await self._apply(commit)
                # Told before the next commit is applied: the stream forwards operations in order.
                return (self._show(changes, commit.cause),)
        finally:
            program.commits -= 1
            program.bytes -= size

    async def _apply(self, commit: _Commit) -> Changes:
        if not is_quick(commit.updates):
            async with self._heavy:
                commit.check_wanted()
                opaque = self._opaque(commit)
                decoded = await self._session.in_thread(decode_updates, commit.updates, opaque)
                commit.check_wanted()
                with declared():
                    drawing = self._world.begin(commit.session, decoded)
                return await self._draw(commit, drawing)
        with declared():
            decoded = decode_updates(commit.updates, self._opaque(commit))
            drawing = self._world.begin(commit.session, decoded)
        if self._is_light(drawing):
            return await self._draw(commit, drawing)
        async with self._heavy:
            return await self._draw(commit, drawing)

    async def _draw(self, commit: _Commit, drawing: Drawing) -> Changes:
        if not self._is_light(drawing):
            commit.check_wanted()
            await self._session.in_thread(_draw_apart, drawing)
            commit.check_wanted()
        else:
            commit.check_wanted()
            self._screens.keep_pictures(step.surface.id for step in drawing.steps)
            drawing.draw(apart=False)
        with declared():
            return self._world.finish(drawing)

    def _is_light(self, drawing: Drawing) -> bool:
        """Whether drawing it, and keeping what pictures are made from, is soon done."""
        kept = self._screens.kept_pixels(step.surface.id for step in drawing.steps)
        return drawing.cost + kept <= _QUICK_PIXELS

    def _opaque(self, commit: _Commit) -> dict[str, bool]:
        return {
            update.surface: surface.opaque
            for update in commit.updates
            if (surface := self._world.get(update.surface)) is not None
        }


def _draw_apart(drawing: Drawing) -> None:
    drawing.draw(apart=True)
