"""What owners of surfaces are told: whether a viewer looks, and what viewers have painted."""

from collections.abc import Callable
from typing import Any

from geometry_ws.protocol.surfaces import SurfaceLooked, SurfacePresented, Surfaces
from geometry_ws.scene.attention import Attention, Look
from geometry_ws.scene.world import World
from geometry_ws.stream.stream import Stream
from geometry_ws.wamp.binding import announce
from geometry_ws.wamp.component import ComponentSession

_ATTENTION_SECONDS = 0.1
"""A view that is panned changes sixty times a second. The first change is told at once: the person
waits for a face that its owner has to draw."""

_PRESENTED_SECONDS = 0.016
"""Acks of many viewers come one after the other."""


class Owners:
    """Tells each owner about its own surfaces, soon; changes in quick succession are told once.

    ``wall`` gives a moment of the stream's clock on the wall's, in microseconds.
    """

    def __init__(
        self,
        session: ComponentSession,
        world: World,
        stream: Stream,
        wall: Callable[[float], int],
    ) -> None:
        self._session = session
        self._world = world
        self._stream = stream
        self._wall = wall
        self._attention = Attention()
        self._more_looks: dict[object, Look] = {}
        self._looks_timer: Any = None
        self._looks_at = float("-inf")
        self._painted_timer: Any = None

    def stop(self) -> None:
        """Tell nothing more."""
        for timer in (self._looks_timer, self._painted_timer):
            if timer is not None and timer.active():
                timer.cancel()

    def looks_changed(self) -> None:
        """Looks or surfaces have changed."""
        if self._looks_timer is None:
            clock = self._session.clock
            wait = self._looks_at + _ATTENTION_SECONDS - clock.seconds()
            self._looks_timer = clock.callLater(max(wait, 0.0), self._tell_looks)

    def look_too(self, look: Look) -> object:
        """Somebody looks who is no viewer; gives what `look_no_more` takes."""
        token = object()
        self._more_looks[token] = look
        self.looks_changed()
        return token

    def look_no_more(self, token: object) -> None:
        """That one doesn't look any more."""
        if self._more_looks.pop(token, None) is not None:
            self.looks_changed()

    def is_looked(self, surface: str) -> bool:
        """Whether the surface's owner was told that somebody looks at it."""
        return self._attention.is_looked(surface)

    def painted(self) -> None:
        """A viewer has painted something."""
        if self._painted_timer is None and self._stream.has_news:
            later = self._session.clock.callLater
            self._painted_timer = later(_PRESENTED_SECONDS, self._tell_painted)

    def _tell_looks(self) -> None:
        self._looks_timer = None
        self._looks_at = self._session.clock.seconds()
        looks = (*self._stream.looks, *self._more_looks.values())
        for looked in self._attention.update(looks, self._world.stack()):
            if isinstance(looked.owner, int):
                event = SurfaceLooked(
                    surface=looked.surface, looked=looked.looked, scale=looked.scale
                )
                topic, owner = Surfaces.on_looked, [looked.owner]
                announce(self._session, topic, event, looked.surface, eligible=owner)

    def _tell_painted(self) -> None:
        self._painted_timer = None
        for shown in self._stream.presented():
            surface = self._world.get(shown.plane)
            if surface is not None and isinstance(surface.owner, int):
                event = SurfacePresented(
                    surface=surface.id,
                    epoch=self._stream.epoch,
                    frame=shown.seq,
                    time_us=self._wall(shown.time),
                    viewers=shown.viewers,
                )
                topic, owner = Surfaces.on_presented, [surface.owner]
                announce(self._session, topic, event, surface.id, eligible=owner)
