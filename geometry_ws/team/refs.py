"""How tasks are called: `add-login/1.2`, and what people and models write instead of it.

A task's label is the number that its text begins with, where only one task of the change has it;
else `#3`, its place in the file. Everything that can only mean one task is understood.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from geometry_ws.openspec.format.model import ChangeState, ProjectState, Task
from geometry_ws.team.refusal import Refusal
from geometry_ws.team.text import clean

_MOST_NAMED = 4
_BOX = re.compile(r"^[-*+] \[.\] ")


@dataclass(frozen=True, slots=True)
class Ref:
    """A task of an open change."""

    change: str
    label: str
    task: Task

    @property
    def name(self) -> str:
        """How it is called, everywhere."""
        return name_of(self.change, self.label)

    @property
    def title(self) -> str:
        """Its text without the number, in one line."""
        text = self.task.text.removeprefix(self.task.number).strip() or self.task.text
        return clean(text, 160)


def name_of(change: str, label: str) -> str:
    """How a task, or with an empty label a change, is called."""
    if not label:
        return change
    return f"{change}{label}" if label.startswith("#") else f"{change}/{label}"


def split_name(name: str) -> tuple[str, str]:
    """A task's change and label again; of a change's name the label is empty."""
    if "#" in name:
        change, _, place = name.partition("#")
        return change, f"#{place}"
    change, _, label = name.partition("/")
    return change, label


class TaskIndex:
    """The tasks of a change by label, once somebody asks; another change has another index.

    All changes of a large project have some ten thousand tasks, and hardly any is asked for.
    """

    def __init__(self, change: ChangeState) -> None:
        self.change = change
        self._by_text: dict[str, Ref] | None = None

    @cached_property
    def refs(self) -> dict[str, Ref]:
        """All tasks by label, in order."""
        counts = Counter(task.number for task in self.change.tasks)
        refs: dict[str, Ref] = {}
        for task in self.change.tasks:
            is_known = task.number and counts[task.number] == 1
            label = task.number if is_known else f"#{task.id}"
            refs[label] = Ref(self.change.name, label, task)
        return refs

    @cached_property
    def open(self) -> list[Ref]:
        """The tasks that aren't done, in order."""
        return [ref for ref in self.refs.values() if not ref.task.done]

    def with_text(self, text: str) -> Ref | None:
        """The first task with this text."""
        if self._by_text is None:
            self._by_text = {}
            for ref in self.refs.values():
                self._by_text.setdefault(ref.task.text, ref)
        return self._by_text.get(text)

    def find(self, written: str) -> Ref | None:
        """The task that a label, a place or a whole line means."""
        word = written.split(maxsplit=1)[0] if written else ""
        for label in (word, word.rstrip(".:,)"), f"#{word}"):
            if label in self.refs and (label != f"#{word}" or word.isdigit()):
                return self.refs[label]
        if word.startswith("#") and word[1:].isdigit():
            return next((r for r in self.refs.values() if r.task.id == int(word[1:])), None)
        return self.with_text(_BOX.sub("", written).strip())


class Tasks:
    """The tasks of a project's open changes."""

    def __init__(self) -> None:
        self._indexes: dict[str, TaskIndex] = {}
        self._archived: tuple[str, ...] = ()

    def take(self, state: ProjectState) -> None:
        """Look at the newest state."""
        before = self._indexes
        self._indexes = {}
        self._archived = state.archived
        for name, change in state.changes.items():
            index = before.get(name)
            if index is None or index.change is not change:
                index = TaskIndex(change)
            self._indexes[name] = index

    def is_over(self, name: str, text: str, before: Mapping[str, TaskIndex]) -> bool:
        """Whether what is called so is done, or its change has been archived or was there `before`.

        `text` is the task's, where it is known: a place in the file may be another task's by now.
        """
        change, label = split_name(name)
        if not change:
            return False
        index = self._indexes.get(change)
        if index is None:
            return change in before or any(each.endswith(f"-{change}") for each in self._archived)
        ref = index.with_text(text) if text else None
        if ref is None and not label.startswith("#"):
            ref = index.refs.get(label)
        return ref is not None and ref.task.done

    @property
    def indexes(self) -> Mapping[str, TaskIndex]:
        """All open changes' tasks, by the change's name."""
        return self._indexes

    def find_change(self, written: str) -> TaskIndex:
        """An open change by its name; raises Refusal."""
        name = written.strip().rstrip("/")
        if name in self._indexes:
            return self._indexes[name]
        self._refuse_archived(name)
        near = get_close_matches(name, self._indexes, 2)
        hint = f" Did you mean {' or '.join(near)}?" if near else " Call next."
        raise Refusal(
            "no_such_change", f"There is no open change {clean(name, 80)}.{hint}", change=name[:200]
        )

    def find(self, written: str, prefer: Collection[str] = ()) -> Ref:
        """The task that is meant; of several, the one in a change of `prefer`. Raises Refusal."""
        line = _BOX.sub("", written.strip())
        for name, rest in _splits(line):
            if name in self._indexes:
                ref = self._indexes[name].find(rest)
                if ref is None:
                    raise self._unknown(name, rest)
                return ref
        indexes = self._indexes.values()
        refs = [ref for index in indexes if (ref := index.with_text(line))]
        refs = refs or [ref for index in indexes if (ref := index.find(line))]
        preferred = [ref for ref in refs if ref.change in prefer]
        if len(preferred) == 1:
            return preferred[0]
        if len(refs) == 1:
            return refs[0]
        if refs:
            changes = ", ".join(ref.change for ref in refs[:_MOST_NAMED])
            raise Refusal(
                "no_such_task",
                f'"{clean(line, 80)}" is in {changes}; name it {refs[0].name}.',
                change="",
            )
        raise self._nowhere(line)

    def _unknown(self, change: str, rest: str) -> Refusal:
        index = self._indexes[change]
        labels = list(index.refs)
        if not labels:
            sentence = f"{change} has no tasks yet: its tasks.md is to be written."
        else:
            has = labels[0] if len(labels) == 1 else f"{labels[0]}–{labels[-1]}"
            sentence = f"{change} has no {clean(rest, 60)}; it has {has}. Call show {change}."
        return Refusal("no_such_task", sentence, change=change)

    def _nowhere(self, line: str) -> Refusal:
        name = re.split(r"[/#\s]", line, maxsplit=1)[0]
        self._refuse_archived(name)
        near = get_close_matches(name, self._indexes, 2)
        hint = f"did you mean a task of {' or '.join(near)}?" if near else "call next."
        return Refusal(
            "no_such_task", f'No open change has a task "{clean(line, 80)}"; {hint}', change=""
        )

    def _refuse_archived(self, name: str) -> None:
        if name and any(entry == name or entry.endswith(f"-{name}") for entry in self._archived):
            raise Refusal("not_open", f"{name} is archived. Call next.", change=name)


def _splits(line: str) -> list[tuple[str, str]]:
    """A change's name and the rest, at each place where the name may end."""
    pairs = [(line[: m.start()], line[m.start() :]) for m in re.finditer(r"[/#\s]", line)]
    return [
        (name.strip(), rest if rest.startswith("#") else rest[1:].strip()) for name, rest in pairs
    ]
