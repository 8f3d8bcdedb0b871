"""Changes: the title of a proposal, and deltas: what a change does to a spec's requirements."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from geometry_ws.openspec.format.model import (
    Block,
    Delta,
    Orphan,
    Rename,
    SkippedHeader,
    UnpairedRename,
)
from geometry_ws.openspec.format.sections import block_header, blocks_of, requirement_name
from geometry_ws.openspec.format.text import (
    WHITE,
    fence_mask,
    header_level,
    header_title,
    normalise,
    text_after,
    trim,
    trim_end,
    trim_start,
)

OPERATIONS = ("ADDED", "MODIFIED", "REMOVED", "RENAMED")
_TITLES = {f"{operation.lower()} requirements": operation for operation in OPERATIONS}
_W = f"[{WHITE}]"
_REQUIREMENT = f"`?###{_W}*+Requirement:"
_REMOVED_BULLET = re.compile(f"{_W}*+[-*+]{_W}*+{_REQUIREMENT}")
_RENAME = re.compile(f"{_W}*+[-*+]?+{_W}*+(FROM|TO):{_W}*+{_REQUIREMENT}")
_TITLE = re.compile(
    f"(?:\\A|(?<=[\n\r\u2028\u2029]))#{_W}+(?:Change:{_W}+)?([^\n\r\u2028\u2029]+)", re.I | re.A
)


@dataclass(slots=True)
class _Section:
    title: str
    operation: str
    lines: Sequence[str]
    mask: Sequence[bool]
    first_line: int


@dataclass(slots=True)
class _DeltaSections:
    sections: list[_Section] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)


def change_title(proposal: str, name: str) -> str:
    """The title of a change: its proposal's first header, or else its name."""
    match = _TITLE.search(proposal)
    title = trim(match.group(1)) if match else ""
    return name if not title or title.lower() == "proposal" else title


def parse_delta(text: str) -> Delta:
    """Read one delta file: everything that it says about its spec, in document order."""
    lines = normalise(text).split("\n")
    result = _read_sections(lines, fence_mask(lines))
    skipped: list[SkippedHeader] = []
    added = _blocks(result.sections, "ADDED", skipped)
    modified = _blocks(result.sections, "MODIFIED", skipped)
    removed: list[str] = []
    removed_blocks: list[Block] = []
    renamed: list[Rename] = []
    unpaired: list[UnpairedRename] = []
    for section in result.sections:
        if section.operation == "REMOVED":
            removed.extend(_removed_names(section))
            removed_blocks.extend(blocks_of(section.lines, section.mask, section.first_line))
        elif section.operation == "RENAMED":
            _renames(section, renamed, unpaired)
    present = {section.operation for section in result.sections}
    return Delta(
        added=tuple(added),
        modified=tuple(modified),
        removed=tuple(removed),
        removed_blocks=tuple(removed_blocks),
        renamed=tuple(renamed),
        unpaired=tuple(sorted(unpaired, key=lambda rename: rename.line)),
        skipped=tuple(sorted(skipped, key=lambda header: header.line)),
        orphans=tuple(result.orphans),
        sections=tuple(operation for operation in OPERATIONS if operation in present),
    )


def has_delta_section(text: str) -> bool:
    """Say whether a text has a section of operations, so that it would be a delta elsewhere."""
    lines = normalise(text).split("\n")
    return bool(_read_sections(lines, fence_mask(lines)).sections)


def _read_sections(lines: Sequence[str], mask: Sequence[bool]) -> _DeltaSections:
    result = _DeltaSections()
    headers: list[tuple[int, str]] = []
    section: str | None = None
    for at, line in enumerate(lines):
        if mask[at] or not line.startswith("##"):
            continue
        title = header_title(line, 2) if header_level(line) == 2 else None
        if title is not None:
            headers.append((at, title))
            section = title
        elif section is None or section.lower() not in _TITLES:
            name = block_header(line)
            if name is not None:
                result.orphans.append(Orphan(name, section, at + 1))
    ends = [at for at, _ in headers][1:] + [len(lines)] * bool(headers)
    for (at, title), end in zip(headers, ends, strict=True):
        operation = _TITLES.get(title.lower())
        if operation:
            result.sections.append(
                _Section(title, operation, lines[at + 1 : end], mask[at + 1 : end], at + 2)
            )
    return result


def _blocks(
    sections: Iterable[_Section], operation: str, skipped: list[SkippedHeader]
) -> list[Block]:
    blocks: list[Block] = []
    spelling = ""
    for section in sections:
        if section.operation != operation:
            continue
        spelling = spelling or section.title
        blocks.extend(blocks_of(section.lines, section.mask, section.first_line))
        for at, line in enumerate(section.lines):
            if section.mask[at] or header_level(line) != 3 or block_header(line) is not None:
                continue
            title = text_after(line[4:])
            if title is not None:
                skipped.append(SkippedHeader(trim(title), spelling, section.first_line + at))
    return blocks


def _removed_names(section: _Section) -> list[str]:
    names = []
    for at, line in enumerate(section.lines):
        if section.mask[at] or "###" not in line:
            continue
        name = block_header(line)
        if name is None:
            bullet = _REMOVED_BULLET.match(line)
            name = _quoted_name(line[bullet.end() :]) if bullet else None
        if name is not None:
            names.append(name)
    return names


def _renames(section: _Section, renamed: list[Rename], unpaired: list[UnpairedRename]) -> None:
    pending: tuple[str, int] | None = None
    for at, line in enumerate(section.lines):
        if section.mask[at] or "###" not in line or (match := _RENAME.match(line)) is None:
            continue
        name = _quoted_name(line[match.end() :])
        if name is None:
            continue
        number = section.first_line + at
        if match.group(1) == "FROM":
            if pending:
                unpaired.append(UnpairedRename("FROM", *pending))
            pending = name, number
        elif pending is None:
            unpaired.append(UnpairedRename("TO", name, number))
        else:
            renamed.append(Rename(pending[0], name))
            pending = None
    if pending:
        unpaired.append(UnpairedRename("FROM", *pending))


def _quoted_name(rest: str) -> str | None:
    """A requirement's name up to an optional closing backtick and blanks."""
    text = trim_start(rest)
    core = trim_end(text)
    if not core:
        return "" if rest.strip("\u2028\u2029") else None
    if len(core) > 1 and core.endswith("`"):
        core = core[:-1]
    return None if "\u2028" in core or "\u2029" in core else requirement_name(core)
