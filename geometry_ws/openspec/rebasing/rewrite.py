"""A delta's document after a requirement of it was merged with what the main spec has now.

Everything else in the document stays as it is, its ends of lines too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from geometry_ws.openspec.format.changes import parse_delta
from geometry_ws.openspec.format.model import Block
from geometry_ws.openspec.format.sections import (
    block_header,
    is_second_level,
    make_block,
    requirement_name,
)
from geometry_ws.openspec.format.text import fence_mask, header_level, header_title, normalise, trim
from geometry_ws.openspec.merging.rebuild import with_line_ends_of
from geometry_ws.openspec.rebasing.judge import Moved


class CannotRewrite(ValueError):
    """A requirement can't be put into the delta; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Rebased:
    """A delta's document with what could be merged, and what of it was done and is left to do."""

    document: str
    done: tuple[Moved, ...] = ()
    left: tuple[Moved, ...] = ()


def merged_text(moved: Moved, *, ours: bool = False) -> str:
    """The text that a merge gives a requirement, or with `ours` the delta's own."""
    block = moved.touched.block
    own = "" if block is None else block.raw
    text = own if ours or moved.merge is None else moved.merge.text
    return "\n".join([f"### Requirement: {moved.name}", *text.split("\n")[1:]])


def rebase(document: str, moved: Sequence[Moved], *, ours: bool = False) -> Rebased:
    """Merge what can be merged without a choice; with `ours` all of it, as the delta has it.

    A removal that is agreed to stays as it is: its sentences are settled, not its text.
    """
    done: list[Moved] = []
    left: list[Moved] = []
    for item in moved:
        stays = item.touched.operation == "removed" and not item.renamed_to
        try:
            if ours and stays:
                done.append(item)
            elif ours or item.is_clean:
                document = rewritten(document, item, merged_text(item, ours=ours))
                done.append(item)
            else:
                left.append(item)
        except CannotRewrite:
            left.append(item)
    return Rebased(document, tuple(done), tuple(left))


def check_text(moved: Moved, text: str) -> str:
    """The text of a requirement for the delta, with its header; raises CannotRewrite."""
    name = moved.name
    text = trim(normalise(text))
    lines = text.split("\n")
    header = block_header(lines[0])
    if header is None:
        text = f"### Requirement: {name}\n{text}"
        lines = text.split("\n")
    elif requirement_name(header) != name:
        raise CannotRewrite(f'The text must be that of "{name}"; rename it in the document itself.')
    mask = fence_mask(lines)
    for at, line in enumerate(lines[1:], 1):
        if not mask[at] and (is_second_level(line) or block_header(line) is not None):
            raise CannotRewrite(f'Line {at + 1}, "{trim(line)[:80]}", would begin something else.')
    if fence_mask([*lines, ""])[-1]:
        raise CannotRewrite("A code fence in the text is never closed.")
    if not make_block(name, lines, 1).body:
        raise CannotRewrite("The text has no statement below its header.")
    return text


def rewritten(document: str, moved: Moved, text: str) -> str:
    """The delta's document with a requirement's new text (checked); raises CannotRewrite.

    What was to be modified and is gone becomes an addition, an addition to what is there already
    becomes a modification. For a removal or a rename the text is not looked at: it goes by the
    requirement's present name.
    """
    touched = moved.touched
    lines = normalise(document).split("\n")
    if touched.operation in ("removed", "renamed"):
        if not moved.renamed_to:
            raise CannotRewrite("There is nothing left to remove or rename: take it out by hand.")
        lines = _renamed(lines, touched.names[-1], moved.renamed_to, touched.operation)
    else:
        if len(touched.names) > 1 and (moved.renamed_to or not moved.theirs):
            if not moved.renamed_to:
                raise CannotRewrite("What it renames is gone: take the rename out by hand.")
            lines = _renamed(lines, touched.names[-1], moved.renamed_to, "renamed")
        block = _block_of(document, touched.target, touched.operation)
        start, end = block.line - 1, block.line - 1 + len(block.raw.split("\n"))
        operation = "modified" if moved.theirs else "added"
        if operation == touched.operation:
            lines[start:end] = text.split("\n")
        else:
            del lines[start:end]
            lines = _appended(_without_empty(lines, touched.operation), operation, text)
    result = "\n".join(lines)
    if document.startswith("\ufeff"):
        result = "\ufeff" + result
    return with_line_ends_of(result, document)


def _block_of(document: str, name: str, operation: str) -> Block:
    delta = parse_delta(document)
    for block in delta.added if operation == "added" else delta.modified:
        if requirement_name(block.name) == name:
            return block
    raise CannotRewrite(f'"{name}" is no longer in the delta.')


def _renamed(lines: list[str], name: str, new: str, operation: str) -> list[str]:
    """Put a new name where a removal or the start of a rename has the old one."""
    mask = fence_mask(lines)
    section = ""
    result = list(lines)
    wanted = f"{operation} requirements"
    for at, line in enumerate(lines):
        if mask[at]:
            continue
        if header_level(line) == 2:
            section = (header_title(line, 2) or "").lower()
        if section != wanted or (operation == "renamed" and "FROM:" not in line):
            continue
        before, mark, after = line.partition("Requirement:")
        if mark and requirement_name(after.strip().removesuffix("`")) == name:
            closing = "`" if after.rstrip().endswith("`") else ""
            result[at] = f"{before}{mark} {new}{closing}"
    if result == lines:
        raise CannotRewrite(f'"{name}" is no longer in the delta.')
    return result


def _sections(lines: Sequence[str]) -> list[tuple[int, int, str]]:
    """The second-level sections: where they start and end, and their titles in small letters."""
    mask = fence_mask(lines)
    heads = [at for at, line in enumerate(lines) if not mask[at] and header_level(line) == 2]
    ends = [*heads[1:], len(lines)]
    return [
        (start, end, (header_title(lines[start], 2) or "").lower())
        for start, end in zip(heads, ends, strict=False)
    ]


def _without_empty(lines: list[str], operation: str) -> list[str]:
    """Drop sections of an operation in which nothing is left."""
    for start, end, title in reversed(_sections(lines)):
        if title == f"{operation} requirements" and not any(map(trim, lines[start + 1 : end])):
            lines = [*lines[:start], *lines[end:]]
    return lines


def _appended(lines: list[str], operation: str, text: str) -> list[str]:
    """Put a requirement at the end of its section, which is made where it isn't there."""
    wanted = f"{operation} requirements"
    section = next((part for part in _sections(lines) if part[2] == wanted), None)
    addition = ["", *text.split("\n")]
    if section is None:
        while lines and not trim(lines[-1]):
            lines = lines[:-1]
        head = [f"## {operation.upper()} Requirements"]
        return [*lines, *([""] if lines else []), *head, *addition, ""]
    end = section[1]
    while end > section[0] + 1 and not trim(lines[end - 1]):
        end -= 1
    return [*lines[:end], *addition, "", *lines[section[1] :]]
