"""The projects that lie below folders: found, served, and no longer when they are gone."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from twisted.logger import Logger

from geometry_ws.components.openspec.registry import InThread, ProjectRegistry
from geometry_ws.openspec.disk.find_project import FOLDER
from geometry_ws.openspec.disk.find_roots import RootFinder, is_project_folder
from geometry_ws.protocol.names import id_of

log = Logger()

_LEAST_SECONDS = 2.0
_SHARE = 50
"""A search may take so small a part of the time."""


class Below:
    """Serves what lies below folders; `entries` are those of ``extra["below"]``.

    `now` gives seconds that only grow.
    """

    def __init__(
        self,
        entries: Iterable[Mapping[str, Any]],
        registry: ProjectRegistry,
        in_thread: InThread,
        now: Callable[[], float],
    ) -> None:
        self._finders = [
            RootFinder(Path(str(entry["path"])), str(entry.get("folder") or FOLDER))
            for entry in entries
        ]
        self._registry = registry
        self._in_thread = in_thread
        self._now = now
        self._due = 0.0
        self._served: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._finders)

    @property
    def notices(self) -> list[str]:
        """What is wrong with searching, a sentence for each folder."""
        return [finder.notice for finder in self._finders if finder.notice]

    async def look(self) -> bool:
        """Serve what is there by now, if it is time to look; says whether that was news."""
        if not self._finders or self._now() < self._due:
            return False
        began = self._now()
        gone = await self._in_thread(_gone, list(self._served))
        for path in gone:
            self._registry.close(self._served.pop(path))
        is_news = bool(gone)
        for finder in self._finders:
            for root in await self._in_thread(finder.look):
                is_news = await self._serve(finder, root) or is_news
        took = self._now() - began
        self._due = self._now() + max(_LEAST_SECONDS, _SHARE * took)
        return is_news

    async def _serve(self, finder: RootFinder, root: Path) -> bool:
        folder = root / finder.name
        if str(folder) in self._served or self._registry.serves(folder):
            return False
        name = finder.top.rpartition("/")[2]
        below = str(root)[len(finder.top) :].strip("/")
        title = f"{name}/{below}" if below else name
        project = await self._registry.open(root, id_of(below or name), title, finder.name)
        self._served[str(folder)] = project.id
        log.info("{title} is served, from {root}", title=title, root=str(root))
        return True


def _gone(folders: list[str]) -> list[str]:
    return [path for path in folders if not is_project_folder(Path(path))]
