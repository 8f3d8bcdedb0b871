"""The board in words: labels, sentences for screen readers, Markdown without its marks."""

import re
from functools import lru_cache
from typing import NamedTuple

from geometry_ws.board.model import (
    Archiving,
    BoardModel,
    ChangeCard,
    Conflict,
    EmptyFace,
    HeaderFace,
    Lane,
    State,
    Tone,
)

STATE_WORDS: dict[State, str] = {
    State.NOT_STARTED: "not started",
    State.IN_PROGRESS: "in progress",
    State.COMPLETE: "complete",
    State.INVALID: "invalid",
    State.UNREADABLE: "unreadable",
}
LANE_WORDS: dict[Lane, str] = {
    Lane.ATTENTION: "Needs attention",
    Lane.NOT_STARTED: "Not started",
    Lane.IN_PROGRESS: "In progress",
    Lane.COMPLETE: "Complete",
}
EMPTY_WORDS: dict[Lane, str] = {
    Lane.ATTENTION: "Changes that are invalid, in conflict or out of date",
    Lane.NOT_STARTED: "New proposals land here",
    Lane.IN_PROGRESS: "A change with its first task done",
    Lane.COMPLETE: "All tasks done, to be archived",
}
"""What would stand in a lane that is empty."""

UNWRITTEN_LINE = "Specs aren't written yet."

NEW_CHANGE_COMMAND = "geometry-ws openspec new change NAME"

_LONGEST_INLINE = 2000
_INLINE = re.compile(
    r"`+(?P<code>[^`]+)`+|\*\*(?P<bold>[^*]+)\*\*|\[(?P<link>[^\]\[]+)\]\([^()\s]*\)"
)


class Piece(NamedTuple):
    """A piece of a Markdown line: its text, and whether it stands out."""

    text: str
    strong: bool


def pieces_of(markdown: str) -> tuple[Piece, ...]:
    """Split one line of Markdown into plain and emphasised pieces, without the marks."""
    line = markdown[:_LONGEST_INLINE]
    pieces: list[Piece] = []
    at = 0
    for match in _INLINE.finditer(line):
        if match.start() > at:
            pieces.append(Piece(line[at : match.start()], strong=False))
        link = match["link"]
        pieces.append(Piece(match["code"] or match["bold"] or link, strong=link is None))
        at = match.end()
    if at < len(line) or not pieces:
        pieces.append(Piece(line[at:], strong=False))
    return tuple(pieces)


def plain(markdown: str) -> str:
    """Give one line of Markdown without its marks."""
    return "".join(piece.text for piece in pieces_of(markdown))


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Say a number of things: `count(2, "spec")` is "2 specs"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def moved_line(card: ChangeCard) -> str:
    """Say which requirements have changed since a change was written; empty: none has.

    Where that alone keeps a complete change from being archived, it is said as well.
    """
    names = card.moved
    if not names:
        return ""
    more = f" and {count(len(names) - 1, 'other')}" if len(names) > 1 else ""
    verb = "have" if more else "has"
    so = " Archiving would be refused." if _is_refused_for_moved(card) else ""
    return f'"{names[0]}"{more} {verb} changed since this was written.{so}'


def _is_refused_for_moved(card: ChangeCard) -> bool:
    return card.archiving is Archiving.REFUSED and not card.refusal


def conflict_line(conflicts: tuple[Conflict, ...]) -> str:
    """Say with which changes a change conflicts, and on what; empty: there is no conflict."""
    if not conflicts:
        return ""
    names = list(dict.fromkeys(name for conflict in conflicts for name in conflict.others))
    others = len(names) - 1 + max(conflict.more for conflict in conflicts)
    who = names[0] + (f" and {count(others, 'other change')}" if others else "")
    rest = len(conflicts) - 1
    where = f" and {count(rest, 'other requirement')}" if rest else ""
    return f'Conflicts with {who} in "{conflicts[0].requirement}"{where}.'


def refusal_line(card: ChangeCard) -> str:
    """Say of a complete change why archiving would be refused; empty: it would not, or not known.

    Where what has changed since is the reason, another note says what that is.
    """
    if card.archiving is not Archiving.REFUSED:
        return ""
    return f"Archiving would be refused: {card.refusal}" if card.refusal else ""


def unwritten_line(card: ChangeCard) -> str:
    """Say that what a change means for specs isn't written yet; empty: it is."""
    if not card.unwritten:
        return ""
    return "All is done, but its specs aren't written." if _is_late(card) else UNWRITTEN_LINE


def _is_late(card: ChangeCard) -> bool:
    return card.unwritten and card.state is State.COMPLETE


def ready_line(card: ChangeCard) -> str:
    """Say that a change can be archived now; empty: it can't, isn't complete, or contradicts.

    Nothing is said of one that is archived in another work tree: it only waits to be merged.
    """
    ready = card.archiving is Archiving.READY and not card.conflicts and not card.unwritten
    return "Ready to archive." if ready and not card.archived_on else ""


def tree_lines(card: ChangeCard) -> tuple[tuple[str, str], ...]:
    """Say where a change lies, and where it is archived already: signs with words."""
    lines = [("git-branch", card.branch)] if card.branch else []
    if card.archived_on:
        more = len(card.archived_on) - 1
        words = f"archived on {card.archived_on[0]}" + (f" and {more} more" if more else "")
        lines.append(("archive", words))
    return tuple(lines)


@lru_cache(maxsize=2000)
def describe(card: ChangeCard) -> str:
    """Say what a card shows, every task on its own line, for screen readers."""
    head = f"{card.name}: {STATE_WORDS[card.state]}"
    if card.total:
        head += f", {card.done} of {count(card.total, 'task')} done"
    lines = [head + "."]
    if card.title and card.title != card.name:
        lines.append(card.title)
    if card.branch:
        lines.append(f"It lies on {card.branch}.")
    if card.archived_on:
        lines.append(f"It is archived on {', '.join(card.archived_on)}.")
    if card.moved_by:
        lines.append(f"Last moved by {card.moved_by}.")
    if card.problem:
        lines.append(f"Problem: {card.problem}")
    if card.issues:
        lines.append(f"{count(card.issues, 'issue')} found by validation.")
    said = (
        unwritten_line(card),
        refusal_line(card),
        moved_line(card),
        conflict_line(card.conflicts),
        ready_line(card),
    )
    lines += [sentence for sentence in said if sentence]
    section = None
    for task in card.tasks:
        if task.section != section and task.section:
            lines.append(f"{plain(task.section)}:")
        section = task.section
        lines.append(f"[{'x' if task.done else ' '}] {task.id} {plain(task.text)}")
    return "\n".join(lines)


def describe_lane(lane: Lane, number: int, note: str = "") -> str:
    """Say what a lane shows beside its cards."""
    words = f"{LANE_WORDS[lane]}: {count(number, 'change')}."
    return f"{words} {note}" if note else words


def badge(card: ChangeCard) -> tuple[str, Tone | None]:
    """Say in two or three words what is special about a change, and in which tone; "": nothing."""
    if card.state in (State.INVALID, State.UNREADABLE):
        return STATE_WORDS[card.state].capitalize(), Tone.BAD
    if card.unwritten:
        return "Specs not written", Tone.WARN if _is_late(card) else None
    if card.archiving is Archiving.REFUSED:
        return "Archive would refuse", Tone.WARN
    if card.moved:
        return "Base moved", Tone.WARN
    if card.conflicts:
        return "Conflict", Tone.WARN
    if card.archiving is Archiving.READY:
        return "Ready to archive", Tone.GOOD
    return "", None


def icon_of(card: ChangeCard) -> str:
    """Name the state's sign that a change has: the most urgent thing about it."""
    if card.state in (State.INVALID, State.UNREADABLE):
        return card.state.value
    if card.archiving is Archiving.REFUSED or _is_late(card):
        return "refused"
    if card.moved:
        return "base-moved"
    if card.conflicts:
        return "conflict"
    return card.state.value.replace("_", "-")


def rest_line(number: int) -> str:
    """Say how many open changes have no card."""
    return f"+ {count(number, 'more change')}"


def describe_rest(number: int) -> str:
    """Say what the sign means that counts changes without a card."""
    return f"{count(number, 'more open change')} without a card: there is no room for them."


def describe_header(face: HeaderFace) -> str:
    """Say what the board's sign shows."""
    said = [f"{summary(face)}."] if face.counted else []
    said += [sentence for sentence in (face.problem, face.notice) if sentence]
    return f"{face.project}: {' '.join(said)}"


def summary(face: HeaderFace) -> str:
    """Give the line under the project's name."""
    return " ".join(piece for piece in summary_pieces(face) if piece)


def summary_pieces(face: HeaderFace) -> tuple[str, str, str]:
    """Give that line in three: what stands before the number of done tasks, it, and the rest.

    Without tasks all of it is in the first one.
    """
    changes = count(face.changes, "open change")
    if face.away:
        changes = f"away since {face.away} · {changes}"
    rest = f"{face.archived:,} archived · {count(face.specs, 'spec')}"
    if not face.total:
        return f"{changes} · {rest}", "", ""
    return f"{changes} ·", f"{face.done:,}", f"of {count(face.total, 'task')} done · {rest}"


def describe_refusal(reason: str) -> str:
    """Say that the state of a project can't be had just now."""
    return f"What there is to see can't be read now: {reason}"


def empty_lines(face: EmptyFace) -> tuple[str, str, str]:
    """Give the three sentences around the command on an empty board."""
    first = "Nothing is being changed right now."
    if not face.archived and not face.specs:
        first = "This project has no specs and no changes yet."
    totals = f"{count(face.specs, 'spec')} · {count(face.archived, 'archived change')}"
    return first, "Start a change in the project's folder with", totals


def describe_empty(face: EmptyFace) -> str:
    """Say what stands on an empty board."""
    first, how, totals = empty_lines(face)
    return f"No open changes. {first} {how} `{NEW_CHANGE_COMMAND}`. {totals}."


def header_of(model: BoardModel) -> HeaderFace:
    """Give the board's sign; tasks are counted over the open changes."""
    return HeaderFace(
        model.project,
        len(model.changes),
        sum(card.done for card in model.changes),
        sum(card.total for card in model.changes),
        model.archived,
        model.specs,
        model.problem,
        model.counted,
        model.notice,
        away=model.away,
    )
