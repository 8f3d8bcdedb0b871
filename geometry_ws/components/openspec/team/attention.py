"""What needs a person in the served projects, told again whenever it is something else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from geometry_ws.components.openspec.project import ServedProject
from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.openspec.views.diff import Happening
from geometry_ws.protocol import attention as wire
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.project_values import By
from geometry_ws.team.attention import MOST_ITEMS, ProjectAttention, sort_items

Announce = Callable[[wire.AttentionChanged], None]
Source = Callable[[str], Iterable[wire.AttentionItem]]
"""What else needs a person in a project: claims, questions."""


@dataclass
class _Followed:
    core: ProjectAttention
    items: list[wire.AttentionItem] = field(default_factory=list)
    seq: int = 0


class ServedAttention(wire.Attention):
    """Keeps the list of each project; `now` gives milliseconds since 1970."""

    def __init__(
        self, registry: ProjectRegistry, announce: Announce, now: Callable[[], int]
    ) -> None:
        self._registry = registry
        self._announce = announce
        self._now = now
        self._followed: dict[str, _Followed] = {}
        self.sources: list[Source] = []
        self._ahead: dict[str, ProjectAttention] = {}
        registry.listeners.append(self._advanced)
        registry.preparers.append(self._prepare)

    def list_attention(self, caller: Caller, request: wire.ListAttention) -> wire.AttentionList:
        """Answer attention.list."""
        if request.project is None:
            projects = list(self._registry)
        else:
            projects = [self._registry.find(request.project)]
        several = [self._followed_of(project).items for project in projects]
        items = sort_items(item for items in several for item in items)
        return wire.AttentionList(items=items[:MOST_ITEMS], more=max(len(items) - MOST_ITEMS, 0))

    def _prepare(self, project: ServedProject) -> None:
        core = ProjectAttention(project.id)
        core.look_ahead(project.state)
        self._ahead[project.id] = core

    def _advanced(self, project: ServedProject, events: list[Happening], by: By | None) -> None:
        if not events:
            # Another project may have had its id.
            self._followed.pop(project.id, None)
            if (core := self._ahead.pop(project.id, None)) is not None:
                self._followed[project.id] = _Followed(core)
        self.look_again(project)

    def look_again(self, project: ServedProject) -> None:
        """Work out what the project needs now, and tell it where that is something else."""
        followed = self._followed.setdefault(project.id, _Followed(ProjectAttention(project.id)))
        before = followed.items
        self._work_out(project, followed)
        if followed.items != before:
            followed.seq += 1
            self._tell(project.id, followed)

    def _followed_of(self, project: ServedProject) -> _Followed:
        if project.id not in self._followed:
            self.look_again(project)
        return self._followed[project.id]

    def _work_out(self, project: ServedProject, followed: _Followed) -> None:
        others = [item for source in self.sources for item in source(project.id)]
        followed.items = followed.core.items(project.state, self._now(), others)

    def _tell(self, project: str, followed: _Followed) -> None:
        self._announce(
            wire.AttentionChanged(
                project=project,
                epoch=self._registry.epoch,
                seq=followed.seq,
                items=followed.items[:MOST_ITEMS],
                more=max(len(followed.items) - MOST_ITEMS, 0),
            )
        )
