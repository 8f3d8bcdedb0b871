"""What a rebase settles: the base that a delta has from now on, and what was agreed to.

What the delta has now needs no agreement. If an old text of it is saved again, what it lacks is
asked for again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geometry_ws.openspec.format.model import Block
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.rebasing.judge import Moved, judge
from geometry_ws.openspec.rebasing.touched import Place, present_text, touched_by


@dataclass(frozen=True, slots=True)
class Settled:
    """A place, its requirement as it is now, and the marks of what may go from there."""

    place: Place
    theirs: str
    marks: frozenset[str]


def settle(
    spec: str, delta: Source, done: Iterable[Moved], blocks: Mapping[str, Block]
) -> list[Settled]:
    """What is settled about the requirements that were done, in a delta as it is now."""
    touched = {each.target: each for each in touched_by(spec, delta.delta)}
    settled = []
    for item in done:
        now = touched.get(item.name) or touched.get(item.touched.target)
        if now is None:
            continue
        verdict = judge(now, item.base, blocks) if now.place == item.touched.place else None
        marks = verdict.marks if verdict is not None else frozenset()
        settled.append(Settled(now.place, present_text(now, blocks), marks))
    return settled
