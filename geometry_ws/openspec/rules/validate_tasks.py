"""The rules of task files (T1, T2): warnings about lists without boxes and wrong numbers."""

import re
from collections.abc import Sequence

from geometry_ws.openspec.format.model import Finding, Task
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.format.text import WHITE, trim, trim_end, trim_start

_LIST_ITEM = re.compile(f"[{WHITE}]*+(?:[-*+]|[0-9]{{1,9}}[.)])[{WHITE}]++[^{WHITE}]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n\r\u2028\u2029]*)")
_GROUP = re.compile(r" {0,3}##(?!#)(?:[ \t]+|[ \t]*\r?\Z)")
_NUMBERED_GROUP = re.compile(r" {0,3}##[ \t]+([0-9]+)\.(?:[ \t]|\r?\Z)")
_TASK_ID = re.compile(f"([0-9]+(?:\\.[0-9]+)+[A-Za-z]*+)(?=[{WHITE}]|\\Z)")


def validate_tasks(
    documents: Sequence[tuple[str, Source]], *, tracked: bool, numbered: bool
) -> tuple[Finding, ...]:
    """Check a change's task files, given with their paths in order.

    `tracked` says that its schema names these files, `numbered` that it is the built-in one,
    whose groups and tasks carry numbers.
    """
    readable = [(path, source) for path, source in documents if source.readable]
    findings: list[Finding] = []
    if tracked and len(readable) == len(documents):
        findings.extend(_without_boxes(readable))
    if numbered:
        findings.extend(_numbers(readable))
    return tuple(findings)


def _without_boxes(documents: Sequence[tuple[str, Source]]) -> list[Finding]:
    if any(source.tasks for _, source in documents):
        return []
    text = 'Nothing here counts as a task. Write each one as "- [ ] 1.1 What to do".'
    return [
        Finding("WARNING", "T1", path, text, line)
        for path, source in documents
        if (line := _first_list_item(source.text))
    ]


def _first_list_item(text: str) -> int:
    """The line of the first list item that a reader would see, or 0."""
    lines = text.split("\n")
    fence = ""
    comment = False
    for at in range(_after_front_matter(lines), len(lines)):
        line = lines[at]
        if comment:
            comment = "-->" not in line
            continue
        fence_line = _FENCE.match(line)
        if fence_line:
            run, rest = fence_line.groups()
            if not fence:
                fence = run
            elif run[0] == fence[0] and len(run) >= len(fence) and not trim(rest):
                fence = ""
            continue
        if fence:
            continue
        start = trim_start(line)
        if start.startswith("<!--"):
            comment = "-->" not in start[4:]
        elif _LIST_ITEM.match(line) and _columns(line) < 4:
            return at + 1
    return 0


def _columns(line: str) -> int:
    column = 0
    for character in line:
        if character == " ":
            column += 1
        elif character == "\t":
            column += 4 - column % 4
        else:
            break
    return column


def _after_front_matter(lines: Sequence[str]) -> int:
    if trim_end(lines[0].removeprefix("\ufeff")) != "---":
        return 0
    return next((at + 1 for at in range(1, len(lines)) if trim_end(lines[at]) == "---"), 0)


def _numbers(documents: Sequence[tuple[str, Source]]) -> list[Finding]:
    findings: list[Finding] = []
    first: dict[str, tuple[str, int]] = {}
    for path, source in documents:
        lines = source.text.split("\n")
        groups = [(at, line) for at, line in enumerate(lines, 1) if _GROUP.match(line)]
        if not any(_NUMBERED_GROUP.match(line) for _, line in groups):
            continue
        pending = iter([*groups, (len(lines) + 1, "")])
        start, header = next(pending)
        group = ""
        for task in source.tasks:
            while task.line >= start:
                match = _NUMBERED_GROUP.match(header)
                group = match.group(1) if match else ""
                start, header = next(pending)
            match = _TASK_ID.match(task.text) if group else None
            if match:
                findings.extend(_number_findings(path, task, match.group(1), group, first))
    return findings


def _number_findings(
    path: str, task: Task, number: str, group: str, first: dict[str, tuple[str, int]]
) -> list[Finding]:
    findings = []
    leading = number.split(".", 1)[0]
    if (leading.lstrip("0") or "0") != (group.lstrip("0") or "0"):
        text = f'"{number}" stands in group {group}. Renumber it or move it to group {leading}.'
        findings.append(Finding("WARNING", "T2", path, text, task.line))
    if number in first:
        where, line = first[number]
        place = f"line {line}" if where == path else f"line {line} of {where}"
        text = f'The number "{number}" is there already on {place}. Give one another number.'
        findings.append(Finding("WARNING", "T2", path, text, task.line))
    else:
        first[number] = path, task.line
    return findings
