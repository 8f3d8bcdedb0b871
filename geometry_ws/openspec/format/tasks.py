"""Tasks: the check boxes of a change, and setting one of them.

Every line of a task file counts that has a list marker and a box, wherever it stands: in code
fences and comments too. Setting a task changes the one character in its box and nothing else, so
it works on the file's bytes: ends of lines, byte order mark and undecodable bytes stay.
"""

import re

from geometry_ws.openspec.format.model import Progress, Task
from geometry_ws.openspec.format.text import WHITE, decode, header_level, header_title, trim

_W = f"[{WHITE}]"
_NOT_MARK = f"\\]{WHITE}"
# One UTF-16 unit is one character below U+10000; a lone half never comes out of UTF-8.
_MARKER = re.compile(f"{_W}*+(?:[-*+]|[0-9]{{1,9}}[.)]){_W}*+\\[")
_BOX = re.compile(f"({_W}*+)([^{_NOT_MARK}\U00010000-\U0010ffff]?+)({_W}*+)\\](?![(\\[])")
_BLANK_BOX = re.compile(f"({_W}++)()()\\]")
_NUMBER = re.compile(f"[0-9]+(?:\\.[0-9]+)*[A-Za-z]*(?=[.):]?(?:{_W}|$))")


class NoSuchTask(LookupError):
    """The file has no task of this number."""


class NotSettable(ValueError):
    """The task's box can't hold a mark: what follows it would make it a link."""


class _Line:
    """A task line: where its box's content starts and ends, its mark and its text."""

    __slots__ = ("done", "mark", "mark_at", "text")

    def __init__(self, mark_at: int, mark: str, text: str) -> None:
        self.mark_at = mark_at
        self.mark = mark
        self.done = mark in ("x", "X")
        self.text = text


def _read_line(line: str) -> _Line | None:
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
    return _Line(at, mark, trim(line[box.end() :]))


def _indent(line: str) -> int:
    columns = 0
    for character in line:
        if character == "\t":
            columns += 4 - columns % 4
        elif character == " ":
            columns += 1
        else:
            break
    return columns


def parse_tasks(text: str, *, first: int = 1, file: str = "tasks.md") -> tuple[Task, ...]:
    """Read the tasks of a file's text, numbered from `first` in file order."""
    tasks: list[Task] = []
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        if "[" in line and (parts := _read_line(line)) is not None:
            prefix = _NUMBER.match(parts.text)
            task = Task(
                id=first + len(tasks),
                line=number,
                text=parts.text,
                done=parts.done,
                section=section,
                indent=_indent(line),
                number=prefix.group() if prefix else "",
                file=file,
            )
            tasks.append(task)
            continue
        line = line.removeprefix("\ufeff") if number == 1 else line
        if level := header_level(line):
            section = header_title(line, level) or section
    return tuple(tasks)


def count_tasks(text: str) -> Progress:
    """Count the tasks that `parse_tasks` would give, for callers that need no more."""
    done = total = 0
    for line in text.split("\n"):
        if "[" in line and (task := _read_line(line)) is not None:
            total += 1
            done += task.done
    return Progress(done, total)


def progress(tasks: tuple[Task, ...]) -> Progress:
    """Count the tasks."""
    return Progress(sum(task.done for task in tasks), len(tasks))


def set_done(data: bytes, task: int, done: bool) -> bytes:
    """Set or unset the task with this number (from 1) in a file's bytes.

    Exactly one character differs afterwards, or none where the task was like that already. A box
    without any room (`[]`) gets the character inserted. Raises NoSuchTask and NotSettable.
    """
    count = 0
    start = 0
    for raw in data.split(b"\n"):
        if b"[" in raw and (line := _read_line(decode(raw))) is not None:
            count += 1
            if count == task:
                if line.done is done:
                    return data
                return data[:start] + _set_in_line(raw, line, done) + data[start + len(raw) :]
        start += len(raw) + 1
    raise NoSuchTask(task)


def _set_in_line(raw: bytes, task: _Line, done: bool) -> bytes:
    # All before the mark is white space and markers, so it decodes without loss.
    at = len(decode(raw)[: task.mark_at].encode())
    line = raw[:at] + (b"x" if done else b" ") + raw[at + _mark_bytes(raw, at, task.mark) :]
    again = _read_line(decode(line))
    if again is None or again.done is not done:
        # `- [ ](link)` is a task by the official tool's rule, but `- [x](link)` is none.
        raise NotSettable(task.text)
    return line


def _mark_bytes(raw: bytes, at: int, mark: str) -> int:
    """The number of bytes of the mark at an offset; undecodable ones show as one character."""
    if mark != "\ufffd":
        return len(mark.encode())
    try:
        raw[at : at + 3].decode()
    except UnicodeDecodeError as problem:
        return problem.end
    return 3
