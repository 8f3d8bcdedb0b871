"""``counts``: the project in numbers. The official tool has no such."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.asked import Asked, Entry
from geometry_ws.openspec.views.counts import ProjectCounts, VerdictCounts, count_project


def _counts(asked: Asked) -> None:
    project = asked.project
    found = count_project(project.state(), project.changes, project.specs)
    if asked.as_json:
        asked.out.json({**_document(found), "root": project.root})
        return
    rows = [
        ("specs", f"{found.specs} ({found.spec_verdicts.valid} valid)"),
        ("requirements", str(found.requirements)),
        ("scenarios", str(found.scenarios)),
        ("open changes", f"{found.changes} ({found.change_verdicts.valid} valid)"),
        ("deltas", str(found.deltas.total)),
        ("tasks", f"{found.progress.done} of {found.progress.total} done"),
        ("archived changes", str(found.archived)),
    ]
    for name, value in rows:
        asked.out.say(f"{name.ljust(18)}{value}")


def _document(found: ProjectCounts) -> dict[str, Any]:
    return {
        "specs": found.specs,
        "requirements": found.requirements,
        "scenarios": found.scenarios,
        "changes": found.changes,
        "byStatus": {str(status): number for status, number in found.by_status.items()},
        "deltas": {
            word: getattr(found.deltas, word)
            for word in ("added", "modified", "removed", "renamed")
        },
        "completedTasks": found.progress.done,
        "totalTasks": found.progress.total,
        "archived": found.archived,
        "verdicts": {
            "change": _verdicts(found.change_verdicts),
            "spec": _verdicts(found.spec_verdicts),
        },
    }


def _verdicts(found: VerdictCounts) -> dict[str, int]:
    return {"total": found.total, "valid": found.valid, "strict": found.strict}


COMMANDS = {
    "counts": Entry(
        Syntax("counts", "Count what there is in the project.", options=(JSON,)),
        _counts,
        "counts_error",
        lambda _arguments: {"root": None},
    )
}
