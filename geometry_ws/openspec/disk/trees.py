"""A project in all work trees of its repository: one change of each name, the furthest copy.

Each tree has a store of its own; `of` gives the one that the shown copy of a change lies in, which
is read and written there. Specs, the archive and all else are those of the tree that is served.
Plain blocking Python, to be called from threads; `state` and `files` may be asked anywhere.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geometry_ws.openspec.disk.git_worktrees import MOST_TREES, WorktreeList
from geometry_ws.openspec.disk.reader import is_within
from geometry_ws.openspec.disk.scanner import ProjectFiles
from geometry_ws.openspec.disk.shared import Shared
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.watcher import Watcher
from geometry_ws.openspec.format.errors import NoSuchChange, NotAllowed
from geometry_ws.openspec.format.model import ChangeState, ProjectState
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.format.worktrees import Tree
from geometry_ws.openspec.views.conflicts import ConflictFinder
from geometry_ws.openspec.views.copies import HOME, Choice, CopyChooser, TreeMoment

Report = Callable[[set[str]], None]
MakeStore = Callable[[str, Shared], Store]


@dataclass(slots=True)
class _Grown:
    """A tree with its store; the one that is served has no watcher here."""

    tree: Tree
    store: Store
    watcher: Watcher | None = None


class Trees:
    """A project's trees, the one that is served first. `make` gives the store of another folder.

    `is_served` says of a folder that it is served as a project of its own: it is no tree here.
    """

    def __init__(
        self,
        home: Store,
        make: MakeStore | None = None,
        shared: Shared | None = None,
        is_served: Callable[[str], bool] = lambda _folder: False,
    ) -> None:
        self.home = home
        self._make = make
        self._shared = shared or Shared()
        self._is_served = is_served
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._list: WorktreeList | None = None
        self._listed: list[Tree] = []
        self._grown: list[_Grown] = []
        self._report: Report | None = None
        self._closed = False
        self._picture = _Picture()
        self.notice = ""
        """One sentence where there are more trees than are followed."""

    # --- as one project ------------------------------------------------------------------

    @property
    def trees(self) -> tuple[Tree, ...]:
        """The trees, where there are several."""
        return tuple(each.tree for each in self._grown)

    @property
    def state(self) -> ProjectState:
        """The state with the shown copy of every change, as of the last load or reload."""
        return self._drawn()[1] if self._grown else self.home.state

    @property
    def files(self) -> ProjectFiles:
        """The documents, with those of the shown copies."""
        return self._drawn()[0] if self._grown else self.home.files

    def moment(self) -> tuple[ProjectFiles, ProjectState]:
        """The documents and the state of one moment; waits while something is being read."""
        if not self._grown:
            return self.home.moment()
        for each in self._grown:
            each.store.moment()
        return self._drawn()

    def _drawn(self) -> tuple[ProjectFiles, ProjectState]:
        with self._lock:
            # What home has to say of itself is in its state.
            late = (each.store.notice for each in self._grown if not each.tree.home)
            notice = self.notice or next(filter(None, late), "")
            return self._picture.draw(self._grown, self.home, notice)

    def of(self, change: str, tree: str | None = None) -> Store:
        """The store of the tree that the shown copy of a change lies in, or of a tree by its name.

        A branch's name will do as well. Raises NoSuchChange, NotAllowed where there is no such
        tree.
        """
        if tree is not None:
            return self.named(tree)
        if not self._grown:
            return self.home
        own = self.shown(change).tree
        return next((each.store for each in self._grown if each.tree.name == own), self.home)

    def at(self, place: str, change: str) -> Store:
        """The store of the tree that a place lies in, where a change's copy is one of its own.

        Else, and where it merely lacks ticks of the shown copy, as `of`: agents in several trees
        then work off one list.
        """
        inside = [
            (len(home), each.store, copy)
            for each in self._grown
            if f"{place}/".startswith(f"{(home := str(Path(each.tree.path).parent))}/")
            and (copy := each.store.state.changes.get(change)) is not None
        ]
        if not inside:
            return self.of(change)
        _, own, copy = max(inside, key=itemgetter(0))
        return self.of(change) if _has_nothing_of_its_own(copy, self.shown(change)) else own

    def shown(self, change: str) -> ChangeState:
        """The state of the shown copy of a change; raises NoSuchChange."""
        state = self.state.changes.get(change)
        if state is None:
            raise NoSuchChange(f'There is no open change "{change}".')
        return state

    def named(self, tree: str) -> Store:
        """The store of a tree, by its name or its branch's; raises NotAllowed."""
        grown = list(self._grown)
        for each in grown:
            if each.tree.name == tree:
                return each.store
        for each in grown:
            if each.tree.label == tree:
                return each.store
        known = ", ".join(each.tree.name for each in grown)
        words = f"name one of {known}" if known else "it has one, which needs no name"
        raise NotAllowed(f'The project has no work tree "{tree}": {words}.', "tree")

    def name_of(self, store: Store) -> str:
        """The name of a store's tree; empty where there is just one tree."""
        return next((each.tree.name for each in self._grown if each.store is store), "")

    # --- following -----------------------------------------------------------------------

    def look_for_trees(self) -> bool:
        """Follow the trees that git lists by now; says whether others are followed than before."""
        with self._looking:
            if self._make is None or self._closed:
                return False
            root = self.home.root() if self.home.folder.is_dir() else None
            if root is None:
                return self._follow([])
            if self._list is None or self._list.root != root:
                self._list = WorktreeList(root)
            if self._list.is_news():
                self._listed = self._list.read()
                self.notice = _too_many(self._list.more)
            trees = [tree for tree in self._listed if tree.home or not self._is_served(tree.path)]
            return self._follow(trees if len(trees) > 1 else [])

    def _follow(self, trees: Sequence[Tree]) -> bool:
        if list(trees) == [each.tree for each in self._grown]:
            self._shared.states.clear()
            return False
        before = {each.tree.path: each for each in self._grown}
        if trees:
            self.home.moves.all_names = True
            self.home.read_bases()
        grown = []
        for tree in trees:
            known = before.pop(tree.path, None)
            if tree.home:
                grown.append(_Grown(tree, self.home))
            elif known is not None:
                grown.append(_Grown(tree, known.store, known.watcher))
            else:
                grown.append(self._begin(tree))
        self._shared.states.clear()
        with self._lock:
            self._grown = grown
        _close([each.watcher for each in before.values()])
        if self._closed:
            self.close()
        return True

    def _begin(self, tree: Tree) -> _Grown:
        """Follow one more tree: what changes while it is read is reported."""
        store = self._store(tree)
        store.moves.known = self.home.moves.known
        watcher = None if self._report is None else store.watch(self._report)
        store.load()
        return _Grown(tree, store, watcher)

    def _store(self, tree: Tree) -> Store:
        if self._make is None:
            raise RuntimeError("these trees are not followed")
        return self._make(tree.path, self._shared)

    def load(self) -> None:
        """Read the tree that is served; the others come with `look_for_trees`."""
        self.home.load()

    def save_states(self) -> None:
        """Keep what loading worked out for the next start."""
        for store in self._stores():
            store.save_states()

    def forget_parsed(self) -> None:
        """Keep the documents, but not what they parse to."""
        for store in self._stores():
            store.files.forget_parsed()

    def reload(self, paths: Iterable[str] | None = None) -> None:
        """Look again at what lies at the given paths (absolute), or at everything."""
        wanted = None if paths is None else list(paths)
        for store in self._stores():
            if wanted is None:
                store.reload()
                continue
            own = [path for path in wanted if _is_in(path, store)]
            if own or store is self.home:
                store.reload(own)

    def _stores(self) -> list[Store]:
        return [each.store for each in self._grown] or [self.home]

    def watch(self, report: Report) -> Watcher:
        """Follow the files of the tree that is served; from now on those of other trees as well.

        See `Store.watch`.
        """
        watcher = self.home.watch(report)
        with self._looking:
            self._report = report
            for each in self._grown:
                if each.tree.home or each.watcher is not None:
                    continue
                each.watcher = each.store.watch(report)
                each.store.reload()
        return watcher

    def close(self) -> None:
        """End following the other trees."""
        self._closed = True
        watchers = [each.watcher for each in self._grown]
        for each in self._grown:
            each.watcher = None
        # Each ends its threads, which takes its time: nobody waits for that.
        threading.Thread(target=_close, args=(watchers,), name="trees-close").start()

    # --- git -----------------------------------------------------------------------------

    def _in_use(self) -> list[Store]:
        """The stores of the tree that is served, and of those with a copy that is shown."""
        if not self._grown:
            return [self.home]
        shown = {change.tree for change in self.state.changes.values()}
        return [each.store for each in self._grown if each.tree.home or each.tree.name in shown]

    def is_another_day(self) -> bool:
        """Say whether a state was worked out on a day before; then `reload` nothing."""
        return any(store.is_another_day() for store in self._in_use())

    def wants_bases(self) -> bool:
        """Say whether git may know something new of what is shown."""
        return any(store.wants_bases() for store in self._in_use())

    def read_bases(self) -> None:
        """Bring what git knows up to date for what is shown; see `Store.read_bases`."""
        for store in self._in_use():
            if store.wants_bases():
                store.read_bases()


def _has_nothing_of_its_own(own: ChangeState, shown: ChangeState) -> bool:
    """Whether a copy has the tasks of another one, and no tick that the other lacks."""
    pairs = list(zip(own.tasks, shown.tasks, strict=False))
    return len(pairs) == len(own.tasks) == len(shown.tasks) and all(
        mine.text == theirs.text and mine.done <= theirs.done for mine, theirs in pairs
    )


def _too_many(more: int) -> str:
    if not more:
        return ""
    return f"Only {MOST_TREES} of the repository's {MOST_TREES + more} work trees are followed."


def _is_in(path: str, store: Store) -> bool:
    return is_within(path, store.real_folder) or is_within(path, str(store.folder))


def _close(watchers: Collection[Watcher | None]) -> None:
    for watcher in watchers:
        if watcher is not None:
            watcher.close()


class _Picture:
    """The trees as one project: made again only where one of them is another. Not thread-safe."""

    def __init__(self) -> None:
        self._needs: tuple[Any, ...] = ()
        self._chooser = CopyChooser()
        self._conflicts = ConflictFinder()
        self._known: tuple[object, int] = (None, 0)
        self._changes: dict[str, tuple[tuple[Any, ...], ChangeState]] = {}
        self._drawn = ProjectFiles(), ProjectState()

    def draw(
        self, grown: Sequence[_Grown], home: Store, notice: str
    ) -> tuple[ProjectFiles, ProjectState]:
        """The documents and the state of the whole."""
        moments = [(each.store.state, each.store.files) for each in grown]
        known = home.moves.known
        trees = (each.tree for each in grown)
        needs = (known, notice, *trees, *(part for moment in moments for part in moment))
        if len(needs) == len(self._needs) and all(
            new is old for new, old in zip(needs, self._needs, strict=True)
        ):
            return self._drawn
        if known is not self._known[0]:
            self._known = known, self._known[1] + 1
        seen = [
            TreeMoment(each.tree.name, each.tree.label, state, _passing(home, files.changes))
            for each, (state, files) in zip(grown, moments, strict=True)
        ]
        choices = self._chooser.choose(seen, self._known[1])
        files = {
            name: moments[choice.tree][1].changes[name]
            for name, choice in choices.items()
            if name in moments[choice.tree][1].changes
        }
        state, own = moments[HOME]
        self._needs = needs
        self._drawn = (
            replace(own, changes=MappingProxyType(files)),
            replace(
                state,
                changes=self._states(choices, grown, seen, files, own),
                notice=f"{state.notice} {notice}".strip(),
            ),
        )
        return self._drawn

    def _states(
        self,
        choices: dict[str, Choice],
        grown: Sequence[_Grown],
        seen: Sequence[TreeMoment],
        files: dict[str, ChangeFiles],
        own: ProjectFiles,
    ) -> MappingProxyType[str, ChangeState]:
        conflicts = self._conflicts.find(files, own.specs)
        before, self._changes = self._changes, {}
        for name, choice in choices.items():
            state = seen[choice.tree].state.changes[name]
            tree = grown[choice.tree].tree
            label = "" if tree.home else tree.label
            needs = (state, tree.name, label, choice.copies, conflicts.get(name, ()))
            entry = before.get(name)
            if entry is None or entry[0][0] is not state or entry[0][1:] != needs[1:]:
                shown = replace(
                    state, tree=tree.name, branch=label, copies=choice.copies, conflicts=needs[4]
                )
                entry = needs, shown
            self._changes[name] = entry
        return MappingProxyType({name: entry[1] for name, entry in self._changes.items()})


def _passing(home: Store, changes: Any) -> Callable[[str], bool]:
    def has_passed(name: str) -> bool:
        files = changes.get(name)
        return files is not None and home.moves.has_passed(files)

    return has_passed
