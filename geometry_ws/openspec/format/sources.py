"""Documents as they were read from disk, and what they parse to, each worked out once.

A `Source` is one version of one file. It never changes, so it holds everything that is made from
it. The `disk` package makes sources; nothing here reads the disk.
"""

import hashlib
from collections.abc import Collection, Mapping
from functools import cached_property

from geometry_ws.openspec.format.changes import has_delta_section, parse_delta
from geometry_ws.openspec.format.conflict_markers import conflict_line
from geometry_ws.openspec.format.headers import Headers, headers_of
from geometry_ws.openspec.format.model import Delta, Progress, Spec, Task
from geometry_ws.openspec.format.specs import (
    StructureProblem,
    count_requirements,
    parse_spec,
    structure_problems,
)
from geometry_ws.openspec.format.tasks import count_tasks, parse_tasks, progress
from geometry_ws.openspec.format.text import decode, decode_exactly
from geometry_ws.openspec.format.yaml_text import BadYaml, read_yaml

SPEC_FILE = "spec.md"
TASK_FILE = "tasks.md"
PROPOSAL_FILE = "proposal.md"
METADATA_FILE = ".openspec.yaml"
LEADS_OUT = "is a link that leads out of the project"
LEADS_AWAY = "is a link that leads out of its change"
MAX_ENTRIES = 5000
MAX_DEPTH = 12
"""The most entries, and folders within each other, that a change's folder is looked through for."""
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16."""
_LARGE = ("spec", "structure", "delta")
"""What a document parses to, where that needs more memory than the document."""


def revision_of(data: bytes) -> str:
    """The revision of a document: the first 16 hex digits of its bytes' SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]


class Source:
    """One file: its bytes, or a sentence that says why they can't be had.

    `problem` may also stand beside bytes that are no text; `code` names the system's error.
    """

    def __init__(self, data: bytes, problem: str = "", code: str = "") -> None:
        self.data = data
        self.problem = problem
        self.code = code
        self.readable = not problem
        if not problem and not data.isascii():
            self.problem = _text_problem(data)

    def __getstate__(self) -> dict[str, object]:
        """What it is made of, for another process; the rest can be made again."""
        return {name: self.__dict__[name] for name in ("data", "problem", "code", "readable")}

    @property
    def is_outside(self) -> bool:
        """Whether it is a link that leads out of the project, so that it wasn't read."""
        return self.code == "ELINK"

    @property
    def text(self) -> str:
        """The text; undecodable bytes are U+FFFD, a file that can't be read is empty.

        It is made of the bytes each time, which takes less than a millionth of a second for most.
        """
        return decode(self.data)

    def forget_parsed(self) -> None:
        """Parse again what is asked for next: most documents are asked for nothing for a long time.

        What is small, or part of a state, stays.
        """
        for name in _LARGE:
            self.__dict__.pop(name, None)

    @property
    def exact_text(self) -> str:
        """The text for merging: what can't be decoded comes back by `encode_exactly`."""
        return decode_exactly(self.data) if self.problem else self.text

    @cached_property
    def revision(self) -> str:
        """The document's revision."""
        return revision_of(self.data)

    @cached_property
    def mark(self) -> bytes:
        """A mark of all that it is made of: sources of equal marks say the same."""
        head = f"{self.problem}\n{self.code}\n{len(self.data)}\n".encode()
        return hashlib.blake2b(head + self.data, digest_size=32).digest()

    @cached_property
    def spec(self) -> Spec:
        """The document read as a main spec."""
        return parse_spec(self.text)

    @cached_property
    def structure(self) -> tuple[StructureProblem, ...]:
        """The headers that stand in the wrong place, where the document is a main spec."""
        return tuple(structure_problems(self.text))

    @cached_property
    def requirement_count(self) -> int:
        """The number of requirements, for callers that need nothing else of the spec."""
        if "spec" in self.__dict__:
            return len(self.spec.requirements)
        return count_requirements(self.text)

    @cached_property
    def delta(self) -> Delta:
        """The document read as a delta."""
        return parse_delta(self.text)

    @cached_property
    def is_delta(self) -> bool:
        """Whether the document has a section of operations."""
        return has_delta_section(self.text)

    @cached_property
    def headers(self) -> Headers:
        """Where the document's headers stand."""
        return headers_of(self.text) if self.readable else Headers()

    @cached_property
    def conflict_line(self) -> int:
        """The first line of what git left of a merge in it; 0 where there is nothing of it."""
        if b"<<<<<<<" not in self.data and b">>>>>>>" not in self.data:
            return 0
        return conflict_line(self.text)

    @cached_property
    def yaml(self) -> object:
        """The document read as YAML: plain values, or the BadYaml that says why it is none."""
        try:
            return read_yaml(self.text)
        except BadYaml as problem:
            return problem

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The document read as a list of tasks, numbered from 1."""
        return parse_tasks(self.text)

    @cached_property
    def tasks_problem(self) -> str:
        """A sentence's end where open tasks may be in it that nobody can count, else empty."""
        if not self.readable:
            return self.problem
        if self.data.startswith(_OTHER_MARKS) or (
            b"\0" in self.data
            and count_tasks(self.text.replace("\0", "")).total != self.progress.total
        ):
            return "is UTF-16 text; save it as UTF-8"
        return ""

    @property
    def progress(self) -> Progress:
        """The document's tasks, counted."""
        return progress(self.tasks) if "tasks" in self.__dict__ else self._counted

    @cached_property
    def _counted(self) -> Progress:
        return count_tasks(self.text)


def _text_problem(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        return f"is not UTF-8 text (line {line}); what can't be decoded is shown as \ufffd"
    return ""


class ChangeFiles:
    """An open change's folder: every entry's kind, and the documents that were read.

    `entries` maps each path below the folder to "file", "dir" or "link", or to "outside" for links
    that lead out of the project and "closed" for folders that can't be listed; `sources` has the
    documents among them; `problem` is a sentence when the folder itself can't be read;
    `modified` says in milliseconds since 1970 when a file in it last changed; `away` are the links
    that lead out of the folder, but not out of the project.
    """

    def __init__(
        self,
        name: str,
        entries: Mapping[str, str],
        sources: Mapping[str, Source],
        problem: str = "",
        modified: int = 0,
        away: Collection[str] = frozenset(),
    ) -> None:
        self.name = name
        self.entries = entries
        self.sources = sources
        self.problem = problem
        self.modified = modified
        self.away = away

    def link_problem(self, path: str) -> str:
        """The end of a sentence on a path that is a link out of the folder; else nothing."""
        if path in self.away:
            return LEADS_AWAY
        return LEADS_OUT if self.entries.get(path) == "outside" else ""

    @cached_property
    def is_whole(self) -> bool:
        """Whether all of its deltas were looked at: no folder was closed, too deep or too full."""
        return len(self.entries) < MAX_ENTRIES and not any(
            kind == "closed" or (kind == "dir" and path.count("/") >= MAX_DEPTH - 1)
            for path, kind in self.entries.items()
            if path.startswith("specs/")
        )

    @cached_property
    def deltas(self) -> Mapping[str, Source]:
        """The delta files by the id of the spec that they change, in order of ids."""
        deltas = {}
        for path in self.entries:
            parts = path.split("/")
            if len(parts) > 2 and parts[0] == "specs" and parts[-1] == SPEC_FILE:
                source = self.sources.get(path)
                if source is not None and not _has_hidden(parts):
                    deltas["/".join(parts[1:-1])] = source
        return dict(sorted(deltas.items(), key=lambda pair: pair[0].encode("utf-16-be", "replace")))

    @cached_property
    def misplaced_deltas(self) -> tuple[tuple[str, str], ...]:
        """Other files below specs/ that hold deltas: path below specs/, and where it belongs."""
        misplaced = []
        for path in self.sources:
            parts = path.split("/")
            name = parts[-1]
            if parts[0] != "specs" or len(parts) < 2 or _has_hidden(parts) or name == SPEC_FILE:
                continue
            if not name.lower().endswith(".md"):
                continue
            source = self.sources.get(path)
            if source is not None and source.readable and source.is_delta:
                folder = "/".join(parts[1:-1]) or name[: -len(".md")]
                misplaced.append(("/".join(parts[1:]), f"{folder}/{SPEC_FILE}"))
        return tuple(sorted(misplaced, key=lambda pair: pair[0].encode("utf-16-be", "replace")))

    @property
    def has_root_delta(self) -> bool:
        """Whether there is a specs/spec.md, which belongs to no spec."""
        return f"specs/{SPEC_FILE}" in self.sources

    @cached_property
    def has_spec_files(self) -> bool:
        """Whether anything visible lies below specs/, or specs is no folder."""
        if self.entries.get("specs", "dir") != "dir":
            return True
        return any(
            kind != "dir" and path.startswith("specs/") and not _has_hidden(path.split("/"))
            for path, kind in self.entries.items()
        )


def _has_hidden(parts: list[str]) -> bool:
    return any(part.startswith(".") for part in parts)
