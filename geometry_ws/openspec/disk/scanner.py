"""From a folder to documents: all files of a project, or only those that changed.

Walks the openspec/ folder within bounds. A document that didn't change stays the same object.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from geometry_ws.openspec.disk.reader import (
    Key,
    LeadsOut,
    Reader,
    Tree,
    failed,
    is_name,
    key_of,
    leads_out,
    links_out,
    list_folder,
    list_tree,
    read_tree,
)
from geometry_ws.openspec.disk.shared import Sources
from geometry_ws.openspec.format.config import read_config
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import METADATA_FILE, SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.format.text import code_unit_key
from geometry_ws.openspec.rules.state import wanted_documents
from geometry_ws.openspec.rules.validate_links import outside_paths

MAX_CHANGES = 2000
MAX_ARCHIVED = 20_000
MAX_PATHS = 100
MAX_SPEC_ENTRIES = 50_000
ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """All documents of a project that matter, and the names of its archived changes.

    `hidden` has the folders in changes/ whose names start with a dot: the official tool lists
    them, but looks at them nowhere else. `outside` has the paths of links that lead out of the
    project; those within a change are among its entries. `taken` has the names of all that lies in
    the archive, whatever it is.
    """

    changes: Mapping[str, ChangeFiles] = field(default_factory=dict)
    specs: Mapping[str, Source] = field(default_factory=dict)
    archived: tuple[str, ...] = ()
    schemas: Schemas = field(default_factory=lambda: Schemas({}))
    problem: str = ""
    hidden: Mapping[str, ChangeFiles] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()

    def forget_parsed(self) -> None:
        """Keep documents, but not what they parse to, which needs more memory than they do."""
        for source in self.specs.values():
            source.forget_parsed()
        for change in self.changes.values():
            for source in change.deltas.values():
                source.forget_parsed()


class LiveProject(Protocol):
    """A project whose files can be read again part by part; writers decide by its newest files."""

    folder: Path

    def root(self) -> str:
        """The real path of the openspec/ folder; raises NoProject."""

    def look(self, *paths: str) -> ProjectFiles:
        """Read again what lies at some paths in the folder, and give all documents."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """The parts of a project that are scanned; `names` are changes' names (None: all changes)."""

    changes: bool
    names: set[str] | None
    specs: bool
    archive: bool


class Scanner:
    """Scans one openspec/ folder, given by its real path; `shared` are documents of its trees."""

    def __init__(self, root: str, shared: Sources | None = None) -> None:
        self.root = root
        self._project = str(Path(root).parent)
        self._reader = Reader(self._project, shared=shared)
        self._settings: tuple[object, ...] | None = None
        self._outside: dict[str, tuple[str, ...]] = {}

    def distrust(self, path: str) -> None:
        """Read what lies at or below a path (in the folder) anew next time."""
        self._reader.distrust(str(Path(self.root, path)))

    def file_key(self, path: str) -> Key:
        """The key of a file's version (by its real path) at this moment; raises OSError."""
        return key_of(os.lstat(path))

    def scan(self, old: ProjectFiles, paths: set[str] | None) -> ProjectFiles:
        """Scan everything (paths is None) or only what lies at the paths, in the folder."""
        self._reader.begin_moment()
        try:
            return self._scan(old, paths)
        finally:
            self._reader.end_moment()

    def _scan(self, old: ProjectFiles, paths: set[str] | None) -> ProjectFiles:
        self._distrust_all(paths)
        schemas = self._schemas(old)
        scope = _scope_of(paths if schemas is old.schemas else None)
        changes, hidden, problem = old.changes, old.hidden, old.problem
        if scope.changes:
            renewed = self._renewed({**changes, **hidden}, scope.names, schemas)
            if renewed is None:
                folders, problem = self._changes({**changes, **hidden}, scope.names, schemas)
                changes, hidden = _split_hidden(folders)
            elif renewed:
                changes, hidden = _split_hidden({**changes, **hidden, **renewed})
        specs = self._specs(old.specs) if scope.specs else old.specs
        archived, taken = self._archived() if scope.archive else (old.archived, old.taken)
        outside = outside_paths(self._outside)
        return ProjectFiles(changes, specs, archived, schemas, problem, hidden, outside, taken)

    def _distrust_all(self, paths: set[str] | None) -> None:
        """Read what lies at the paths anew; everything where there are too many paths or none."""
        if paths is not None:
            for path in paths if paths and len(paths) <= MAX_PATHS else ("",):
                self.distrust(path)

    # --- settings ------------------------------------------------------------------------

    def _schemas(self, old: ProjectFiles) -> Schemas:
        config = self._read("config.yaml") or self._read("config.yml")
        own: dict[str, Source | None] = {}
        entries, outside = self._list("schemas")
        for entry in entries:
            if is_schema_folder(entry):
                source = self._read(f"schemas/{entry.name}/schema.yaml")
                if source is not None:
                    own[entry.name] = source
        files = {"config.yaml": config}
        files |= {f"schemas/{name}/schema.yaml": source for name, source in own.items()}
        outside += tuple(path for path, source in files.items() if source and source.is_outside)
        self._outside["settings"] = outside
        settings = (config, *own.items())
        if settings == self._settings:
            return old.schemas
        self._settings = settings
        texts = {
            name: source.text if source and source.readable else None
            for name, source in own.items()
        }
        return Schemas(texts, read_config(config.text) if config else None)

    def _read(self, path: str) -> Source | None:
        return self._reader.read(str(Path(self.root, path)))

    def _list(self, path: str) -> tuple[list[os.DirEntry[str]], tuple[str, ...]]:
        """What lies in a folder, and the links that lead out, by their paths; raises nothing."""
        try:
            entries = list_folder(str(Path(self.root, path)), self._project)
        except LeadsOut:
            return [], (path,)
        except OSError:
            return [], ()
        return self._inside(path, entries)

    def _inside(
        self, path: str, entries: list[os.DirEntry[str]]
    ) -> tuple[list[os.DirEntry[str]], tuple[str, ...]]:
        outside = links_out(entries, self._project)
        inside = [entry for entry in entries if entry.name not in outside]
        return inside, tuple(f"{path}/{name}" for name in outside)

    # --- changes -------------------------------------------------------------------------

    def _renewed(
        self, old: Mapping[str, ChangeFiles], names: set[str] | None, schemas: Schemas
    ) -> dict[str, ChangeFiles] | None:
        """Those of the named changes that are different now; None: all of changes/ is to be listed.

        It needn't be while the named ones stay the folders that they were. Where the archive is
        named, it is: word of a folder that moved there can come before word that it left.
        """
        folder = str(Path(self.root, "changes"))
        if names is None or ARCHIVE in names or leads_out(folder, self._project):
            return None
        renewed = {}
        for name in names:
            known = old.get(name)
            if known is None or not _is_folder(f"{folder}/{name}"):
                return None
            change = self._change(name, known, schemas)
            if change is None:
                return None
            if change is not known:
                renewed[name] = change
        return renewed

    def _changes(
        self, old: Mapping[str, ChangeFiles], names: set[str] | None, schemas: Schemas
    ) -> tuple[dict[str, ChangeFiles], str]:
        changes: dict[str, ChangeFiles] = {}
        problem = ""
        outside: tuple[str, ...] = ()
        try:
            entries = list_folder(str(Path(self.root, "changes")), self._project)
            entries, outside = self._inside("changes", entries)
        except (FileNotFoundError, NotADirectoryError):
            entries = []
        except LeadsOut:
            entries, outside = [], ("changes",)
        except OSError as trouble:
            entries, problem = [], f"changes/ {failed(trouble).problem}."
        # The archive is looked at by itself.
        self._outside["changes"] = tuple(path for path in outside if path != f"changes/{ARCHIVE}")
        folders = [entry for entry in entries if _is_change(entry)]
        if len(folders) > MAX_CHANGES:
            problem = f"Only the first {MAX_CHANGES} of {len(folders)} changes are shown."
        for entry in folders[:MAX_CHANGES]:
            name = entry.name
            known = old.get(name)
            if known is None or names is None or name in names:
                known = self._change(name, known, schemas)
            if known is not None:
                changes[known.name] = known
        return changes, problem

    def _change(self, name: str, old: ChangeFiles | None, schemas: Schemas) -> ChangeFiles | None:
        folder = str(Path(self.root, "changes", name))
        if not is_name(name):
            shown = os.fsencode(name).decode("utf-8", "replace")
            return ChangeFiles(shown, {}, {}, "The folder's name is not UTF-8.")
        try:
            tree = read_tree(folder, self._project, followed=True)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            return ChangeFiles(name, {}, {}, f"The folder {failed(problem).problem}.")
        metadata = self._reader.read(f"{folder}/{METADATA_FILE}")
        first = ChangeFiles(name, tree.entries, {METADATA_FILE: metadata} if metadata else {})
        sources: dict[str, Source] = {}
        for path in wanted_documents(first, schemas):
            source = self._reader.read(f"{folder}/{path}")
            if source is not None:
                sources[path] = source
        self._reader.forget_all_but({f"{folder}/{path}" for path in sources}, folder)
        if old is not None and _is_same(old, tree, sources):
            return old
        return ChangeFiles(name, tree.entries, sources, modified=tree.modified, away=tree.away)

    # --- specs and the archive -----------------------------------------------------------

    def _specs(self, old: Mapping[str, Source]) -> Mapping[str, Source]:
        folder = str(Path(self.root, "specs"))
        self._outside["specs"] = ()
        try:
            entries = list_tree(folder, self._project, MAX_SPEC_ENTRIES)
        except LeadsOut:
            self._outside["specs"] = ("specs",)
            return {}
        except OSError:
            return {}
        self._outside["specs"] = tuple(
            f"specs/{path}" for path, kind in entries.items() if kind == "outside"
        )
        specs: dict[str, Source] = {}
        for path, kind in entries.items():
            parts = path.split("/")
            if parts[-1] != SPEC_FILE or len(parts) < 2 or kind == "dir":
                continue
            if any(part.startswith(".") for part in parts):
                continue
            source = self._reader.read(f"{folder}/{path}")
            if source is not None:
                specs["/".join(parts[:-1])] = source
        self._reader.forget_all_but({f"{folder}/{id_}/{SPEC_FILE}" for id_ in specs}, folder)
        same = old.keys() == specs.keys() and all(old[id_] is specs[id_] for id_ in specs)
        return old if same else specs

    def _archived(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """The archived changes, and the names of all that lies in the archive."""
        if "changes" in self._outside["changes"]:
            self._outside["archive"] = ()
            return (), frozenset()
        entries, outside = self._list(f"changes/{ARCHIVE}")
        self._outside["archive"] = outside
        links = (path.rpartition("/")[2] for path in outside)
        taken = frozenset([*(entry.name for entry in entries), *links])
        names = [
            entry.name
            for entry in entries
            if entry.is_dir(follow_symlinks=False)
            and not entry.name.startswith(".")
            and is_name(entry.name)
        ]
        return tuple(sorted(names, key=code_unit_key)[:MAX_ARCHIVED]), taken


def _scope_of(paths: set[str] | None) -> _Scope:
    """The parts that paths in the folder lie in; None stands for everything."""
    if paths is None:
        return _Scope(changes=True, names=None, specs=True, archive=True)
    heads = {tuple(path.split("/")[:2]) for path in paths}
    names = {head[1] for head in heads if head[0] == "changes" and len(head) == 2}
    whole = ("changes",) in heads
    return _Scope(
        changes=whole or bool(names),
        names=None if whole else names,
        specs=any(head[0] == "specs" for head in heads),
        archive=whole or ARCHIVE in names,
    )


def _split_hidden(
    folders: Mapping[str, ChangeFiles],
) -> tuple[dict[str, ChangeFiles], dict[str, ChangeFiles]]:
    """The changes, and those whose folders' names start with a dot."""
    changes = {name: change for name, change in folders.items() if not name.startswith(".")}
    hidden = {name: change for name, change in folders.items() if name.startswith(".")}
    return changes, hidden


def is_schema_folder(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry of schemas/ is a schema's folder, not one that is being made."""
    name = entry.name
    unfinished = name.startswith((".fork-staging-", ".init-staging-")) or any(
        part in name for part in (".fork-backup-", ".init-backup-")
    )
    return is_name(name) and not unfinished and entry.is_dir()


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _is_change(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False) and entry.name != ARCHIVE


def _is_same(old: ChangeFiles, tree: Tree, sources: Mapping[str, Source]) -> bool:
    return (
        not old.problem
        and old.modified == tree.modified
        and old.entries == tree.entries
        and old.away == tree.away
        and old.sources.keys() == sources.keys()
        and all(old.sources[path] is source for path, source in sources.items())
    )
