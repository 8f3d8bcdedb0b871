"""When pixels that a viewer has with loss are quiet, and may be sent again without.

Viewers that share frames share what they have with loss, so that it is worked out once.
"""

from collections.abc import Iterable
from typing import Final

from geometry_ws.scene.geometry import Region
from geometry_ws.stream.history import History
from geometry_ws.stream.viewer import LOOK_AGAIN_SECONDS, SETTLE_SECONDS, Viewer

MOST_INTERVAL_SECONDS: Final = 0.17
"""What changes at least that often isn't mended in between."""

LAG_WEIGHT: Final = 1 / 16
USUAL_LAG_SECONDS: Final = 0.05
MOST_WAIT_SECONDS: Final = 0.6


class Settling:
    """Compares what viewers have with loss with what has changed lately."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._time = float("-inf")
        self._known: dict[tuple[str, int, bool, int], tuple[Region, Region]] = {}
        self._lags = {False: 0.0, True: 0.0}

    def acked(self, viewer: Viewer) -> None:
        """An ack came. Where they come late there is more to do than time for it: mending waits.

        Pictures without loss between frames that come slowly would make these slower still.
        """
        fast = viewer.profile.fast
        self._lags[fast] += (viewer.flow.lag - self._lags[fast]) * LAG_WEIGHT

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
            found = self._quiet(plane, viewer.rough[plane], viewer.profile.fast, now)
            if found:
                quiet[plane] = found
        if not quiet:
            viewer.refine_at = now + LOOK_AGAIN_SECONDS if viewer.rough else None
        return quiet

    def _quiet(self, plane: str, region: Region, fast: bool, now: float) -> Region:
        if now != self._time:
            self._time = now
            self._known.clear()
        past = self._history[plane]
        # A tick asks before and after it takes what has changed: perhaps the picture's size.
        key = plane, id(region), fast, past.last
        known = self._known.get(key)
        if known is None:
            pause = max(SETTLE_SECONDS, 1.3 * min(past.interval, MOST_INTERVAL_SECONDS))
            pause += min(max(0.0, 2 * (self._lags[fast] - USUAL_LAG_SECONDS)), MOST_WAIT_SECONDS)
            quiet = region.clip(past.bounds).subtract(past.after(now - pause))
            # The region is kept with what was found, so that its identity stays its own.
            known = self._known[key] = region, quiet
        return known[1]
