"""``overlap``: which open changes touch the same requirements. The official tool has no such."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.asked import Asked, Entry
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import change_names
from geometry_ws.openspec.views.overlap import Overlap, SharedSpec, find_overlaps

_MARKS = {"conflict": "✗"}


def _overlap(asked: Asked) -> None:
    project, name = asked.project, asked.arguments.operand()
    if name is not None and name not in change_names(project):
        raise Failed("unknown_item", f'There is no change "{name}".')
    found = find_overlaps(project.changes, project.specs)
    overlaps = [
        one
        for one in found.requirements
        if name is None or any(claim.change == name for claim in one.claims)
    ]
    shared = [one for one in found.specs if name is None or name in one.changes]
    if asked.as_json:
        asked.out.json(
            {
                "requirements": [_document(one) for one in overlaps],
                "specs": [
                    {
                        "spec": one.spec,
                        "changes": list(one.changes),
                        "sharedRequirements": one.requirements,
                    }
                    for one in shared
                ],
                "root": project.root,
            }
        )
    else:
        _say(asked, overlaps, shared)


def _document(one: Overlap) -> dict[str, Any]:
    return {
        "spec": one.spec,
        "requirement": one.requirement,
        "kind": one.kind,
        "changes": [
            {
                "change": claim.change,
                "operations": list(claim.operations),
                "names": list(claim.names),
            }
            for claim in one.claims
        ],
        "order": list(one.order),
        "message": one.why,
    }


def _say(asked: Asked, overlaps: list[Overlap], shared: list[SharedSpec]) -> None:
    say = asked.out.say
    if not shared:
        say("No two open changes touch the same spec.")
        return
    for one in overlaps:
        say(f"{_MARKS.get(one.kind, '·')} {one.spec}: {one.requirement} ({one.kind})")
        for claim in one.claims:
            say(f"    {claim.change}: {', '.join(claim.operations)}")
        if one.why:
            say(f"    {one.why}")
    apart = [one for one in shared if not one.requirements]
    if apart:
        say("Specs that several changes touch in different places:")
        for spec in apart:
            say(f"  {spec.spec}: {', '.join(spec.changes)}")


COMMANDS = {
    "overlap": Entry(
        Syntax(
            "overlap", "Show which open changes touch the same requirements.", ("change",), (JSON,)
        ),
        _overlap,
        "overlap_error",
        lambda _arguments: {"requirements": [], "specs": [], "root": None},
    )
}
