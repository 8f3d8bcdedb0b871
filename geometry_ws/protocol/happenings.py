"""What happened in a project: the events that continue a snapshot of it."""

from typing import Literal

import msgspec

from geometry_ws.protocol.declare import Event
from geometry_ws.protocol.project_values import (
    Archiving,
    By,
    ChangeDetail,
    MovedBase,
    SpecInfo,
    Ticked,
    Validity,
)
from geometry_ws.protocol.values import Counter, ProjectId


class RequirementHappening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a requirement; ``former`` is its name before, where it has another one now."""

    what: Literal["added", "changed", "removed"]
    name: str
    former: str = ""


class VerdictHappening(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict that is another one now."""

    before: Validity
    after: Validity


class ProgressHappening(msgspec.Struct, frozen=True, kw_only=True):
    """How many tasks are done, of how many, before and now."""

    before: tuple[int, int]
    after: tuple[int, int]


class BaseHappening(msgspec.Struct, frozen=True, kw_only=True):
    """What has changed under a change's deltas, before and now."""

    before: list[MovedBase]
    after: list[MovedBase]


class ArchivingHappening(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a change could be archived, before and now."""

    before: Archiving
    after: Archiving


class DocumentHappening(msgspec.Struct, frozen=True, kw_only=True):
    """A document that has another revision; an empty one: it wasn't there, or is gone."""

    name: str
    before: str
    after: str


class Happening(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened in a project.

    ``detail`` is the whole new state of an added or changed change, ``spec`` that of a spec;
    ``before`` the former revision of its tasks or document. What is different of it: ``ticked``
    names the tasks that were set or unset (no more of them than of tasks; where a copy in another
    work tree is shown from now on, those that it has set besides), ``requirements`` those
    of a spec that were added, changed or removed, ``documents`` the files with another revision;
    ``verdict``, ``progress``, ``base_moved`` and ``archiving`` are there where they changed.
    """

    kind: Literal[
        "change_added",
        "change_changed",
        "change_removed",
        "change_archived",
        "spec_added",
        "spec_changed",
        "spec_removed",
        "archive_changed",
        "project_changed",
    ]
    name: str = ""
    detail: ChangeDetail | None = None
    spec: SpecInfo | None = None
    before: str = ""
    ticked: list[Ticked] = []
    requirements: list[RequirementHappening] = []
    documents: list[DocumentHappening] = []
    verdict: VerdictHappening | None = None
    progress: ProgressHappening | None = None
    base_moved: BaseHappening | None = None
    archiving: ArchivingHappening | None = None
    archived: list[str] | None = None
    problem: str | None = None
    title: str | None = None
    notice: str | None = None


class ProjectChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What happened since the event before; ``seq`` counts from 1 within ``epoch``."""

    project: ProjectId
    epoch: str
    seq: Counter
    events: list[Happening]
    by: By | None = None
