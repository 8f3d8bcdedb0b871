"""The rules of changes (D0 to D19), in the official tool's order; messages are ours.

A change is judged by its deltas, its metadata and its tasks; its proposal is not read.
"""

from collections.abc import Iterator, Mapping, Sequence

from geometry_ws.openspec.format.metadata import Metadata
from geometry_ws.openspec.format.model import UNWRITTEN, Block, Delta, Finding, Rename
from geometry_ws.openspec.format.origins import Origins
from geometry_ws.openspec.format.sections import fold_name, requirement_name
from geometry_ws.openspec.format.sources import METADATA_FILE, SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.format.text import has_keyword
from geometry_ws.openspec.rules.merge import Refused, compare_scenarios, merge
from geometry_ws.openspec.rules.validate_specs import keyword_message

_UNUSABLE = frozenset({"EACCES", "EPERM", "EISDIR", "ELOOP", "ENAMETOOLONG"})
_DELTA_SECTIONS = '"## ADDED Requirements", "## MODIFIED Requirements", "## REMOVED Requirements"'


def validate_deltas(
    change: ChangeFiles, metadata: Metadata, main: Mapping[str, Source]
) -> tuple[Finding, ...]:
    """Check a change's deltas and metadata; `main` has the main specs by id."""
    findings: list[Finding] = []
    if change.has_root_delta:
        text = (
            f"specs/{SPEC_FILE} belongs to no spec and is ignored. Move it into a folder named"
            " after the spec: specs/<spec>/spec.md."
        )
        findings.append(Finding("ERROR", "D0", SPEC_FILE, text))
    readable = {id_: source for id_, source in change.deltas.items() if source.readable}
    for id_, source in readable.items():
        findings.extend(_check_delta(f"{id_}/{SPEC_FILE}", source.delta, main.get(id_)))
    findings.extend(_merge_findings(readable, main, findings))
    for path, expected in change.misplaced_deltas:
        text = f"specs/{path} holds a delta but is not read. Move it to specs/{expected}."
        findings.append(Finding("ERROR", "D14", path, text))
    findings.extend(_empty_findings(readable))
    findings.extend(_marker_findings(change, metadata, readable))
    return tuple(findings)


def _check_delta(path: str, delta: Delta, main: Source | None) -> Iterator[Finding]:
    yield from _strays(path, delta)
    for operation, blocks in (("ADDED", delta.added), ("MODIFIED", delta.modified)):
        seen: set[str] = set()
        for block in blocks:
            key = requirement_name(block.name)
            if key in seen:
                yield _twice(path, "D4", block.name, operation)
            seen.add(key)
            yield from _check_block(path, operation, block)
    if delta.modified and main is not None:
        yield from _scenario_loss(path, delta, main)
    removed: dict[str, None] = {}
    for name in delta.removed:
        key = requirement_name(name)
        if key in removed:
            yield _twice(path, "D9", name, "REMOVED")
        removed[key] = None
    yield from _rename_doubles(path, delta.renamed)
    yield from _conflicts(path, delta, removed)


def _twice(path: str, rule: str, name: str, where: str) -> Finding:
    return Finding("ERROR", rule, path, f'"{name}" is twice in {where}. Keep one of them.')


def _strays(path: str, delta: Delta) -> Iterator[Finding]:
    for header in delta.skipped:
        if header.text.lower() in ("requirement", "requirement:") and header.text.isascii():
            text = (
                f'"### {header.text}" in {header.section} has no name and is ignored. Write'
                ' "### Requirement: Name".'
            )
        else:
            text = (
                f'"### {header.text}" in {header.section} is no requirement and is ignored. If it'
                f' is one, write "### Requirement: {header.text}".'
            )
        yield Finding("INFO", "D1", path, text, header.line)
    for half in delta.unpaired:
        other = "TO" if half.side == "FROM" else "FROM"
        text = (
            f'{half.side} "{half.name}" has no {other}. Write each rename as a FROM: line and'
            " its TO: line right after it."
        )
        yield Finding("ERROR", "D2", path, text, half.line)
    for orphan in delta.orphans:
        place = (
            'above the first "## " header'
            if orphan.section is None
            else f'under "## {orphan.section}"'
        )
        text = f'"{orphan.name}" stands {place} and is ignored. Move it under {_DELTA_SECTIONS}.'
        yield Finding("WARNING", "D3", path, text, orphan.line)


def _check_block(path: str, operation: str, block: Block) -> Iterator[Finding]:
    subject = f'{operation} "{block.name}"'
    if not block.body:
        yield Finding("ERROR", "D5", path, keyword_message(subject, block, must=True))
    elif not has_keyword(block.body):
        yield Finding("WARNING", "D6", path, keyword_message(subject, block, must=False))
    if not block.filled_scenarios:
        hint = " with steps below its header" if block.scenario_names else ""
        text = f'{subject} has no scenario. Write at least one "#### Scenario: Name"{hint}.'
        yield Finding("ERROR", "D7", path, text)


def _scenario_loss(path: str, delta: Delta, main: Source) -> Iterator[Finding]:
    if not main.readable:
        if main.code in _UNUSABLE:
            text = f"The main spec {main.problem}, so what is modified can't be compared with it."
            yield Finding("ERROR", "D8", path, text)
        return
    current = {requirement_name(block.name): block for block in main.spec.blocks}
    origins = Origins(delta.renamed, current)
    gone = set(origins.former.values())
    for block in delta.modified:
        key = requirement_name(block.name)
        base = None if key in gone else origins.find(key)
        if base is None:
            continue
        missing = compare_scenarios(base, block).missing
        if missing:
            listed = ", ".join(f'"{name}"' for name in missing)
            text = (
                f'MODIFIED "{block.name}" leaves out scenarios that the spec has: {listed}. Copy'
                " them into it: a modified requirement replaces the whole one."
            )
            yield Finding("ERROR", "D8", path, text)


def _rename_doubles(path: str, renamed: Sequence[Rename]) -> Iterator[Finding]:
    sources: set[str] = set()
    targets: set[str] = set()
    for rename in renamed:
        source, target = requirement_name(rename.source), requirement_name(rename.target)
        if source in sources:
            yield _twice(path, "D10", rename.source, "RENAMED (FROM)")
        if target in targets:
            yield _twice(path, "D10", rename.target, "RENAMED (TO)")
        sources.add(source)
        targets.add(target)


def _conflicts(path: str, delta: Delta, removed: Mapping[str, None]) -> Iterator[Finding]:
    added = dict.fromkeys(requirement_name(block.name) for block in delta.added)
    modified = dict.fromkeys(requirement_name(block.name) for block in delta.modified)
    for first, operation, others in (
        (modified, "MODIFIED", ((removed, "REMOVED"), (added, "ADDED"))),
        (added, "ADDED", ((removed, "REMOVED"),)),
    ):
        for name in first:
            for second, other in others:
                if name in second:
                    text = f'"{name}" is both in {operation} and in {other}. Keep one of them.'
                    yield Finding("ERROR", "D11", path, text)
    folded: dict[str, str] = {}
    for name in removed:
        folded.setdefault(fold_name(name), name)
    for rename in delta.renamed:
        source, target = requirement_name(rename.source), requirement_name(rename.target)
        if source in modified:
            advice = f'modify it by its new name "{rename.target}"'
            text = f'"{rename.source}" is renamed here: {advice}.'
            yield Finding("ERROR", "D12", path, text)
        if target in added:
            text = f'"{rename.target}" is both added and the new name of "{rename.source}".'
            yield Finding("ERROR", "D12", path, text)
        written = folded.get(fold_name(source))
        if written is not None:
            note = "" if written == source else f' (written "{written}" there)'
            text = f'"{rename.source}" is both renamed and removed{note}. Keep one of them.'
            yield Finding("ERROR", "D12", path, text)


def _merge_findings(
    deltas: Mapping[str, Source], main: Mapping[str, Source], delta_findings: Sequence[Finding]
) -> list[Finding]:
    bad = {finding.path for finding in delta_findings if finding.level == "ERROR"}
    findings = []
    for id_, source in deltas.items():
        path = f"{id_}/{SPEC_FILE}"
        target = main.get(id_)
        if path in bad or not source.delta.count or (target is not None and not target.readable):
            continue
        try:
            merge(source.delta, target)
        except Refused as problem:
            text = f"As the main spec is now, archiving would refuse this: {problem}."
            findings.append(Finding("INFO", "D13", path, text))
    return findings


def _empty_findings(deltas: Mapping[str, Source]) -> Iterator[Finding]:
    empty = [(id_, source.delta) for id_, source in deltas.items() if not source.delta.count]
    for id_, delta in empty:
        if delta.sections:
            listed = ", ".join(f'"## {section} Requirements"' for section in delta.sections)
            text = f'There is no requirement below {listed}. Write "### Requirement: Name" there.'
            yield Finding("ERROR", "D15", f"{id_}/{SPEC_FILE}", text)
    for id_, delta in empty:
        if not delta.sections:
            text = f"No section says what changes. Write requirements below {_DELTA_SECTIONS}."
            yield Finding("ERROR", "D16", f"{id_}/{SPEC_FILE}", text)


def _marker_findings(
    change: ChangeFiles, metadata: Metadata, deltas: Mapping[str, Source]
) -> Iterator[Finding]:
    skip = metadata.skip_specs
    if skip.problem:
        text = f"skip_specs is set but the file can't be used: {skip.problem}. Put that right."
        yield Finding("ERROR", "D17", METADATA_FILE, text)
    if skip.declared and change.has_spec_files:
        text = "skip_specs is set, but there are files below specs/. Remove one or the other."
        yield Finding("ERROR", "D18", "file", text)
    total = sum(source.delta.count for source in deltas.values())
    if total or change.has_root_delta or change.misplaced_deltas:
        return
    if skip.declared and not change.has_spec_files:
        text = "skip_specs is set: the change says that it changes no spec."
        yield Finding("INFO", UNWRITTEN, "file", text)
    elif not skip.declared:
        text = (
            "The change says nothing about specs. Describe what changes in specs/<spec>/spec.md"
            f" below {_DELTA_SECTIONS}, or set skip_specs: true in .openspec.yaml."
        )
        yield Finding("ERROR", UNWRITTEN, "file", text)
