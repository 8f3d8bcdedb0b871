"""Views of a whole project: search, overlaps, history, counts, schemas."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import Answer, Caller, Interface, Request, Result, procedure
from geometry_ws.protocol.errors import InvalidArgument, LimitExceeded, NoSuchProject, Unreadable
from geometry_ws.protocol.project_values import MovedBase, Operation, State
from geometry_ws.protocol.projects import OneProject
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Name, ProjectId

Where = Literal["spec", "proposal", "delta", "design", "tasks", "document", "archived"]


class Search(Request, frozen=True, kw_only=True):
    """Words that must all occur, where to look for them (everywhere when left out), how many.

    What stands in double quotes is one word. With ``seconds``, no longer is spent on reading the
    archive, which takes a while the first time; the answer says what is left ``unread``.
    """

    text: Annotated[str, Meta(min_length=1, max_length=400)]
    kinds: Annotated[list[Where], Meta(max_length=7)] = []
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    seconds: Annotated[float, Meta(ge=0, le=60)] | None = None
    project: ProjectId | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was found.

    ``id`` is the change's or spec's, or the archived change's folder; ``line`` counts from 1;
    ``matches`` are the places of the words in ``snippet``, as (start, end) in characters.
    """

    kind: Where
    id: str
    document: str
    line: int
    heading: str
    snippet: str
    matches: list[tuple[int, int]]


class Found(Result, frozen=True, kw_only=True):
    """What was found, the best first, in how many documents; ``more`` hits were left out.

    ``unread`` archived changes were not searched in the time that was given; ask again for them.
    """

    project: ProjectId
    hits: list[Hit]
    documents: int
    more: int
    unread: int = 0


class Touch(msgspec.Struct, frozen=True, kw_only=True):
    """A change that touches a requirement, and how; ``names`` are as it writes them."""

    change: str
    operations: list[Operation]
    names: list[str]


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that several open changes touch.

    A ``conflict`` means: in some order of archiving, one of them is refused or undoes another.
    ``order`` is then one that works, if there is any, and ``why`` says what to do.
    """

    spec: str
    requirement: str
    kind: Literal["conflict", "same_requirement"]
    changes: list[Touch]
    order: list[str] = []
    why: str = ""


class MovedChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change with a requirement that has changed since its delta was written."""

    change: str
    moved: MovedBase


class SharedSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A spec that several open changes touch; ``requirements`` of it are touched by several."""

    spec: str
    changes: list[str]
    requirements: int


class Overlaps(Result, frozen=True, kw_only=True):
    """Where open changes meet; ``more`` requirements are left out, ones without conflict first.

    ``base_moved`` are changes that something was archived or written under since.
    """

    project: ProjectId
    requirements: list[Overlap]
    specs: list[SharedSpec]
    more: int = 0
    base_moved: list[MovedChange] = []


class History(Request, frozen=True, kw_only=True):
    """How many entries, and before which one to go on."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 100
    before: Name | None = None
    project: ProjectId | None = None


class TouchedSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How many requirements of a spec a change added, modified, removed and renamed."""

    spec: str
    added: int
    modified: int
    removed: int
    renamed: int


class ArchivedChange(msgspec.Struct, frozen=True, kw_only=True):
    """An archived change; ``archived`` is its folder, ``date`` empty where the folder has none."""

    archived: str
    change: str
    date: str
    title: str
    done: int
    total: int
    specs: list[TouchedSpec]
    problem: str = ""


class Timeline(Result, frozen=True, kw_only=True):
    """The archive, the newest first; ``more`` says whether there are older ones."""

    project: ProjectId
    changes: list[ArchivedChange]
    more: bool


class NextChange(Request, frozen=True, kw_only=True):
    """How many changes of the order are listed."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 100
    project: ProjectId | None = None


class PlannedChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An open change in its turn.

    It ``waits_for`` open changes that it depends on, or that must be archived before it.
    ``problems`` are sentences on what is wrong with its priority, author or depends_on.
    """

    change: str
    title: str
    state: State
    done: int
    total: int
    priority: str = ""
    author: str = ""
    waits_for: list[str] = []
    problems: list[str] = []


class NextChanges(Result, frozen=True, kw_only=True):
    """The ``change`` to be worked on next (empty: there is none), and the order of all.

    ``more`` changes of the order are not listed.
    """

    project: ProjectId
    change: str
    order: list[PlannedChange]
    more: int = 0


class VerdictCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many are valid, also where warnings count, of how many."""

    total: int
    valid: int
    strict: int


class ChangeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Open changes by state; the states add up to the total."""

    total: int
    not_started: int
    in_progress: int
    complete: int
    invalid: int
    unreadable: int


class OperationCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Operations in the deltas of open changes."""

    added: int
    modified: int
    removed: int
    renamed: int


class Counts(Result, frozen=True, kw_only=True):
    """A whole project in numbers."""

    project: ProjectId
    specs: int
    requirements: int
    scenarios: int
    changes: ChangeCounts
    deltas: OperationCounts
    done: int
    total: int
    archived: int
    errors: int
    warnings: int
    infos: int
    change_verdicts: VerdictCounts
    spec_verdicts: VerdictCounts


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """A document that a schema asks of a change: a path or pattern, and what it needs first."""

    id: str
    generates: str
    requires: list[str]


class SchemaInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow schema that can be used, and whose it is."""

    name: str
    description: str
    source: Literal["project", "user", "package"]
    artifacts: list[Artifact]


class AskTemplates(Request, frozen=True, kw_only=True):
    """A schema; without it, the one that the project uses by default."""

    schema: Name | None = None
    project: ProjectId | None = None


class Template(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a document begins with; ``problem`` is a sentence where that can't be read."""

    artifact: str
    generates: str
    text: str
    problem: str = ""


class Templates(Result, frozen=True, kw_only=True):
    """The templates of a schema, in the order of its artifacts."""

    project: ProjectId
    schema: str
    templates: list[Template]


class SchemaList(Result, frozen=True, kw_only=True):
    """The schemas that changes of a project can use, and which one they do by default."""

    project: ProjectId
    default: str
    schemas: list[SchemaInfo]


class ProjectViews(Interface):
    """Questions about a whole project."""

    @procedure("project.counts", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True)
    def count_project(self, caller: Caller, request: OneProject) -> Answer[Counts]:
        """Get a whole project in numbers."""

    @procedure(
        "project.search",
        right=Right.LOOK,
        errors=(NoSuchProject,),
        example={"text": "password reset", "kinds": ["spec"]},
        reads=True,
    )
    def search_project(self, caller: Caller, request: Search) -> Answer[Found]:
        """Search the text of every document, archived ones included; case doesn't matter."""

    @procedure(
        "project.overlaps", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True
    )
    def find_overlaps(self, caller: Caller, request: OneProject) -> Answer[Overlaps]:
        """List the requirements that several open changes touch, and where they contradict."""

    @procedure("change.next", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True)
    def next_change(self, caller: Caller, request: NextChange) -> Answer[NextChanges]:
        """Say in which order open changes are best worked on.

        What others depend on comes first, then what is urgent; what an urgent change needs is as
        urgent itself. Circles and names that there are none of are told as problems.
        """

    @procedure(
        "project.history",
        right=Right.LOOK,
        errors=(NoSuchProject,),
        example={"limit": 20},
        reads=True,
    )
    def get_history(self, caller: Caller, request: History) -> Answer[Timeline]:
        """List archived changes, the newest first, with what they did to the specs."""

    @procedure("project.schemas", right=Right.LOOK, errors=(NoSuchProject,), example={}, reads=True)
    def list_schemas(self, caller: Caller, request: OneProject) -> Answer[SchemaList]:
        """List the workflow schemas: which documents a change has, and in which order."""

    @procedure(
        "project.templates",
        right=Right.LOOK,
        errors=(NoSuchProject, InvalidArgument, Unreadable, LimitExceeded),
        example={"schema": "spec-driven"},
        reads=True,
    )
    def get_templates(self, caller: Caller, request: AskTemplates) -> Answer[Templates]:
        """Get what the documents of a new change begin with, by its schema.

        Of a project's own schema these are its files in templates/; of the built-in one, texts of
        ours. `change.create` takes the documents.
        """
