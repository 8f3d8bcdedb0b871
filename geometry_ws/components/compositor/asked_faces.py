"""Faces that a picture shall show: their owners hear that somebody looks, and get time to draw.

Owners draw a face only while somebody looks at it, so that the one for a picture may be missing,
or be old. Where viewers look at all of them anyway, a picture waits for nothing.
"""

from typing import Any, Final

from twisted.internet.defer import Deferred

from geometry_ws.components.compositor.owners import Owners
from geometry_ws.scene.attention import Look
from geometry_ws.scene.faces import ALWAYS
from geometry_ws.scene.surface import Surface
from geometry_ws.scene.world import World

REDRAW_SECONDS: Final = 0.3
"""Owners hear at once that somebody looks; so long they have to draw what is new."""

MOST_SECONDS: Final = 2.0
"""A face that isn't drawn then is done without."""

STEP_SECONDS: Final = 0.05
MOST_WAITING: Final = 16
"""Pictures that wait at a time; others take what is there."""


class AskedFaces:
    """Lets owners draw what a picture shall show; ``clock`` is the reactor."""

    def __init__(self, clock: Any, world: World, owners: Owners) -> None:
        self._clock = clock
        self._world = world
        self._owners = owners
        self._pauses: set[Deferred[None]] = set()

    async def drawn(self, look: Look) -> None:
        """Wait for the faces that are for this look; a bounded time."""
        wanted = self._wanted(look)
        if len(self._pauses) >= MOST_WAITING or all(map(self._is_fresh, wanted)):
            return
        asked = self._owners.look_too(look)
        try:
            await self._pause(REDRAW_SECONDS)
            waited = REDRAW_SECONDS
            while waited < MOST_SECONDS and any(face.waits for face in self._wanted(look)):
                await self._pause(STEP_SECONDS)
                waited += STEP_SECONDS
        finally:
            self._owners.look_no_more(asked)

    def stop(self) -> None:
        """Wait no more."""
        for pause in list(self._pauses):
            pause.cancel()

    def _wanted(self, look: Look) -> list[Surface]:
        return [
            surface
            for surface in self._world.stack()
            if surface.shown_when is not ALWAYS
            and surface.shown_when.matches(look.theme, look.faces_at)
            and look.sees(surface.rect)
        ]

    def _is_fresh(self, surface: Surface) -> bool:
        return self._owners.is_looked(surface.id) and not surface.waits

    async def _pause(self, seconds: float) -> None:
        pause: Deferred[None] = Deferred(lambda _: timer.cancel())
        timer = self._clock.callLater(seconds, pause.callback, None)
        self._pauses.add(pause)
        try:
            await pause
        finally:
            self._pauses.discard(pause)
