"""The lines of a task file: which are tasks, and which further lines belong to which task.

A task's further lines are those below it that are indented deeper than its marker, with the blank
lines between them. A nested task has lines of its own; what is indented less after it belongs to
the task around it. The official tool counts the lines with a box and knows no others.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from geometry_ws.openspec.format.text import WHITE, header_level, header_title, trim

_W = f"[{WHITE}]"
_NOT_MARK = f"\\]{WHITE}"
# One UTF-16 unit is one character below U+10000; a lone half never comes out of UTF-8.
_MARKER = re.compile(f"{_W}*+(?:[-*+]|[0-9]{{1,9}}[.)]){_W}*+\\[")
_BOX = re.compile(f"({_W}*+)([^{_NOT_MARK}\U00010000-\U0010ffff]?+)({_W}*+)\\](?![(\\[])")
_BLANK_BOX = re.compile(f"({_W}++)()()\\]")
_BLANKS = " \t\r"


class TaskLine:
    """A line with a box: where its mark stands, the mark, and where its text begins.

    `mark` is a blank where the box has only blanks, and empty where it has no room for one.
    """

    __slots__ = ("done", "mark", "mark_at", "text", "text_at")

    def __init__(self, mark_at: int, mark: str, text_at: int, text: str) -> None:
        self.mark_at = mark_at
        self.mark = mark
        self.done = mark in ("x", "X")
        self.text_at = text_at
        self.text = text


def read_task_line(line: str) -> TaskLine | None:
    """A line as a task; None where it is none."""
    marker = _MARKER.match(line)
    if marker is None:
        return None
    inside = marker.end()
    box = _BOX.match(line, inside) or _BLANK_BOX.match(line, inside)
    if box is None:
        return None
    mark = box.group(2)
    if mark:
        at = box.start(2)
    else:
        # An empty box: its first blank is what becomes the mark, if it has one.
        at = inside
        mark = "" if line[at] == "]" else line[at]
    return TaskLine(at, mark, box.end(), trim(line[box.end() :]))


def indent_of(line: str) -> int:
    """The columns before a line's first character; a tab reaches the next multiple of 4."""
    columns = 0
    for character in line:
        if character == "\t":
            columns += 4 - columns % 4
        elif character == " ":
            columns += 1
        else:
            break
    return columns


@dataclass(slots=True)
class TaskPart:
    """A task of a file: the number of its line from 0, and the further lines that are its own.

    `parent` is the place, among the file's tasks, of the task that it is nested in, or -1; `end`
    is the line after all that belongs to it, nested tasks included.
    """

    at: int
    line: TaskLine
    indent: int
    section: str
    parent: int
    end: int
    further: list[int] = field(default_factory=list)


class _Reading:
    """The tasks that lie around the line that is being read, outermost first."""

    __slots__ = ("around", "blank", "parts")

    def __init__(self) -> None:
        self.parts: list[TaskPart] = []
        self.around: list[int] = []
        self.blank: list[int] = []

    def task(self, at: int, line: TaskLine, indent: int, section: str) -> None:
        self._leave(indent)
        parent = self.around[-1] if self.around else -1
        self.parts.append(TaskPart(at, line, indent, section, parent, at + 1))
        self.around.append(len(self.parts) - 1)
        self._reach(at)
        self.blank.clear()

    def further(self, at: int, line: str) -> None:
        if not line.strip(_BLANKS):
            self.blank.append(at)
            return
        self._leave(indent_of(line))
        if self.around:
            own = self.parts[self.around[-1]].further
            if own and own[-1] == at - len(self.blank) - 1:
                own.extend(self.blank)
            own.append(at)
            self._reach(at)
        self.blank.clear()

    def _leave(self, indent: int) -> None:
        while self.around and self.parts[self.around[-1]].indent >= indent:
            self.around.pop()

    def _reach(self, at: int) -> None:
        for place in self.around:
            self.parts[place].end = at + 1


def task_parts(lines: Sequence[str]) -> list[TaskPart]:
    """The tasks of a file's lines, in their order."""
    reading = _Reading()
    section = ""
    for at, line in enumerate(lines):
        plain = line if at else line.removeprefix("\ufeff")
        if "[" in line and (task := read_task_line(line)) is not None:
            reading.task(at, task, indent_of(plain), section)
            continue
        if level := header_level(plain):
            section = header_title(plain.removesuffix("\r"), level) or section
        if reading.around:
            reading.further(at, line)
    return reading.parts


def body_of(lines: Iterable[str]) -> str:
    """Further lines as a text: without what all of them are indented by, and ends of lines."""
    plain = [line.rstrip("\r") for line in lines]
    filled = [line for line in plain if line.strip(_BLANKS)]
    common = _common_blanks(filled)
    return "\n".join(line[common:] if line.strip(_BLANKS) else "" for line in plain)


def _common_blanks(lines: Sequence[str]) -> int:
    if not lines:
        return 0
    first = lines[0]
    common = len(first) - len(first.lstrip(" \t"))
    for line in lines:
        while not line.startswith(first[:common]):
            common -= 1
    return common
