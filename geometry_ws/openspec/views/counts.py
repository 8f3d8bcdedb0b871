"""A whole project in numbers. Pure; it only adds up what is parsed already."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geometry_ws.openspec.format.model import Progress, ProjectState, Status, Verdict, verdict_of
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.rules.validate_links import validate_places


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """The number of items, of valid ones, and of those that are valid where warnings count."""

    total: int = 0
    valid: int = 0
    strict: int = 0


@dataclass(frozen=True, slots=True)
class OperationCounts:
    """The number of operations in the deltas of open changes, by kind."""

    added: int = 0
    modified: int = 0
    removed: int = 0
    renamed: int = 0

    @property
    def total(self) -> int:
        """All operations."""
        return self.added + self.modified + self.removed + self.renamed


@dataclass(frozen=True, slots=True)
class ProjectCounts:
    """A project in numbers; ``progress`` and ``deltas`` are those of open changes."""

    specs: int
    requirements: int
    scenarios: int
    changes: int
    by_status: Mapping[Status, int]
    deltas: OperationCounts
    progress: Progress
    archived: int
    findings: Verdict
    change_verdicts: VerdictCounts
    spec_verdicts: VerdictCounts


def count_project(
    state: ProjectState,
    changes: Mapping[str, ChangeFiles],
    specs: Mapping[str, Source],
    outside: Sequence[str] = (),
) -> ProjectCounts:
    """Add up a project's state and its documents, which must be of the same moment.

    `outside` has the links that lead out of the project.
    """
    statuses = Counter(change.status for change in state.changes.values())
    of_changes = [change.verdict for change in state.changes.values()]
    of_specs = [spec.verdict for spec in state.specs.values()]
    both = [*of_changes, *of_specs, verdict_of(validate_places(outside))]
    return ProjectCounts(
        specs=len(state.specs),
        requirements=sum(spec.requirements for spec in state.specs.values()),
        scenarios=sum(map(_scenarios, specs.values())),
        changes=len(state.changes),
        by_status={status: statuses[status] for status in Status},
        deltas=_operations(changes.values()),
        progress=Progress(
            sum(change.progress.done for change in state.changes.values()),
            sum(change.progress.total for change in state.changes.values()),
        ),
        archived=len(state.archived),
        findings=Verdict(
            sum(verdict.errors for verdict in both),
            sum(verdict.warnings for verdict in both),
            sum(verdict.infos for verdict in both),
        ),
        change_verdicts=_verdicts(of_changes),
        spec_verdicts=_verdicts(of_specs),
    )


def _scenarios(source: Source) -> int:
    if not source.readable:
        return 0
    return sum(len(requirement.scenarios) for requirement in source.spec.requirements)


def _operations(changes: Iterable[ChangeFiles]) -> OperationCounts:
    deltas = [
        source.delta for change in changes for source in change.deltas.values() if source.readable
    ]
    return OperationCounts(
        sum(len(delta.added) for delta in deltas),
        sum(len(delta.modified) for delta in deltas),
        sum(len(delta.removed) for delta in deltas),
        sum(len(delta.renamed) for delta in deltas),
    )


def _verdicts(verdicts: list[Verdict]) -> VerdictCounts:
    return VerdictCounts(
        len(verdicts),
        sum(verdict.valid for verdict in verdicts),
        sum(verdict.strict for verdict in verdicts),
    )
