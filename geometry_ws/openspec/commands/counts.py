"""``counts``: the project in numbers. The official tool has no such command."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.views.counts import ProjectCounts, VerdictCounts, count_project


def _counts(context: Context) -> None:
    project = context.project
    counts = count_project(project.state(), project.changes, project.specs, project.outside)
    if context.as_json:
        context.out.json({**_document(counts), "root": project.root})
        return
    rows = [
        ("specs", f"{counts.specs} ({counts.spec_verdicts.valid} valid)"),
        ("requirements", str(counts.requirements)),
        ("scenarios", str(counts.scenarios)),
        ("open changes", f"{counts.changes} ({counts.change_verdicts.valid} valid)"),
        ("deltas", str(counts.deltas.total)),
        ("tasks", f"{counts.progress.done} of {counts.progress.total} done"),
        ("archived changes", str(counts.archived)),
    ]
    for name, value in rows:
        context.out.say(f"{name.ljust(18)}{value}")


def _document(counts: ProjectCounts) -> dict[str, Any]:
    return {
        "specs": counts.specs,
        "requirements": counts.requirements,
        "scenarios": counts.scenarios,
        "changes": counts.changes,
        "byStatus": {str(status): number for status, number in counts.by_status.items()},
        "deltas": {
            word: getattr(counts.deltas, word)
            for word in ("added", "modified", "removed", "renamed")
        },
        "completedTasks": counts.progress.done,
        "totalTasks": counts.progress.total,
        "archived": counts.archived,
        "verdicts": {
            "change": _verdicts(counts.change_verdicts),
            "spec": _verdicts(counts.spec_verdicts),
        },
    }


def _verdicts(counts: VerdictCounts) -> dict[str, int]:
    return {"total": counts.total, "valid": counts.valid, "strict": counts.strict}


COMMANDS = {
    "counts": Command(
        Syntax("counts", "Count what there is in the project.", options=(JSON,)),
        _counts,
        "counts_error",
        lambda _arguments: {"root": None},
    )
}
