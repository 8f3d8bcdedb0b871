"""``next``: which open change comes next. Not in the official tool."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.command import Command, Context, check_root
from geometry_ws.openspec.views.next_change import Planned, next_of, plan_changes, preferred_order
from geometry_ws.openspec.views.overlap import find_overlaps


def _next(context: Context) -> None:
    check_root(context)
    project = context.project
    state, archived = project.state(), project.archived_names
    preferred = preferred_order(project.changes, archived)
    overlaps = find_overlaps(project.changes, project.specs, preferred)
    orders = [overlap.order for overlap in overlaps.requirements if overlap.order]
    planned = plan_changes(state.changes, archived, orders)
    chosen = next_of(planned)
    if context.as_json:
        documents = [_document(each) for each in planned]
        context.out.json({"next": chosen or None, "order": documents, "root": project.root})
        return
    context.out.say(f"Next: {chosen}" if chosen else "Nothing is left to be done.")
    for number, each in enumerate(planned, 1):
        context.out.say(_line(number, each))
        for problem in each.problems:
            context.out.warn(f"Warning: {each.change.name}: {problem}")


def _line(number: int, each: Planned) -> str:
    change = each.change
    parts = [f"{number:>3} {change.name}", f"{change.progress.done}/{change.progress.total} tasks"]
    if change.planning.priority:
        parts.append(f"priority {change.planning.priority}")
    if change.planning.author:
        parts.append(f"by {change.planning.author}")
    if each.waits_for:
        parts.append(f"waits for {', '.join(each.waits_for)}")
    return "  ".join(parts)


def _document(each: Planned) -> dict[str, Any]:
    change = each.change
    return {
        "name": change.name,
        "completedTasks": change.progress.done,
        "totalTasks": change.progress.total,
        "priority": change.planning.priority or None,
        "author": change.planning.author or None,
        "dependsOn": list(change.planning.depends_on),
        "waitsFor": list(each.waits_for),
        "problems": list(each.problems),
    }


COMMANDS = {
    "next": Command(
        Syntax("next", "Show in which order the open changes are best worked on.", options=(JSON,)),
        _next,
        "next_error",
        lambda _arguments: {"next": None, "order": [], "root": None},
    )
}
