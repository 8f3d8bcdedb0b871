"""One served project: its store, its state as it was last told, and its events' numbers.

Disk work is done in the component's threads; what was told only ever changes on the event loop,
and only forwards: the store's newest state is compared with what was told last.
"""

import re
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from geometry_ws.components.projects_wire import change_detail, happening, spec_info
from geometry_ws.openspec.diff import diff
from geometry_ws.openspec.model import ProjectState
from geometry_ws.openspec.store import Store
from geometry_ws.protocol import projects as wire
from geometry_ws.protocol.changes import By

_NOT_ID = re.compile(r"[^0-9a-z_]+")

InThread = Callable[..., "Deferred[Any]"]


def project_id(name: str, taken: set[str]) -> str:
    """An id for the wire, from a folder's name: readable, unique among those taken."""
    plain = _NOT_ID.sub("_", name.lower()).strip("_")[:28] or "project"
    number, wanted = 2, plain
    while wanted in taken:
        wanted = f"{plain}_{number}"
        number += 1
    return wanted


class ServedProject:
    """A project and what its subscribers know of it."""

    def __init__(
        self,
        identifier: str,
        store: Store,
        epoch: str,
        in_thread: InThread,
        tell: Callable[[wire.ProjectChanged], None],
    ) -> None:
        self.id = identifier
        self.store = store
        self.state = ProjectState()
        self.seq = 0
        self._epoch = epoch
        self._in_thread = in_thread
        self._tell = tell
        self._touched: set[str] = set()
        self._reloading = False
        self._watcher: Any = None

    async def open(self, from_thread: Callable[..., Any]) -> None:
        """Read everything and begin to watch; ``from_thread`` calls something on the event loop."""
        self._watcher = await self._in_thread(
            self.store.watch, lambda paths: from_thread(self.touched, paths)
        )
        self.state = await self._in_thread(self.store.load)

    def close(self) -> None:
        """Stop watching."""
        if self._watcher is not None:
            self._watcher.close()

    def touched(self, paths: set[str]) -> None:
        """Files at these paths changed; called on the event loop."""
        self._touched |= paths
        if not self._reloading:
            self._reloading = True
            self._reload()

    def _reload(self) -> None:
        paths, self._touched = self._touched, set()
        work = self._in_thread(self.store.reload, paths)
        work.addBoth(self._reloaded)

    def _reloaded(self, result: Any) -> Any:
        self.advance()
        if self._touched:
            self._reload()
            return None
        self._reloading = False
        return result

    def advance(self, by: By | None = None) -> None:
        """Tell what happened since it was told last, if anything did.

        ``by`` wrote it through us; where more than one change is different somebody else was at
        work too, and nobody is named.
        """
        new = self.store.state
        events = diff(self.state, new)
        self.state = new
        if not events:
            return
        self.seq += 1
        self._tell(
            wire.ProjectChanged(
                project=self.id,
                epoch=self._epoch,
                seq=self.seq,
                events=[happening(event) for event in events],
                by=by if len(events) == 1 else None,
            )
        )

    def info(self) -> wire.ProjectInfo:
        """The project in numbers."""
        return wire.ProjectInfo(
            project=self.id,
            title=self.state.title,
            changes=len(self.state.changes),
            specs=len(self.state.specs),
            archived=len(self.state.archived),
            problem=self.state.problem,
        )

    def snapshot(self) -> wire.ProjectSnapshot:
        """All of the project's state."""
        return wire.ProjectSnapshot(
            project=self.id,
            epoch=self._epoch,
            seq=self.seq,
            title=self.state.title,
            problem=self.state.problem,
            changes=[change_detail(change) for change in self.state.changes.values()],
            specs=[spec_info(spec) for spec in self.state.specs.values()],
            archived=list(self.state.archived),
        )
