"""From the OpenSpec core's views to the wire's, field by field. Pure."""

from collections.abc import Mapping
from typing import Literal, cast

from geometry_ws.components.openspec.wire import moved_base
from geometry_ws.openspec.format import schemas
from geometry_ws.openspec.format.model import Status
from geometry_ws.openspec.format.sources import SPEC_FILE, ChangeFiles, Source
from geometry_ws.openspec.rebasing.judge import Moved
from geometry_ws.openspec.rebasing.rewrite import merged_text
from geometry_ws.openspec.rules import artifacts
from geometry_ws.openspec.views import (
    counts,
    deltas,
    history,
    next_change,
    overlap,
    search,
    spec_history,
)
from geometry_ws.protocol import change_views, project_views, specs
from geometry_ws.protocol.project_values import Operation

MOST_ORIGINS = 2000
MOST_FORMER = 20
MOST_NEEDED = 50


def operation(value: deltas.Operation) -> Operation:
    """An operation, spelt as in documents."""
    return cast(Operation, value.upper())


def spec_delta(value: deltas.SpecDelta) -> change_views.SpecDelta:
    """The delta of a change to one spec."""
    return change_views.SpecDelta(
        spec=value.spec,
        document=value.path,
        is_new=value.is_new,
        refused=value.refused,
        revision=value.revision,
        base_revision=value.base_revision,
        requirements=[
            change_views.ChangedRequirement(
                operation=operation(delta.operation),
                requirement=delta.name,
                renamed_from=delta.source,
                before=delta.before,
                after=delta.after,
                line=delta.line,
                scenarios_kept=list(delta.unchanged),
                scenarios_added=list(delta.added),
                scenarios_missing=list(delta.missing),
            )
            for delta in value.requirements
        ],
    )


def moved_requirement(
    value: Moved, change: ChangeFiles, specs: Mapping[str, Source]
) -> change_views.MovedRequirement:
    """A requirement that has changed under a delta, with the three texts and their merge."""
    spec = value.summary.spec
    delta, main = change.deltas[spec], specs.get(spec)
    block = value.touched.block
    conflicts = value.merge.conflicts if value.merge else ()
    return change_views.MovedRequirement(
        moved=moved_base(value.summary),
        document=f"specs/{spec}/{SPEC_FILE}",
        base=value.base.text,
        theirs=value.theirs,
        ours="" if block is None else block.raw,
        merged="" if block is None else merged_text(value),
        clean=value.is_clean,
        conflicts=[
            change_views.BaseConflict(
                base=[sentence.text for sentence in conflict.base],
                theirs=[sentence.text for sentence in conflict.theirs],
                ours=[sentence.text for sentence in conflict.ours],
            )
            for conflict in conflicts
        ],
        origin=value.base.origin,
        commit=value.base.commit,
        time=value.base.time * 1000,
        revision=delta.revision,
        base_revision="" if main is None else main.revision,
    )


def artifact_status(value: artifacts.ArtifactStatus) -> change_views.ArtifactStatus:
    """The status of an artifact."""
    return change_views.ArtifactStatus(
        id=value.artifact.id,
        generates=value.artifact.generates,
        status=value.state,
        requires=list(value.artifact.requires),
        missing=list(value.waits_for),
        files=list(value.files),
    )


def hit(value: search.Hit) -> project_views.Hit:
    """Something that was found."""
    return project_views.Hit(
        kind=value.kind,
        id=value.id,
        document=value.path,
        line=value.line,
        heading=value.heading,
        snippet=value.snippet,
        matches=list(value.matches),
    )


def overlapping(value: overlap.Overlap) -> project_views.Overlap:
    """A requirement that several changes touch."""
    return project_views.Overlap(
        spec=value.spec,
        requirement=value.requirement,
        kind=value.kind,
        changes=[
            project_views.Touch(
                change=claim.change,
                operations=[operation(claimed) for claimed in claim.operations],
                names=list(claim.names),
            )
            for claim in value.claims
        ],
        order=list(value.order),
        why=value.why,
    )


def shared(value: overlap.SharedSpec) -> project_views.SharedSpec:
    """A spec that several changes touch."""
    return project_views.SharedSpec(
        spec=value.spec, changes=list(value.changes), requirements=value.requirements
    )


def planned(value: next_change.Planned) -> project_views.PlannedChange:
    """A change in its turn."""
    change = value.change
    return project_views.PlannedChange(
        change=change.name,
        title=change.title,
        state=change.status.value,
        done=change.progress.done,
        total=change.progress.total,
        priority=change.planning.priority,
        author=change.planning.author,
        waits_for=list(value.waits_for[:MOST_NEEDED]),
        problems=list(value.problems[:MOST_NEEDED]),
    )


def archived(value: history.ArchivedChange) -> project_views.ArchivedChange:
    """An archived change in short."""
    return project_views.ArchivedChange(
        archived=value.archived,
        change=value.name,
        date=value.date,
        title=value.title,
        done=value.progress.done,
        total=value.progress.total,
        problem=value.problem,
        specs=[
            project_views.TouchedSpec(
                spec=spec.spec,
                added=spec.added,
                modified=spec.modified,
                removed=spec.removed,
                renamed=spec.renamed,
            )
            for spec in value.specs
        ],
    )


def counted(project: str, value: counts.ProjectCounts) -> project_views.Counts:
    """A project in numbers."""
    return project_views.Counts(
        project=project,
        specs=value.specs,
        requirements=value.requirements,
        scenarios=value.scenarios,
        changes=project_views.ChangeCounts(
            total=value.changes,
            not_started=value.by_status.get(Status.NOT_STARTED, 0),
            in_progress=value.by_status.get(Status.IN_PROGRESS, 0),
            complete=value.by_status.get(Status.COMPLETE, 0),
            invalid=value.by_status.get(Status.INVALID, 0),
            unreadable=value.by_status.get(Status.UNREADABLE, 0),
        ),
        deltas=project_views.OperationCounts(
            added=value.deltas.added,
            modified=value.deltas.modified,
            removed=value.deltas.removed,
            renamed=value.deltas.renamed,
        ),
        done=value.progress.done,
        total=value.progress.total,
        archived=value.archived,
        errors=value.findings.errors,
        warnings=value.findings.warnings,
        infos=value.findings.infos,
        change_verdicts=_verdicts(value.change_verdicts),
        spec_verdicts=_verdicts(value.spec_verdicts),
    )


def _verdicts(value: counts.VerdictCounts) -> project_views.VerdictCounts:
    return project_views.VerdictCounts(total=value.total, valid=value.valid, strict=value.strict)


def schema_info(value: schemas.ListedSchema) -> project_views.SchemaInfo:
    """A schema with its artifacts."""
    source: Literal["project", "user", "package"] = value.source
    return project_views.SchemaInfo(
        name=value.name,
        description=value.schema.description,
        source=source,
        artifacts=[
            project_views.Artifact(
                id=artifact.id, generates=artifact.generates, requires=list(artifact.requires)
            )
            for artifact in value.schema.artifacts
        ],
    )


def spec_origins(project: str, spec: str, value: spec_history.SpecHistory) -> specs.SpecHistory:
    """Where the requirements of a spec come from; of very many only the first."""
    return specs.SpecHistory(
        project=project,
        spec=spec,
        requirements=[
            specs.RequirementOrigin(
                requirement=origin.requirement,
                line=origin.line,
                brought=_step(origin.brought),
                changed=_step(origin.changed),
                renamed=_step(origin.renamed),
                former=list(origin.former[:MOST_FORMER]),
                edited=origin.edited,
            )
            for origin in value.origins[:MOST_ORIGINS]
        ],
        gone=[
            specs.RemovedRequirement(requirement=gone.requirement, removed=step)
            for gone in value.gone[:MOST_ORIGINS]
            if (step := _step(gone.removed)) is not None
        ],
    )


def _step(value: spec_history.Step | None) -> specs.HistoryStep | None:
    if value is None:
        return None
    commit = value.commit
    return specs.HistoryStep(
        archived=value.archived,
        change=value.change,
        operation=cast(Operation, value.operation.upper()),
        date=value.date,
        commit=commit.commit if commit is not None else "",
        at=commit.at if commit is not None else 0,
        by=commit.by if commit is not None else "",
        wrote_spec=commit is not None and commit.touched_spec,
    )
