"""The lines of a main spec besides its title, purpose and requirements.

A capability whose last requirement is removed can be retired: its file is deleted. That is only
safe where the file holds nothing else. The lines that this module gives stand in the way.
"""

import re
from collections.abc import Iterator, Sequence

from geometry_ws.openspec.format.model import Block
from geometry_ws.openspec.format.sections import is_second_level
from geometry_ws.openspec.format.text import (
    WHITE,
    fence_mask,
    header_title,
    normalise,
    text_after,
    trim,
    trim_start,
)
from geometry_ws.openspec.merging.rebuild import Rebuilt, foreign_tail

_UNDERLINE = re.compile(f" {{0,3}}(?:=+|-+)[{WHITE}]*+\\Z")
_TAG = re.compile("<h[1-6](?![A-Za-z0-9_])", re.I | re.A)
_HASHES = re.compile(r" {0,3}#{1,6}(?:[ \t]|\Z)")
_MARKER = re.compile(f"[{WHITE}]*+(?:[-*+]|[0-9]{{1,9}}[.)])[{WHITE}]++")
_SCENARIO = re.compile(f" {{0,3}}####[{WHITE}]++Scenario:", re.I | re.A)
_OWN_BLOCK = re.compile(
    r" {0,3}(?:>|(?:[-*_][ \t]*){3,}\Z|(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t]|\Z)|[<|])"
)


def loose_lines(rebuilt: Rebuilt) -> tuple[str, ...]:
    """The lines of a spec, as it was before the merge, that no retirement could name."""
    parts = rebuilt.parts
    before = "\n".join(parts.before) if parts.has_section else rebuilt.raw
    loose = list(_above(normalise(before).split("\n")))
    for text in (parts.preamble, "\n".join(parts.after)):
        loose.extend(trim(line) for line in text.split("\n") if trim(line))
    for block in parts.blocks:
        header, _ = foreign_tail(block)
        if header:
            loose.append(header)
        loose.extend(_Block(block).loose())
    return tuple(dict.fromkeys(loose))


def _up_to_three_blanks(line: str) -> str:
    blanks = len(line) - len(line.lstrip(" "))
    return line[blanks:] if blanks <= 3 else ""


def _above(lines: Sequence[str]) -> Iterator[str]:
    """The lines above the requirements that are neither the title nor the purpose."""
    mask = fence_mask(lines)
    in_purpose = has_title = False
    previous = ""
    for at, line in enumerate(lines):
        before, previous = previous, line if trim(line) else ""
        if not trim(line):
            continue
        core = "" if mask[at] else _up_to_three_blanks(line)
        title = text_after(core[3:]) if is_second_level(core) else None
        if title is not None:
            in_purpose = trim(title).lower() == "purpose"
            if not in_purpose:
                yield trim(line)
        elif in_purpose and before and not mask[at] and _UNDERLINE.match(line):
            in_purpose = False
            yield trim(before)
        elif _TAG.match(core):
            in_purpose = False
            yield trim(line)
        elif core.startswith("#") and core[1:2] != "#" and header_title(core, 1) is not None:
            if has_title or in_purpose:
                in_purpose = False
                yield trim(line)
            has_title = True
        elif not in_purpose:
            yield trim(line)


def _columns(prefix: str) -> int:
    column = 0
    for character in prefix:
        column += 4 - column % 4 if character == "\t" else 1
    return column


def _without_columns(line: str, columns: int) -> str:
    column = at = 0
    while at < len(line) and column < columns and line[at] in " \t":
        column += 4 - column % 4 if line[at] == "\t" else 1
        at += 1
    return line[at:]


def _is_heading(line: str) -> bool:
    return bool(_HASHES.match(line) or _TAG.match(trim_start(line)))


class _Block:
    """Goes through one requirement's lines and remembers what they stand in."""

    def __init__(self, block: Block) -> None:
        self._lines = block.raw.split("\n")
        self._mask = fence_mask(self._lines)
        self._after_scenario = False
        self._in_steps = False
        self._has_steps = False
        self._item: int | None = None
        self._is_open = False

    def loose(self) -> Iterator[str]:
        """The lines that are neither statement nor steps of a scenario."""
        for at, line in enumerate(self._lines):
            if not trim(line):
                self._in_steps = self._in_steps and not self._has_steps
                self._item, self._is_open = None, False
            elif at:
                loose = self._look_at(at, line)
                if loose:
                    yield loose

    def _look_at(self, at: int, line: str) -> str:
        indent = _columns(line[: len(line) - len(line.lstrip(" \t"))])
        item = self._item
        inside = item is not None and indent >= item
        within = _without_columns(line, item) if inside and item is not None else line
        if self._mask[at]:
            self._item, self._is_open = item if inside else None, False
            return ""
        if at > 1 and _UNDERLINE.match(within) and trim(self._lines[at - 1]):
            self._item, self._is_open = None, False
            return trim(self._lines[at - 1])
        starts_block = _OWN_BLOCK.match(within) is not None
        wraps = self._is_open and self._in_steps and not starts_block
        if (inside or wraps) and not _is_heading(within):
            self._is_open = not starts_block
            return ""
        return self._look_at_new(line)

    def _look_at_new(self, line: str) -> str:
        """A line that continues nothing above it."""
        marker = _MARKER.match(line)
        self._item = _columns(marker.group()) if marker else None
        self._is_open = marker is not None
        if _SCENARIO.match(line):
            self._after_scenario = self._in_steps = True
            self._has_steps = False
            return ""
        if marker and self._in_steps:
            self._has_steps = True
            return ""
        start = trim_start(line)
        if not self._after_scenario and (marker or not start.startswith(("|", "<"))):
            return ""
        return trim(line)
