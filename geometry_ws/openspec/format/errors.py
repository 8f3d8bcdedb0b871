"""The errors of a project on disk, for callers to react to."""


class StoreError(Exception):
    """Something that the caller asked for can't be done; the text is one sentence."""


class NoProject(StoreError):
    """There is no OpenSpec project at this place."""


class NoSuchChange(StoreError):
    """There is no open change of this name."""


class NoSuchSpec(StoreError):
    """There is no spec of this id."""


class NoSuchDocument(StoreError):
    """The change or spec has no document of this name."""


class NoSuchTask(StoreError):
    """The change has no task of this number; ``revision`` is that of its tasks now."""

    def __init__(self, message: str, revision: str) -> None:
        super().__init__(message)
        self.revision = revision


class StaleRevision(StoreError):
    """The document is another one by now; ``revision`` is the current one."""

    def __init__(self, message: str, revision: str) -> None:
        super().__init__(message)
        self.revision = revision


class TaskMismatch(StaleRevision):
    """The task has another text than expected; ``text`` is the current one."""

    def __init__(self, message: str, revision: str, text: str) -> None:
        super().__init__(message, revision)
        self.text = text


class Unreadable(StoreError):
    """The document is there but can't be read."""


class Unwritable(StoreError):
    """The document can't be written."""


class AlreadyExists(StoreError):
    """There is a change of this name already."""


class NotAllowed(StoreError):
    """A name, a path or a text can't be used; ``field`` says which argument it is."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class ArchiveRefused(StoreError):
    """A change can't be archived.

    ``code`` is the official tool's word for the reason, ``fix`` a sentence on what helps.
    """

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.fix = fix


class Locked(ArchiveRefused):
    """Another process is archiving in this project right now, or was and left a lock behind."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__("archive_target_exists", message, fix)
