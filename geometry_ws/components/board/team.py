"""Who is at which change, and what is said of it, as the board shows it.

A disc that is only fainter is drawn again once a minute at most; who comes and goes, at once. Time
is an argument. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence

from geometry_ws.board.model import NOTHING_SAID, Said
from geometry_ws.board.people import QUIET_MS, Kind, Person, next_step, strength_of
from geometry_ws.protocol.activity import Activity
from geometry_ws.protocol.attention import AttentionItem
from geometry_ws.protocol.presence import Member, Whereabouts
from geometry_ws.protocol.project_values import ChangeDetail

REST_MS = 60_000
NOTE_MS = 24 * 3_600_000
"""A note is on its card for a day."""

_MOST_PEOPLE = 50
_LONGEST = 300

People = dict[str, tuple[Person, ...]]
"""Those at each change, by its name."""


class Team:
    """What was told of people last."""

    def __init__(self) -> None:
        self._at: dict[tuple[str, str], list[tuple[Member, Whereabouts]]] = {}
        self._questions: dict[str, dict[str, tuple[str, ...]]] = {}
        self._notes: dict[tuple[str, str], tuple[int, str]] = {}

    def take_members(self, members: Iterable[Member]) -> None:
        """Everybody who is there now."""
        self._at = {}
        for member in members:
            for place in member.at:
                self._at.setdefault((place.project, place.change), []).append((member, place))

    def take_needs(self, project: str, items: Iterable[AttentionItem]) -> None:
        """What needs a person in a project now, of which the questions count."""
        questions: dict[str, list[str]] = {}
        for item in items:
            if item.kind == "question" and item.change:
                text = item.why.partition(": ")[2] or item.why
                said = f"{item.who} asks: {text}" if item.who else text
                questions.setdefault(item.change, []).append(said[:_LONGEST])
        self._questions[project] = {name: tuple(said) for name, said in questions.items()}

    def take_happened(self, events: Iterable[Activity]) -> None:
        """What has happened, the oldest first, of which the notes count."""
        for event in events:
            if event.what == "noted" and event.change:
                text = f"{event.who}: {event.text}"[:_LONGEST]
                self._notes[event.project, event.change] = event.last, text

    def at(self, project: str, change: str) -> Sequence[tuple[Member, Whereabouts]]:
        """Whoever is at a change, and why."""
        return self._at.get((project, change), ())[:_MOST_PEOPLE]

    def said(self, project: str, change: str, now_ms: int) -> Said:
        """What is said of a change."""
        questions = self._questions.get(project, {}).get(change, ())
        at, note = self._notes.get((project, change), (0, ""))
        if now_ms - at >= NOTE_MS:
            note = ""
        return Said(questions, note) if questions or note else NOTHING_SAID

    def forget(self, projects: Iterable[str]) -> None:
        """These projects are all that there are."""
        known = set(projects)
        self._questions = {name: said for name, said in self._questions.items() if name in known}
        self._notes = {key: note for key, note in self._notes.items() if key[0] in known}


class ShownPeople:
    """The people on the cards of one board, as they were shown last."""

    def __init__(self, project: str, team: Team) -> None:
        self._project = project
        self._team = team
        self._shown: dict[str, tuple[int, tuple[Person, ...]]] = {}
        self._next = 0

    def people(self, changes: Mapping[str, ChangeDetail], now_ms: int) -> People:
        """Who is to be shown on each card; who is only fainter than before waits a while."""
        shown: dict[str, tuple[int, tuple[Person, ...]]] = {}
        waits: list[int] = []
        for name, change in changes.items():
            there = self._team.at(self._project, name)
            if not there:
                continue
            people = tuple(_in_order(change, there, now_ms))
            at, before = self._shown.get(name, (0, ()))
            rest = at + REST_MS - now_ms
            if people != before and rest > 0 and _same(before, people):
                people = before
                waits.append(rest)
            elif people != before:
                at = now_ms
            shown[name] = at, people
            waits += [max(wait, at + REST_MS - now_ms) for wait in _steps(there, now_ms)]
        self._shown = shown
        self._next = min(waits, default=0)
        return {name: people for name, (_, people) in shown.items()}

    def said(self, changes: Iterable[str], now_ms: int) -> dict[str, Said]:
        """What is said of each change of which something is."""
        said = {name: self._team.said(self._project, name, now_ms) for name in changes}
        return {name: each for name, each in said.items() if each is not NOTHING_SAID}

    @property
    def wait(self) -> float:
        """In how many seconds somebody looks different; 0: nobody will."""
        return self._next / 1000


def _in_order(
    change: ChangeDetail, there: Sequence[tuple[Member, Whereabouts]], now_ms: int
) -> Iterable[Person]:
    """People, those first who do something there and who moved last."""

    def rank(entry: tuple[Member, Whereabouts]) -> tuple[bool, bool, int, str]:
        member, place = entry
        return bool(member.lost), place.why == "looks", -member.moved, member.name

    refs = {}
    for task in change.tasks:
        if not task.done:
            refs[f"{change.change}#{task.id}"] = task.id
            refs[f"{change.change}/{task.number}"] = task.id
    for member, _ in sorted(there, key=rank):
        quiet = now_ms - member.moved >= QUIET_MS and not member.lost
        yield Person(
            member.name,
            Kind(member.kind),
            strength_of(now_ms, member.moved, lost=bool(member.lost)),
            quiet and (member.kind == "agent" or bool(member.holds)),
            tuple(refs[held] for held in member.holds if held in refs),
        )


def _same(before: Sequence[Person], after: Sequence[Person]) -> bool:
    """Whether the same people do the same, and only how strong they are is different."""

    def who(people: Sequence[Person]) -> set[tuple[str, bool, tuple[int, ...]]]:
        return {(each.name, not each.strength, each.tasks) for each in people}

    return who(before) == who(after)


def _steps(there: Iterable[tuple[Member, Whereabouts]], now_ms: int) -> Iterable[int]:
    waits = (next_step(now_ms, member.moved) for member, _ in there if not member.lost)
    return (wait for wait in waits if wait)
