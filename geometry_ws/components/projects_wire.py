"""From the OpenSpec core's values to the wire's, field by field. Pure.

A change lists no more tasks than people and messages can bear; its numbers are those of its files.
"""

from collections.abc import Iterable

import msgspec

from geometry_ws.openspec import diff, model
from geometry_ws.protocol import changes as wire
from geometry_ws.protocol import projects

MOST_TASKS = 5000
_MOST_CHARACTERS = 2**20
"""Of all listed tasks of a change. A section's name is repeated for each of its tasks."""


def task(value: model.Task) -> wire.TaskInfo:
    """A task."""
    return wire.TaskInfo(
        id=value.id, line=value.line, text=value.text, done=value.done, section=value.section
    )


def listed(values: tuple[model.Task, ...]) -> tuple[list[wire.TaskInfo], str]:
    """The first tasks, and a sentence where there are more."""
    count = _shown(values)
    return [task(value) for value in values[:count]], _left_out(values, count)


def _shown(values: tuple[model.Task, ...]) -> int:
    return _fitting(len(value.text) + len(value.section) for value in values)


def _left_out(values: tuple[model.Task, ...], count: int) -> str:
    if count == len(values):
        return ""
    return f"Only the first {count} of its {len(values)} tasks are listed."


def _fitting(lengths: Iterable[int]) -> int:
    """How many of the first texts are few and short enough together."""
    gathered = count = 0
    for length in lengths:
        gathered += length
        if count == MOST_TASKS or gathered > _MOST_CHARACTERS:
            break
        count += 1
    return count


def change_info(value: model.ChangeState) -> wire.ChangeInfo:
    """A change without its tasks."""
    left_out = _left_out(value.tasks, _shown(value.tasks))
    return wire.ChangeInfo(
        change=value.name,
        title=value.title,
        state=value.status.value,
        done=value.progress.done,
        total=value.progress.total,
        revision=value.revision,
        problem=f"{value.problem} {left_out}".strip(),
        findings=value.finding_count,
    )


def change_detail(value: model.ChangeState) -> wire.ChangeDetail:
    """A change with its tasks."""
    tasks, _ = listed(value.tasks)
    return wire.ChangeDetail(**msgspec.structs.asdict(change_info(value)), tasks=tasks)


def spec_info(value: model.SpecState) -> wire.SpecInfo:
    """A spec in numbers."""
    return wire.SpecInfo(
        spec=value.id,
        requirements=value.requirements,
        revision=value.revision,
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
    )


def happening(value: diff.Happening) -> projects.Happening:
    """One event of a project."""
    ticked = value.ticked[: _fitting(len(tick.text) for tick in value.ticked)]
    return projects.Happening(
        kind=value.kind.value,
        name=value.name,
        detail=None if value.change is None else change_detail(value.change),
        spec=None if value.spec is None else spec_info(value.spec),
        before=value.before,
        ticked=[wire.Ticked(task=t.task, text=t.text, done=t.done) for t in ticked],
        archived=None if value.archived is None else list(value.archived),
        problem=value.problem,
        title=value.title,
    )
