"""From the OpenSpec core's values to the wire's, field by field. Pure.

A change lists no more tasks than a reader and a message can bear; its numbers count all of them.
"""

from collections.abc import Iterable
from typing import cast

import msgspec

from geometry_ws.openspec.format import model
from geometry_ws.openspec.format.sources import SPEC_FILE, TASK_FILE, ChangeFiles
from geometry_ws.openspec.format.tasks import task_groups
from geometry_ws.openspec.format.worktrees import Copy, Tree
from geometry_ws.openspec.views import diff
from geometry_ws.protocol import happenings
from geometry_ws.protocol import project_values as wire
from geometry_ws.protocol.specs import TouchingChange

MOST_TASKS = 5000
MOST_MOVED = 50
MOST_CONFLICTS = 50
MOST_OPPONENTS = 20
MOST_GROUPS = 50
MOST_SPECS = 50
_NAME = 200
_SENTENCES = 20
_SENTENCE = 500
_REASON = 1000
_DELTA_ENDS = ("specs", SPEC_FILE)
_MOST_CHARACTERS = 2**20
"""Of all listed tasks of a change. A section's name is repeated for each of its tasks."""


def task(value: model.Task) -> wire.TaskInfo:
    """A task."""
    return wire.TaskInfo(
        id=value.id,
        line=value.line,
        text=value.text,
        done=value.done,
        section=value.section,
        number=value.number,
        indent=value.indent,
        file="" if value.file == TASK_FILE else value.file,
        mark=value.mark,
        body=value.body,
    )


def groups(values: tuple[model.Task, ...]) -> list[wire.TaskGroup]:
    """The first groups of tasks, counted."""
    return [
        wire.TaskGroup(
            name=group.name[:_NAME],
            done=group.done,
            total=group.total,
            file="" if group.file == TASK_FILE else group.file,
        )
        for group in task_groups(values)[:MOST_GROUPS]
    ]


def touched_specs(value: model.ChangeState) -> list[str]:
    """The first specs for which a change has a delta that can be read."""
    parts = (path.split("/") for path, _ in value.documents)
    ids = ["/".join(p[1:-1]) for p in parts if len(p) > 2 and (p[0], p[-1]) == _DELTA_ENDS]
    return ids[:MOST_SPECS]


def listed(values: tuple[model.Task, ...]) -> tuple[list[wire.TaskInfo], str]:
    """The first tasks, and a sentence where there are more."""
    count = _shown(values)
    return [task(value) for value in values[:count]], _left_out(values, count)


def _shown(values: tuple[model.Task, ...]) -> int:
    return _fitting(len(value.text) + len(value.section) + len(value.body) for value in values)


def _left_out(values: tuple[model.Task, ...], count: int) -> str:
    if count == len(values):
        return ""
    return f"Only the first {count} of its {len(values)} tasks are listed."


def _fitting(lengths: Iterable[int]) -> int:
    """The number of first texts that are few and short enough together."""
    gathered = count = 0
    for length in lengths:
        gathered += length
        if count == MOST_TASKS or gathered > _MOST_CHARACTERS:
            break
        count += 1
    return count


def change_info(value: model.ChangeState, by: str = "") -> wire.ChangeInfo:
    """A change without its tasks; `by` is who wrote it as it is, where that is known here."""
    left_out = _left_out(value.tasks, _shown(value.tasks))
    return wire.ChangeInfo(
        change=value.name,
        title=value.title,
        state=value.status.value,
        done=value.progress.done,
        total=value.progress.total,
        revision=value.revision,
        verdict=validity(value.verdict),
        problem=f"{value.problem} {left_out}".strip(),
        findings=value.finding_count,
        modified=value.modified,
        base_moved=moved_bases(value.moved),
        conflicts=[conflict(each) for each in value.conflicts[:MOST_CONFLICTS]],
        archiving=archiving(value.archiving),
        specs=touched_specs(value),
        groups=groups(value.tasks),
        priority=value.planning.priority,
        author=value.planning.author,
        depends_on=list(value.planning.depends_on),
        created=value.planning.created,
        moved=wire.Movement(at=value.modified, by=by) if by else movement(value.movement),
        tree=value.tree,
        branch=value.branch,
        copies=[_copy(each) for each in value.copies],
    )


def tree_info(value: Tree) -> wire.Tree:
    """A work tree in which the project lies."""
    return wire.Tree(tree=value.name, branch=value.label, home=value.home, locked=value.locked)


def _copy(value: Copy) -> wire.ChangeCopy:
    return wire.ChangeCopy(
        tree=value.tree,
        branch=value.branch,
        done=value.done,
        total=value.total,
        archived=value.archived,
    )


def movement(value: model.Movement) -> wire.Movement:
    """When something moved."""
    return wire.Movement(at=value.at, by=value.by)


def conflict(value: model.Conflict) -> wire.ChangeConflict:
    """A requirement on which a change contradicts others; of very many others only the first."""
    return wire.ChangeConflict(
        spec=value.spec,
        requirement=value.requirement,
        changes=list(value.changes[:MOST_OPPONENTS]),
        why=value.why,
        more=max(len(value.changes) - MOST_OPPONENTS, 0),
    )


def archiving(value: model.Archiving) -> wire.Archiving:
    """Whether a change can be archived; of very long sentences only the beginning."""
    return wire.Archiving(
        can=value.can, code=value.code, why=_shortened(value.why), fix=_shortened(value.fix)
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _REASON else f"{text[: _REASON - 1]}…"


def moved_base(value: model.MovedBase) -> wire.MovedBase:
    """A requirement that has changed under a delta; of very many sentences only the first."""
    return wire.MovedBase(
        spec=value.spec,
        requirement=value.requirement,
        operation=cast(wire.Operation, value.operation.upper()),
        what=value.what,
        message=value.message,
        lost=[text[:_SENTENCE] for text in value.lost[:_SENTENCES]],
        back=[text[:_SENTENCE] for text in value.back[:_SENTENCES]],
        renamed_to=value.renamed_to,
    )


def moved_bases(values: tuple[model.MovedBase, ...]) -> list[wire.MovedBase]:
    """What has changed under a change; of very many requirements only the first."""
    return [moved_base(value) for value in values[:MOST_MOVED]]


def validity(value: model.Verdict) -> wire.Validity:
    """A verdict in numbers."""
    given = wire.Validity(
        valid=value.valid,
        strict=value.strict,
        errors=value.errors,
        warnings=value.warnings,
        infos=value.infos,
        unwritten=value.unwritten,
    )
    return wire.SOUND if given == wire.SOUND else given


def change_detail(value: model.ChangeState, by: str = "") -> wire.ChangeDetail:
    """A change with its tasks and the revisions of its documents; `by` as for `change_info`."""
    return detail_of(value, change_info(value, by))


def detail_of(value: model.ChangeState, info: wire.ChangeInfo) -> wire.ChangeDetail:
    """The same, where it is known already without its tasks."""
    tasks, _ = listed(value.tasks)
    documents = [wire.DocumentRevision(name=n, revision=r) for n, r in value.documents]
    return wire.ChangeDetail(**msgspec.structs.asdict(info), tasks=tasks, documents=documents)


def brief_change(info: wire.ChangeInfo) -> wire.BriefChange:
    """A change without its tasks, their groups and its documents."""
    return wire.BriefChange(**msgspec.structs.asdict(info) | {"groups": [], "tasks": []})


def brief_spec(value: model.SpecState) -> wire.BriefSpec:
    """A spec in numbers, as lists show it."""
    return wire.BriefSpec(**msgspec.structs.asdict(spec_info(value)))


def spec_info(value: model.SpecState) -> wire.SpecInfo:
    """A spec in numbers."""
    return wire.SpecInfo(
        spec=value.id,
        requirements=value.requirements,
        revision=value.revision,
        verdict=validity(value.verdict),
        problem=value.problem,
    )


def finding(value: model.Finding) -> wire.Finding:
    """One thing that validation found."""
    return wire.Finding(
        level=value.level, rule=value.rule, path=value.path, message=value.message, line=value.line
    )


def requirement(value: model.Requirement) -> wire.Requirement:
    """A requirement with its scenarios."""
    return wire.Requirement(
        name=value.name,
        text=value.text,
        scenarios=[wire.Scenario(name=s.name, text=s.text) for s in value.scenarios],
        line=value.line,
    )


def touching_changes(spec: str, changes: Iterable[ChangeFiles]) -> list[TouchingChange]:
    """The operations of open changes on a spec, by change and in their order."""
    changes_of_spec: list[TouchingChange] = []
    for change in changes:
        source = change.deltas.get(spec)
        if source is None or not source.readable:
            continue
        delta = source.delta
        operations: tuple[tuple[wire.Operation, Iterable[str]], ...] = (
            ("RENAMED", (rename.source for rename in delta.renamed)),
            ("REMOVED", delta.removed),
            ("MODIFIED", (block.name for block in delta.modified)),
            ("ADDED", (block.name for block in delta.added)),
        )
        changes_of_spec.extend(
            TouchingChange(change=change.name, operation=operation, requirement=name)
            for operation, names in operations
            for name in names
        )
    return changes_of_spec


def happening(value: diff.Happening, by: str = "") -> happenings.Happening:
    """One event of a project; `by` as for `change_info`."""
    ticked = value.ticked[: _fitting(len(tick.text) for tick in value.ticked)]
    return happenings.Happening(
        kind=value.kind.value,
        name=value.name,
        detail=None if value.change is None else change_detail(value.change, by),
        spec=None if value.spec is None else spec_info(value.spec),
        before=value.before,
        ticked=[wire.Ticked(task=t.task, text=t.text, done=t.done) for t in ticked],
        requirements=[
            happenings.RequirementHappening(
                what=requirement.kind, name=requirement.name, former=requirement.former
            )
            for requirement in value.requirements
        ],
        documents=[
            happenings.DocumentHappening(
                name=document.path, before=document.before, after=document.after
            )
            for document in value.documents
        ],
        verdict=_turn(value.verdict),
        progress=_step(value.progress),
        base_moved=None
        if value.moved is None
        else happenings.BaseHappening(
            before=moved_bases(value.moved[0]), after=moved_bases(value.moved[1])
        ),
        archiving=None
        if value.archiving is None
        else happenings.ArchivingHappening(
            before=archiving(value.archiving[0]), after=archiving(value.archiving[1])
        ),
        archived=None if value.archived is None else list(value.archived),
        problem=value.problem,
        notice=value.notice,
        title=value.title,
    )


def _turn(
    pair: tuple[model.Verdict, model.Verdict] | None,
) -> happenings.VerdictHappening | None:
    if pair is None:
        return None
    return happenings.VerdictHappening(before=validity(pair[0]), after=validity(pair[1]))


def _step(
    pair: tuple[model.Progress, model.Progress] | None,
) -> happenings.ProgressHappening | None:
    if pair is None:
        return None
    before, after = ((progress.done, progress.total) for progress in pair)
    return happenings.ProgressHappening(before=before, after=after)
