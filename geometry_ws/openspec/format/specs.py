"""Main specs: from the text of a spec.md to its purpose, requirements and blocks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geometry_ws.openspec.format.model import Block, Spec
from geometry_ws.openspec.format.sections import (
    block_header,
    blocks_of,
    find_section,
    is_requirements_header,
    is_second_level,
    requirement_of,
    section_tree,
)
from geometry_ws.openspec.format.text import (
    WHITE,
    fence_mask,
    is_white,
    normalise,
    trim,
    trim_end,
    unify_line_ends,
)

_DELTA_HEADER = re.compile(
    f"##[{WHITE}]++(?:ADDED|MODIFIED|REMOVED|RENAMED)[{WHITE}]++Requirements[{WHITE}]*+\\Z",
    re.IGNORECASE | re.ASCII,
)

NO_PURPOSE = "There is no purpose."
NO_REQUIREMENTS = "There is no section of requirements."


def parse_spec(text: str) -> Spec:
    """Read a main spec; where a section is missing, `problem` says so and the rest is empty."""
    lines = normalise(text).split("\n")
    mask = fence_mask(lines)
    tree = section_tree(lines, mask)
    parts = split_requirements(lines, mask)
    purpose = find_section(tree, "Purpose")
    if purpose is None or not purpose.content:
        return Spec("", (), parts.blocks, NO_PURPOSE, "S0.purpose")
    requirements = find_section(tree, "Requirements")
    if requirements is None:
        return Spec(purpose.content, (), parts.blocks, NO_REQUIREMENTS, "S0.requirements")
    return Spec(
        purpose.content,
        tuple(requirement_of(child) for child in requirements.children),
        parts.blocks,
    )


def count_requirements(text: str) -> int:
    """The number of requirements that `parse_spec` would find."""
    lines = normalise(text).split("\n")
    tree = section_tree(lines, fence_mask(lines))
    purpose = find_section(tree, "Purpose")
    requirements = find_section(tree, "Requirements")
    if purpose is None or not purpose.content or requirements is None:
        return 0
    return len(requirements.children)


@dataclass(frozen=True, slots=True)
class SpecParts:
    """A main spec cut around its section of requirements, for putting it together again."""

    before: tuple[str, ...]
    header: str
    preamble: str
    blocks: tuple[Block, ...]
    after: tuple[str, ...]
    has_section: bool


def split_requirements(lines: Sequence[str], mask: Sequence[bool]) -> SpecParts:
    """Cut a spec's lines around "## Requirements"; all is `before` where there is none."""
    section = _requirements_range(lines, mask)
    if section is None:
        return SpecParts(tuple(lines), "## Requirements", "", (), (), False)
    start, end = section
    body, body_mask = lines[start + 1 : end], mask[start + 1 : end]
    first = next(
        (
            at
            for at, line in enumerate(body)
            if not body_mask[at] and block_header(line) is not None
        ),
        len(body),
    )
    return SpecParts(
        tuple(lines[:start]),
        lines[start],
        trim_end("\n".join(body[:first])),
        tuple(blocks_of(body[first:], body_mask[first:], start + 2 + first)),
        tuple(lines[end:]),
        True,
    )


def _requirements_range(lines: Sequence[str], mask: Sequence[bool]) -> tuple[int, int] | None:
    start = next(
        (at for at, line in enumerate(lines) if not mask[at] and is_requirements_header(line)),
        None,
    )
    if start is None:
        return None
    for at in range(start + 1, len(lines)):
        if lines[at].startswith("##") and not mask[at] and is_second_level(lines[at]):
            return start, at
    return start, len(lines)


@dataclass(frozen=True, slots=True)
class StructureProblem:
    """A header that stands where it doesn't belong; ``first_line`` is that of its double."""

    kind: str
    line: int
    header: str
    first_line: int = 0


def structure_problems(text: str) -> list[StructureProblem]:
    """Find delta headers, requirements outside their section, and names that come twice.

    A byte order mark is not dropped here: the official tool doesn't do so either.
    """
    lines = unify_line_ends(text).split("\n")
    mask = fence_mask(lines)
    section = _requirements_range(lines, mask)
    start, end = section or (len(lines), len(lines))
    seen: dict[str, int] = {}
    problems = []
    for at, line in enumerate(lines):
        if mask[at] or not line.startswith("##"):
            continue
        if _DELTA_HEADER.match(line):
            problems.append(StructureProblem("delta_header", at + 1, trim(line)))
            continue
        name = block_header(line) if len(line) > 3 and is_white(line[3]) else None
        if name is None:
            continue
        if not start < at < end:
            problems.append(StructureProblem("outside", at + 1, trim(line)))
        elif name in seen:
            problems.append(StructureProblem("duplicate", at + 1, trim(line), seen[name]))
        else:
            seen[name] = at + 1
    return problems
