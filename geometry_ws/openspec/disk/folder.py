"""A project's folder, read piece by piece on demand: for one question, then thrown away.

The command line answers one question in one process. Loading a whole project for it, as the store
does, would take longer than the answer; this reads a file when it is looked at and not before.
"""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from geometry_ws.openspec.disk.find_project import FOLDER
from geometry_ws.openspec.disk.reader import (
    Key,
    Reader,
    failed,
    is_name,
    key_of,
    leads_out,
    links_out,
    list_folder,
    list_tree,
    read_tree,
)
from geometry_ws.openspec.disk.scanner import ARCHIVE, MAX_SPEC_ENTRIES, is_schema_folder
from geometry_ws.openspec.disk.templates import Template, read_template
from geometry_ws.openspec.format.config import read_config
from geometry_ws.openspec.format.errors import Unreadable
from geometry_ws.openspec.format.schemas import Artifact, Schemas
from geometry_ws.openspec.format.sources import METADATA_FILE, SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.format.text import code_unit_key
from geometry_ws.openspec.rules.state import wanted_documents
from geometry_ws.openspec.rules.validate_links import outside_paths

_ARCHIVE_PLACE = f"changes/{ARCHIVE}"
_PLACES = ("specs", "changes", _ARCHIVE_PLACE, "schemas", "config.yaml", "config.yml")


class LazySources(Mapping[str, Source]):
    """Documents by their paths (or ids), each read when it is first asked for."""

    def __init__(
        self, read: Callable[[str], Source | None], names: Callable[[], list[str]]
    ) -> None:
        self._read = read
        self._names = names
        self._known: dict[str, Source | None] = {}

    def __getitem__(self, name: str) -> Source:
        if name not in self._known:
            self._known[name] = self._read(name)
        source = self._known[name]
        if source is None:
            raise KeyError(name)
        return source

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


class Folder:
    """One project by the path of the folder that has openspec/ in it, a real path.

    `users_schemas` is the folder with the user's own schemas, if there is one; `name` is what the
    folder openspec/ is called.
    """

    def __init__(self, path: str, users_schemas: str = "", name: str = FOLDER) -> None:
        self.path = path
        self._openspec = str(Path(path, name))
        self._users_schemas = users_schemas
        self._reader = Reader(path, moment=True)
        self._changes: dict[str, ChangeFiles | None] = {}
        self._keys: dict[str, Mapping[str, Key]] = {}
        self._spec_keys: dict[str, Key | None] = {}

    def read(self, path: str) -> Source | None:
        """A document of the project by its path below openspec/."""
        return self._reader.read(f"{self._openspec}/{path}")

    # --- settings ------------------------------------------------------------------------

    @cached_property
    def settings(self) -> tuple[str | None, dict[str, str | None], dict[str, str | None]]:
        """The texts of config.yaml, of the project's own schemas and of the user's."""
        config = self.read("config.yaml") or self.read("config.yml")
        own = _schemas_in(f"{self._openspec}/schemas", self._reader)
        users: dict[str, str | None] = {}
        if self._users_schemas:
            real = os.path.realpath(self._users_schemas)
            users = _schemas_in(real, Reader(real))
        return config.text if config else None, own, users

    @cached_property
    def schemas(self) -> Schemas:
        """The schemas that the project can use."""
        config, own, users = self.settings
        return Schemas(own, None if config is None else read_config(config), users)

    def template(self, schema: str, artifact: Artifact) -> Template:
        """What a document of a schema begins with; `schema` is the name of its folder."""
        return read_template(self._openspec, self.schemas, schema, artifact, self._users_schemas)

    # --- changes -------------------------------------------------------------------------

    @cached_property
    def change_names(self) -> list[str]:
        """All folders in changes/ but the archive, hidden ones too; raises Unreadable."""
        return self._folders("changes", but=ARCHIVE)

    @cached_property
    def archived_names(self) -> list[str]:
        """The archived changes; raises Unreadable."""
        names = self._folders(f"changes/{ARCHIVE}")
        return sorted((name for name in names if not name.startswith(".")), key=code_unit_key)

    def _folders(self, path: str, but: str = "") -> list[str]:
        try:
            entries = list_folder(f"{self._openspec}/{path}", self.path)
        except FileNotFoundError:
            return []
        except OSError as problem:
            raise Unreadable(f"{path}/ {failed(problem).problem}.") from problem
        names = [
            entry.name
            for entry in entries
            if entry.is_dir(follow_symlinks=False) and entry.name != but and is_name(entry.name)
        ]
        return sorted(names, key=os.fsencode)

    def change(self, name: str) -> ChangeFiles | None:
        """A change by its name; None where there is no such folder."""
        if name not in self._changes:
            self._changes[name] = self._read_change(name, f"changes/{name}")
        return self._changes[name]

    def archived_change(self, name: str) -> ChangeFiles | None:
        """An archived change by its folder's name."""
        return self._read_change(name, f"changes/{ARCHIVE}/{name}", dated=False)

    def _read_change(self, name: str, path: str, *, dated: bool = True) -> ChangeFiles | None:
        folder = f"{self._openspec}/{path}"
        try:
            if dated:
                tree = read_tree(folder, self.path)
                entries, modified, away = tree.entries, tree.modified, tree.away
                self._keys[name] = tree.keys
            else:
                entries, modified, away = list_tree(folder, self.path), 0, frozenset[str]()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as problem:
            return ChangeFiles(name, {}, {}, f"The folder {failed(problem).problem}.")

        @cache
        def wanted() -> dict[str, None]:
            return dict.fromkeys(self._wanted(name, folder, entries))

        def read(document: str) -> Source | None:
            return self._reader.read(f"{folder}/{document}") if document in wanted() else None

        sources = LazySources(read, lambda: list(wanted()))
        return ChangeFiles(name, entries, sources, modified=modified, away=away)

    def _wanted(self, name: str, folder: str, entries: Mapping[str, str]) -> list[str]:
        """The documents of a change's folder."""
        metadata = (
            self._reader.read(f"{folder}/{METADATA_FILE}") if METADATA_FILE in entries else None
        )
        known = {METADATA_FILE: metadata} if metadata else {}
        wanted = wanted_documents(ChangeFiles(name, entries, known), self.schemas)
        links = {path for path in wanted if entries[path] == "link"}
        # Whether a link is a document shows only when it is followed.
        return [
            path for path in wanted if path not in links or self._reader.read(f"{folder}/{path}")
        ]

    def change_keys(self, name: str) -> Mapping[str, Key] | None:
        """The keys of a change's files, by path, as they were when its folder was listed.

        None where they don't tell whether it is the same: with links, or with what can't be read.
        """
        change, keys = self.change(name), self._keys.get(name)
        if change is None or change.problem or keys is None:
            return None
        kinds = change.entries.items()
        if any(kind not in ("file", "dir") or (kind == "file") != (p in keys) for p, kind in kinds):
            return None
        return keys

    def spec_key(self, id_: str) -> Key | None:
        """The key of a main spec when it was looked at first; None where it tells nothing.

        It does so for links, and where it can't be looked at. One that isn't there has a key as
        well: zeros.
        """
        if id_ not in self._spec_keys:
            self._spec_keys[id_] = self._look_at_spec(id_)
        return self._spec_keys[id_]

    def _look_at_spec(self, id_: str) -> Key | None:
        try:
            status = os.lstat(f"{self._openspec}/specs/{id_}/{SPEC_FILE}")
        except (FileNotFoundError, NotADirectoryError):
            return 0, 0, 0, 0, 0
        except OSError:
            return None
        return key_of(status) if stat.S_ISREG(status.st_mode) else None

    # --- links out of the project ---------------------------------------------------------

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """The paths of links out of the project, but those in changes; raises Unreadable."""
        paths = [path for path in _PLACES if leads_out(f"{self._openspec}/{path}", self.path)]
        if "changes" in paths:
            paths = [path for path in paths if path != _ARCHIVE_PLACE]
        for path in ("changes", _ARCHIVE_PLACE, "schemas"):
            paths += [f"{path}/{name}" for name in self._links_out(path)]
        if "specs" not in paths:
            entries = self._spec_entries.items()
            paths += [f"specs/{path}" for path, kind in entries if kind == "outside"]
        return outside_paths({"": paths})

    def _links_out(self, path: str) -> list[str]:
        try:
            return links_out(list_folder(f"{self._openspec}/{path}", self.path), self.path)
        except OSError:
            return []

    # --- specs ---------------------------------------------------------------------------

    @cached_property
    def spec_ids(self) -> list[str]:
        """The ids of all main specs, by code unit; raises Unreadable."""
        folder = f"{self._openspec}/specs"
        ids = []
        for path, kind in self._spec_entries.items():
            parts = path.split("/")
            if parts[-1] != SPEC_FILE or len(parts) < 2 or kind == "dir":
                continue
            if any(part.startswith(".") for part in parts):
                continue
            if kind == "file" or self._reader.read(f"{folder}/{path}") is not None:
                ids.append("/".join(parts[:-1]))
        return sorted(ids, key=code_unit_key)

    @cached_property
    def _spec_entries(self) -> Mapping[str, str]:
        try:
            return list_tree(f"{self._openspec}/specs", self.path, MAX_SPEC_ENTRIES)
        except FileNotFoundError:
            return {}
        except OSError as problem:
            raise Unreadable(f"specs/ {failed(problem).problem}.") from problem

    @cached_property
    def specs(self) -> Mapping[str, Source]:
        """The main specs by id, each read when it is looked at."""
        return LazySources(self._read_spec, lambda: self.spec_ids)

    def _read_spec(self, id_: str) -> Source | None:
        # What is written from now on makes the key another one than this.
        self.spec_key(id_)
        return self.read(f"specs/{id_}/{SPEC_FILE}")


def _schemas_in(folder: str, reader: Reader) -> dict[str, str | None]:
    texts: dict[str, str | None] = {}
    try:
        entries = list_folder(folder, reader.root)
    except OSError:
        return texts
    for entry in entries:
        if is_schema_folder(entry):
            source = reader.read(f"{folder}/{entry.name}/schema.yaml")
            if source is not None:
                texts[entry.name] = source.text if source.readable else None
    return texts
