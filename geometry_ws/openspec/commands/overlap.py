"""``overlap``: open changes that touch the same requirements. Not in the official tool."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.moved import moved_documents, moved_of, warn_of_moved
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import change_names
from geometry_ws.openspec.views.next_change import preferred_order
from geometry_ws.openspec.views.overlap import Overlap, SharedSpec, find_overlaps

_MARKS = {"conflict": "✗"}


def _overlap(context: Context) -> None:
    project, name = context.project, context.arguments.operand()
    if name is not None and name not in change_names(project):
        raise Failed("unknown_item", f'There is no change "{name}".')
    preferred = preferred_order(project.changes, project.archived_names)
    report = find_overlaps(project.changes, project.specs, preferred)
    moved = moved_of(context)
    if name is not None:
        moved = {name: moved[name]} if name in moved else {}
    overlaps = [
        overlap
        for overlap in report.requirements
        if name is None or any(claim.change == name for claim in overlap.claims)
    ]
    shared = [spec for spec in report.specs if name is None or name in spec.changes]
    if context.as_json:
        context.out.json(
            {
                "requirements": [_document(overlap) for overlap in overlaps],
                "specs": [
                    {
                        "spec": spec.spec,
                        "changes": list(spec.changes),
                        "sharedRequirements": spec.requirements,
                    }
                    for spec in shared
                ],
                "root": project.root,
                **moved_documents(moved),
            }
        )
    else:
        _say(context, overlaps, shared)
        warn_of_moved(context, moved)


def _document(overlap: Overlap) -> dict[str, Any]:
    return {
        "spec": overlap.spec,
        "requirement": overlap.requirement,
        "kind": overlap.kind,
        "changes": [
            {
                "change": claim.change,
                "operations": list(claim.operations),
                "names": list(claim.names),
            }
            for claim in overlap.claims
        ],
        "order": list(overlap.order),
        "message": overlap.why,
    }


def _say(context: Context, overlaps: list[Overlap], shared: list[SharedSpec]) -> None:
    say = context.out.say
    if not shared:
        say("No two open changes touch the same spec.")
        return
    for overlap in overlaps:
        mark = _MARKS.get(overlap.kind, "·")
        say(f"{mark} {overlap.spec}: {overlap.requirement} ({overlap.kind})")
        for claim in overlap.claims:
            say(f"    {claim.change}: {', '.join(claim.operations)}")
        if overlap.why:
            say(f"    {overlap.why}")
    apart = [spec for spec in shared if not spec.requirements]
    if apart:
        say("Specs that several changes touch in different places:")
        for spec in apart:
            say(f"  {spec.spec}: {', '.join(spec.changes)}")


COMMANDS = {
    "overlap": Command(
        Syntax(
            "overlap", "Show which open changes touch the same requirements.", ("change",), (JSON,)
        ),
        _overlap,
        "overlap_error",
        lambda _arguments: {"requirements": [], "specs": [], "root": None},
    )
}
