"""Merging a change's deltas with what has changed in the main specs since they were written.

What can be merged without a choice is merged; a person's text, or a word for the delta as it is,
settles the rest. The documents are written as any other: if they still are what was read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from geometry_ws.openspec.disk.archive_records import ArchiveRecords
from geometry_ws.openspec.disk.scanner import LiveProject
from geometry_ws.openspec.disk.write_document import encoded, write_document
from geometry_ws.openspec.format.errors import NoSuchChange, NotAllowed, StaleRevision, Unreadable
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.rebasing.judge import Moved
from geometry_ws.openspec.rebasing.rewrite import (
    CannotRewrite,
    Rebased,
    check_text,
    rebase,
    rewritten,
)
from geometry_ws.openspec.rebasing.settle import Settled, settle
from geometry_ws.openspec.rebasing.touched import blocks_of_spec


class BasedProject(LiveProject, Protocol):
    """A live project that knows the bases of its deltas, and what was archived."""

    records: ArchiveRecords

    def moved_bases(self, change: ChangeFiles, specs: Mapping[str, Source]) -> tuple[Moved, ...]:
        """The requirements of a change whose base has moved."""


@dataclass(frozen=True, slots=True)
class RebaseRequest:
    """What to rebase: everything of a change, or one requirement (by its name in the delta).

    `text` is a person's text for that requirement; `ours` takes the delta as it is. `revision` is
    that of the delta, `base_revision` that of the main spec, where they must be what was read.
    """

    spec: str | None = None
    requirement: str | None = None
    text: str | None = None
    ours: bool = False
    revision: str | None = None
    base_revision: str | None = None


@dataclass(frozen=True, slots=True)
class RebasedDelta:
    """A delta's document before and after, with its revisions."""

    spec: str
    path: str
    before: str
    after: str
    text: str


@dataclass(frozen=True, slots=True)
class Rebasing:
    """The result of a rebase, or (`dry`) the result that it would have."""

    change: str
    done: tuple[Moved, ...]
    left: tuple[Moved, ...]
    documents: tuple[RebasedDelta, ...]
    settled: tuple[Settled, ...] = ()
    dry: bool = False


def rebase_change(
    project: BasedProject, name: str, wanted: RebaseRequest, *, dry: bool = False
) -> Rebasing:
    """Rebase a change's deltas; raises NoSuchChange, NotAllowed, StaleRevision, Unreadable…"""
    files = project.look(f"changes/{name}", "specs")
    change = files.changes.get(name)
    if change is None:
        raise NoSuchChange(f'There is no open change "{name}".')
    moved = _wanted(project.moved_bases(change, files.specs), wanted)
    _check_revisions(change, files.specs, wanted)
    done: list[Moved] = []
    left: list[Moved] = []
    documents: list[RebasedDelta] = []
    settled: list[Settled] = []
    for spec in dict.fromkeys(item.summary.spec for item in moved):
        source = change.deltas[spec]
        for merged in (source, files.specs.get(spec)):
            # To write it as text would replace for good what can't be decoded.
            if merged is not None and merged.problem:
                raise Unreadable(f"{SPEC_FILE} of {spec} {merged.problem}. Save it as UTF-8.")
        rebased = _rebased(
            source.text, [each for each in moved if each.summary.spec == spec], wanted
        )
        done += rebased.done
        left += rebased.left
        data = encoded(rebased.document, "text")
        settled += settle(spec, Source(data), rebased.done, blocks_of_spec(files.specs.get(spec)))
        if data != source.data:
            documents.append(
                RebasedDelta(
                    spec,
                    f"specs/{spec}/{SPEC_FILE}",
                    source.revision,
                    Source(data).revision,
                    rebased.document,
                )
            )
    for document in () if dry else documents:
        write_document(
            project, document.text, revision=document.before, change=name, document=document.path
        )
    return Rebasing(name, tuple(done), tuple(left), tuple(documents), tuple(settled), dry)


def _wanted(moved: Sequence[Moved], wanted: RebaseRequest) -> list[Moved]:
    chosen = [
        item
        for item in moved
        if wanted.spec in (None, item.summary.spec)
        and wanted.requirement in (None, item.summary.requirement)
    ]
    if wanted.requirement is not None and not chosen:
        raise NotAllowed(
            f'The base of "{wanted.requirement}" has not moved, or no longer.', "requirement"
        )
    if wanted.text is not None and (wanted.requirement is None or len(chosen) != 1):
        raise NotAllowed("A text is that of one requirement: name it and its spec.", "text")
    return chosen


def _check_revisions(
    change: ChangeFiles, specs: Mapping[str, Source], wanted: RebaseRequest
) -> None:
    if wanted.spec is None:
        return
    for source, revision, what in (
        (change.deltas.get(wanted.spec), wanted.revision, "delta"),
        (specs.get(wanted.spec), wanted.base_revision, "spec"),
    ):
        present = "" if source is None else source.revision
        if revision is not None and revision != present:
            raise StaleRevision(f"The {what} is not what it was: look at both again.", present)


def _rebased(document: str, moved: list[Moved], wanted: RebaseRequest) -> Rebased:
    if wanted.text is None:
        return rebase(document, moved, ours=wanted.ours)
    item = moved[0]
    if item.touched.operation in ("removed", "renamed"):
        raise NotAllowed(
            "A removal or a rename has no text: agree to it as it is, or change the document.",
            "text",
        )
    try:
        text = rewritten(document, item, check_text(item, wanted.text))
    except CannotRewrite as problem:
        raise NotAllowed(str(problem), "text") from problem
    return Rebased(text, (item,))
