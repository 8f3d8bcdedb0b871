"""``validate``: one item, many or all by the rules, and archived changes by their tasks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geometry_ws.openspec.commands.arguments import (
    JSON,
    NO_QUESTIONS,
    STORE,
    STORE_PATH,
    Option,
    Syntax,
)
from geometry_ws.openspec.commands.command import Command, Context, check_root
from geometry_ws.openspec.commands.markers import markers_documents, warn_of_markers
from geometry_ws.openspec.commands.moved import (
    OFFICIAL,
    moved_documents,
    moved_of,
    warn_of_moved,
)
from geometry_ws.openspec.commands.output import Failed, Writer
from geometry_ws.openspec.commands.project import change_names, unreadable_tasks
from geometry_ws.openspec.commands.show import find_kind, is_folder_name
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.model import MARKERS, Finding, MovedBase, is_valid
from geometry_ws.openspec.format.sources import TASK_FILE, ChangeFiles
from geometry_ws.openspec.rules.validate_links import validate_places

STRICT = Option("strict", "warnings count too")
ARCHIVE = "changes/archive/"
MARKS = {"ERROR": "✗", "WARNING": "⚠", "INFO": "ℹ"}


@dataclass(frozen=True, slots=True)
class ValidatedItem:
    """The verdict on one item with its findings, and the time that it took.

    `markers` are the findings on conflict markers, which the official tool doesn't know.
    """

    id: str
    type: str
    valid: bool
    findings: tuple[Finding, ...]
    milliseconds: int
    markers: tuple[Finding, ...] = ()

    def document(self) -> dict[str, Any]:
        """The item as documents give it."""
        return {
            "id": self.id,
            "type": self.type,
            "valid": self.valid,
            "issues": [issue(finding) for finding in self.findings],
            "durationMs": self.milliseconds,
        }


def issue(finding: Finding) -> dict[str, Any]:
    """A finding as documents give it."""
    line = {"line": finding.line} if finding.line else {}
    return {"level": finding.level, "path": finding.path, **line, "message": finding.message}


def _validate(context: Context) -> None:
    arguments = context.arguments
    kinds = _kinds(context)
    scope = _scope(context, kinds)
    if kinds and not arguments.flag("archived"):
        check_root(context)
    if arguments.flag("archived"):
        _report(context, _check_archived(context), ["change"], scope, {})
    elif kinds:
        with context.project.validating():
            moved = moved_of(context) if "change" in kinds else {}
            checked = check_all(context, kinds)
        _report(context, checked, kinds, scope, moved)
    elif not arguments.operand():
        context.out.warn("Say what to validate: --all, --changes, --specs, --archived or a name.")
        context.out.exit = 1
    else:
        _validate_one(context, arguments.operand() or "")


def _kinds(context: Context) -> list[str]:
    flags = context.arguments.flag
    return [
        kind
        for kind, name in (("change", "changes"), ("spec", "specs"))
        if flags("all") or flags(name)
    ]


def _scope(context: Context, kinds: Sequence[str]) -> str:
    """The scope of a report of findings, empty for a full one; raises Failed."""
    report = context.arguments.value("report")
    if report is None:
        return ""
    archived = context.arguments.flag("archived")
    problem = ""
    if report not in ("full", "findings"):
        problem = f'There is no report "{report}".'
    elif context.arguments.operand() is not None:
        problem = "A report is of many items, not of one name."
    elif archived and kinds:
        problem = "A report is either of archived changes or of what is open."
    elif not archived and not kinds:
        problem = "A report needs to be told of what."
    if problem:
        raise Failed(
            "invalid_validation_report_request",
            problem,
            fix="--report full or findings goes with --all, --changes, --specs or --archived.",
        )
    if report == "full":
        return ""
    if archived:
        return "archived"
    return "all" if len(kinds) == 2 else f"{kinds[0]}s"


# --- one item -----------------------------------------------------------------------------


def _validate_one(context: Context, name: str) -> None:
    kind = find_kind(context, name)
    parts = [name] if kind == "change" else name.split("/")
    if not all(map(is_folder_name, parts)):
        raise Failed("invalid_item", f'"{name}" can\'t be the name of a {kind}.')
    checked = check_change(context, name) if kind == "change" else check_spec(context, name)
    moved = moved_of(context, [name]) if kind == "change" else {}
    official = context.arguments.flag("official")
    if context.as_json:
        context.out.json(
            {
                "items": [checked.document()],
                "summary": _summary([checked], [kind]),
                "version": "1.0",
                "root": context.project.root,
                **markers_documents([checked], official=official),
                **moved_documents(moved),
            }
        )
    else:
        warn_of_markers(context, [checked])
        say_report(context.out, checked)
        warn_of_moved(context, moved)
    context.out.exit = 0 if checked.valid else 1


def say_report(out: Writer, checked: ValidatedItem) -> None:
    """Say as text what validation found in one item."""
    subject = f"{'Change' if checked.type == 'change' else 'Spec'} {checked.id}"
    if checked.valid:
        out.say(f"{subject} is valid")
    else:
        out.warn(f"{subject} is not valid")
    for line in _finding_lines(checked.findings):
        out.warn(line)


def _finding_lines(findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        place = f"{finding.path}:{finding.line}" if finding.line else finding.path
        yield f"  {MARKS[finding.level]} [{finding.level}] {place}: {finding.message}"


def check_change(context: Context, name: str) -> ValidatedItem:
    """Validate a change; one that isn't there has no deltas."""
    start = context.clock()
    change = context.project.change(name) or ChangeFiles(name, {}, {})
    return _checked(context, name, "change", context.project.findings(change), start)


def check_spec(context: Context, id_: str) -> ValidatedItem:
    """Validate a spec; one that isn't there has a finding that says so."""
    start = context.clock()
    findings = context.project.spec_findings(id_)
    if findings is None:
        missing = f"There is no file {context.project.folder_name}/specs/{id_}/spec.md."
        findings = (Finding("ERROR", "S0", "file", missing),)
    return _checked(context, id_, "spec", findings, start)


def _checked(
    context: Context, name: str, kind: str, findings: tuple[Finding, ...], start: float
) -> ValidatedItem:
    valid = is_valid(findings, strict=context.arguments.flag("strict"))
    milliseconds = int((context.clock() - start) * 1000)
    markers = tuple(finding for finding in findings if finding.rule == MARKERS)
    official = tuple(finding for finding in findings if finding.rule != MARKERS)
    return ValidatedItem(name, kind, valid, official, milliseconds, markers)


# --- many items ---------------------------------------------------------------------------


def check_all(context: Context, kinds: Sequence[str]) -> list[ValidatedItem]:
    """Validate every item of the kinds, in order."""
    checked = []
    if "change" in kinds:
        checked += [check_change(context, name) for name in sorted(change_names(context.project))]
        checked += _linked(context, "change", "changes/")
    if "spec" in kinds:
        checked += [check_spec(context, id_) for id_ in context.project.spec_ids]
        checked += _linked(context, "spec", "specs/")
    checked.sort(key=lambda item: collation_key(item.id))
    return checked


def _linked(context: Context, kind: str, folder: str) -> list[ValidatedItem]:
    """Items for links that lead out of the project: no change or spec is read through them."""
    archived = folder == ARCHIVE
    return [
        ValidatedItem(finding.path.removeprefix(folder), kind, False, (finding,), 0)
        for finding in validate_places(context.project.outside)
        if finding.path.startswith(folder) and finding.path.startswith(ARCHIVE) == archived
    ]


def _check_archived(context: Context) -> list[ValidatedItem]:
    checked = []
    for name in context.project.archived_names:
        start = context.clock()
        findings = _archived_findings(context, name)
        took = int((context.clock() - start) * 1000)
        checked.append(ValidatedItem(name, "change", not findings, tuple(findings), took))
    return checked + _linked(context, "change", ARCHIVE)


def _archived_findings(context: Context, name: str) -> list[Finding]:
    change = context.project.archived_change(name)
    if change is None:
        return []
    folder = f"{context.project.folder_name}/changes/archive/{name}"
    findings = [
        Finding("ERROR", "A1", f"{folder}/{path}", "The tasks can't be read.")
        for path in unreadable_tasks(change, context.project.schemas)
    ]
    counted = context.project.progress(change)
    left = counted.total - counted.done
    if left > 0:
        noun = "task is" if left == 1 else "tasks are"
        text = f"{left} {noun} not done ({counted.done} of {counted.total} are)."
        findings.append(Finding("ERROR", "A2", TASK_FILE, text))
    return findings


def _report(
    context: Context,
    checked: list[ValidatedItem],
    kinds: Sequence[str],
    scope: str,
    moved: Mapping[str, tuple[MovedBase, ...]],
) -> None:
    summary = _summary(checked, kinds)
    items = [item for item in checked if item.findings] if scope else checked
    if context.as_json:
        documents = [item.document() for item in items]
        if scope:
            report = {
                "kind": "validation-findings",
                "version": "1.0",
                "scope": scope,
                "returnedItems": len(items),
                "totalItems": len(checked),
            }
            document = {"report": report, "itemFindings": documents, "summary": summary}
        else:
            document = {"items": documents, "summary": summary, "version": "1.0"}
        markers = markers_documents(checked, official=context.arguments.flag("official"))
        root = context.project.root
        context.out.json({**document, "root": root, **markers, **moved_documents(moved)})
    else:
        warn_of_markers(context, checked)
        _say_all(context.out, items, checked, scope)
        warn_of_moved(context, moved)
    context.out.exit = 1 if any(not item.valid for item in checked) else 0


def _summary(checked: Sequence[ValidatedItem], kinds: Sequence[str]) -> dict[str, Any]:
    def totals(items: list[ValidatedItem]) -> dict[str, int]:
        passed = sum(item.valid for item in items)
        return {"items": len(items), "passed": passed, "failed": len(items) - passed}

    by_type = {kind: totals([item for item in checked if item.type == kind]) for kind in kinds}
    return {"totals": totals(list(checked)), "byType": by_type}


def _say_all(
    out: Writer, items: list[ValidatedItem], checked: list[ValidatedItem], scope: str
) -> None:
    if scope:
        out.say(f"Scope: {scope} ({len(checked)} items)")
    if not checked:
        out.say("There is nothing to validate.")
        return
    if scope and not items:
        out.say("There are no findings.")
    for item in items:
        mark = "✓" if item.valid else "✗"
        (out.say if item.valid and not scope else out.warn)(f"{mark} {item.type}/{item.id}")
        for line in _finding_lines(item.findings):
            out.warn(line)
    passed = sum(item.valid for item in checked)
    failed = len(checked) - passed
    out.say(f"Totals: {passed} passed, {failed} failed ({len(checked)} items)")
    invalid = next((item for item in checked if not item.valid), None)
    if invalid is not None and scope != "archived":
        out.say(f"Details: geometry-ws openspec validate {invalid.id} --type {invalid.type}")


COMMANDS = {
    "validate": Command(
        Syntax(
            "validate",
            "Check changes and specs by the rules.",
            ("name",),
            (
                Option("all", "all changes and specs"),
                Option("changes", "all changes"),
                Option("specs", "all specs"),
                Option("archived", "archived changes: whether all tasks are done"),
                Option("report", "full, or findings: only items that have some", "report"),
                Option("type", "change or spec, where both have the name", "type"),
                STRICT,
                OFFICIAL,
                JSON,
                Option("concurrency", "of no use here", "n"),
                NO_QUESTIONS,
                STORE,
                STORE_PATH,
            ),
        ),
        _validate,
        "validate_error",
        lambda _arguments: {},
    )
}
