"""When a viewer's lossy pixels are refined: sent again without loss, once they are at rest.

Viewers that share frames share their lossy regions, so that it is worked out once for all of them.
Downscaled pixels of a viewer that shows the world small stay so until it looks closer; then they
count as missed, like pixels that never came, and don't wait.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.surface import Surface
from geometry_ws.stream.catch_up import add
from geometry_ws.stream.history import History
from geometry_ws.stream.quality import shrink_of
from geometry_ws.stream.viewer import LOOK_AGAIN_SECONDS, REFINE_SECONDS, Viewer

Key = TypeVar("Key")

MOST_INTERVAL_SECONDS: Final = 0.17
"""What changes at least that often isn't refined in between."""

LAG_WEIGHT: Final = 1 / 16
USUAL_LAG_SECONDS: Final = 0.05
MOST_WAIT_SECONDS: Final = 0.6


class Refiner:
    """Compares the lossy regions of viewers with what has changed lately."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._time = float("-inf")
        self._answers: dict[tuple[str, int, bool, int], tuple[Region, Region]] = {}
        self._lags = {False: 0.0, True: 0.0}

    def acked(self, viewer: Viewer) -> None:
        """An ack came. Where they come late there is more to do than time for it: refining waits.

        Pictures without loss between frames that come slowly would make these slower still.
        """
        fast = viewer.fast
        self._lags[fast] += (viewer.flow.lag - self._lags[fast]) * LAG_WEIGHT

    def due(self, viewer: Viewer, planes: Iterable[str], now: float) -> dict[str, Region]:
        """What of the viewer's lossy regions in these planes is at rest.

        Where nothing is, it is time to ask again a little later.
        """
        at_rest = {}
        for plane in planes:
            past = self._history[plane]
            if not _keep_inside(viewer.lossy, plane, past.bounds):
                continue
            region = self._at_rest(plane, viewer.lossy[plane], viewer.fast, now)
            if region:
                at_rest[plane] = region
        if not at_rest:
            viewer.refine_at = now + LOOK_AGAIN_SECONDS if viewer.lossy else None
        return at_rest

    def too_small(
        self,
        viewer: Viewer,
        planes: Mapping[str, Surface],
        sees: Callable[[Viewer, str], bool],
    ) -> dict[str, Region]:
        """What the viewer looks at and has in fewer pixels than it shows."""
        too_small: dict[str, Region] = {}
        if not viewer.maybe_too_small:
            return too_small
        shown = viewer.downscale.shown
        for key in list(viewer.downscaled):
            plane, shrink = key
            if shrink <= shown or not sees(viewer, plane):
                continue
            bounds = self._history[plane].bounds
            if shrink > shrink_of(planes[plane], shown) and _keep_inside(
                viewer.downscaled, key, bounds
            ):
                add(too_small, {plane: viewer.downscaled[key]})
        viewer.maybe_too_small = bool(too_small)
        return too_small

    def _at_rest(self, plane: str, region: Region, fast: bool, now: float) -> Region:
        if now != self._time:
            self._time = now
            self._answers.clear()
        past = self._history[plane]
        # A tick asks before and after it takes what has changed: perhaps the picture's size.
        key = plane, id(region), fast, past.last
        answer = self._answers.get(key)
        if answer is None:
            pause = max(REFINE_SECONDS, 1.3 * min(past.interval, MOST_INTERVAL_SECONDS))
            pause += min(max(0.0, 2 * (self._lags[fast] - USUAL_LAG_SECONDS)), MOST_WAIT_SECONDS)
            at_rest = region.clip(past.bounds).subtract(past.after(now - pause))
            # The region is held with its answer, so that its identity stays its own.
            answer = self._answers[key] = region, at_rest
        return answer[1]


def _keep_inside(regions: dict[Key, Region], key: Key, bounds: Rect) -> bool:
    """Forget what lies outside of a picture that is smaller than it was; says if any is left.

    Else it could stay for ever: a region grows together where a small part of it is taken away.
    """
    around = regions[key].bounds
    if around is not None and not bounds.contains(around):
        regions[key] = regions[key].clip(bounds)
    if not regions[key]:
        del regions[key]
    return key in regions
