"""The OpenSpec component: projects on disk, served, watched and written.

``extra``: ``projects``, a list of ``{"path": folder, "id": optional, "title": optional}``. Relative
paths are relative to the process's working folder, which is the node's. A project's folder may
be missing; it is shown as such until it is there.
"""

from pathlib import Path

from geometry_ws.components.binding import announce, bind
from geometry_ws.components.openspec_change_views import ServedChangeViews
from geometry_ws.components.openspec_changes import ServedChanges
from geometry_ws.components.openspec_commands import ServedCommands
from geometry_ws.components.openspec_documents import ServedDocuments
from geometry_ws.components.openspec_specs import ServedSpecs
from geometry_ws.components.openspec_tasks import ServedTasks
from geometry_ws.components.openspec_views import ServedViews
from geometry_ws.components.openspec_writing import ServedWriting
from geometry_ws.components.served import Served
from geometry_ws.components.session import ComponentSession
from geometry_ws.components.versions import (
    SOFTWARE,
    VERSION,
    check_version,
    description,
    new_epoch,
)
from geometry_ws.protocol import compositor as meta
from geometry_ws.protocol import openspec
from geometry_ws.protocol import projects as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.happenings import ProjectChanged

FOLLOWS = "1.13.2"
"""The version of the official tool whose format and rules are followed."""


_PARTS = (
    ServedViews,
    ServedChanges,
    ServedChangeViews,
    ServedTasks,
    ServedSpecs,
    ServedDocuments,
    ServedCommands,
    ServedWriting,
)


class OpenSpec(ComponentSession, openspec.OpenSpecMeta, wire.Projects):
    """Serves OpenSpec projects: their changes, tasks and specs, live."""

    async def start(self) -> None:
        """Open every project, then serve them."""
        self._served = Served(new_epoch(), self.in_thread, self.clock.callFromThread, self._tell)
        for entry in self.extra.get("projects", []):
            await self._served.open(
                Path(str(entry["path"])), str(entry.get("id") or ""), str(entry.get("title") or "")
            )
        if not len(self._served):
            raise ValueError('OpenSpec needs at least one project in "extra": {"projects": …}')
        for part in _PARTS:
            await bind(self, part(self._served))
        await bind(self, self)

    def stop(self) -> None:
        """Stop watching."""
        self._served.close_all()

    def _tell(self, event: ProjectChanged) -> None:
        announce(self, wire.Projects.on_changed, event, event.project)

    def openspec_hello(self, caller: Caller, request: meta.Hello) -> openspec.OpenSpecHello:
        """Answer openspec.hello."""
        check_version(request)
        return openspec.OpenSpecHello(
            version=VERSION,
            software=SOFTWARE,
            epoch=self._served.epoch,
            features=["validate", "tasks"],
            follows=FOLLOWS,
            projects=self._served.ids,
        )

    def openspec_describe(self, caller: Caller, request: meta.Describe) -> meta.Description:
        """Answer openspec.describe."""
        return description()

    def list_projects(self, caller: Caller, request: wire.ListProjects) -> wire.ProjectList:
        """Answer project.list."""
        return wire.ProjectList(projects=[project.info() for project in self._served])

    def get_project(self, caller: Caller, request: wire.OneProject) -> wire.ProjectSnapshot:
        """Answer project.get."""
        return self._served.find(request.project).snapshot()
