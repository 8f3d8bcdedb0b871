"""Follows a project: a snapshot, then events, and a snapshot again where one is missing.

`FollowedProject` decides what becomes of an event, `ProjectReplica` when a snapshot is needed;
`ProjectFollower` calls and subscribes.
"""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from geometry_ws.protocol.happenings import Happening, ProjectChanged
from geometry_ws.protocol.project_values import ChangeDetail, SpecInfo
from geometry_ws.protocol.projects import Projects, ProjectSnapshot

if TYPE_CHECKING:
    from geometry_ws.client.client import Client, Message


class Taken(Enum):
    """What became of an event."""

    APPLIED = "applied"
    OLD = "old"
    GAP = "gap"
    """Something is missing before it: a snapshot is needed."""


class FollowedProject:
    """A project as snapshot and events have described it; changes and specs by name."""

    def __init__(self) -> None:
        self.project = ""
        self.epoch = ""
        self.seq = 0
        self.title = ""
        self.problem = ""
        self.notice = ""
        self.changes: dict[str, ChangeDetail] = {}
        self.specs: dict[str, SpecInfo] = {}
        self.archived: list[str] = []

    def load(self, snapshot: ProjectSnapshot) -> None:
        """Replace the whole state by a snapshot."""
        self.project = snapshot.project
        self.epoch = snapshot.epoch
        self.seq = snapshot.seq
        self.title = snapshot.title
        self.problem = snapshot.problem
        self.notice = snapshot.notice
        self.changes = {change.change: change for change in snapshot.changes}
        self.specs = {spec.spec: spec for spec in snapshot.specs}
        self.archived = list(snapshot.archived)

    def apply(self, event: ProjectChanged) -> Taken:
        """Take an event, if it is the next one."""
        if event.epoch != self.epoch:
            return Taken.GAP
        if event.seq <= self.seq:
            return Taken.OLD
        if event.seq != self.seq + 1:
            return Taken.GAP
        for happening in event.events:
            self._happen(happening)
        self.seq = event.seq
        return Taken.APPLIED

    def _happen(self, happening: Happening) -> None:
        if happening.kind in ("change_removed", "change_archived"):
            self.changes.pop(happening.name, None)
        elif happening.kind == "spec_removed":
            self.specs.pop(happening.name, None)
        if happening.detail is not None:
            self.changes[happening.detail.change] = happening.detail
        if happening.spec is not None:
            self.specs[happening.spec.spec] = happening.spec
        if happening.archived is not None:
            self.archived = list(happening.archived)
        if happening.problem is not None:
            self.problem = happening.problem
        if happening.notice is not None:
            self.notice = happening.notice
        if happening.title is not None:
            self.title = happening.title


ProjectState = FollowedProject
"""The first name of `FollowedProject`; programs may use either."""

Changed = Callable[[FollowedProject, ProjectChanged | None], Any]
"""Called after each change: the new state, and the event, which is None after a snapshot."""


MOST_KEPT: Final = 64
"""Events that are kept until a snapshot is there; where more come, another one is needed."""


class ProjectReplica:
    """Keeps a `FollowedProject` up to date from snapshots and events.

    ``fetch`` gives a snapshot. ``changed`` is called after each change. ``missing`` is called
    where an event is missing; it must lead to another `load`, now or later.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[ProjectSnapshot]],
        changed: Changed,
        missing: Callable[[], Any],
    ) -> None:
        self.state = FollowedProject()
        self._fetch = fetch
        self._changed = changed
        self._missing = missing
        self._kept: list[ProjectChanged] | None = None
        """Events since a snapshot was found to be needed; None while none is."""
        self._overflowed = False

    async def load(self) -> None:
        """Take a snapshot, then the events that continue it; raises what ``fetch`` raises.

        One load at a time. Events that come meanwhile are applied at once where they can be, and
        once more after the snapshot, which may be older than they are.
        """
        epoch = self.state.epoch
        if self._kept is None:
            self._keep_from_now()
        try:
            self.state.load(await self._fetch())
        finally:
            events, self._kept = self._kept or [], None
        self._changed(self.state, None)
        incomplete = self._overflowed
        for event in events:
            if self.state.apply(event) is Taken.APPLIED:
                self._changed(self.state, event)
            elif event.epoch == self.state.epoch:
                incomplete = incomplete or event.seq > self.state.seq
            else:
                # Of the epoch before, it is old; of another one, the snapshot is old.
                incomplete = incomplete or event.epoch != epoch
        if incomplete:
            self._missing()

    def take(self, event: ProjectChanged) -> None:
        """Apply an event where it continues the state; else a snapshot is needed."""
        taken = self.state.apply(event)
        if taken is Taken.APPLIED:
            self._changed(self.state, event)
        if self._kept is None:
            if taken is Taken.GAP:
                self._keep_from_now().append(event)
                self._missing()
        elif len(self._kept) < MOST_KEPT:
            self._kept.append(event)
        else:
            self._overflowed = True

    def _keep_from_now(self) -> list[ProjectChanged]:
        self._kept, self._overflowed = [], False
        return self._kept


class ProjectFollower:
    """Keeps a `FollowedProject` up to date as long as a client's session lasts.

    After a reconnection call `follow` with the new client: a new snapshot comes first.
    """

    def __init__(self, project: str | None = None, changed: Changed | None = None) -> None:
        self._project = project
        self._client: Client | None = None
        self._asked = False
        self._replica = ProjectReplica(
            self._fetch, changed or (lambda _state, _event: None), self._load_again
        )

    @property
    def state(self) -> FollowedProject:
        """The project as far as snapshot and events have told it."""
        return self._replica.state

    async def follow(self, client: "Client") -> FollowedProject:
        """Subscribe, take the snapshot, and go on; gives the state. Raises CallError."""
        from geometry_ws.client.client import convert

        self._client = client
        if self._project is None:
            listed = await client.call("project.get")
            self._project = convert(listed, ProjectSnapshot).project
        await client.subscribe(Projects.on_changed.at(self._project), self._heard)
        await self._load()
        return self.state

    async def _fetch(self) -> ProjectSnapshot:
        from geometry_ws.client.client import convert

        if self._client is None:
            raise RuntimeError("a project is followed by a client")
        answer = await self._client.call("project.get", project=self._project)
        return convert(answer, ProjectSnapshot)

    async def _load(self) -> None:
        self._asked = False
        await self._replica.load()

    def _load_again(self) -> None:
        if self._client is not None and not self._asked:
            self._asked = True
            self._client.spawn(self._load())

    def _heard(self, message: "Message") -> None:
        from geometry_ws.client.client import convert

        self._replica.take(convert(message.keywords, ProjectChanged))
