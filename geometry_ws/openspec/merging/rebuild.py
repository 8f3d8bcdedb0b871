"""The text of a main spec after a merge: byte for byte what the official tool would write.

Takes texts and gives texts. The parts of a document that the merge doesn't name stay as they are,
but for runs of empty lines; a new spec gets its head and, where the delta has one, its purpose.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geometry_ws.openspec.format.changes import parse_delta
from geometry_ws.openspec.format.model import Block, Delta
from geometry_ws.openspec.format.sections import is_second_level
from geometry_ws.openspec.format.specs import (
    SpecParts,
    parse_spec,
    split_requirements,
    structure_problems,
)
from geometry_ws.openspec.format.text import (
    fence_mask,
    normalise,
    trim,
    trim_end,
    unify_line_ends,
    utf16_length,
)
from geometry_ws.openspec.rules.merge import (
    Counts,
    Merged,
    check_base,
    check_delta,
    check_new,
    merge_blocks,
)
from geometry_ws.openspec.rules.validate_specs import MIN_PURPOSE

PLACEHOLDER = "TBD - created by archiving change {}. Update Purpose after archive."

_NOT_END = re.compile(r"[^\n]")
_FOREIGN = re.compile(r" {0,3}#{1,3}(?:[ \t]|\Z)")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A main spec after a merge: its text with LF, and warnings about it.

    `parts` is the document before the merge (of a new spec: its head), `raw` its text, to
    know what a deleted file would take along. `is_empty` says that no block is left.
    """

    text: str
    counts: Counts
    warnings: tuple[str, ...]
    is_empty: bool
    is_new: bool
    parts: SpecParts
    raw: str


def rebuild(spec: str, delta_text: str, base: str | None, change: str) -> Rebuilt:
    """Merge a change's delta into the text of a main spec (None: there is none yet).

    Raises merge.Refused.
    """
    delta = parse_delta(delta_text)
    check_delta(delta)
    warnings = list(_orphans(delta))
    purpose = purpose_of(delta_text)
    is_new = base is None
    if base is None:
        check_new(delta)
        if delta.removed:
            warnings.append(f"there is no such spec yet: {len(delta.removed)} removals do nothing")
        base, words = _head(spec, change, purpose)
        warnings.extend(words)
    elif purpose and (has := purpose_of(base)) and has != purpose:
        warnings.append("it has a purpose already: the delta's is ignored, edit the spec itself")
    check_base(base)
    lines = normalise(base).split("\n")
    parts = split_requirements(lines, fence_mask(lines))
    merged = merge_blocks(delta, parts.blocks, is_new=is_new)
    warnings.extend(f'"{name}" was to be removed and is not there' for name in merged.missing)
    blocks = _in_order(parts.blocks, merged)
    warnings.extend(_lost(parts.blocks, merged))
    return Rebuilt(
        _assemble(parts, base, blocks),
        merged.counts,
        tuple(f"{spec}: {words}." for words in warnings),
        not blocks,
        is_new,
        parts,
        base,
    )


def _orphans(delta: Delta) -> Iterator[str]:
    for orphan in delta.orphans:
        place = "above the first section" if orphan.section is None else f'in "{orphan.section}"'
        yield f'line {orphan.line} of the delta: "{orphan.name}" stands {place} and is not applied'


# --- putting it together ------------------------------------------------------------------


def _in_order(blocks: Sequence[Block], merged: Merged) -> list[Block]:
    """The requirements in their old places, new ones behind them."""
    ordered = [merged.blocks[name] for name in merged.places if name in merged.blocks]
    placed = set(merged.places[: len(blocks)])
    ordered.extend(block for name, block in merged.blocks.items() if name not in placed)
    return ordered


def _assemble(parts: SpecParts, base: str, blocks: Sequence[Block]) -> str:
    # Without a section of requirements the whole text stays as it was read, its ends of lines too.
    before = "\n".join(parts.before) if parts.has_section else base
    body = trim_end(
        "\n\n".join([*filter(trim, [parts.preamble]), *(block.raw for block in blocks)])
    )
    pieces = [trim_end(before), parts.header, body, trim("\n".join(parts.after))]
    return trim_end(_without_blank_runs("\n\n".join(filter(None, pieces)))) + "\n"


def _without_blank_runs(text: str) -> str:
    """Make one of several empty lines in a row, but not in code fences."""
    lines = text.split("\n")
    lines_left: list[str] = []
    was_empty = False
    for line, masked in zip(lines, fence_mask(lines), strict=True):
        is_empty = not line and not masked
        if not (is_empty and was_empty):
            lines_left.append(line)
        was_empty = is_empty
    return "\n".join(lines_left)


def with_line_ends_of(text: str, old: str) -> str:
    """Give a text with LF the ends of lines that most lines of another have."""
    both = old.count("\r\n")
    alone = old.count("\n") - both
    if not both and not alone:
        return text
    text = text.replace("\r\n", "\n")
    return text.replace("\n", "\r\n") if both >= alone else text


# --- what a replaced requirement takes along ----------------------------------------------


def foreign_tail(block: Block) -> tuple[str, str]:
    """A header of another kind that got into a block, and all from there on; or empty texts."""
    lines = block.raw.split("\n")
    mask = fence_mask(lines)
    for at in range(1, len(lines)):
        if not mask[at] and _FOREIGN.match(lines[at]):
            return trim(lines[at]), trim_end("\n".join(lines[at:]))
    return "", ""


def _lost(blocks: Sequence[Block], merged: Merged) -> Iterator[str]:
    for block, name in zip(blocks, merged.places, strict=True):
        replacement = merged.blocks.get(name)
        if replacement is block:
            continue
        header, tail = foreign_tail(block)
        tail = trim(tail)
        if not header:
            continue
        before = trim(block.raw).count(tail)
        if replacement is None or not tail or trim(replacement.raw).count(tail) < before:
            yield (
                f'"{header}" stands inside the requirement "{block.name}" and goes with it; move'
                " it out of there to keep it"
            )


# --- the purpose --------------------------------------------------------------------------


def purpose_of(text: str) -> str:
    """The text below "## Purpose", unless all of it is fenced or commented out."""
    unified = unify_line_ends(text)
    lines = unified.split("\n")
    visible = _without_comments(unified).split("\n")
    mask = fence_mask(visible)
    start = next(
        (at for at, line in enumerate(visible) if not mask[at] and _is_purpose(line)), None
    )
    if start is None:
        return ""
    end = next(
        (
            at
            for at in range(start + 1, len(visible))
            if not mask[at] and is_second_level(visible[at])
        ),
        len(visible),
    )
    if not any(trim(visible[at]) for at in range(start + 1, end) if not mask[at]):
        return ""
    return trim("\n".join(lines[start + 1 : end]))


def _is_purpose(line: str) -> bool:
    if not is_second_level(line):
        return False
    title = trim(line[2:])
    return title.isascii() and title.lower() == "purpose"


def _without_comments(text: str) -> str:
    """Blank out comments, whose lines stay; one that is never closed reaches to the end."""
    pieces = []
    at = 0
    ends = [text.find(end) for end in ("-->", "--!>")]
    while (start := text.find("<!--", at)) >= 0:
        pieces.append(text[at:start])
        for number, end in enumerate(("-->", "--!>")):
            if 0 <= ends[number] < start + 4:
                ends[number] = text.find(end, start + 4)
        after = [
            place + size for place, size in zip(ends, (3, 4), strict=True) if place >= start + 4
        ]
        at = min(after) if after else len(text)
        pieces.append(_NOT_END.sub(" ", text[start:at]))
    pieces.append(text[at:])
    return "".join(pieces)


def _head(spec: str, change: str, purpose: str) -> tuple[str, list[str]]:
    """The text that a new spec starts with, and what there is to say about its purpose."""
    placeholder = _skeleton(spec, PLACEHOLDER.format(change))
    if not purpose:
        return placeholder, []
    text = _skeleton(spec, purpose)
    readable = "" if "<!--" in text or structure_problems(text) else _read_purpose(text)
    if not readable:
        return placeholder, ["the delta's purpose would make it unreadable: it gets a placeholder"]
    if utf16_length(readable) < MIN_PURPOSE:
        return text, [f"the delta's purpose is shorter than {MIN_PURPOSE} characters"]
    return text, []


def _skeleton(spec: str, purpose: str) -> str:
    return f"# {spec} Specification\n\n## Purpose\n{purpose}\n\n## Requirements\n"


def _read_purpose(text: str) -> str:
    spec = parse_spec(text)
    return "" if spec.problem else spec.purpose
