"""Conflict markers of git in documents, as validating tells of them.

The official tool knows nothing of them. In JSON they stand under a key of their own, only where
there are some; `--official` leaves them out.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from geometry_ws.openspec.commands.command import Context

if TYPE_CHECKING:
    from geometry_ws.openspec.commands.validate import ValidatedItem

_KEY = "conflictMarkers"


def markers_documents(items: Iterable["ValidatedItem"], *, official: bool) -> dict[str, Any]:
    """The key of ours with all documents that have markers; nothing where there are none."""
    listed = [
        {
            item.type: item.id,
            "path": finding.path,
            "line": finding.line,
            "message": finding.message,
        }
        for item in items
        for finding in item.markers
    ]
    return {_KEY: listed} if listed and not official else {}


def warn_of_markers(context: Context, items: Sequence["ValidatedItem"]) -> None:
    """Tell of markers before the answer: much of what follows comes of them."""
    if context.arguments.flag("official"):
        return
    for item in items:
        folder = "changes" if item.type == "change" else "specs"
        for finding in item.markers:
            context.out.warn(f"  ⚠ [conflict markers] {folder}/{item.id}/{finding.message}")
