"""When pixels that a viewer has with loss are quiet, and may be sent again without.

Viewers that share frames share what they have with loss, so that it is worked out once.
"""

from collections.abc import Iterable

from geometry_ws.scene.geometry import Region
from geometry_ws.stream.history import History
from geometry_ws.stream.viewer import LOOK_AGAIN_SECONDS, SETTLE_SECONDS, Viewer


class Settling:
    """Compares what viewers have with loss with what has changed lately."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._time = float("-inf")
        self._known: dict[tuple[str, int], tuple[Region, Region]] = {}

    def due(self, viewer: Viewer, planes: Iterable[str], now: float) -> dict[str, Region]:
        """What of the viewer's rough regions in these planes is quiet.

        Where nothing is, it is time to ask again a little later.
        """
        quiet = {}
        for plane in planes:
            past = self._history[plane]
            if not viewer.rough[plane].overlaps(past.bounds):
                del viewer.rough[plane]  # the picture is smaller than it was
                continue
            found = self._quiet(plane, viewer.rough[plane], now)
            if found:
                quiet[plane] = found
        if not quiet:
            viewer.refine_at = now + LOOK_AGAIN_SECONDS if viewer.rough else None
        return quiet

    def _quiet(self, plane: str, region: Region, now: float) -> Region:
        if now != self._time:
            self._time = now
            self._known.clear()
        known = self._known.get((plane, id(region)))
        if known is None:
            past = self._history[plane]
            quiet = region.clip(past.bounds).subtract(past.after(now - SETTLE_SECONDS))
            # The region is kept with what was found, so that its identity stays its own.
            known = self._known[plane, id(region)] = region, quiet
        return known[1]
