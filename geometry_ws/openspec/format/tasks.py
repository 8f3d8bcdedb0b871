"""Tasks: the check boxes of a change, and setting one of them.

Every line of a task file counts that has a list marker and a box, wherever it stands: in code
fences and comments too. Setting a task changes the one character in its box and nothing else, so
it works on the file's bytes: ends of lines, byte order mark and undecodable bytes stay.
"""

import re
from itertools import groupby

from geometry_ws.openspec.format.model import Progress, Task, TaskGroup
from geometry_ws.openspec.format.task_lines import TaskLine, body_of, read_task_line, task_parts
from geometry_ws.openspec.format.text import WHITE, decode

_NUMBER = re.compile(f"[0-9]+(?:\\.[0-9]+)*[A-Za-z]*(?=[.):]?(?:[{WHITE}]|$))")


class NoSuchTask(LookupError):
    """The file has no task of this number."""


class NotSettable(ValueError):
    """The task's box can't hold a mark: what follows it would make it a link."""


def parse_tasks(text: str, *, first: int = 1, file: str = "tasks.md") -> tuple[Task, ...]:
    """Read the tasks of a file's text, numbered from `first` in file order."""
    lines = text.split("\n")
    return tuple(
        Task(
            id=number,
            line=part.at + 1,
            text=part.line.text,
            done=part.line.done,
            section=part.section,
            indent=part.indent,
            number=prefix.group() if (prefix := _NUMBER.match(part.line.text)) else "",
            file=file,
            mark=part.line.mark.strip(WHITE),
            body=body_of(lines[at] for at in part.further) if part.further else "",
        )
        for number, part in enumerate(task_parts(lines), first)
    )


def task_groups(tasks: tuple[Task, ...]) -> tuple[TaskGroup, ...]:
    """The tasks below each header, counted; those above the first header have no name."""
    groups = []
    for (file, section), members in groupby(tasks, lambda task: (task.file, task.section)):
        states = [task.done for task in members]
        groups.append(TaskGroup(section, sum(states), len(states), file))
    return tuple(groups)


def count_tasks(text: str) -> Progress:
    """Count the tasks that `parse_tasks` would give, for callers that need no more."""
    done = total = 0
    for line in text.split("\n"):
        if "[" in line and (task := read_task_line(line)) is not None:
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
        if b"[" in raw and (line := read_task_line(decode(raw))) is not None:
            count += 1
            if count == task:
                if line.done is done:
                    return data
                return data[:start] + _set_in_line(raw, line, done) + data[start + len(raw) :]
        start += len(raw) + 1
    raise NoSuchTask(task)


def _set_in_line(raw: bytes, task: TaskLine, done: bool) -> bytes:
    # All before the mark is white space and markers, so it decodes without loss.
    at = len(decode(raw)[: task.mark_at].encode())
    line = raw[:at] + (b"x" if done else b" ") + raw[at + mark_bytes(raw, at, task.mark) :]
    again = read_task_line(decode(line))
    if again is None or again.done is not done:
        # `- [ ](link)` is a task by the official tool's rule, but `- [x](link)` is none.
        raise NotSettable(task.text)
    return line


def mark_bytes(raw: bytes, at: int, mark: str) -> int:
    """The number of bytes of the mark at an offset; undecodable ones show as one character."""
    if mark != "\ufffd":
        return len(mark.encode())
    try:
        raw[at : at + 3].decode()
    except UnicodeDecodeError as problem:
        return problem.end
    return 3
