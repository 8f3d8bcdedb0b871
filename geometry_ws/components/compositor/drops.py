"""Files that viewers drop on surfaces: offered to the program, and handed on piece by piece."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred

from geometry_ws.components.compositor.frames import Frames
from geometry_ws.protocol import drops
from geometry_ws.protocol.declare import Caller, Done
from geometry_ws.protocol.errors import (
    Busy,
    InvalidContent,
    LimitExceeded,
    NoFilesTaken,
    NoSuchDrop,
)
from geometry_ws.protocol.project_values import By
from geometry_ws.scene.surface import Surface
from geometry_ws.scene.world import World
from geometry_ws.wamp.binding import announce
from geometry_ws.wamp.component import ComponentSession

MOST_DROPS = 4
"""Offers of one session at a time; a node has room for 64 times as many."""
IDLE_SECONDS = 60.0
"""So long an offer waits for its program."""
GIVE_SECONDS = 30.0
"""So long a program waits for a piece."""
_NAME = re.compile(r"(?!\.{1,2}\Z)[^/\\\x00-\x1f\x7f]+\Z")
_TYPE = re.compile(r"[!-~]*\Z")


@dataclass(slots=True)
class _Drop:
    """An offer; ``wanted`` is the piece that its program waits for: file, start, length."""

    id: str
    surface: str
    owner: int
    session: int
    files: list[drops.DroppedFile]
    wanted: tuple[int, int, int] | None = None
    answer: "Deferred[bytes] | None" = field(default=None, repr=False)
    timer: Any = None


class Dropping:
    """All offers of a compositor."""

    def __init__(
        self,
        session: ComponentSession,
        world: World,
        frames: Frames,
        seat_of: Callable[[Caller], str],
    ) -> None:
        self._session = session
        self._world = world
        self._frames = frames
        self._seat_of = seat_of
        self._drops: dict[str, _Drop] = {}
        self._made = 0

    def stop(self) -> None:
        """Wait for nothing any more."""
        for drop in list(self._drops.values()):
            self._forget(drop)

    def offer(self, caller: Caller, request: drops.OfferFiles) -> drops.FilesOffered:
        """Tell a surface's program of files.

        Raises NoFilesTaken, LimitExceeded, InvalidContent.
        """
        for file in request.files:
            if not _NAME.match(file.name) or not _TYPE.match(file.type):
                raise InvalidContent(
                    "A file's name has no slash and no line in it, and its type no blank.",
                    field="files",
                )
        surface = self._meant(caller, request)
        if surface is None or not surface.files or not isinstance(surface.owner, int):
            raise NoFilesTaken("What lies there takes no files.")
        mine = sum(drop.session == caller.session for drop in self._drops.values())
        if mine >= MOST_DROPS or len(self._drops) >= 64 * MOST_DROPS:
            raise LimitExceeded(
                "Files that were dropped before are still on their way.",
                limit="drops",
                maximum=MOST_DROPS,
            )
        self._made += 1
        drop = _Drop(
            f"d{self._made}", surface.id, surface.owner, caller.session, list(request.files)
        )
        self._drops[drop.id] = drop
        self._wait(drop, IDLE_SECONDS, "Its program has not fetched them.")
        rect = self._frames.places.rect(request.frame, surface.id) or surface.rect
        event = drops.FilesDropped(
            surface=surface.id,
            drop=drop.id,
            seat=self._seat_of(caller),
            files=drop.files,
            x=request.x - rect.x,
            y=request.y - rect.y,
            by=By.of(caller),
        )
        announce(self._session, drops.Drops.on_drop, event, surface.id, eligible=[drop.owner])
        return drops.FilesOffered(drop=drop.id, surface=surface.id)

    async def fetch(self, caller: Caller, request: drops.FetchPiece) -> drops.FilePiece:
        """Ask the viewer for a piece, and give it. Raises NoSuchDrop, Busy."""
        drop = self._of(request.drop, caller.session, is_owner=True)
        if request.file >= len(drop.files):
            raise NoSuchDrop(
                f"It has {len(drop.files)} files: `file` is less than that.", drop=drop.id
            )
        if drop.answer is not None:
            raise Busy(
                "Another piece of these files is on its way: fetch one after another.", retry_ms=50
            )
        size = max(0, min(drops.PIECE_BYTES, drop.files[request.file].bytes - request.at))
        if not size:
            self._wait(drop, IDLE_SECONDS, "Its program has not fetched them.")
            return drops.FilePiece(data=b"")
        drop.wanted = request.file, request.at, size
        drop.answer = Deferred(lambda _: self._let(drop))
        self._wait(drop, GIVE_SECONDS, "Their page does not answer.")
        event = drops.PieceWanted(drop=drop.id, file=request.file, at=request.at, bytes=size)
        announce(self._session, drops.Drops.on_fetch, event, eligible=[drop.session])
        return drops.FilePiece(data=await drop.answer)

    def give(self, caller: Caller, request: drops.GivePiece) -> Done:
        """Hand a piece on to who waits for it. Raises NoSuchDrop."""
        drop = self._of(request.drop, caller.session, is_owner=False)
        if request.problem:
            self._end(drop, request.problem)
            return Done()
        if drop.answer is None or drop.wanted != (request.file, request.at, len(request.data)):
            raise NoSuchDrop(
                "Nobody waits for this piece: give what `drop.on_fetch` asks for, whole.",
                drop=drop.id,
            )
        answer = drop.answer
        self._let(drop)
        answer.callback(request.data)
        return Done()

    def end(self, caller: Caller, request: drops.EndDrop) -> Done:
        """A program wants nothing more of it. Raises NoSuchDrop."""
        self._end(self._of(request.drop, caller.session, is_owner=True), request.refused)
        return Done()

    def left(self, session: int) -> None:
        """A session has ended, and with it what it has offered or was offered."""
        for drop in list(self._drops.values()):
            if session in (drop.session, drop.owner):
                self._end(drop, "Somebody has left.")

    def gone(self, surface: str) -> None:
        """A surface is gone."""
        for drop in list(self._drops.values()):
            if drop.surface == surface:
                self._end(drop, "Its surface is gone.")

    def _meant(self, caller: Caller, request: drops.OfferFiles) -> Surface | None:
        if request.surface is not None:
            return self._world.surfaces.get(request.surface)
        look = self._frames.look_of(caller.session)
        placed = self._frames.places.hit(request.frame, request.x, request.y, look)
        return None if placed is None else self._world.surfaces.get(placed.surface)

    def _of(self, name: str, session: int, *, is_owner: bool) -> _Drop:
        drop = self._drops.get(name)
        if drop is None or session != (drop.owner if is_owner else drop.session):
            raise NoSuchDrop("These files are not offered, or not any more.", drop=name)
        return drop

    def _let(self, drop: _Drop) -> None:
        """Nobody waits for a piece; the program may fetch the next one."""
        drop.wanted = drop.answer = None
        if drop.id in self._drops:
            self._wait(drop, IDLE_SECONDS, "Its program has not fetched them.")

    def _wait(self, drop: _Drop, seconds: float, problem: str) -> None:
        self._calm(drop)
        drop.timer = self._session.clock.callLater(seconds, self._end, drop, problem)

    def _calm(self, drop: _Drop) -> None:
        if drop.timer is not None and drop.timer.active():
            drop.timer.cancel()

    def _end(self, drop: _Drop, problem: str) -> None:
        self._forget(drop, problem)
        event = drops.DropEnded(drop=drop.id, surface=drop.surface, refused=problem)
        announce(self._session, drops.Drops.on_end, event, eligible=[drop.session])

    def _forget(self, drop: _Drop, problem: str = "") -> None:
        self._calm(drop)
        self._drops.pop(drop.id, None)
        answer, drop.wanted, drop.answer = drop.answer, None, None
        if answer is not None:
            answer.errback(NoSuchDrop(problem or "The node is stopping.", drop=drop.id))
