"""Adding, rewording, moving and removing tasks in a file's bytes: only their own lines change.

An edit is a value; `apply` gives the new bytes. A task goes with its further lines and with the
tasks nested in it. All other lines keep their bytes, with their ends; a file that has no end after
its last line has none afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from geometry_ws.openspec.format.task_lines import (
    TaskLine,
    TaskPart,
    body_of,
    read_task_line,
    task_parts,
)
from geometry_ws.openspec.format.tasks import NoSuchTask, mark_bytes
from geometry_ws.openspec.format.text import WHITE, decode, header_level, header_title, trim

MAX_TEXT = 10_000
_BLANKS = " \t"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotPossible(ValueError):
    """The edit can't be made; the text is one sentence, `field` the argument that is to blame."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class AddTask:
    """A new task: after or before another (by its number in the file, from 1), or in a group.

    Without a place it comes last; `group` is the header's title.
    """

    text: str
    mark: str = ""
    body: str = ""
    after: int | None = None
    before: int | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class EditTask:
    """Another text, mark or further lines for a task; what is None stays."""

    task: int
    text: str | None = None
    mark: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class MoveTask:
    """A task moves after or before another, and becomes nested as deep as that."""

    task: int
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveTask:
    """A task goes; where others are nested in it, only if `nested` says that they go too."""

    task: int
    nested: bool = False


TaskEdit = AddTask | EditTask | MoveTask | RemoveTask


@dataclass(frozen=True, slots=True)
class Edited:
    """A file's new bytes, and the number in it of the task that was meant; 0: it is gone."""

    data: bytes
    task: int


def apply(data: bytes, edit: TaskEdit) -> Edited:
    """Make an edit in a file of tasks; raises NoSuchTask, NotPossible."""
    file = _File(data)
    match edit:
        case AddTask():
            return file.add(edit)
        case EditTask():
            return file.edit(edit)
        case MoveTask():
            return file.move(edit)
        case RemoveTask():
            return file.remove(edit)


class _File:
    """The lines of a file of tasks, each with its end."""

    def __init__(self, data: bytes) -> None:
        self.mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
        *full, last = data[len(self.mark) :].split(b"\n")
        self.lines = [line + b"\n" for line in full] + [last] * bool(last)
        self.texts = [decode(line.removesuffix(b"\n")) for line in self.lines]
        self.parts = task_parts(self.texts)
        self.is_ended = not last
        # The end of most lines; a line that is new gets it.
        crlf = sum(line.endswith(b"\r\n") for line in self.lines)
        self.end = "\r\n" if crlf * 2 > len(self.lines) else "\n"

    def part(self, number: int) -> TaskPart:
        if not 1 <= number <= len(self.parts):
            raise NoSuchTask(number)
        return self.parts[number - 1]

    def _encoded(self, lines: Iterable[str]) -> list[bytes]:
        return [f"{line}{self.end}".encode() for line in lines]

    # --- edits ---------------------------------------------------------------------------

    def add(self, edit: AddTask) -> Edited:
        if sum(place is not None for place in (edit.after, edit.before, edit.group)) > 1:
            raise NotPossible("Give one of after, before and group.", "after")
        text, mark = _checked_text(edit.text), _checked_mark(edit.mark)
        at, pattern = self._place(edit)
        start = _start_of(self.texts[pattern.at]) if pattern is not None else "- "
        lines = [f"{start}[{mark or ' '}] {text}", *_body_lines(edit.body, _indent_below(start))]
        new = [*self.lines[:at], *self._encoded(lines), *self.lines[at:]]
        number = self._count_before(at) + 1
        return self._checked(new, number, (text, mark, _plain_body(edit.body)), self.parts)

    def _place(self, edit: AddTask) -> tuple[int, TaskPart | None]:
        """Where a new task's line comes, and the task that it is written like."""
        if edit.after is not None:
            part = self.part(edit.after)
            return part.end, part
        if edit.before is not None:
            part = self.part(edit.before)
            return part.at, part
        outer = [part for part in self.parts if part.parent < 0]
        if edit.group is not None:
            outer = [part for part in outer if part.section == edit.group]
        if outer:
            return outer[-1].end, outer[-1]
        return (len(self.lines) if edit.group is None else self._end_of_group(edit.group)), None

    def _end_of_group(self, title: str) -> int:
        """The place at the end of a group that has no tasks yet."""
        heads = [at for at, line in enumerate(self.texts) if header_level(line)]
        for at in heads:
            line = self.texts[at].removesuffix("\r")
            if header_title(line, header_level(line)) != title:
                continue
            end = next((other for other in heads if other > at), len(self.lines))
            while end > at + 1 and not self.texts[end - 1].strip(WHITE):
                end -= 1
            has_blank = end == at + 1 < len(self.lines) and not self.texts[end].strip(WHITE)
            return end + has_blank
        raise NotPossible(f'There is no header "{title[:80]}" in the tasks.', "group")

    def edit(self, edit: EditTask) -> Edited:
        part = self.part(edit.task)
        line, text, mark = self.lines[part.at], part.line.text, trim(part.line.mark)
        if edit.mark is not None and (mark := _checked_mark(edit.mark)) != trim(part.line.mark):
            line = _with_mark(line, self.texts[part.at], part, mark)
        if edit.text is not None and (text := _checked_text(edit.text)) != part.line.text:
            again = read_task_line(decode(line))
            if again is None:
                raise NotPossible("With this mark the line would be no task any more.", "mark")
            line = _with_text(line, again, text)
        new = [*self.lines[: part.at], line, *self.lines[part.at + 1 :]]
        body = self._body(part)
        if edit.body is not None and _plain_body(edit.body) != body:
            body = _plain_body(edit.body)
            new = self._with_body(new, part, body)
        others = [other for other in self.parts if other is not part]
        return self._checked(new, edit.task, (text, mark, body), others)

    def _body(self, part: TaskPart) -> str:
        return body_of(self.texts[at] for at in part.further)

    def _with_body(self, lines: list[bytes], part: TaskPart, body: str) -> list[bytes]:
        indent = _indent_below(_start_of(self.texts[part.at]))
        if part.further:
            # As deep as they were.
            indent = _blanks_of(self.texts[part.further[0]])
        own = set(part.further)
        rest = [line for at, line in enumerate(lines) if at > part.at and at not in own]
        return [*lines[: part.at + 1], *self._encoded(_body_lines(body, indent)), *rest]

    def remove(self, edit: RemoveTask) -> Edited:
        part = self.part(edit.task)
        nested = self._within(part) - 1
        if nested and not edit.nested:
            what = "a task is" if nested == 1 else f"{nested} tasks are"
            raise NotPossible(f"In it {what} nested, which would go too: say nested.", "nested")
        return Edited(self._joined([*self.lines[: part.at], *self.lines[part.end :]]), 0)

    def move(self, edit: MoveTask) -> Edited:
        if (edit.after is None) == (edit.before is None):
            raise NotPossible("Give one of after and before.", "after")
        part, there = self.part(edit.task), self.part(edit.before or edit.after or 0)
        if part.at <= there.at < part.end:
            field = "before" if edit.after is None else "after"
            raise NotPossible("A task can't be moved into itself.", field)
        at = there.at if edit.after is None else there.end
        block = [self._deeper(at, part, there) for at in range(part.at, part.end)]
        if at <= part.at:
            head, tail = self.lines[:at], [*self.lines[at : part.at], *self.lines[part.end :]]
        else:
            head, tail = [*self.lines[: part.at], *self.lines[part.end : at]], self.lines[at:]
        number = self._count_before(at) + 1 - (self._within(part) if part.at < at else 0)
        meant = part.line.text, trim(part.line.mark), self._body(part)
        others = [other for other in self.parts if other is not part]
        return self._checked([*head, *block, *tail], number, meant, others)

    def _deeper(self, at: int, part: TaskPart, there: TaskPart) -> bytes:
        """A line of a task that is nested as deep as another from now on."""
        former, new = (_blanks_of(self.texts[each.at]).encode() for each in (part, there))
        line = self.lines[at]
        if former == new or not self.texts[at].strip(WHITE):
            return line
        if not line.startswith(former):
            text = "Its lines begin with other blanks than itself: make them alike first."
            raise NotPossible(text, "task")
        return new + line[len(former) :]

    # --- what came out -------------------------------------------------------------------

    def _count_before(self, at: int) -> int:
        return sum(part.at < at for part in self.parts)

    def _within(self, part: TaskPart) -> int:
        return sum(part.at <= other.at < part.end for other in self.parts)

    def _joined(self, lines: list[bytes]) -> bytes:
        """The file's bytes: every line has an end, the last one if the last one had one."""
        whole = [line if line.endswith(b"\n") else line + self.end.encode() for line in lines[:-1]]
        last = b"".join(lines[-1:])
        if not self.is_ended and last.endswith(b"\n"):
            last = last.removesuffix(b"\n").removesuffix(b"\r")
        return b"".join([self.mark, *whole, last])

    def _checked(
        self, lines: list[bytes], number: int, meant: tuple[str, str, str], others: list[TaskPart]
    ) -> Edited:
        """The edited file, if it says what was meant, and of other tasks what it said before."""
        data = self._joined(lines)
        now = _File(data)
        part = now.parts[number - 1] if number <= len(now.parts) else None
        if part is None or meant[:2] != (part.line.text, trim(part.line.mark)):
            raise NotPossible("With this the line would be no task any more.", "text")
        if now._body(part) != meant[2]:
            raise NotPossible("The further lines would not all belong to the task.", "body")
        same = [self._said(other) for other in others]
        if sorted(same) != sorted(now._said(other) for other in now.parts if other is not part):
            raise NotPossible("Other tasks would become other ones by it.", "task")
        return Edited(data, number)

    def _said(self, part: TaskPart) -> tuple[str, str, list[str]]:
        further = [self.texts[at].strip(WHITE) for at in part.further]
        return part.line.text, part.line.mark, [line for line in further if line]


def _start_of(line: str) -> str:
    """What stands before a task's box: its indent and its marker."""
    return line[: line.index("[")]


def _blanks_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip(_BLANKS))]


def _indent_below(start: str) -> str:
    """The indent of what belongs to a task that starts so."""
    blanks = _blanks_of(start)
    return blanks + " " * max(len(start) - len(blanks), 2)


def _checked_text(text: str) -> str:
    plain = trim(text)
    if not plain or len(plain) > MAX_TEXT:
        raise NotPossible("A task's text is one line of up to 10,000 characters.", "text")
    if any(character in "\n\r\0" or "\ud800" <= character <= "\udfff" for character in plain):
        raise NotPossible("A task's text is one line: put the rest into its body.", "text")
    return plain


def _checked_mark(mark: str) -> str:
    plain = trim(mark)
    is_mark = len(plain) <= 1 and all(
        character not in "[]\0" and not "\ud800" <= character <= "\udfff" and character <= "\uffff"
        for character in plain
    )
    if not is_mark:
        raise NotPossible("A mark is one character that fits into a box, such as x or ~.", "mark")
    return plain


def _plain_body(body: str) -> str:
    lines = body.replace("\r\n", "\n").split("\n")
    while lines and not lines[0].strip(_BLANKS):
        lines.pop(0)
    while lines and not lines[-1].strip(_BLANKS):
        lines.pop()
    return body_of(lines)


def _body_lines(body: str, indent: str) -> list[str]:
    plain = _plain_body(body)
    if not plain:
        return []
    if any(c in "\r\0" or "\ud800" <= c <= "\udfff" for c in plain):
        raise NotPossible("The further lines have characters that no line can have.", "body")
    lines = plain.split("\n")
    if any(read_task_line(line) is not None for line in lines):
        raise NotPossible("A further line is a task itself: add it as one.", "body")
    return [f"{indent}{line}" if line else "" for line in lines]


def _with_text(line: bytes, task: TaskLine, new: str) -> bytes:
    """A task's line with another text; what stands before the text keeps its bytes."""
    text = decode(line)
    end = line[len(line.rstrip(b"\r\n")) :]
    at = len(text[: task.mark_at].encode())
    after_mark = task.mark_at + len(task.mark)
    # Only the mark may be undecodable.
    head = at + mark_bytes(line, at, task.mark) + len(text[after_mark : task.text_at].encode())
    between = text[task.text_at :].rstrip("\r\n")
    blanks = between[: len(between) - len(between.lstrip(WHITE))] or " "
    return line[:head] + blanks.encode() + new.encode() + end


def _with_mark(line: bytes, text: str, part: TaskPart, mark: str) -> bytes:
    """A task's line with another mark in its box."""
    at = len(text[: part.line.mark_at].encode())
    rest = line[at + mark_bytes(line, at, part.line.mark) :]
    return line[:at] + (mark or " ").encode() + rest


def numbers_meant(edit: TaskEdit) -> list[int]:
    """The numbers of tasks that an edit names: the one that it edits first."""
    own = [] if isinstance(edit, AddTask) else [edit.task]
    beside = (edit.after, edit.before) if isinstance(edit, AddTask | MoveTask) else ()
    return [*own, *(number for number in beside if number is not None)]
