"""Markdown as OpenSpec reads it: a tree of headers, requirement blocks, bodies and scenarios.

Lines in, values out. What is fenced is text, never a header. Only headers at the very start of
their line count here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from geometry_ws.openspec.format.model import Block, Requirement, Scenario
from geometry_ws.openspec.format.text import (
    WHITE,
    fence_mask,
    fold_white,
    header_level,
    header_title,
    is_white,
    text_after,
    trim,
    trim_end,
    trim_start,
)

_METADATA = re.compile(r"\*\*[^*]+\*\*:")
_BLOCK_HEADER = re.compile(f"###[{WHITE}]*+Requirement:", re.IGNORECASE | re.ASCII)
_SCENARIO_WORD = re.compile(f"Scenario:[{WHITE}]*", re.IGNORECASE | re.ASCII)


@dataclass(slots=True)
class Section:
    """A header with its text (deeper headers included) and the sections below it."""

    level: int
    title: str
    line: int
    content: str
    children: list["Section"] = field(default_factory=list)


def section_tree(lines: Sequence[str], mask: Sequence[bool]) -> list[Section]:
    """Read the sections at the top; a section's parent is the nearest before of a lower level."""
    headers = [
        (at, header_level(line))
        for at, line in enumerate(lines)
        if line.startswith("#") and not mask[at]
    ]
    headers = [(at, level) for at, level in headers if level]
    ends = _ends(headers, len(lines))
    top: list[Section] = []
    stack: list[Section] = []
    for (at, level), end in zip(headers, ends, strict=True):
        title = header_title(lines[at], level)
        if title is None:
            continue
        section = Section(level, title, at + 1, trim("\n".join(lines[at + 1 : end])))
        while stack and stack[-1].level >= level:
            stack.pop()
        (stack[-1].children if stack else top).append(section)
        stack.append(section)
    return top


def _ends(headers: Sequence[tuple[int, int]], count: int) -> list[int]:
    """The line where each header's content ends: the next header of its level or a lower one."""
    next_at = [count] * 7
    ends = []
    for at, level in reversed(headers):
        ends.append(min(next_at[1 : level + 1]))
        next_at[level] = at
    return ends[::-1]


def find_section(sections: Sequence[Section], title: str) -> Section | None:
    """Find the first section of this title, at any level, whatever its case."""
    wanted = title.lower()
    pending = list(reversed(sections))
    while pending:
        section = pending.pop()
        if section.title.lower() == wanted:
            return section
        pending.extend(reversed(section.children))
    return None


def body_text(lines: Sequence[str]) -> str:
    """The statement of a requirement: its lines up to a header, without fences and metadata.

    Lines like ``**Priority**: high`` are left out unless there is nothing else.
    """
    body: list[str] = []
    metadata: list[str] = []
    mask = fence_mask(lines)
    for at, line in enumerate(lines):
        if mask[at]:
            continue
        if header_level(line):
            break
        text = trim(line)
        if text:
            (metadata if _METADATA.match(text) else body).append(text)
    return "\n".join(body or metadata)


def requirement_of(section: Section) -> Requirement:
    """Read a section below "Requirements" as a requirement."""
    text = body_text(section.content.split("\n")) or section.title
    scenarios = tuple(
        Scenario(scenario_name(child.title), child.content)
        for child in section.children
        if child.content
    )
    name = section.title
    if name[:12].lower() == "requirement:":
        name = trim(name[12:])
    return Requirement(name, text, section.line, scenarios)


# --- blocks -------------------------------------------------------------------------------


def requirement_name(rest: str) -> str:
    """A requirement's name from the rest of its header, without closing `#`s."""
    return trim(_without_closing(rest))


def fold_name(name: str) -> str:
    """A name without regard to case and spacing: finds names that were misspelt."""
    return fold_white(requirement_name(name).lower())


def _without_closing(text: str) -> str:
    if "#" not in text:
        return text
    core = text.rstrip(" \t")
    stripped = core.rstrip("#")
    if stripped == core:
        return text
    outer = stripped.rstrip(" \t")
    return outer if outer != stripped else text


def block_header(line: str) -> str | None:
    """The name in a requirement's header; None where the line is no such header."""
    if not line.startswith("###"):
        return None
    match = _BLOCK_HEADER.match(line)
    if match is None:
        return None
    rest = text_after(line[match.end() :])
    return None if rest is None else requirement_name(rest)


def is_second_level(line: str) -> bool:
    """Say whether a line starts with `##` and white space: it ends what is above it."""
    return len(line) > 2 and line.startswith("##") and is_white(line[2])


def is_requirements_header(line: str) -> bool:
    """Say whether a line is the header of a main spec's section of requirements."""
    if not is_second_level(line):
        return False
    title = trim(line[2:])
    return title.isascii() and title.lower() == "requirements"


def scenario_name(header: str) -> str:
    """A scenario's name from what follows its header's `#`s."""
    name = _without_closing(trim_start(header))
    match = _SCENARIO_WORD.match(name)
    return trim(name[match.end() :] if match else name)


def make_block(name: str, lines: Sequence[str], line: int) -> Block:
    """Read one requirement block: its header's line and what follows."""
    raw = trim_end("\n".join(lines))
    raw_lines = raw.split("\n")
    names, filled = _scenarios(raw_lines)
    return Block(name, line, raw, body_text(raw_lines[1:]), tuple(names), filled)


def _scenarios(lines: Sequence[str]) -> tuple[list[str], int]:
    """The names of a block's scenarios, and how many have something below them."""
    mask = fence_mask(lines)
    names: list[str] = []
    filled: list[bool] = []
    inside = False
    for at, line in enumerate(lines):
        level = 0 if mask[at] else header_level(line)
        if level == 4:
            names.append(scenario_name(line[4:]))
            filled.append(False)
            inside = True
        elif 1 <= level < 4:
            inside = False
        elif inside and trim_start(line):
            filled[-1] = True
    return names, sum(filled)


def blocks_of(lines: Sequence[str], mask: Sequence[bool], first_line: int) -> list[Block]:
    """Read the requirement blocks of a section's lines; `first_line` is the first's number."""
    blocks: list[Block] = []
    name: str | None = None
    start = 0
    for at, line in enumerate(lines):
        if mask[at] or not line.startswith("##"):
            continue
        header = block_header(line)
        if header is None and not is_second_level(line):
            continue
        if name is not None:
            blocks.append(make_block(name, lines[start:at], first_line + start))
        name, start = header, at
    if name is not None:
        blocks.append(make_block(name, lines[start:], first_line + start))
    return blocks
