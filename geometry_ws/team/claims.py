"""Claims: who works on which task or change. Taken in one step, and never written to the project.

A claim lasts as long as its holder is there (see `members`). Its task is known by its text: when
lines are added above, the claim goes with the task.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from geometry_ws.team.refs import TaskIndex, name_of
from geometry_ws.team.refusal import Refusal

MOST_CLAIMS = 2000
MOST_OF_ONE = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """A task that somebody has taken; without a label it is the whole change."""

    project: str
    change: str
    label: str
    text: str
    who: str
    since: int

    @property
    def name(self) -> str:
        """How what is claimed is called."""
        return name_of(self.change, self.label)


class Claims:
    """All claims of all projects."""

    def __init__(self) -> None:
        self._claims: dict[tuple[str, str, str], Claim] = {}

    def __iter__(self) -> Iterator[Claim]:
        return iter(list(self._claims.values()))

    def of_project(self, project: str) -> list[Claim]:
        """The claims of a project, the oldest first."""
        return [claim for claim in self if claim.project == project]

    def of_member(self, who: str, project: str = "") -> list[Claim]:
        """What somebody holds, the oldest first."""
        return [c for c in self if c.who == who and (not project or c.project == project)]

    def holder(self, project: str, change: str, label: str) -> Claim | None:
        """The claim that covers a task: its own, or that of its whole change."""
        own = self._claims.get((project, change, label))
        return own or self._claims.get((project, change, ""))

    def taken(self, project: str) -> "Taken":
        """What is claimed in a project, for many questions at once."""
        return Taken(self.of_project(project))

    def in_the_way(self, project: str, change: str, label: str, who: str) -> Claim | None:
        """A claim of somebody else that doesn't go together with this one."""
        if label:
            claim = self.holder(project, change, label)
            return claim if claim is not None and claim.who != who else None
        others = (c for c in self if (c.project, c.change) == (project, change))
        return next((claim for claim in others if claim.who != who), None)

    def take(self, claim: Claim) -> Claim:
        """Take it, or renew it; raises Refusal. The caller has asked `in_the_way`."""
        key = (claim.project, claim.change, claim.label)
        before = self._claims.get(key)
        if before is not None and before.who == claim.who:
            return before
        if len(self.of_member(claim.who)) >= MOST_OF_ONE:
            raise Refusal(
                "limit_exceeded",
                f"You hold {MOST_OF_ONE} already: finish or release one first.",
                limit="claims",
            )
        if len(self._claims) >= MOST_CLAIMS:
            raise Refusal("busy", "Too much is claimed here: release what isn't worked on.")
        self._claims[key] = claim
        return claim

    def drop(self, claims: Iterable[Claim]) -> list[Claim]:
        """Give back what of these is still held so."""
        dropped = []
        for claim in claims:
            key = (claim.project, claim.change, claim.label)
            if self._claims.get(key) is claim:
                del self._claims[key]
                dropped.append(claim)
        return dropped

    def drop_project(self, project: str) -> None:
        """The project is no longer served."""
        self.drop(self.of_project(project))

    def reconcile(self, project: str, indexes: Mapping[str, TaskIndex]) -> list[Claim]:
        """Let claims follow their tasks; gives those whose task is done or gone."""
        over = []
        for claim in self.of_project(project):
            index = indexes.get(claim.change)
            if index is None:
                over += self.drop([claim])
            elif not claim.label:
                continue
            else:
                ref = index.refs.get(claim.label)
                if ref is None or ref.task.text != claim.text:
                    # The task's number stays while its words change; its place may not.
                    ref = index.with_text(claim.text) or (
                        None if claim.label.startswith("#") else ref
                    )
                if ref is None or ref.task.done:
                    over += self.drop([claim])
                elif (ref.label, ref.task.text) != (claim.label, claim.text):
                    self.drop([claim])
                    key = (project, claim.change, ref.label)
                    moved = replace(claim, label=ref.label, text=ref.task.text)
                    self._claims.setdefault(key, moved)
        return over


class Taken:
    """What is claimed in a project."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._who = {(claim.change, claim.label): claim.who for claim in claims}

    def by(self, change: str, label: str) -> str:
        """Who holds a task, or its change; empty: nobody."""
        return self._who.get((change, label)) or self._who.get((change, ""), "")

    def of_change(self, change: str) -> set[str]:
        """Everybody who holds something of a change."""
        return {who for (name, _), who in self._who.items() if name == change}
