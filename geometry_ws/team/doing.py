"""What the desk answers, and a tick between its two halves."""

from collections.abc import Sequence
from dataclasses import dataclass

from geometry_ws.team.claims import Claim
from geometry_ws.team.refs import Ref


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: its text, and the tasks that it is about."""

    text: str
    refs: Sequence[Ref] = ()


@dataclass(frozen=True, slots=True)
class Ticking:
    """A task to be ticked; ``new``: claimed for this alone; ``asked``: questions about it."""

    ref: Ref
    project: str
    claim: Claim
    new: bool
    asked: str = ""
