"""Which copy of a change is shown, of those in a project's work trees.

The furthest: the one with the most tasks done, then the newest. A tree that stayed behind is not
further, though: a copy that another tree has had already, and has left, doesn't count. Pure.
"""

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from geometry_ws.openspec.format.model import ChangeState, ProjectState
from geometry_ws.openspec.format.worktrees import Copy
from geometry_ws.openspec.views.sightings import Sightings

HOME = 0
"""The number of the tree that is served."""
_DATE = len("2026-01-31-")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A copy of a change: its tree's number, and how far it is.

    Copies of the same `content` are the same. `moved` is when it last moved. `left` says that its
    tree stayed behind: another tree has had this content before.
    """

    tree: int
    content: Hashable
    done: int = 0
    moved: int = 0
    left: bool = False


def furthest(candidates: Sequence[Candidate]) -> Candidate:
    """The copy that is shown; of copies that are the same, that of the first tree."""
    current = [each for each in candidates if not each.left] or list(candidates)
    first: dict[Hashable, Candidate] = {}
    for each in sorted(current, key=lambda each: each.tree):
        first.setdefault(each.content, each)
    return max(first.values(), key=lambda each: (each.done, each.moved, -each.tree))


@dataclass(frozen=True, slots=True)
class TreeMoment:
    """A tree as it is now.

    `has_passed` says of its copy of a change whether the tree that is served has had all of that
    copy's documents as they are, as far as git knows.
    """

    name: str
    label: str
    state: ProjectState
    has_passed: Callable[[str], bool] = lambda _name: False


@dataclass(frozen=True, slots=True)
class Choice:
    """The number of the tree whose copy is shown, and the copies elsewhere that are different."""

    tree: int
    copies: tuple[Copy, ...] = ()


class CopyChooser:
    """Chooses the copies that are shown of all changes; the first tree is the one that is served.

    What is the same as last time is not looked at again. Not thread-safe.
    """

    def __init__(self) -> None:
        self._sightings = Sightings()
        self._states: dict[str, ProjectState] = {}
        self._choices: dict[str, tuple[tuple[object, ...], Choice | None]] = {}

    def choose(self, moments: Sequence[TreeMoment], known: int = 0) -> dict[str, Choice]:
        """The choice for every change that is open, by name; `known` counts what git said."""
        self._see(moments)
        names = sorted({name for moment in moments for name in moment.state.changes})
        archives = [archived_names(moment.state.archived) for moment in moments]
        trees = tuple((moment.name, moment.label) for moment in moments)
        before, self._choices = self._choices, {}
        choices: dict[str, Choice] = {}
        for name in names:
            states = {
                number: state
                for number, moment in enumerate(moments)
                if (state := moment.state.changes.get(name)) is not None
            }
            needs = (known, trees, *states.items(), *(archive.get(name) for archive in archives))
            entry = before.get(name)
            if entry is None or entry[0] != needs:
                entry = needs, self._choice(name, states, moments, archives)
            self._choices[name] = entry
            if entry[1] is not None:
                choices[name] = entry[1]
        return choices

    def _see(self, moments: Sequence[TreeMoment]) -> None:
        for gone in self._states.keys() - {moment.name for moment in moments}:
            self._sightings.forget(gone)
            del self._states[gone]
        for moment in moments:
            last = self._states.get(moment.name)
            if last is moment.state:
                continue
            former = last.changes if last is not None else {}
            new = {
                name: state.documents
                for name, state in moment.state.changes.items()
                if former.get(name) is not state
            }
            self._sightings.see(moment.name, new)
            archived = archived_names(moment.state.archived)
            for name in former.keys() - moment.state.changes.keys():
                if name in archived:
                    self._sightings.leave(moment.name, name)
            self._states[moment.name] = moment.state

    def _choice(
        self,
        name: str,
        states: Mapping[int, ChangeState],
        moments: Sequence[TreeMoment],
        archives: Sequence[Mapping[str, str]],
    ) -> Choice | None:
        home = states.get(HOME)
        entry = archives[HOME].get(name, "") if home is None else ""
        candidates = [
            Candidate(
                number,
                state.documents,
                state.progress.done,
                state.movement.at,
                self._is_left(name, number, state, home, moments),
            )
            for number, state in states.items()
        ]
        if entry:
            # Archived here: only who knows of that, or went on by himself, has it open still.
            candidates = [
                each
                for each in candidates
                if not each.left or entry in moments[each.tree].state.archived
            ]
        if not candidates:
            return None
        shown = furthest(candidates)
        own = {number: archive.get(name, "") for number, archive in enumerate(archives)}
        trees = [(moment.name, moment.label) for moment in moments]
        return Choice(shown.tree, other_copies(shown.tree, states, own, trees))

    def _is_left(
        self,
        name: str,
        number: int,
        state: ChangeState,
        home: ChangeState | None,
        moments: Sequence[TreeMoment],
    ) -> bool:
        tree = moments[number].name
        if self._sightings.is_left(tree, name, [moment.name for moment in moments]):
            return True
        if number == HOME or self._sightings.came(tree, name):
            return False
        is_same = home is not None and home.documents == state.documents
        return not is_same and moments[number].has_passed(name)


@functools.lru_cache(maxsize=128)
def archived_names(archived: tuple[str, ...]) -> Mapping[str, str]:
    """The changes in an archive by the names that they had, each with its newest entry."""
    names: dict[str, str] = {}
    for entry in sorted(archived):
        names[entry] = entry
        if len(entry) > _DATE and entry[_DATE - 1] == "-":
            names[entry[_DATE:]] = entry
    return names


def other_copies(
    shown: int,
    states: Mapping[int, ChangeState],
    archives: Mapping[int, str],
    trees: Sequence[tuple[str, str]],
) -> tuple[Copy, ...]:
    """The copies in other trees that are not the same as the one that is shown, in trees' order.

    `archives` says in which trees the change is archived, and as what; `trees` has their names and
    labels.
    """
    content = states[shown].documents
    copies = []
    for number, (tree, label) in enumerate(trees):
        state = states.get(number)
        archived = archives.get(number, "")
        if state is not None and number != shown and state.documents != content:
            copies.append(Copy(tree, label, state.progress.done, state.progress.total))
        elif state is None and archived:
            copies.append(Copy(tree, label, archived=archived))
    return tuple(copies)
