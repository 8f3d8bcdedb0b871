"""The viewers of a measurement, in as few processes as give honest figures."""

from typing import Any

from benchmarks.loads.catalogue import VIDEO
from benchmarks.processes.children import Child, Children
from benchmarks.systems.system import System


class ViewerGroup:
    """Viewers: the first paints everything in a process of its own, the others are light."""

    def __init__(self, children: Children, system: System, count: int, **settings: Any) -> None:
        painters = {"address": system.address, "count": 1, **settings}
        self._painter = children.start("viewers.painting", **painters)
        self._light: Child | None = None
        if count > 1:
            light = {"port": system.port, "count": count - 1, **settings}
            self._light = children.start("viewers.light", **light)
        for child in self.children:
            child.ready()

    @property
    def children(self) -> list[Child]:
        return [self._painter, *([self._light] if self._light else [])]

    def reports(self) -> list[dict[str, Any]]:
        """What each has seen, the painter first."""
        reports = list(self._painter.finish())
        if self._light is not None:
            reports += self._light.finish()["viewers"]
        return reports


def videos(form: str) -> list[str]:
    """The codecs of videos that viewers of a form name."""
    return ["h264"] if form == VIDEO else []
