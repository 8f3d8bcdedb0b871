"""What is looked up in a project as it was read last: changes, specs and their documents."""

import os
import threading
from pathlib import Path

from geometry_ws.openspec.disk import documents
from geometry_ws.openspec.disk.documents import Document
from geometry_ws.openspec.disk.scanner import ProjectFiles
from geometry_ws.openspec.format.errors import NoSuchChange, NoSuchSpec, Unreadable
from geometry_ws.openspec.format.model import ChangeState, ProjectState, Spec, SpecState
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles


class Lookups:
    """Looks things up in the files and the state that a store has; thread-safe."""

    folder: Path
    _lock: threading.RLock
    _state: ProjectState
    _files: ProjectFiles

    def change(self, name: str) -> ChangeState:
        """The state of an open change; raises NoSuchChange."""
        state = self._state.changes.get(name)
        if state is None:
            raise NoSuchChange(f'There is no open change "{name}".')
        return state

    def spec(self, id_: str) -> tuple[SpecState, Spec]:
        """The state of a spec and the spec itself; raises NoSuchSpec, Unreadable."""
        with self._lock:
            state, source = self._state.specs.get(id_), self._files.specs.get(id_)
        if state is None or source is None:
            raise NoSuchSpec(f'There is no spec "{id_}".')
        if not source.readable:
            raise Unreadable(f"{SPEC_FILE} {source.problem}.")
        return state, source.spec

    def spec_state(self, id_: str) -> SpecState:
        """The state of a spec, with what validation says of it; raises NoSuchSpec."""
        state = self._state.specs.get(id_)
        if state is None:
            raise NoSuchSpec(f'There is no spec "{id_}".')
        return state

    def read_document(self, change: str, path: str) -> Document:
        """One document of an open change, by its path in the change's folder, such as tasks.md.

        Raises NoSuchChange, NoSuchDocument, Unreadable.
        """
        return documents.change_document(self._change_files(change), path)

    def documents(self, change: str) -> list[Document]:
        """All readable documents of an open change; raises NoSuchChange."""
        return documents.change_documents(self._change_files(change))

    def _change_files(self, name: str) -> ChangeFiles:
        with self._lock:
            files = self._files.changes.get(name)
        if files is None:
            raise NoSuchChange(f'There is no open change "{name}".')
        return files

    def read_spec(self, id_: str) -> Document:
        """The document of a spec; raises NoSuchSpec, Unreadable."""
        with self._lock:
            source = self._files.specs.get(id_)
        if source is None:
            raise NoSuchSpec(f'There is no spec "{id_}".')
        return documents.document_of(SPEC_FILE, source)

    def archived_documents(self, name: str) -> list[str]:
        """The paths of an archived change's Markdown files; raises NoSuchChange."""
        return documents.archived_paths(self._archived_folder(name))

    def read_archived(self, name: str, path: str) -> Document:
        """One Markdown file of an archived change, by its path in the change's folder.

        Raises NoSuchChange, NoSuchDocument, Unreadable.
        """
        return documents.archived_document(self._archived_folder(name), path)

    def _archived_folder(self, name: str) -> Path:
        if name not in self._state.archived:
            raise NoSuchChange(f'There is no archived change "{name}".')
        return Path(os.path.realpath(self.folder), "changes", "archive", name)
