"""The plan of an archiving: whether it is allowed, and what it would write. Pure.

The order of the questions, their codes and the counts are the official tool's. Sentences are ours.
"""

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from geometry_ws.openspec.format.errors import ArchiveRefused, Unreadable
from geometry_ws.openspec.format.metadata import Marker, read_metadata, schema_of
from geometry_ws.openspec.format.model import is_valid
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.format.text import WHITE, decode, encode_exactly
from geometry_ws.openspec.merging.rebuild import Rebuilt, rebuild, with_line_ends_of
from geometry_ws.openspec.merging.retire import loose_lines
from geometry_ws.openspec.rules.merge import Counts, Refused
from geometry_ws.openspec.rules.state import (
    linked_problem,
    nested_changes,
    number_tasks,
    task_documents,
)
from geometry_ws.openspec.rules.validate_changes import validate_deltas
from geometry_ws.openspec.rules.validate_specs import validate_spec

_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-")
_DELTA_HEADER = re.compile(
    f"(?:\\A|(?<=[\n\r\u2028\u2029]))##[{WHITE}]+(?:ADDED|MODIFIED|REMOVED|RENAMED)"
    f"[{WHITE}]+Requirements",
    re.I | re.A,
)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_SHOWN_LINES = 3
_SHOWN_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """The options of archiving: what may be left out, and what the caller has agreed to.

    `allow_incomplete`: open tasks don't matter. `confirmed`: specs may be written, and the checks
    left out where `validate` is false. The official tool's --yes is both. `accept_base`: what has
    changed since the deltas were written may be taken away.
    """

    skip_specs: bool = False
    validate: bool = True
    allow_incomplete: bool = False
    confirmed: bool = True
    accept_base: bool = False


@dataclass(frozen=True, slots=True)
class SpecWrite:
    """The write of one main spec: its bytes before (None: new) and after (None: deleted)."""

    spec: str
    old: bytes | None
    new: bytes | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """The result of archiving a change; `totals` is None where no spec was looked at.

    `left_open` is a sentence on tasks that are not done, or can't be counted, empty if there are
    none: what the official tool says to people, and leaves out of its documents. `markers` are
    sentences on documents in which git left conflict markers.
    """

    change: str
    archived_as: str
    writes: tuple[SpecWrite, ...] = ()
    totals: Counts | None = None
    warnings: tuple[str, ...] = ()
    left_open: str = ""
    markers: tuple[str, ...] = ()

    @property
    def specs_updated(self) -> bool:
        """Whether any main spec is written or deleted."""
        return bool(self.writes)


def check_name(name: str) -> None:
    """Refuse a name that can't be a change's."""
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        raise ArchiveRefused(
            "archive_change_name_invalid", "A change's name is no path and not empty."
        )


def no_such_change(name: str, names: Collection[str]) -> ArchiveRefused:
    """The refusal where there is no such change; `names` are those that are there."""
    listed = f"There are: {', '.join(sorted(names))}." if names else "There are none."
    return ArchiveRefused(
        "archive_change_not_found", f'There is no open change "{_shown(name)}". {listed}'
    )


def archived_name(name: str, today: datetime.date) -> str:
    """A change's name in the archive: with the date before it, unless it starts with one."""
    return name if _DATED.match(name) else f"{today.isoformat()}-{name}"


def plan_archive(
    change: ChangeFiles,
    schemas: Schemas,
    main: Mapping[str, Source],
    today: datetime.date,
    options: ArchiveOptions,
    *,
    taken: Collection[str] = (),
) -> ArchivePlan:
    """Decide on archiving a change; `main` has the specs that it changes, as far as they exist.

    `taken` are the names in the archive. Raises ArchiveRefused, Unreadable.
    """
    name = _shown(change.name)
    nested = nested_changes(change, schemas)
    if nested:
        text = f'"{name}" is no change but a folder with changes in it, such as "{nested[0]}".'
        fix = "Move them up into changes/, then archive each."
        raise ArchiveRefused("archive_change_is_namespace_folder", text, fix)
    metadata = read_metadata(change, schemas)
    if options.validate:
        _check_deltas(change, metadata.skip_specs, schemas)
    elif not options.confirmed:
        _ask("Leaving out the checks has to be confirmed.")
    left_open = _open_tasks(change, schemas)
    if left_open and not options.allow_incomplete:
        fix = "Do them, or say that they don't matter: --yes, incomplete: true."
        raise ArchiveRefused("archive_tasks_incomplete", left_open, fix)
    archived_as = archived_name(change.name, today)
    if archived_as in taken:
        raise ArchiveRefused(
            "archive_target_exists", f'The archive has a change "{_shown(archived_as)}" already.'
        )
    if options.skip_specs or not change.deltas:
        return ArchivePlan(change.name, archived_as, left_open=left_open)
    merged = _SpecMerger(change, metadata.retire_capabilities, main, validate=options.validate)
    refusal = merged.run()
    if not options.confirmed:
        specs = "1 spec" if len(change.deltas) == 1 else f"{len(change.deltas)} specs"
        _ask(f"{specs} would be changed, which has to be confirmed.")
    if refusal is not None:
        raise refusal
    merged.check()
    return merged.plan(archived_as, left_open)


def _ask(text: str) -> None:
    raise ArchiveRefused("archive_confirmation_required", text, "Say yes, with --yes.")


def _shown(text: str) -> str:
    return _CONTROL.sub("?", text)


def _check_deltas(change: ChangeFiles, skip: Marker, schemas: Schemas) -> None:
    """Refuse deltas that break rules; a change that says nothing about specs is let through."""
    says_something = (
        change.has_root_delta
        or change.misplaced_deltas
        or skip.problem
        or (skip.declared and change.has_spec_files)
        or any(
            delta.readable and _DELTA_HEADER.search(delta.text) for delta in change.deltas.values()
        )
    )
    if not says_something:
        return
    findings = validate_deltas(change, read_metadata(change, schemas), {})
    first = next((finding for finding in findings if finding.level == "ERROR"), None)
    if first is not None:
        where = f"{first.path}, line {first.line}" if first.line else first.path
        raise ArchiveRefused(
            "archive_validation_failed",
            f'The change "{_shown(change.name)}" is not valid: {where}: {first.message}',
            "Put right what validating it shows, or leave out the checks.",
        )


def _open_tasks(change: ChangeFiles, schemas: Schemas) -> str:
    """A sentence on the tasks that are not done or can't be counted; empty if there are none.

    Raises Unreadable where a file of tasks is a link out of its change.
    """
    schema = schema_of(change, read_metadata(change, schemas), schemas)
    documents, _ = task_documents(change, schema)
    linked = linked_problem(documents)
    if linked:
        raise Unreadable(f"{_shown(linked)} Put there itself what it leads to.")
    name = _shown(change.name)
    sentences = [
        f'Whether the tasks of "{name}" are done can\'t be told: {_shown(path)} {problem}.'
        for path, source in documents
        if (problem := source.tasks_problem)
    ]
    left = sum(not task.done for task in number_tasks(documents))
    if left:
        tasks = "1 task is" if left == 1 else f"{left} tasks are"
        sentences.append(f'{tasks} not done in "{name}".')
    return " ".join(sentences)


@dataclass(frozen=True, slots=True)
class _Outcome:
    spec: str
    source: Source | None
    rebuilt: Rebuilt
    action: Literal["write", "retire", "skip"]


class _SpecMerger:
    """All deltas of a change merged into their specs, in order of ids."""

    def __init__(
        self, change: ChangeFiles, retire: Marker, main: Mapping[str, Source], *, validate: bool
    ) -> None:
        self._change = change
        self._retire = retire
        self._main = main
        self._validate = validate
        self._outcomes: list[_Outcome] = []

    def run(self) -> ArchiveRefused | None:
        """Merge; gives the first refusal instead of raising it."""
        fix = "Put the change's delta right."
        for spec, delta in self._change.deltas.items():
            source = self._main.get(spec)
            unreadable = next(
                (document for document in (delta, source) if document and not document.readable),
                None,
            )
            if unreadable is not None:
                whose = "the delta's file" if unreadable is delta else "the main spec"
                text = f"{spec}: {whose} {unreadable.problem}."
                return ArchiveRefused("archive_spec_update_failed", text, fix)
            base = None if source is None else source.exact_text
            try:
                rebuilt = rebuild(spec, delta.exact_text, base, self._change.name)
            except Refused as problem:
                text = _readable(f"{spec}: {problem}.")
                return ArchiveRefused("archive_spec_update_failed", text, fix)
            outcome = _Outcome(spec, source, rebuilt, self._action(rebuilt))
            self._outcomes.append(outcome)
        return None

    def _action(self, rebuilt: Rebuilt) -> Literal["write", "retire", "skip"]:
        if not (self._retire.declared and self._validate and rebuilt.is_empty):
            return "write"
        if loose_lines(rebuilt) or not _lacks_requirements_only(rebuilt.text):
            return "write"
        if rebuilt.is_new:
            return "skip"
        return "retire" if rebuilt.counts.removed else "write"

    def check(self) -> None:
        """Refuse where a spec would break rules afterwards."""
        for outcome in self._outcomes if self._validate else ():
            if outcome.action == "write" and not is_valid(
                validate_spec(_source(outcome.rebuilt.text))
            ):
                raise ArchiveRefused(
                    "archive_spec_validation_failed",
                    f'The spec "{outcome.spec}" would not be valid afterwards.',
                    self._fix(outcome),
                )

    def _fix(self, outcome: _Outcome) -> str:
        findings = validate_spec(_source(outcome.rebuilt.text))
        first = next(finding for finding in findings if finding.level == "ERROR")
        emptied = (
            not outcome.rebuilt.is_new
            and outcome.rebuilt.counts.removed
            and outcome.rebuilt.is_empty
        )
        if not emptied or not _lacks_requirements_only(outcome.rebuilt.text):
            return f"Put the delta or the spec right: {first.message}"
        loose = loose_lines(outcome.rebuilt)
        if loose:
            shown = ", ".join(
                f'"{_readable(_shown(line))[:_SHOWN_LENGTH]}"' for line in loose[:_SHOWN_LINES]
            )
            more = len(loose) - _SHOWN_LINES
            more_words = f" and {more} more lines" if more > 0 else ""
            return (
                "The last requirement goes, so the spec can only be retired; but its file also"
                f" holds {shown}{more_words}. Move that away or delete the file by hand."
            )
        broken = f" It can't be used now: {self._retire.problem}." if self._retire.problem else ""
        return (
            "The last requirement goes. To retire the spec, set retire_capabilities: true in the"
            f" change's .openspec.yaml.{broken}"
        )

    def plan(self, archived_as: str, left_open: str) -> ArchivePlan:
        """The plan: every spec to write or delete, and the warnings."""
        totals = Counts()
        writes: list[SpecWrite] = []
        warnings = [
            _readable(words) for outcome in self._outcomes for words in outcome.rebuilt.warnings
        ]
        for action in ("write", "retire"):
            for outcome in self._outcomes:
                counts = outcome.rebuilt.counts
                if outcome.action != action or not counts.total:
                    continue
                totals = totals.plus(counts)
                writes.append(SpecWrite(outcome.spec, _old(outcome), _new(outcome), counts))
                if action == "retire":
                    warnings.append(
                        f"{outcome.spec}: retired, its file specs/{outcome.spec}/{SPEC_FILE}"
                        " is deleted with its purpose."
                    )
        name = self._change.name
        return ArchivePlan(name, archived_as, tuple(writes), totals, tuple(warnings), left_open)


def _source(text: str) -> Source:
    return Source(encode_exactly(text))


def _readable(text: str) -> str:
    return decode(encode_exactly(text))


def _lacks_requirements_only(text: str) -> bool:
    errors = [finding for finding in validate_spec(_source(text)) if finding.level == "ERROR"]
    return bool(errors) and all(finding.rule == "S1" for finding in errors)


def _old(outcome: _Outcome) -> bytes | None:
    return None if outcome.source is None else outcome.source.data


def _new(outcome: _Outcome) -> bytes | None:
    if outcome.action == "retire":
        return None
    old = "" if outcome.source is None else outcome.source.exact_text
    return encode_exactly(with_line_ends_of(outcome.rebuilt.text, old))
