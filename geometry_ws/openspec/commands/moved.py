"""Requirements that have changed since deltas were written, as several commands tell of them.

The official tool knows nothing of it. In JSON it stands under a key of its own, only where there
is something to tell; `--official` leaves it out.
"""

from collections.abc import Collection, Mapping
from typing import Any

from geometry_ws.openspec.commands.arguments import Option
from geometry_ws.openspec.commands.command import Context
from geometry_ws.openspec.format.model import MovedBase

OFFICIAL = Option("official", "only what the official tool tells, too")
KEY = "baseMoved"


def moved_of(
    context: Context, names: Collection[str] | None = None
) -> Mapping[str, tuple[MovedBase, ...]]:
    """The moved bases of all open changes, or of some, by change; none with --official."""
    if context.arguments.flag("official"):
        return {}
    return {name: moved for name, moved in context.project.moved(names).items() if moved}


def moved_document(moved: MovedBase) -> dict[str, Any]:
    """A moved base as JSON answers give it."""
    return {
        "spec": moved.spec,
        "requirement": moved.requirement,
        "operation": moved.operation,
        "what": moved.what,
        "lost": list(moved.lost),
        "back": list(moved.back),
        **({"renamedTo": moved.renamed_to} if moved.renamed_to else {}),
        "message": moved.message,
    }


def moved_documents(moved: Mapping[str, tuple[MovedBase, ...]]) -> dict[str, Any]:
    """The key of ours with all moved bases; nothing where there are none."""
    listed = [
        {"change": name, **moved_document(each)} for name in sorted(moved) for each in moved[name]
    ]
    return {KEY: listed} if listed else {}


def warn_of_moved(context: Context, moved: Mapping[str, tuple[MovedBase, ...]]) -> None:
    """Tell of moved bases beside the answer."""
    for name in sorted(moved):
        for each in moved[name]:
            context.out.warn(f"  ⚠ [base moved] changes/{name}: {each.message}")
        context.out.warn(f"  To merge both: geometry-ws openspec rebase {name}")
