"""From the OpenSpec core's values to the wire's, field by field. Pure."""

from geometry_ws.openspec import diff, model
from geometry_ws.protocol import changes as wire
from geometry_ws.protocol import projects


def task(value: model.Task) -> wire.TaskInfo:
    """A task."""
    return wire.TaskInfo(
        id=value.id, line=value.line, text=value.text, done=value.done, section=value.section
    )


def change_info(value: model.ChangeState) -> wire.ChangeInfo:
    """A change without its tasks."""
    return wire.ChangeInfo(
        change=value.name,
        title=value.title,
        state=value.status.value,
        done=value.progress.done,
        total=value.progress.total,
        revision=value.revision,
        problem=value.problem,
        findings=value.finding_count,
    )


def change_detail(value: model.ChangeState) -> wire.ChangeDetail:
    """A change with its tasks."""
    return wire.ChangeDetail(
        change=value.name,
        title=value.title,
        state=value.status.value,
        done=value.progress.done,
        total=value.progress.total,
        revision=value.revision,
        problem=value.problem,
        findings=value.finding_count,
        tasks=[task(item) for item in value.tasks],
    )


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
    return projects.Happening(
        kind=value.kind.value,
        name=value.name,
        detail=None if value.change is None else change_detail(value.change),
        spec=None if value.spec is None else spec_info(value.spec),
        before=value.before,
        ticked=[wire.Ticked(task=t.task, text=t.text, done=t.done) for t in value.ticked],
        archived=None if value.archived is None else list(value.archived),
        problem=value.problem,
        title=value.title,
    )
