"""The state of a project, worked out of its documents; only what is different is looked at."""

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from geometry_ws.openspec.disk.archive_place import ArchivePlace, archive_place
from geometry_ws.openspec.disk.base_follower import BaseFollower
from geometry_ws.openspec.disk.change_states import ChangeStates, SpecStates
from geometry_ws.openspec.disk.git_moves import GitMoves
from geometry_ws.openspec.disk.scanner import ProjectFiles
from geometry_ws.openspec.disk.state_cache import StateCache
from geometry_ws.openspec.format.config import config_notice
from geometry_ws.openspec.format.model import ChangeState, ProjectState, SpecState
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.rebasing.touched import Bases
from geometry_ws.openspec.rules.validate_links import links_problem, validate_places
from geometry_ws.openspec.views.conflicts import NO_CONFLICTS, ConflictFinder, Conflicts


class Evaluator:
    """Works out one project's states; `today` says which day it is. Not thread-safe."""

    def __init__(
        self,
        folder: Path,
        cache: StateCache,
        today: Callable[[], datetime.date],
        following: BaseFollower,
        moves: GitMoves,
    ) -> None:
        self._folder = folder
        self._today = today
        self._following = following
        self._moves = moves
        self._changes = ChangeStates(cache)
        self._specs = SpecStates(cache)
        self._conflict_finder = ConflictFinder(cache.of_conflicts)
        self._conflicts: Conflicts = NO_CONFLICTS
        self._place: ArchivePlace | None = None
        self._evaluated: tuple[ProjectFiles, Mapping[str, Bases] | None] = ProjectFiles(), None
        self._seen_moves: object = None

    def start_again(self) -> None:
        """Forget everything: the project is another one, or gone for now."""
        self._following.start_again()
        self._changes.clear()
        self._specs.clear()
        self._evaluated = ProjectFiles(), None
        self._place = None

    def is_another_day(self) -> bool:
        """Say whether the state was worked out on a day before."""
        return self._place is not None and self._place.today != self._today()

    def evaluate(
        self, files: ProjectFiles, old: ProjectState, title: str, notice: str
    ) -> ProjectState:
        """The state that documents make; `old` is the last one, and the same if nothing changed."""
        self._following.look(files)
        moves = self._moves.known
        bases = self._following.bases
        conflicts = self._conflict_finder.find(files.changes, files.specs)
        linked = links_problem(validate_places(files.outside))
        place = archive_place(self._folder, self._today(), files.taken)
        new = ProjectState(
            title,
            f"{files.problem} {linked}".strip(),
            self._change_states(files, old, bases, place, conflicts),
            self._spec_states(files, old),
            files.archived,
            f"{notice} {self._config_notice(files)}".strip(),
        )
        self._evaluated, self._place, self._conflicts = (files, bases), place, conflicts
        self._seen_moves = moves
        return old if old == new else new

    def _config_notice(self, files: ProjectFiles) -> str:
        places = [Path(self._folder, name) for name in ("specs", "changes")]
        has_folders = any(place.is_dir() for place in places)
        return config_notice(files.schemas.config, has_folders=has_folders)

    def _change_states(
        self,
        files: ProjectFiles,
        old: ProjectState,
        bases: Mapping[str, Bases],
        place: ArchivePlace,
        conflicts: Conflicts,
    ) -> Mapping[str, ChangeState]:
        """The states of all changes; only what is different from the last time is looked at."""
        last, last_bases = self._evaluated
        same = last.specs is files.specs and last.schemas is files.schemas and last_bases is bases
        same = same and self._place == place and self._conflicts is conflicts
        same = same and self._seen_moves is self._moves.known
        if same and last.changes is files.changes:
            return old.changes
        known = last.changes if same else {}
        states = {
            name: old.changes[name]
            if known.get(name) is change
            else self._change_state(files, change, place, conflicts)
            for name, change in files.changes.items()
        }
        self._changes.keep_only(states)
        return MappingProxyType(dict(sorted(states.items())))

    def _spec_states(self, files: ProjectFiles, old: ProjectState) -> Mapping[str, SpecState]:
        if self._evaluated[0].specs is files.specs and self._evaluated[1] is not None:
            return old.specs
        return self._specs.of_all(files.specs)

    def _change_state(
        self, files: ProjectFiles, change: ChangeFiles, place: ArchivePlace, conflicts: Conflicts
    ) -> ChangeState:
        bases = self._following.of(change.name)
        self._changes.of(change, files.schemas, files.specs, bases, place)
        return self._changes.with_surroundings(
            change.name, conflicts.get(change.name, ()), self._moves.movement(change)
        )
