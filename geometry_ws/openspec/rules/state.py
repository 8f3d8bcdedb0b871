"""The state of a change and of a spec, evaluated from their documents.

Pure: the documents are handed in. An unreadable document, or a change that breaks rules, is part of
the state; it never keeps the rest from being shown.
"""

from collections.abc import Mapping
from dataclasses import replace

from geometry_ws.openspec.format.changes import change_title
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.metadata import Metadata, read_metadata, schema_of
from geometry_ws.openspec.format.model import (
    Block,
    ChangeState,
    Finding,
    Outline,
    Progress,
    SpecState,
    Status,
    Task,
)
from geometry_ws.openspec.format.patterns import matching
from geometry_ws.openspec.format.planning import read_planning
from geometry_ws.openspec.format.schemas import Schema, Schemas
from geometry_ws.openspec.format.sources import (
    LEADS_AWAY,
    METADATA_FILE,
    PROPOSAL_FILE,
    SPEC_FILE,
    TASK_FILE,
    ChangeFiles,
    Source,
    revision_of,
)
from geometry_ws.openspec.rules.validate_changes import validate_deltas
from geometry_ws.openspec.rules.validate_links import validate_links
from geometry_ws.openspec.rules.validate_markers import markers_problem, validate_markers
from geometry_ws.openspec.rules.validate_specs import validate_spec
from geometry_ws.openspec.rules.validate_tasks import validate_tasks

_MARKS_OF_A_CHANGE = (METADATA_FILE, PROPOSAL_FILE, TASK_FILE, "design.md")
_NESTED_DEPTH = 3
_AWAY = Source(b"", LEADS_AWAY, "ELINK")


def wanted_documents(change: ChangeFiles, schemas: Schemas) -> list[str]:
    """The paths in a change's folder that are worth reading, from the names alone.

    Only the metadata must have been read before.
    """
    pattern = _task_pattern(change, schemas)
    wanted = {METADATA_FILE, *(matching(pattern, change.entries) if pattern else ())}
    for path in change.entries:
        if path.lower().endswith(".md") and ("/" not in path or path.startswith("specs/")):
            wanted.add(path)
    return [path for path in change.entries if path in wanted and change.entries[path] != "dir"]


def _task_pattern(change: ChangeFiles, schemas: Schemas) -> str | None:
    schema = schema_of(change, read_metadata(change, schemas), schemas)
    return schema.task_pattern if schema else None


def task_documents(
    change: ChangeFiles, schema: Schema | None
) -> tuple[list[tuple[str, Source]], bool]:
    """The files that hold a change's tasks, in order, and whether its schema names them.

    Those that are links out of the change can't be read, as the official tool refuses them.
    """
    pattern = schema.task_pattern if schema else None
    paths = matching(pattern, change.sources) if pattern else []
    if paths:
        paths.sort(key=collation_key)
        return [
            (path, _AWAY if path in change.away else change.sources[path]) for path in paths
        ], True
    source = change.sources.get(TASK_FILE)
    return ([(TASK_FILE, source)] if source else []), False


def linked_problem(documents: list[tuple[str, Source]]) -> str:
    """A sentence on the first file of tasks that is a link out of its change; else nothing."""
    return next((f"{path} {file.problem}." for path, file in documents if file.is_outside), "")


def number_tasks(documents: list[tuple[str, Source]]) -> tuple[Task, ...]:
    """All tasks of a change, numbered from 1 through all of its task files."""
    if len(documents) == 1 and documents[0][0] == TASK_FILE:
        return documents[0][1].tasks
    tasks: list[Task] = []
    for path, source in documents:
        first = len(tasks)
        tasks.extend(replace(task, id=task.id + first, file=path) for task in source.tasks)
    return tuple(tasks)


def tasks_revision(documents: list[tuple[str, Source]]) -> str:
    """The revision of a change's tasks: its file's, or one made of all its files'."""
    if not documents:
        return ""
    if len(documents) == 1:
        return documents[0][1].revision
    return revision_of(
        "\n".join(f"{path} {source.revision}" for path, source in documents).encode()
    )


def nested_changes(change: ChangeFiles, schemas: Schemas) -> list[str]:
    """Changes that lie inside a folder which is none itself; empty for every real change."""
    own = [path for path, kind in change.entries.items() if kind != "dir" and "/" not in path]
    if _looks_like_change("", change, schemas) or any(not path.startswith(".") for path in own):
        return []
    nested: list[str] = []
    _collect_nested("", 1, change, schemas, nested)
    return sorted(nested)


def _collect_nested(
    folder: str, depth: int, change: ChangeFiles, schemas: Schemas, nested: list[str]
) -> None:
    if depth > _NESTED_DEPTH:
        return
    for path, kind in change.entries.items():
        parent, _, name = path.rpartition("/")
        if kind != "dir" or parent != folder or name.startswith("."):
            continue
        if _looks_like_change(path, change, schemas):
            nested.append(path)
        else:
            _collect_nested(path, depth + 1, change, schemas, nested)


def _looks_like_change(folder: str, change: ChangeFiles, schemas: Schemas) -> bool:
    prefix = f"{folder}/" if folder else ""
    inside = [
        path[len(prefix) :]
        for path, kind in change.entries.items()
        if kind != "dir" and path.startswith(prefix)
    ]
    if any(path in _MARKS_OF_A_CHANGE for path in inside):
        return True
    if any(
        path.startswith("specs/") and not any(part.startswith(".") for part in path.split("/"))
        for path in inside
    ):
        return True
    schema = schemas.get(schemas.default)
    return schema is not None and any(
        matching(artifact.generates, inside) for artifact in schema.artifacts
    )


# --- judging ------------------------------------------------------------------------------


def validate_change(
    change: ChangeFiles, schemas: Schemas, main: Mapping[str, Source]
) -> tuple[Finding, ...]:
    """Check a change by every rule; `main` has the main specs by id."""
    metadata = read_metadata(change, schemas)
    return _validate(change, schemas, main, metadata, schema_of(change, metadata, schemas))


def _validate(
    change: ChangeFiles,
    schemas: Schemas,
    main: Mapping[str, Source],
    metadata: Metadata,
    schema: Schema | None,
) -> tuple[Finding, ...]:
    nested = nested_changes(change, schemas)
    if nested:
        listed = ", ".join(f"{change.name}/{path}" for path in nested)
        flat = f"{change.name}/{nested[0]}".replace("/", "-")
        text = (
            f"This folder is no change but holds some: {listed}. Changes lie directly in"
            f' changes/; give each a name without folders, such as "{flat}".'
        )
        return (Finding("ERROR", "D20", "file", text),)
    documents, tracked = task_documents(change, schema)
    numbered = schema is not None and schema.built_in
    return (
        *validate_markers(change.sources),
        *validate_deltas(change, metadata, main),
        *validate_tasks(documents, tracked=tracked, numbered=numbered),
        *validate_links(change),
    )


def evaluate_change(
    change: ChangeFiles, schemas: Schemas, main: Mapping[str, Source]
) -> ChangeState:
    """Work out the state of an open change."""
    metadata = read_metadata(change, schemas)
    schema = schema_of(change, metadata, schemas)
    documents, _ = task_documents(change, schema)
    tasks = number_tasks(documents)
    counted = Progress(sum(task.done for task in tasks), len(tasks))
    findings = _validate(change, schemas, main, metadata, schema)
    unreadable = _unreadable(change, documents)
    markers = markers_problem(findings)
    first_error = next((finding for finding in findings if finding.level == "ERROR"), None)
    if unreadable:
        status, problem = Status.UNREADABLE, unreadable
    elif first_error is not None:
        status, problem = Status.INVALID, markers or first_error.message
    else:
        status, problem = _by_progress(counted), markers
    proposal = change.sources.get(PROPOSAL_FILE)
    return ChangeState(
        name=change.name,
        title=change_title(proposal.text, change.name) if proposal else change.name,
        status=status,
        progress=counted,
        revision=tasks_revision(documents),
        tasks=tasks,
        problem=problem,
        findings=findings,
        documents=tuple(
            (path, source.revision) for path, source in change.sources.items() if source.readable
        ),
        modified=change.modified,
        planning=read_planning(change),
    )


def _by_progress(progress: Progress) -> Status:
    if progress.done == 0:
        return Status.NOT_STARTED
    return Status.COMPLETE if progress.done == progress.total else Status.IN_PROGRESS


def _unreadable(change: ChangeFiles, documents: list[tuple[str, Source]]) -> str:
    """A sentence on the first document that matters and can't be read as text, if any."""
    if change.problem:
        return change.problem
    linked = linked_problem(documents)
    if linked:
        return linked
    closed = next((path for path, kind in change.entries.items() if kind == "closed"), None)
    if closed is not None:
        return f"{closed} can't be read: permission denied."
    named = {path for path, _ in documents} | set(_MARKS_OF_A_CHANGE)
    for path, source in change.sources.items():
        matters = path in named or (path.startswith("specs/") and path.endswith(SPEC_FILE))
        if source.problem and matters:
            return f"{path} {source.problem}."
    return ""


def evaluate_spec(id_: str, source: Source) -> SpecState:
    """Work out the state of a main spec."""
    findings = (*validate_markers({SPEC_FILE: source}), *validate_spec(source))
    first_error = next((finding for finding in findings if finding.level == "ERROR"), None)
    if source.problem:
        problem = f"{SPEC_FILE} {source.problem}."
    else:
        problem = markers_problem(findings) or (first_error.message if first_error else "")
    revision = source.revision if source.readable else ""
    if not source.readable:
        return SpecState(id_, 0, revision, problem, findings)
    spec = source.spec
    outline = tuple(outline_of(block) for block in spec.blocks)
    return SpecState(id_, len(spec.requirements), revision, problem, findings, outline)


def outline_of(block: Block) -> Outline:
    """A requirement in short: two of one name are the same when what is below is the same."""
    below = block.raw.partition("\n")[2]
    return Outline(block.name, revision_of(below.encode("utf-8", "surrogatepass")))
