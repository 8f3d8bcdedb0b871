"""A project's state on the client's side: a snapshot, then events. Pure.

The rule of the protocol: subscribe, take a snapshot, apply the events after its ``seq``. A gap in
``seq`` or another ``epoch`` means that a new snapshot is needed; the mirror then says so and
keeps what it had.
"""

from dataclasses import dataclass, field

from geometry_ws.protocol.changes import ChangeDetail, SpecInfo
from geometry_ws.protocol.projects import Happening, ProjectChanged, ProjectSnapshot


@dataclass
class ProjectMirror:
    """What is known of one project."""

    project: str = ""
    epoch: str = ""
    seq: int = 0
    title: str = ""
    problem: str = ""
    changes: dict[str, ChangeDetail] = field(default_factory=dict)
    specs: dict[str, SpecInfo] = field(default_factory=dict)
    archived: list[str] = field(default_factory=list)

    def load(self, snapshot: ProjectSnapshot) -> None:
        """Take a snapshot for all there is."""
        self.project = snapshot.project
        self.epoch, self.seq = snapshot.epoch, snapshot.seq
        self.title, self.problem = snapshot.title, snapshot.problem
        self.changes = {change.change: change for change in snapshot.changes}
        self.specs = {spec.spec: spec for spec in snapshot.specs}
        self.archived = list(snapshot.archived)

    def apply(self, event: ProjectChanged) -> bool:
        """Apply an event; False where a new snapshot is needed. Old events change nothing."""
        if event.epoch != self.epoch:
            return False
        if event.seq <= self.seq:
            return True
        if event.seq != self.seq + 1:
            return False
        self.seq = event.seq
        for happening in event.events:
            self._happen(happening)
        return True

    def _happen(self, event: Happening) -> None:
        if event.kind in ("change_removed", "change_archived"):
            self.changes.pop(event.name, None)
        elif event.kind == "spec_removed":
            self.specs.pop(event.name, None)
        elif event.detail is not None:
            self.changes[event.name] = event.detail
        elif event.spec is not None:
            self.specs[event.name] = event.spec
        if event.archived is not None:
            self.archived = list(event.archived)
        if event.kind == "project_changed":
            self.problem = event.problem or ""
            self.title = self.title if event.title is None else event.title
