"""Which programs' windows want to lie beside a change's card, and how they get there.

A board says where; this moves them by `surface.place`, and brings them above what the board has
made since. A program that moves its window itself has it back until it says `dock` anew.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from autobahn.wamp.exception import ApplicationError
from twisted.logger import Logger

from geometry_ws.board.docks import Place
from geometry_ws.board.model import DockedWindow
from geometry_ws.protocol.declare import Done
from geometry_ws.protocol.surface_events import SurfaceChanged, SurfaceInfo
from geometry_ws.protocol.surfaces import SurfaceList, Surfaces
from geometry_ws.protocol.values import Dock
from geometry_ws.wamp.binding import read_event
from geometry_ws.wamp.calls import call
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.rerun import Rerun

log = Logger()

_MOST: Final = 256
"""Windows that are followed."""

_REMEMBERED: Final = 8
"""Places that we asked for last: a window that lies elsewhere was moved by its program."""


class Docks:
    """Follows surfaces that say `dock`; `changed` is called when boards should look again."""

    def __init__(self, session: ComponentSession, changed: Callable[[], None]) -> None:
        self._session = session
        self._changed = changed
        self._windows: dict[str, SurfaceInfo] = {}
        self._taken: dict[str, Dock] = {}
        self._asked: dict[str, deque[Place]] = {}
        self._wanted: dict[str, dict[str, Place]] = {}
        self._covered: set[str] = set()
        self._bring = Rerun(self._bring_all)

    async def begin(self) -> None:
        """Know what there is, and hear what comes."""
        await self._session.listen(Surfaces.on_changed.uri, self._hear)
        listed = await call(self._session, "surface.list", SurfaceList)
        for info in listed.surfaces:
            self._take(info)

    def windows_of(self, project: str, *, first: bool) -> dict[str, tuple[DockedWindow, ...]]:
        """Give the windows for each change of a project; the first one has what names none."""
        windows: dict[str, dict[object, DockedWindow]] = {}
        for surface, info in self._windows.items():
            dock = info.dock
            if dock is None or not (dock.project == project or (first and not dock.project)):
                continue
            window = DockedWindow(surface, info.width, info.height, info.title)
            windows.setdefault(dock.change, {}).setdefault(_same(info), window)
        return {change: tuple(each.values()) for change, each in windows.items()}

    def put(self, project: str, places: Mapping[str, Place]) -> None:
        """Have a board's windows at these places, and no others."""
        if places or self._wanted.get(project):
            self._wanted[project] = dict(places)
            self._go()

    def cover(self, project: str) -> None:
        """A board has made or raised something: its windows come above that again."""
        if places := self._wanted.get(project):
            self._covered |= places.keys()
            self._go()

    def _go(self) -> None:
        self._session.spawn("docking windows", self._bring())

    def _hear(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        # Most events are of surfaces that aren't docked: those aren't even read.
        described = keywords.get("surface")
        says = isinstance(described, Mapping) and described.get("dock")
        if not says and keywords.get("id") not in self._windows:
            return
        event = read_event(SurfaceChanged, args, keywords)
        if event is None:
            return
        if event.surface is None:
            self._forget([event.id])
        else:
            self._take(event.surface)

    def _take(self, info: SurfaceInfo) -> None:
        surface, before = info.surface, self._windows.get(info.surface)
        if info.dock is None:
            if before is not None:
                self._forget([surface])
            return
        if self._taken.get(surface) == info.dock or (not before and len(self._windows) >= _MOST):
            return
        asked = self._asked.get(surface)
        if asked and before and before.dock == info.dock and (info.x, info.y) not in asked:
            self._taken[surface] = info.dock
            self._forget([surface])
            return
        self._windows[surface] = info
        self._taken.pop(surface, None)
        if before is None or (before.dock, _same(before)) != (info.dock, _same(info)):
            self._changed()
            self._go()

    def _forget(self, surfaces: Iterable[str]) -> None:
        gone = [surface for surface in surfaces if self._windows.pop(surface, None)]
        for surface in gone:
            self._asked.pop(surface, None)
            self._covered.discard(surface)
        if gone:
            self._changed()

    async def _bring_all(self) -> None:
        wanted = {s: place for places in self._wanted.values() for s, place in places.items()}
        for surface, place in wanted.items():
            front = surface in self._covered
            self._covered.discard(surface)
            for face in self._faces(surface):
                # Events of before may still be on their way: where it was counts as asked for.
                was = Place(self._windows[face].x, self._windows[face].y)
                asked = self._asked.setdefault(face, deque([was], _REMEMBERED))
                if front or asked[-1] != place:
                    asked.append(place)
                    await self._place(face, x=place.x, y=place.y, front=True)
        docked = {face for surface in wanted for face in self._faces(surface)}
        for surface in [each for each in self._asked if each not in docked]:
            # Its change is gone: it lies where every window does.
            del self._asked[surface]
            if surface in self._windows:
                await self._place(surface, free=True)

    def _faces(self, surface: str) -> list[str]:
        """A window may have several surfaces, for different looks."""
        first = self._windows.get(surface)
        if first is None:
            return []
        return [each for each, info in self._windows.items() if _same(info) == _same(first)]

    async def _place(self, surface: str, **where: Any) -> None:
        try:
            await call(self._session, "surface.place", Done, surface=surface, **where)
        except ApplicationError as problem:
            # It is gone, which an event says too.
            log.debug("docking {surface}: {problem}", surface=surface, problem=problem)


def _same(info: SurfaceInfo) -> object:
    """What surfaces have in common that are one window; one without looks is its own."""
    alone = info.surface if info.shown_when is None else ""
    return info.dock, info.title, info.width, info.height, alone
