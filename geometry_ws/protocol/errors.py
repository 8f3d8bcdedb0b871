"""Every declared error: one for each reaction that a caller can have."""

from geometry_ws.protocol.declare import DeclaredError, Procedure, error


@error(
    "wamp.error.invalid_argument",
    status=400,
    remedy="Correct the field that is named and call again; the schema says what it takes.",
)
class InvalidArgument(DeclaredError):
    """An argument is missing, unknown, of the wrong type or out of bounds."""

    field: str


@error(
    "wamp.error.runtime_error",
    status=500,
    remedy="Nothing that you sent is to blame. Report it with the correlation id.",
)
class InternalError(DeclaredError):
    """A fault of the node; its log has the details under the same correlation id."""

    correlation: str


@error(
    "unsupported_version",
    status=505,
    remedy="Use a client for one of the major versions that are named.",
)
class UnsupportedVersion(DeclaredError):
    """The client speaks a major version of the protocol that this node doesn't."""

    supported: list[int]


@error(
    "wamp.error.no_such_procedure",
    status=404,
    remedy="Call one of the procedures that are named, or look them up in compositor.describe.",
)
class NoSuchProcedure(DeclaredError):
    """The protocol has no such procedure; `nearest` are full URIs of some that sound like it."""

    procedure: str
    nearest: list[str]


@error(
    "session_required",
    status=400,
    remedy="Connect by WebSocket: what this makes or receives belongs to a session.",
)
class SessionRequired(DeclaredError):
    """The procedure makes no sense in a single call by HTTP."""

    procedure: str


@error(
    "wamp.error.not_authorized",
    status=403,
    remedy="Ask a maintainer for a role that may.",
)
class NotAuthorized(DeclaredError):
    """The role of the caller may not do that."""


@error(
    "not_admitted",
    status=401,
    remedy="Open a link that a maintainer gives you, or send a token that is valid.",
)
class NotAdmitted(DeclaredError):
    """No token, or none that is valid: it was never given, is used, has expired or was revoked."""


@error(
    "revoked",
    status=401,
    remedy="Ask a maintainer for a new link; to come back with the same token is no use.",
)
class Revoked(DeclaredError):
    """The reason with which a session ends whose access was taken back or has expired."""


@error(
    "no_such_surface",
    status=404,
    remedy="List the surfaces; after a restart of the compositor create yours again.",
)
class NoSuchSurface(DeclaredError):
    """There is no such surface, or it belongs to another session."""

    surface: str


@error(
    "no_such_input",
    status=404,
    remedy="Answer a press, a key or text within 5 s, with its event's `input`, and once.",
)
class NoSuchInput(DeclaredError):
    """This isn't an input that somebody's clipboard may be filled for, or not any more."""

    input: int


@error(
    "no_such_drop",
    status=404,
    remedy="Fetch within a minute of `surface.on_drop`; ask the person to drop the files again.",
)
class NoSuchDrop(DeclaredError):
    """These files aren't offered to this session, or not any more."""

    drop: str


@error(
    "no_files_taken",
    status=409,
    remedy="Offer files where a surface says `files`; `surface.list` tells which do.",
)
class NoFilesTaken(DeclaredError):
    """No surface that takes files lies there."""


@error("no_such_output", status=404, remedy="List the outputs.")
class NoSuchOutput(DeclaredError):
    """There is no such output."""

    output: str


@error("no_such_stream", status=404, remedy="Ask compositor.hello which streams there are.")
class NoSuchStream(DeclaredError):
    """There is no such stream, or you aren't attached to it."""

    stream: str


@error(
    "limit_exceeded",
    status=413,
    remedy="Stay below the maximum, or give back what you no longer need.",
)
class LimitExceeded(DeclaredError):
    """The call asks for more than this node allows."""

    limit: str
    maximum: int


@error(
    "invalid_content",
    status=422,
    remedy="Correct the operation that is named; nothing of the commit was applied.",
)
class InvalidContent(DeclaredError):
    """Pixels that can't be read, or an operation that doesn't fit its surface."""

    field: str


@error("busy", status=503, remedy="Wait for the given time and call again.")
class Busy(DeclaredError):
    """The node has too much to do just now."""

    retry_ms: int


@error(
    "away",
    status=503,
    remedy="Wait until `project.on_listed` says that it is back, and call again.",
)
class Away(DeclaredError):
    """The project lies on another machine, which is away since then (milliseconds since 1970)."""

    project: str
    since: int


@error(
    "bad_answer",
    status=502,
    remedy="Tell whoever runs that machine: its version may be another one.",
)
class BadAnswer(DeclaredError):
    """The machine on which the project lies has answered what can't be used."""

    project: str


JOINED: tuple[type[DeclaredError], ...] = (Away, BadAnswer)
"""What procedures about a project may answer besides, where it lies on another machine."""


def errors_of(procedure: Procedure) -> tuple[type[DeclaredError], ...]:
    """What a procedure may answer besides `GENERAL`."""
    about_project = "project" in procedure.request.__struct_fields__
    return (*procedure.errors, *JOINED) if about_project else procedure.errors


GENERAL: tuple[type[DeclaredError], ...] = (InvalidArgument, LimitExceeded, Busy)
"""What every procedure may answer: its arguments are wrong, its answer would be too large, or too
many calls wait."""


@error(
    "no_such_project",
    status=404,
    remedy="List the projects; name the one you mean where several are served.",
)
class NoSuchProject(DeclaredError):
    """There is no such project here."""

    project: str


@error("no_such_change", status=404, remedy="List the changes; it may have been archived.")
class NoSuchChange(DeclaredError):
    """The project has no such change."""

    change: str


@error("no_such_spec", status=404, remedy="List the specs.")
class NoSuchSpec(DeclaredError):
    """The project has no such spec."""

    spec: str


@error("no_such_task", status=404, remedy="List the tasks of the change again.")
class NoSuchTask(DeclaredError):
    """The change has no task of that number."""

    change: str
    task: int


@error(
    "stale_revision",
    status=409,
    remedy="Read the document again and decide anew; its present revision is given.",
)
class StaleRevision(DeclaredError):
    """The document, or the task that you meant, has changed since you read it."""

    revision: str


@error(
    "unreadable",
    status=422,
    remedy="Correct the file that the message names; it is shown again as soon as it is saved.",
)
class Unreadable(DeclaredError):
    """A file can't be read: missing rights, too large, not text, gone."""

    document: str


@error(
    "unwritable",
    status=422,
    remedy="Give the node's user the right to write the file, or free some disk space.",
)
class Unwritable(DeclaredError):
    """A file could not be written; it is as it was."""

    document: str


@error("no_such_person", status=404, remedy="List who has access, or give it by access.add.")
class NoSuchPerson(DeclaredError):
    """Nobody of that name has access."""

    person: str


@error("no_such_document", status=404, remedy="List the documents of the change or spec.")
class NoSuchDocument(DeclaredError):
    """The change or spec has no such document, or can't have one of that name."""

    document: str


@error("already_exists", status=409, remedy="Choose another name, or work with what is there.")
class AlreadyExists(DeclaredError):
    """There is one of that name already."""

    existing: str


@error(
    "archive_refused",
    status=422,
    remedy="Do what `fix` says and archive again; nothing was changed.",
)
class ArchiveRefused(DeclaredError):
    """The change can't be archived as it is; `code` is the official tool's code for the reason.

    One code is ours: `base_moved`, where archiving would take away what was written since.
    """

    change: str
    code: str
    fix: str


@error("locked", status=409, remedy="Wait until the other process has finished, then call again.")
class Locked(DeclaredError):
    """Another process is archiving a change of this project, or has left a lock behind."""


@error("held", status=409, remedy="Take another task, or wait until it is free.")
class Held(DeclaredError):
    """Somebody else holds the task, or something of the change."""

    holder: str


@error("not_open", status=409, remedy="Ask for the next task.")
class NotOpen(DeclaredError):
    """The task is done, or its change is archived."""

    change: str


@error("nothing_free", status=409, remedy="Ask the people at the board, or stop.")
class NothingFree(DeclaredError):
    """No task is free just now; the sentence says why."""


@error("no_such_permission", status=404, remedy="List what needs a person again.")
class NoSuchPermission(DeclaredError):
    """Nobody asks for that: it was answered, or the session goes on."""

    permission: str


@error("no_such_question", status=404, remedy="List what needs a person again.")
class NoSuchQuestion(DeclaredError):
    """There is no such question, or it has been answered; the sentence says how."""

    question: str
