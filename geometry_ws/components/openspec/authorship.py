"""The author that an event names: the writer through this node, where its write explains the event.

Another program may edit files in the same moment. An event that holds more than one write, or
something else, names no author. Pure.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from geometry_ws.openspec.format.model import ChangeState, Movement, Task
from geometry_ws.openspec.views.diff import Happening, Kind
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.rights import COMPONENT_ROLE, Right, may

Explains = Callable[[Sequence[Happening]], bool]

_MOST_TICKED = 2000
_SPEC_KINDS = (Kind.SPEC_ADDED, Kind.SPEC_CHANGED, Kind.SPEC_REMOVED)


def author(caller: Caller, acting: By | None = None) -> By:
    """Whoever calls, as events tell it; or for whom a component of the node acts.

    Raises InvalidArgument where somebody else says so, or where that role may not do it: whoever
    presses on the board may do there what he or she may do by calling.
    """
    if acting is None:
        return By.of(caller)
    if caller.authrole != COMPONENT_ROLE:
        raise InvalidArgument("Only components of the node act for somebody.", field="acting")
    if not may(acting.role, Right.WORK):
        raise InvalidArgument(f"The role {acting.role} may not do this.", field="acting")
    return acting


@dataclass(frozen=True, slots=True)
class Write:
    """A write through this node; `explains` says whether it is all that happened."""

    by: By
    explains: Explains


class Authors:
    """Who wrote the changes of a project as they are, where that was done through this node."""

    def __init__(self) -> None:
        self._ticked: OrderedDict[tuple[str, str], tuple[bool, Movement]] = OrderedDict()
        self._wrote: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {}

    def note(self, events: Sequence[Happening], name: str) -> None:
        """Remember the author of what happened; an empty name is nobody's."""
        for event in events:
            if event.change is None:
                self._wrote.pop(event.name, None)
                continue
            for tick in event.ticked:
                moved = Movement(event.change.modified, name)
                self._ticked[event.name, tick.text] = tick.done, moved
            if event.kind is Kind.CHANGE_ADDED or event.documents:
                self._wrote[event.name] = event.change.documents, name
        while len(self._ticked) > _MOST_TICKED:
            self._ticked.popitem(last=False)

    def of_task(self, change: str, task: Task) -> Movement | None:
        """When a task was ticked through this node, and by whom, if it is so still."""
        done, moved = self._ticked.get((change, task.text), (None, None))
        return moved if done is task.done else None

    def of(self, change: ChangeState | None) -> str:
        """Who wrote a change as it is; empty where that is not known."""
        documents, name = self._wrote.get(change.name, ((), "")) if change else ((), "")
        return name if change is not None and documents == change.documents else ""


def task_set(change: str, before: str, after: str) -> Explains:
    """A task was set: the revisions of the change's tasks around it."""

    def explains(events: Sequence[Happening]) -> bool:
        return [
            (event.kind, event.name, event.before, event.change and event.change.revision)
            for event in events
        ] == [(Kind.CHANGE_CHANGED, change, before, after)]

    return explains


def change_document_written(change: str, path: str, before: str, after: str) -> Explains:
    """A document of a change was written; others may conflict with it now, or no longer."""

    def explains(events: Sequence[Happening]) -> bool:
        own = _only_about(change, events)
        return (
            own is not None
            and own.kind is Kind.CHANGE_CHANGED
            and [(document.path, document.before, document.after) for document in own.documents]
            == [(path, before, after)]
        )

    return explains


def _only_about(change: str, events: Sequence[Happening]) -> Happening | None:
    """The one event about a change, where all others merely follow from it."""
    own = [event for event in events if event.name == change and event.kind not in _SPEC_KINDS]
    others = [event for event in events if event.name != change or event.kind in _SPEC_KINDS]
    return own[0] if len(own) == 1 and all(_is_new_verdict(event) for event in others) else None


def spec_written(spec: str, before: str, after: str) -> Explains:
    """A main spec was written; changes that build on it may have another verdict now."""

    def explains(events: Sequence[Happening]) -> bool:
        written = [event for event in events if event.kind in _SPEC_KINDS]
        others = [event for event in events if event.kind not in _SPEC_KINDS]
        return (
            [(event.name, event.before, event.spec and event.spec.revision) for event in written]
            == [(spec, before, after)]
            and all(_is_new_verdict(event) for event in others)
        )  # fmt: skip

    return explains


def _is_new_verdict(event: Happening) -> bool:
    return event.kind is Kind.CHANGE_CHANGED and not event.documents


def change_rebased(change: str, documents: Mapping[str, tuple[str, str]]) -> Explains:
    """A change was rebased: the revisions of its documents around it, by path.

    Without documents it was agreed to its deltas as they are.
    """

    def explains(events: Sequence[Happening]) -> bool:
        own = _only_about(change, events)
        return (
            own is not None
            and own.kind is Kind.CHANGE_CHANGED
            and {document.path: (document.before, document.after) for document in own.documents}
            == documents
        )

    return explains


def change_created(change: str) -> Explains:
    """A change was made; others may conflict with it."""

    def explains(events: Sequence[Happening]) -> bool:
        own = _only_about(change, events)
        return own is not None and own.kind is Kind.CHANGE_ADDED

    return explains


def change_archived(change: str, specs: Mapping[str, str]) -> Explains:
    """A change was archived: the revisions that specs have now, nothing for one that is gone."""
    return _change_went(change, specs, Kind.CHANGE_ARCHIVED)


def change_unarchived(change: str, specs: Mapping[str, str]) -> Explains:
    """A change is open again: the revisions that specs have now, nothing for one that is gone."""
    return _change_went(change, specs, Kind.CHANGE_ADDED)


def _change_went(change: str, specs: Mapping[str, str], way: Kind) -> Explains:
    """A change went into the archive or out of it, and the specs with it."""

    def explains(events: Sequence[Happening]) -> bool:
        for event in events:
            if event.kind in _SPEC_KINDS:
                revision = event.spec.revision if event.spec is not None else ""
                if specs.get(event.name) != revision:
                    return False
            elif event.kind is way:
                if event.name != change:
                    return False
            elif event.kind is not Kind.ARCHIVE_CHANGED and not _is_new_verdict(event):
                return False
        return any(event.kind is way for event in events)

    return explains


def command_run(arguments: Sequence[str]) -> Explains:
    """A command line that writes was run: `archive`, `unarchive`, `rebase` or `task`.

    The command's output doesn't say which revisions it wrote. The events must be of the kinds that
    the command makes, about a name in its arguments.
    """
    words = set(arguments)

    def explains(events: Sequence[Happening]) -> bool:
        if "task" in words:
            if len(events) != 1 or events[0].name not in words:
                return False
            return bool(events[0].ticked) or len(events[0].documents) == 1
        if "rebase" in words:
            rebased = [event for event in events if event.moved is not None]
            return (
                len(rebased) == 1
                and rebased[0].name in words
                and _only_about(rebased[0].name, events) is rebased[0]
            )
        if "unarchive" in words:
            return _is_unarchived(words, events)
        archived = [event for event in events if event.kind is Kind.CHANGE_ARCHIVED]
        return len(archived) == 1 and archived[0].name in words and all(
            event.kind in (*_SPEC_KINDS, Kind.CHANGE_ARCHIVED, Kind.ARCHIVE_CHANGED)
            or _is_new_verdict(event)
            for event in events
        )  # fmt: skip

    return explains


def _is_unarchived(words: Collection[str], events: Sequence[Happening]) -> bool:
    """Say whether all that happened is that one change, which the words name, is open again."""
    added = [event.name for event in events if event.kind is Kind.CHANGE_ADDED]
    if len(added) != 1 or not any(
        word == added[0] or word.endswith(f"-{added[0]}") for word in words
    ):
        return False
    return all(
        event.kind in (*_SPEC_KINDS, Kind.CHANGE_ADDED, Kind.ARCHIVE_CHANGED)
        or _is_new_verdict(event)
        for event in events
    )
