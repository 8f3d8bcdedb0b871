"""What happened between two states of a project, as events that lead from the one to the other.

The law: `apply_events(old, diff(old, new)) == new`, for any two states.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from geometry_ws.openspec.model import ChangeState, ProjectState, SpecState, Task


class Kind(StrEnum):
    """What an event is about."""

    CHANGE_ADDED = "change_added"
    CHANGE_CHANGED = "change_changed"
    CHANGE_REMOVED = "change_removed"
    CHANGE_ARCHIVED = "change_archived"
    SPEC_ADDED = "spec_added"
    SPEC_CHANGED = "spec_changed"
    SPEC_REMOVED = "spec_removed"
    ARCHIVE_CHANGED = "archive_changed"
    PROJECT_CHANGED = "project_changed"


@dataclass(frozen=True, slots=True)
class Tick:
    """A task that was set or unset."""

    task: int
    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: what was added or changed is given whole; ``before`` is the former revision."""

    kind: Kind
    name: str = ""
    change: ChangeState | None = None
    spec: SpecState | None = None
    before: str = ""
    ticked: tuple[Tick, ...] = ()
    archived: tuple[str, ...] | None = None
    title: str | None = None
    problem: str | None = None


def diff(old: ProjectState, new: ProjectState) -> list[Happening]:
    """Say what happened, in a fixed order; nothing happened: an empty list."""
    events: list[Happening] = []
    if (old.title, old.problem) != (new.title, new.problem):
        events.append(Happening(Kind.PROJECT_CHANGED, title=new.title, problem=new.problem))
    events.extend(_changes(old, new))
    for id_ in sorted(old.specs.keys() | new.specs.keys()):
        before, after = old.specs.get(id_), new.specs.get(id_)
        if after is None:
            gone = before.revision if before else ""
            events.append(Happening(Kind.SPEC_REMOVED, id_, before=gone))
        elif before is None:
            events.append(Happening(Kind.SPEC_ADDED, id_, spec=after))
        elif before != after:
            events.append(Happening(Kind.SPEC_CHANGED, id_, spec=after, before=before.revision))
    if old.archived != new.archived:
        events.append(Happening(Kind.ARCHIVE_CHANGED, archived=new.archived))
    return events


def _changes(old: ProjectState, new: ProjectState) -> Iterable[Happening]:
    archived = set(new.archived) - set(old.archived)
    for name in sorted(old.changes.keys() | new.changes.keys()):
        before, after = old.changes.get(name), new.changes.get(name)
        if after is None:
            moved = any(_is_archived_as(name, entry) for entry in archived)
            kind = Kind.CHANGE_ARCHIVED if moved else Kind.CHANGE_REMOVED
            yield Happening(kind, name, before=before.revision if before else "")
        elif before is None:
            yield Happening(Kind.CHANGE_ADDED, name, change=after)
        elif before != after:
            yield Happening(
                Kind.CHANGE_CHANGED,
                name,
                change=after,
                before=before.revision,
                ticked=ticks(before.tasks, after.tasks),
            )


def _is_archived_as(name: str, entry: str) -> bool:
    return entry == name or (len(entry) == len(name) + 11 and entry.endswith(f"-{name}"))


def ticks(old: Sequence[Task], new: Sequence[Task]) -> tuple[Tick, ...]:
    """The tasks that were set or unset; a task is known by its text and which of its like it is."""
    if old is new:
        return ()
    before = dict(_named(old))
    found = []
    for key, task in _named(new):
        former = before.get(key)
        if former is not None and former.done is not task.done:
            found.append(Tick(task.id, task.text, task.done))
    return tuple(found)


def _named(tasks: Sequence[Task]) -> Iterable[tuple[tuple[str, str, int], Task]]:
    counts: dict[tuple[str, str], int] = {}
    for task in tasks:
        key = (task.file, task.text)
        counts[key] = counts.get(key, 0) + 1
        yield (*key, counts[key]), task


def apply_events(state: ProjectState, events: Iterable[Happening]) -> ProjectState:
    """Follow a project: the state after the events."""
    changes, specs = dict(state.changes), dict(state.specs)
    title, problem, archived = state.title, state.problem, state.archived
    for event in events:
        if event.kind is Kind.PROJECT_CHANGED:
            title = title if event.title is None else event.title
            problem = problem if event.problem is None else event.problem
        elif event.kind in (Kind.CHANGE_REMOVED, Kind.CHANGE_ARCHIVED):
            changes.pop(event.name, None)
        elif event.kind is Kind.SPEC_REMOVED:
            specs.pop(event.name, None)
        elif event.change is not None:
            changes[event.name] = event.change
        elif event.spec is not None:
            specs[event.name] = event.spec
        elif event.archived is not None:
            archived = event.archived
    return ProjectState(
        title,
        problem,
        MappingProxyType(dict(sorted(changes.items()))),
        MappingProxyType(dict(sorted(specs.items()))),
        archived,
    )
