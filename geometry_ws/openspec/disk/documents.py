"""The raw documents of changes and specs, as they are on disk."""

import os
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.reader import Reader, list_tree
from geometry_ws.openspec.format.errors import NoSuchChange, NoSuchDocument, Unreadable
from geometry_ws.openspec.format.sources import ChangeFiles, Source


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is on disk: undecodable bytes are U+FFFD in the text."""

    name: str
    text: str
    revision: str


def document_of(name: str, source: Source) -> Document:
    """The document of a source; raises Unreadable."""
    if not source.readable:
        raise Unreadable(f"{name} {source.problem}.")
    return Document(name, source.text, source.revision)


def change_document(change: ChangeFiles, path: str) -> Document:
    """One document of an open change; raises NoSuchDocument, Unreadable."""
    source = change.sources.get(path)
    if source is None:
        raise NoSuchDocument(f'The change "{change.name}" has no document "{path}".')
    return document_of(path, source)


def change_documents(change: ChangeFiles) -> list[Document]:
    """All documents of an open change that can be read."""
    return [document_of(name, source) for name, source in change.sources.items() if source.readable]


def archived_paths(folder: Path) -> list[str]:
    """The paths of the Markdown files in an archived change's folder; raises NoSuchChange."""
    try:
        entries = list_tree(str(folder), _project_of(folder))
    except OSError as problem:
        raise NoSuchChange(f'There is no archived change "{folder.name}".') from problem
    return [
        path
        for path, kind in entries.items()
        if kind not in ("dir", "outside") and path.lower().endswith(".md")
    ]


def archived_document(folder: Path, path: str) -> Document:
    """One of those files; raises NoSuchChange, NoSuchDocument, Unreadable."""
    source = None
    if path in archived_paths(folder):
        source = Reader(_project_of(folder)).read(str(folder / path))
    if source is None:
        raise NoSuchDocument(f'The archived change "{folder.name}" has no document "{path}".')
    return document_of(path, source)


def _project_of(folder: Path) -> str:
    """The project's own folder: changes/archive/<name> lies four folders below it."""
    return os.path.realpath(folder.parents[3])
