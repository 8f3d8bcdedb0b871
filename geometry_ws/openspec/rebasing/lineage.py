"""The bases of a delta that follow from its versions in git, oldest first.

Its first base for a requirement is that of the version that first named it. A later version has
a newer base as well, where it has all that had changed until then. A delta that is judged by both
can neither lose what came between them nor bring back what was removed after.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.rebasing.judge import judge
from geometry_ws.openspec.rebasing.touched import (
    Base,
    Place,
    blocks_of_spec,
    present_text,
    touched_by,
)


@dataclass(frozen=True, slots=True)
class Version:
    """A delta and its main spec as of one commit; None where there is no such file."""

    commit: str
    time: int
    delta: Source | None
    spec: Source | None


def follow(spec: str, versions: Iterable[Version]) -> dict[Place, tuple[Base, ...]]:
    """The bases after the last version, for each requirement that it names; the newest first."""
    bases: dict[Place, tuple[Base, ...]] = {}
    for version in versions:
        if version.delta is None or not version.delta.readable:
            bases = {}
            continue
        blocks = blocks_of_spec(version.spec)
        following: dict[Place, tuple[Base, ...]] = {}
        for touched in touched_by(spec, version.delta.delta):
            present = Base(present_text(touched, blocks), "git", version.commit, version.time)
            known = bases.get(touched.place, ())
            following[touched.place] = newer(known, present) if all(
                judge(touched, base, blocks) is None for base in known
            ) else known  # fmt: skip
        bases = following
    return bases


def newer(known: tuple[Base, ...], present: Base) -> tuple[Base, ...]:
    """The bases of a delta that has all that has changed until now: the present and the first."""
    if not known:
        return (present,)
    if known[0].text == present.text:
        return known
    first = known[-1]
    return (present,) if first.text == present.text else (present, replace(first))
