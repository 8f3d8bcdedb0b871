"""Notes, questions, answers and lost claims as they were written down before the last start."""

import re
from collections.abc import Iterable

from geometry_ws.team.claims import Claim
from geometry_ws.team.desk import Desk
from geometry_ws.team.events import Event
from geometry_ws.team.refs import split_name
from geometry_ws.team.talk import Note, Question

_CLAIMS = frozenset({"claimed", "released", "lapsed"})
_ASKED = re.compile(r"q([0-9]{1,9}): (.*)", re.S)


def recall(desk: Desk, events: Iterable[Event]) -> None:
    """Give them to the desk, the oldest first; names that were used aren't made up again."""
    for event in events:
        desk.members.avoid(event.who)
        if event.what == "noted":
            change, label = split_name(event.task)
            desk.talk.note(Note(event.project, change, label, event.who, event.at, event.text))
        elif event.what in _CLAIMS:
            _recall_claim(desk, event)
        elif match := _ASKED.fullmatch(event.text):
            if event.what == "asked":
                desk.talk.restore(
                    Question(
                        int(match[1]),
                        event.project,
                        event.task,
                        event.who,
                        event.at,
                        match[2],
                        event.options,
                    )
                )
            elif event.what == "answered":
                desk.talk.restore_answer(int(match[1]), match[2], event.who, event.at)


def _recall_claim(desk: Desk, event: Event) -> None:
    change, label = split_name(event.task)
    claim = Claim(event.project, change, label, event.text, event.who, event.at)
    if event.what == "lapsed":
        desk.lapses.add(claim, event.kind, event.at)
    else:
        desk.lapses.taken(claim)
