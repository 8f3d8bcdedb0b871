"""Writing one document of a change or spec as a whole, if it still is what its writer read.

Documents are named by their owner and a path below the owner's folder; every other path is refused.
New folders appear together with what lies in them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geometry_ws.openspec.disk.journal import Stage
from geometry_ws.openspec.disk.reader import MAX_DOCUMENT, Reader, is_within, key_of
from geometry_ws.openspec.disk.recovery import writing_in
from geometry_ws.openspec.disk.replace_file import (
    ChangedMeanwhile,
    attempts,
    create_file,
    refused_by_system,
    replace_file,
    resolve_target,
    sync_folder,
    write_new,
)
from geometry_ws.openspec.disk.scanner import LiveProject
from geometry_ws.openspec.format.errors import (
    NoSuchChange,
    NoSuchDocument,
    NoSuchSpec,
    NotAllowed,
    StaleRevision,
    StoreError,
    Unreadable,
    Unwritable,
)
from geometry_ws.openspec.format.metadata import read_metadata, schema_of
from geometry_ws.openspec.format.patterns import matching
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import (
    MAX_DEPTH,
    METADATA_FILE,
    SPEC_FILE,
    ChangeFiles,
    Source,
    revision_of,
)
from geometry_ws.openspec.format.tasks import parse_tasks

MAX_PATH = 1000
MAX_NAME = 255
MAX_DOCUMENTS = 200
MAX_CHANGE = 8 * 2**20
MAX_TASKS = 5000
"""Documents of a change, their bytes, and tasks of one, up to which they are written through us.
All of them are held in memory, twice where they are searched, and each task is compared and named
at every step. Whoever has the files may save more."""
_LOST = "\ufffd".encode()
"""Stands for what can't be decoded: to write it would replace that for good."""


@dataclass(frozen=True, slots=True)
class Written:
    """A document that was written: its revision before (empty: it is new) and after.

    `changed` has its path in the openspec/ folder, or nothing where the text was the same.
    """

    document: str
    before: str
    after: str
    changed: tuple[str, ...]


def write_document(
    project: LiveProject,
    text: str,
    *,
    revision: str | None,
    change: str | None = None,
    spec: str | None = None,
    document: str = SPEC_FILE,
) -> Written:
    """Write a document; `revision` is that of the text it is based on, None for a new document.

    Raises NoSuchChange, NoSuchSpec, NoSuchDocument, NotAllowed, StaleRevision, Unreadable,
    Unwritable, NoProject.
    """
    data = encoded(text, "text")
    if spec is not None and document != SPEC_FILE:
        raise NotAllowed(f"A spec has one document, {SPEC_FILE}.", "document")
    writer = _DocumentWriter(project, data, revision, change, spec, document)
    with writing_in(project.root()):
        for _ in attempts():
            try:
                return writer.attempt()
            except (ChangedMeanwhile, FileNotFoundError):
                continue
            except OSError as problem:
                raise refused_by_system("The document", problem) from problem
    raise Unwritable("The document keeps being changed by somebody else.")


def encoded(text: str, field: str) -> bytes:
    """A document's bytes; raises NotAllowed for what is no text or too long."""
    try:
        data = text.encode()
    except UnicodeEncodeError as problem:
        raise NotAllowed("The text has halves of characters in it.", field) from problem
    if len(data) > MAX_DOCUMENT:
        raise NotAllowed("The text is larger than 1 MiB.", field)
    return data


def check_path(path: str, field: str) -> list[str]:
    """The names on a relative path of visible files; raises NotAllowed."""
    names = path.split("/")
    plain = all(
        name
        and not name.startswith(".")
        and len(name.encode("utf-8", "surrogatepass")) <= MAX_NAME
        and not any(
            character == "\\" or character < " " or character == "\x7f" for character in name
        )
        and not any("\ud800" <= character <= "\udfff" for character in name)
        for name in names
    )
    if not plain or len(names) > MAX_DEPTH or len(path.encode("utf-8", "replace")) > MAX_PATH:
        shown = path[:80].encode("utf-8", "replace").decode()
        raise NotAllowed(f'"{shown}" is no name that a document can have.', field)
    return names


def check_document(path: str, field: str, generated: tuple[str, ...] = ()) -> None:
    """Refuse what is no document of a change; `generated` are its schema's patterns."""
    if path == METADATA_FILE:
        return
    names = check_path(path, field)
    is_markdown = names[-1].lower().endswith(".md")
    is_delta = len(names) > 2 and names[0] == "specs" and names[-1] == SPEC_FILE
    if not (
        (is_markdown and len(names) == 1)
        or is_delta
        or (
            is_markdown
            and names[0] != "specs"
            and any(matching(pattern, [path]) for pattern in generated)
        )
    ):
        text = (
            f"A change's documents are Markdown files at its top, specs/<spec>/{SPEC_FILE},"
            f" {METADATA_FILE} and those that its schema names."
        )
        raise NotAllowed(text, field)


def patterns_of(change: ChangeFiles, schemas: Schemas) -> tuple[str, ...]:
    """The patterns of the files that a change's schema names."""
    schema = schema_of(change, read_metadata(change, schemas), schemas)
    return tuple(artifact.generates for artifact in schema.artifacts) if schema else ()


def missing_folders(path: str) -> list[str]:
    """The folders of a file that aren't there, outermost first."""
    missing = []
    folder = os.path.dirname(path)  # noqa: PTH120
    while not os.path.lexists(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)  # noqa: PTH120
    return missing[::-1]


class _DocumentWriter:
    def __init__(
        self,
        project: LiveProject,
        data: bytes,
        revision: str | None,
        change: str | None,
        spec: str | None,
        document: str,
    ) -> None:
        self._live = project
        self._data = data
        self._revision = revision
        self._change = change
        self._spec = spec
        self._document = document
        self._root = project.root()
        self._project = os.path.dirname(self._root)  # noqa: PTH120

    def attempt(self) -> Written:
        """Write once; raises ChangedMeanwhile where the file changed on the way, OSError."""
        below = self._place()
        path = str(Path(self._root, below))
        folder = os.path.realpath(os.path.dirname(path))  # noqa: PTH120
        if not is_within(folder, self._project):
            raise Unwritable("The document's folder is a link that leads out of the project.")
        if os.path.lexists(path):
            before = self._replace(path)
        else:
            before = ""
            self._create(path)
        self._live.look(below)
        after = revision_of(self._data)
        return Written(self._document, before, after, (below,) if before != after else ())

    def _place(self) -> str:
        """The document's path in the openspec/ folder."""
        if self._change is None:
            check_path(f"{self._spec}/{SPEC_FILE}", "spec")
            return f"specs/{self._spec}/{SPEC_FILE}"
        known = self._live.look(f"changes/{self._change}")
        files = known.changes.get(self._change)
        if files is None:
            raise NoSuchChange(f'There is no open change "{self._change}".')
        if self._document not in files.sources:
            check_document(self._document, "document", patterns_of(files, known.schemas))
        self._check_room(files.sources)
        return f"changes/{self._change}/{self._document}"

    def _check_room(self, sources: Mapping[str, Source]) -> None:
        """Refuse what would make a change larger than one is; what gets smaller is welcome."""
        before = sources.get(self._document)
        if before is None and len(sources) >= MAX_DOCUMENTS:
            words = f"A change has at most {MAX_DOCUMENTS} documents: write into one that is there."
            raise NotAllowed(words, "document")
        grows = len(self._data) - (len(before.data) if before is not None else 0)
        if grows > 0 and sum(len(each.data) for each in sources.values()) + grows > MAX_CHANGE:
            words = f"A change's documents have at most {MAX_CHANGE // 2**20} MiB together."
            raise NotAllowed(f"{words} Make another one shorter first.", "text")
        tasks = len(parse_tasks(self._data.decode()))
        if tasks > MAX_TASKS and (before is None or tasks > len(parse_tasks(before.text))):
            words = f"A document has at most {MAX_TASKS:,} tasks; make several changes of it."
            raise NotAllowed(words, "text")

    def _replace(self, path: str) -> str:
        source = Reader(self._project).read(path)
        if source is None:
            raise Unwritable("There is a folder where the document would be.")
        if not source.readable:
            raise Unreadable(f"{self._document} {source.problem}.")
        if self._revision != source.revision:
            text = "The document is there already: read it, then write."
            if self._revision is not None:
                text = "The document is not what it was: read it again."
            raise StaleRevision(text, source.revision)
        if source.problem and _LOST in self._data:
            words = "Save it as UTF-8, or write what is meant in those places."
            raise Unreadable(f"{self._document} {source.problem}. {words}")
        if source.data != self._data:
            real = resolve_target(path, self._project)
            replace_file(real, source.data, self._data, key_of(os.lstat(real)))
        return source.revision

    def _create(self, path: str) -> None:
        if self._revision is not None:
            raise self._missing()
        folders = missing_folders(path)
        try:
            if not folders:
                create_file(path, self._data)
                return
            with Stage.make(self._root) as stage:
                top = stage.path("new")
                inner = os.path.relpath(path, folders[0])
                Path(top, inner).parent.mkdir(parents=True)
                write_new(str(Path(top, inner)), self._data)
                os.rename(top, folders[0])  # noqa: PTH104
            sync_folder(os.path.dirname(folders[0]))  # noqa: PTH120
        except (FileExistsError, FileNotFoundError) as problem:
            raise ChangedMeanwhile from problem

    def _missing(self) -> StoreError:
        if self._change is None:
            return NoSuchSpec(f'There is no spec "{self._spec}".')
        return NoSuchDocument(f'The change "{self._change}" has no document "{self._document}".')
