"""Notes: the sentences on cards and above the board that a person should read first.

All look alike: a sentence on the wash of its tone. Red means broken, amber that somebody has to
decide, green that all is done. What it is about is said by the state's sign at the card's head.
"""

import re
from typing import NamedTuple

from geometry_ws.board.model import ChangeCard, NoteKind, Said, State, Tone
from geometry_ws.board.placing import PlacedText, Rect, spans
from geometry_ws.board.theme import Theme
from geometry_ws.board.words import (
    conflict_line,
    count,
    moved_line,
    ready_line,
    refusal_line,
    unwritten_line,
)
from geometry_ws.render.text import TextStyle, lay_out

NOTE_GAP = 4

_PADDING = 8
_SIZE, _LINE = 12.0, 16.0
NOTE_FRAME = 2 * _PADDING
"""What a note's panel is wider than its text."""

_TONES: dict[NoteKind, Tone | None] = {
    NoteKind.PROBLEM: Tone.BAD,
    NoteKind.NOTICE: Tone.WARN,
    NoteKind.UNWRITTEN: None,
    NoteKind.REFUSED: Tone.WARN,
    NoteKind.MOVED: Tone.WARN,
    NoteKind.CONFLICT: Tone.WARN,
    NoteKind.READY: Tone.GOOD,
    NoteKind.QUESTION: Tone.BUSY,
    NoteKind.SAID: None,
}
_MOST_LINES = 2
_MOST_QUESTIONS = 2
_REFUSAL_LINES = 3

_OPERATION = re.compile(r"(?:ADDED|MODIFIED|REMOVED|RENAMED) (?=“)")
_OPENING = re.compile(r'(^|[\s(\[])"')
_END = re.compile(r"“|”|`|(?<!\b\w)[.!?](?=\s+[A-Z“`]|\s*$)")


class Note(NamedTuple):
    """A sentence, how urgent it is, and on how many lines it can be."""

    kind: NoteKind
    text: str
    lines: int = _MOST_LINES

    @property
    def tone(self) -> Tone | None:
        """How urgent it is; None: not at all."""
        return _TONES[self.kind]


class PlacedNote(NamedTuple):
    """A note with its panel and its text."""

    note: Note
    panel: Rect
    text: PlacedText


def notes_of(card: ChangeCard) -> tuple[Note, ...]:
    """Give what a card says of itself, the most urgent first."""
    said = (
        (NoteKind.PROBLEM, _problem(card)),
        (_unwritten(card), unwritten_line(card)),
        (NoteKind.REFUSED, curly(refusal_line(card))),
        (NoteKind.MOVED, curly(moved_line(card))),
        (NoteKind.CONFLICT, curly(conflict_line(card.conflicts))),
        (NoteKind.READY, ready_line(card)),
    )
    return tuple(
        Note(kind, text, _REFUSAL_LINES if kind is NoteKind.REFUSED else _MOST_LINES)
        for kind, text in said
        if text
    )


def _unwritten(card: ChangeCard) -> NoteKind:
    return NoteKind.REFUSED if card.state is State.COMPLETE else NoteKind.UNWRITTEN


def notes_said(said: Said) -> tuple[Note, ...]:
    """Give what people say of a card: the first questions, and the last note."""
    questions = said.questions[:_MOST_QUESTIONS]
    more = len(said.questions) - len(questions)
    texts = [*questions[:-1], f"{questions[-1]} (+ {more} more)"] if more else questions
    asked = [Note(NoteKind.QUESTION, text) for text in texts]
    return (*asked, Note(NoteKind.SAID, said.note)) if said.note else tuple(asked)


def curly(text: str) -> str:
    """Give a text with curly quotes for straight ones."""
    return _OPENING.sub(r"\1“", text).replace('"', "”")


def in_short(text: str) -> str:
    """Give what a text says first, for cards: its page says what to do about it.

    That is its first sentence without the full stop and without the operation before a name.
    What is in quotes or is code stays whole.
    """
    said = curly(text.strip())
    quotes, code = 0, False
    for match in _END.finditer(said):
        mark = match[0]
        if mark == "`":
            code = not code
        elif mark in "“”":
            quotes += 1 if mark == "“" else -1
        elif not quotes and not code:
            said = said[: match.end()].removesuffix(".")
            break
    return _OPERATION.sub("", said, count=1) if _OPERATION.match(said) else said


def _problem(card: ChangeCard) -> str:
    sentence = in_short(card.problem or "")
    if card.issues > 1:
        sentence = f"{sentence} ({count(card.issues, 'issue')})".strip()
    if sentence:
        return sentence
    if card.state is State.UNREADABLE:
        return "This change can't be read."
    if card.state is State.INVALID:
        return count(max(card.issues, 1), "issue") + " found by validation."
    return ""


def arrange_notes(
    notes: tuple[Note, ...], x: float, top: float, width: float, theme: Theme
) -> tuple[PlacedNote, ...]:
    """Place notes below each other, in panels of one width."""
    placed = []
    for note in notes:
        style = TextStyle(_SIZE, 530, theme.ink(note.tone), _LINE / _SIZE)
        layout = lay_out(spans(note.text, style), style, width - NOTE_FRAME, note.lines)
        panel = Rect(x, top, width, layout.height + 8)
        placed.append(PlacedNote(note, panel, PlacedText(layout, x + _PADDING, top + 4)))
        top += panel.height + NOTE_GAP
    return tuple(placed)
