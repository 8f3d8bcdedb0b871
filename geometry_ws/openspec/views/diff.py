"""The difference of two states of a project, as events that lead from one to the other.

The law: `apply_events(old, diff(old, new)) == new`, for any two states.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from geometry_ws.openspec.format.model import (
    Archiving,
    ChangeState,
    MovedBase,
    Outline,
    Progress,
    ProjectState,
    SpecState,
    Task,
    Verdict,
)


class Kind(StrEnum):
    """The kind of an event."""

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
class TaskChange:
    """A task that was set or unset."""

    task: int
    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """A change of a spec's requirement; a renamed one has a ``former`` name."""

    kind: Literal["added", "changed", "removed"]
    name: str
    former: str = ""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A document that has another revision now; an empty one: it isn't, or wasn't, there."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: what was added or changed is given whole; ``before`` is the former revision.

    What is different about something that was there before is named as well: tasks, requirements,
    documents; ``verdict``, ``progress``, ``moved`` and ``archiving`` are pairs, former and present,
    where it is another word, another count, where something else has changed under its deltas, and
    where it can be archived now, or can't, or for another reason.
    """

    kind: Kind
    name: str = ""
    change: ChangeState | None = None
    spec: SpecState | None = None
    before: str = ""
    ticked: tuple[TaskChange, ...] = ()
    requirements: tuple[RequirementChange, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    verdict: tuple[Verdict, Verdict] | None = None
    progress: tuple[Progress, Progress] | None = None
    moved: tuple[tuple[MovedBase, ...], tuple[MovedBase, ...]] | None = None
    archiving: tuple[Archiving, Archiving] | None = None
    archived: tuple[str, ...] | None = None
    title: str | None = None
    problem: str | None = None
    notice: str | None = None


def diff(old: ProjectState, new: ProjectState) -> list[Happening]:
    """Say what happened, in a fixed order; nothing happened: an empty list."""
    events: list[Happening] = []
    said = (new.title, new.problem, new.notice)
    if (old.title, old.problem, old.notice) != said:
        title, problem, notice = said
        events.append(Happening(Kind.PROJECT_CHANGED, title=title, problem=problem, notice=notice))
    events.extend(_changes(old, new))
    for id_ in _others(old.specs, new.specs):
        before, after = old.specs.get(id_), new.specs.get(id_)
        if after is None:
            gone = before.revision if before else ""
            events.append(Happening(Kind.SPEC_REMOVED, id_, before=gone))
        elif before is None:
            events.append(Happening(Kind.SPEC_ADDED, id_, spec=after))
        elif before != after:
            events.append(_spec_changed(before, after))
    if old.archived != new.archived:
        events.append(Happening(Kind.ARCHIVE_CHANGED, archived=new.archived))
    return events


def _others(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """The names, in order, of what isn't the very same object in both."""
    if old is new:
        return []
    return sorted(name for name in old.keys() | new.keys() if old.get(name) is not new.get(name))


def _changes(old: ProjectState, new: ProjectState) -> Iterable[Happening]:
    same = old.archived is new.archived
    archived = set() if same else set(new.archived) - set(old.archived)
    for name in _others(old.changes, new.changes):
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
                ticked=_ticks(before, after),
                documents=document_changes(before.documents, after.documents),
                verdict=_turn(before.verdict, after.verdict),
                progress=(
                    (before.progress, after.progress) if before.progress != after.progress else None
                ),
                moved=(before.moved, after.moved) if before.moved != after.moved else None,
                archiving=(
                    (before.archiving, after.archiving)
                    if before.archiving != after.archiving
                    else None
                ),
            )


def _spec_changed(before: SpecState, after: SpecState) -> Happening:
    return Happening(
        Kind.SPEC_CHANGED,
        after.id,
        spec=after,
        before=before.revision,
        requirements=requirement_changes(before.outline, after.outline),
        documents=document_changes(before.documents, after.documents),
        verdict=_turn(before.verdict, after.verdict),
    )


def _ticks(before: ChangeState, after: ChangeState) -> tuple[TaskChange, ...]:
    """What was ticked. A copy in another tree that is shown from now on takes nothing back."""
    ticks = task_changes(before.tasks, after.tasks)
    return ticks if before.tree == after.tree else tuple(tick for tick in ticks if tick.done)


def _turn(before: Verdict, after: Verdict) -> tuple[Verdict, Verdict] | None:
    return None if before.validity is after.validity else (before, after)


def _is_archived_as(name: str, entry: str) -> bool:
    return entry == name or (len(entry) == len(name) + 11 and entry.endswith(f"-{name}"))


def task_changes(old: Sequence[Task], new: Sequence[Task]) -> tuple[TaskChange, ...]:
    """The tasks that were set or unset; a task is known by its text and which of its like it is."""
    if old is new:
        return ()
    before = dict(_named(old))
    set_tasks = []
    for key, task in _named(new):
        former = before.get(key)
        if former is not None and former.done is not task.done:
            set_tasks.append(TaskChange(task.id, task.text, task.done))
    return tuple(set_tasks)


def _named(tasks: Sequence[Task]) -> Iterable[tuple[tuple[str, str, int], Task]]:
    counts: dict[tuple[str, str], int] = {}
    for task in tasks:
        key = (task.file, task.text)
        counts[key] = counts.get(key, 0) + 1
        yield (*key, counts[key]), task


def requirement_changes(
    old: Sequence[Outline], new: Sequence[Outline]
) -> tuple[RequirementChange, ...]:
    """The changes of requirements: first of those that are there now, in order, then of those gone.

    One that is new with the text of one that is gone got another name.
    """
    if old == new:
        return ()
    before, after = dict(_numbered(old)), dict(_numbered(new))
    gone = {key: mark for key, mark in before.items() if key not in after}
    texts: dict[str, list[tuple[str, int]]] = {}
    for key, mark in gone.items():
        texts.setdefault(mark, []).append(key)
    changed = []
    for key, mark in after.items():
        former = before.get(key)
        if former is None and texts.get(mark):
            moved = texts[mark].pop(0)
            del gone[moved]
            changed.append(RequirementChange("changed", key[0], former=moved[0]))
        elif former is None:
            changed.append(RequirementChange("added", key[0]))
        elif former != mark:
            changed.append(RequirementChange("changed", key[0]))
    return (*changed, *(RequirementChange("removed", name) for name, _ in gone))


def _numbered(outline: Sequence[Outline]) -> Iterable[tuple[tuple[str, int], str]]:
    counts: dict[str, int] = {}
    for requirement in outline:
        counts[requirement.name] = counts.get(requirement.name, 0) + 1
        yield (requirement.name, counts[requirement.name]), requirement.mark


def document_changes(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> tuple[DocumentChange, ...]:
    """The documents (path and revision) that are other ones now, by path."""
    if old == new:
        return ()
    before, after = dict(old), dict(new)
    return tuple(
        DocumentChange(path, before.get(path, ""), after.get(path, ""))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    )


def apply_events(state: ProjectState, events: Iterable[Happening]) -> ProjectState:
    """Follow a project: the state after the events."""
    changes, specs = dict(state.changes), dict(state.specs)
    title, problem, notice = state.title, state.problem, state.notice
    archived = state.archived
    for event in events:
        if event.kind is Kind.PROJECT_CHANGED:
            title = title if event.title is None else event.title
            problem = problem if event.problem is None else event.problem
            notice = notice if event.notice is None else event.notice
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
        notice,
    )
