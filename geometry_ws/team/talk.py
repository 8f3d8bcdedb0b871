"""Notes and questions: what agents tell people, and what people answer."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from geometry_ws.team.refusal import Refusal
from geometry_ws.team.text import MINUTE

TEXT_LENGTH = 500
MOST_OPTIONS = 6
PUT_AWAY = "Nobody needs it any more."
"""The answer to a question whose asker has left, where it isn't one."""
MOST_NOTES = 500
MOST_OPEN = 200
MOST_OF_ONE = 20
"""Open questions of one person and his or her agents, so that others can ask as well."""

MOST_ANSWERED = 200


def author_of(name: str) -> str:
    """Whose a member is: behind a slash stands what somebody with access calls an agent."""
    return name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody said about a task, or with an empty label about a change."""

    project: str
    change: str
    label: str
    who: str
    at: int
    text: str


@dataclass(slots=True)
class Question:
    """A question to the people at the board; ``answered`` is 0 until somebody has answered.

    ``about`` is the text of its task, as long as the node runs.
    """

    number: int
    project: str
    task: str
    who: str
    at: int
    text: str
    options: tuple[str, ...] = ()
    answer: str = ""
    by: str = ""
    answered: int = 0
    delivered: bool = False
    about: str = ""

    @property
    def name(self) -> str:
        """How it is called: q7."""
        return f"q{self.number}"


class Talk:
    """All notes and questions of a node, the newest of them."""

    def __init__(self) -> None:
        self.notes: deque[Note] = deque(maxlen=MOST_NOTES)
        self._questions: dict[int, Question] = {}
        self._last = 0

    def note(self, note: Note) -> bool:
        """Keep a note; says whether it is new: the same within a minute is the same."""
        for other in reversed(self.notes):
            if note.at - other.at > MINUTE:
                break
            if (other.project, other.change, other.label, other.who, other.text) == (
                note.project, note.change, note.label, note.who, note.text,
            ):  # fmt: skip
                return False
        self.notes.append(note)
        return True

    def notes_on(self, project: str, change: str, label: str | None = None) -> list[Note]:
        """What was said about a change, or a task of it."""
        return [
            note
            for note in self.notes
            if (note.project, note.change) == (project, change)
            and (label is None or note.label == label)
        ]

    def ask(self, question: Question) -> tuple[Question, bool]:
        """Keep a question with the next number; the same that is open is the same."""
        for other in self.open():
            if (other.project, other.who, other.text) == (
                question.project, question.who, question.text,
            ):  # fmt: skip
                return other, False
        author = author_of(question.who)
        if sum(author_of(other.who) == author for other in self.open()) >= MOST_OF_ONE:
            raise Refusal("busy", f"{author} waits for {MOST_OF_ONE} answers: ask no more for now.")
        if len(self.open()) >= MOST_OPEN:
            raise Refusal("busy", f"{MOST_OPEN} questions wait for people: ask later.")
        self._last = max(self._last + 1, question.number)
        question.number = self._last
        self._questions[question.number] = question
        return question, True

    def open(self, project: str | None = None) -> list[Question]:
        """The questions that nobody has answered."""
        return [
            question
            for question in self._questions.values()
            if not question.answered and (project is None or question.project == project)
        ]

    def asked(self, project: str, who: str, task: str) -> list[str]:
        """What somebody's questions about a task are called, which nobody has answered."""
        return [each.name for each in self.open(project) if (each.who, each.task) == (who, task)]

    def answer(self, name: str, answer: str, by: str, now: int) -> Question:
        """Answer a question; raises Refusal where somebody was faster, or there is none."""
        number = name.strip().removeprefix("q")
        question = self._questions.get(int(number)) if number.isdecimal() else None
        if question is None:
            raise Refusal("no_such_question", f"There is no question {name[:20]}.", question=name)
        if question.answered:
            raise Refusal(
                "no_such_question",
                f'{question.name} has been answered by {question.by}: "{question.answer[:160]}".',
                question=name,
            )
        question.answer, question.by, question.answered = answer, by, now
        self._forget()
        return question

    def restore(self, question: Question) -> None:
        """A question that was asked before the node's last start."""
        self._questions[question.number] = question
        self._last = max(self._last, question.number)

    def restore_answer(self, number: int, answer: str, by: str, at: int) -> None:
        """Its answer; whether it was delivered isn't known, so it will be, once more."""
        question = self._questions.get(number)
        if question is not None and not question.answered:
            question.answer, question.by, question.answered = answer, by, at
            self._forget()

    def withdraw(self, questions: Iterable[Question]) -> None:
        """Nobody waits for an answer any more."""
        for question in questions:
            self._questions.pop(question.number, None)

    def answers_for(self, who: str) -> list[Question]:
        """Answers that somebody hasn't got yet."""
        return [
            question
            for question in self._questions.values()
            if question.who == who and question.answered and not question.delivered
        ]

    def _forget(self) -> None:
        answered = [q for q in self._questions.values() if q.answered]
        for question in answered[: max(len(answered) - MOST_ANSWERED, 0)]:
            del self._questions[question.number]
