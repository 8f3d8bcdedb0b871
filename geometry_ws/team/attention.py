"""What needs a person in a project: items from the states of its changes, and since when."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import get_args

import msgspec

from geometry_ws.openspec.format.model import ChangeState, ProjectState, Status
from geometry_ws.protocol.attention import AttentionAction, AttentionItem, AttentionKind
from geometry_ws.team.order import archived_in

MOST_ITEMS = 200
_LONGEST = 1000
_MOST_LISTED = 4
_INCOMPLETE = "archive_tasks_incomplete"
_MOVED = "base_moved"
_ORDER = {kind: place for place, kind in enumerate(get_args(AttentionKind))}


def item_id(kind: AttentionKind, project: str, *about: str) -> str:
    """An id that stays the same for the same thing, through restarts too."""
    key = "\0".join((project, *about)).encode("utf-8", "surrogatepass")
    return f"{kind}_{blake2b(key, digest_size=6).hexdigest()}"


def sort_items(items: Iterable[AttentionItem]) -> list[AttentionItem]:
    """The most urgent first, then the oldest."""
    return sorted(items, key=lambda item: (_ORDER[item.kind], item.since, item.change, item.id))


class ProjectAttention:
    """What a project needs, and since when; what is the same as before isn't worked out again."""

    def __init__(self, project: str) -> None:
        self.project = project
        self._own: dict[str, tuple[ChangeState, list[AttentionItem]]] = {}
        self._dated: dict[str, AttentionItem] | None = None

    def look_ahead(self, state: ProjectState) -> None:
        """Work out what the changes of a state need, where that takes a while; in any thread."""
        for _ in self._of_changes(state):
            pass

    def items(
        self, state: ProjectState, now: int, others: Iterable[AttentionItem] = ()
    ) -> list[AttentionItem]:
        """All items, the most urgent first, then the oldest; `now` is in milliseconds since 1970.

        `others` are those that aren't about the state of a change, with their times. What the
        first state needs has needed it since its files were written, if that isn't in the future;
        what a later one needs, since now.
        """
        items = {item.id: item for item in self._of_changes(state)}
        dated = {key: self._date(item, now) for key, item in items.items()}
        self._dated = dated
        return sort_items([*dated.values(), *others])

    def _of_changes(self, state: ProjectState) -> Iterable[AttentionItem]:
        before, self._own = self._own, {}
        for name, change in state.changes.items():
            if archived_in(change):
                continue  # it is over, and waits to be merged
            entry = before.get(name)
            if entry is None or entry[0] is not change:
                entry = change, list(_own_items(self.project, change))
            self._own[name] = entry
            yield from entry[1]
            if change.conflicts:
                # Each of several changes that contradict one another says the same.
                yield _conflict(self.project, name, state.changes)

    def _date(self, item: AttentionItem, now: int) -> AttentionItem:
        before = None if self._dated is None else self._dated.get(item.id)
        if before is not None:
            since = before.since
        else:
            since = min(item.since, now) if self._dated is None else now
        dated = item if since == item.since else msgspec.structs.replace(item, since=since)
        return before if before == dated else dated


def _own_items(project: str, change: ChangeState) -> Iterable[AttentionItem]:
    """What a change needs by itself: at most one item of each kind."""
    archiving = change.archiving
    if change.verdict.unwritten and change.progress.done < max(change.progress.total, 1):
        return  # it has just been begun
    if change.status in (Status.INVALID, Status.UNREADABLE) or not change.verdict.valid:
        why = change.problem or "Validation finds errors in it."
        errors = change.verdict.errors
        if errors > 1:
            why = f"{why} ({errors} errors)"
        yield _item(project, "invalid", change, why)
    elif archiving.can and change.status is Status.COMPLETE:
        total = change.progress.total
        tasks = "Its one task is done" if total == 1 else f"All {total} tasks are done"
        yield _item(
            project,
            "ready",
            change,
            f"{tasks}, and archiving would go through.",
            action=("Archive", "change.archive"),
        )
    elif not archiving.can and archiving.why and archiving.code not in (_INCOMPLETE, _MOVED):
        why = f"Archiving would be refused: {archiving.why}"
        yield _item(project, "refused", change, why, fix=archiving.fix)
    if change.moved:
        more = len(change.moved) - 1
        others = f" {_count(more, 'other requirement')} moved as well." if more else ""
        yield _item(
            project,
            "moved_base",
            change,
            change.moved[0].message + others,
            action=("Merge", "change.rebase"),
        )


def _item(
    project: str,
    kind: AttentionKind,
    change: ChangeState,
    why: str,
    *,
    fix: str = "",
    action: tuple[str, str] | None = None,
) -> AttentionItem:
    keywords = {"project": project, "change": change.name}
    return AttentionItem(
        id=item_id(kind, project, change.name),
        project=project,
        kind=kind,
        since=max(change.modified, 0),
        why=shortened(why),
        fix=shortened(fix),
        change=change.name,
        actions=[AttentionAction(label=action[0], call=action[1], kwargs=keywords)]
        if action
        else [],
    )


def _conflict(project: str, name: str, changes: Mapping[str, ChangeState]) -> AttentionItem:
    """The conflict of a change with others, told once for all of the same company."""
    conflicts = changes[name].conflicts
    names = sorted({name, *(other for conflict in conflicts for other in conflict.changes)})
    first = conflicts[0]
    rest = len(conflicts) - 1
    others = f" and {_count(rest, 'other requirement')}" if rest else ""
    why = (
        f'{_listed(names)} contradict each other in "{first.requirement}" of {first.spec}{others}.'
    )
    modified = max(changes[other].modified for other in names if other in changes)
    return AttentionItem(
        id=item_id("conflict", project, *names),
        project=project,
        kind="conflict",
        since=max(modified, 0),
        why=shortened(why),
        fix=shortened(first.why),
        change=names[0],
        changes=names[1:],
    )


def shortened(text: str) -> str:
    """A sentence; of a very long one only the beginning."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_LISTED
    if more > 1:
        return f"{', '.join(names[:_MOST_LISTED])} and {more} more changes"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
