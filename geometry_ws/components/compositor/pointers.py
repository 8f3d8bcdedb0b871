"""Pointers that people show one another, on the event loop: when they are told, and to whom."""

from typing import Any

from geometry_ws.components.compositor.seats import Seating
from geometry_ws.protocol import seats as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.project_values import person_of
from geometry_ws.scene.pointers import Owner, SharedPointers
from geometry_ws.wamp.binding import announce
from geometry_ws.wamp.session import QuietSession

_NOBODY = "somebody"


class Pointers:
    """Whose pointers are seen, and what they are called; ``clock`` is the reactor."""

    def __init__(self, session: QuietSession, seating: Seating, clock: Any) -> None:
        self._session = session
        self._seating = seating
        self._clock = clock
        self._shared = SharedPointers()
        self._timer: Any = None

    def stop(self) -> None:
        """Tell nothing more."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def share(self, caller: Caller, request: wire.SharePointers) -> wire.PointersShared:
        """What a session sees and shows from now on."""
        name = _name_of(caller, request.name or "")
        owner = Owner(caller.session, self._seating.name_of(caller), name)
        changed = self._shared.share(owner, see=request.see, shown=request.shown)
        self._tell_watched([each for each in changed if each[0] != caller.session])
        self._wake()
        watched = self._shared.is_watched(caller.session)
        return wire.PointersShared(seat=owner.seat, watched=watched)

    def point(self, caller: Caller, event: wire.PointerAt) -> None:
        """A session points elsewhere."""
        self._shared.point(caller.session, event.x, event.y)
        self._wake()

    def left(self, session: int) -> None:
        """A session has ended."""
        self._tell_watched(self._shared.left(session))
        self._wake()

    def _tell_watched(self, changed: list[tuple[int, bool]]) -> None:
        for session, watched in changed:
            event = wire.PointerWatched(watched=watched)
            announce(self._session, wire.Seats.on_watched, event, eligible=[session])

    def _wake(self) -> None:
        if self._timer is not None and self._timer.active():
            return
        due = self._shared.due(self._clock.seconds())
        if due is not None:
            self._timer = self._clock.callLater(due, self._tell)

    def _tell(self) -> None:
        news = self._shared.take(self._clock.seconds())
        pointers = [
            wire.OthersPointer(seat=owner.seat, name=owner.name, x=x, y=y)
            for owner, x, y in news.moved
        ]
        gone = [owner.seat for owner in news.gone]
        event = wire.PointersMoved(pointers=pointers, gone=gone)
        announce(self._session, wire.Seats.on_pointers, event, eligible=news.sees)
        self._wake()


def _name_of(caller: Caller, said: str) -> str:
    """What somebody is called: who has a name of access has that one, or one below it."""
    own = person_of(caller)
    if own:
        return said if said.startswith(f"{own}/") else own
    return said or _NOBODY
