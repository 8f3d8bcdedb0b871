"""The rule of conflict markers (G1): what git left of a merge in any document.

The official tool doesn't know it, so it is told beside the verdict, and first: what else is found
there mostly comes of it.
"""

from collections.abc import Mapping

from geometry_ws.openspec.format.conflict_markers import conflict_words
from geometry_ws.openspec.format.model import MARKERS, Finding
from geometry_ws.openspec.format.sources import Source


def validate_markers(documents: Mapping[str, Source]) -> tuple[Finding, ...]:
    """Check documents, given by their paths."""
    return tuple(
        Finding("WARNING", MARKERS, path, f"{path} {conflict_words(line)}", line)
        for path, source in sorted(documents.items())
        if (line := source.conflict_line)
    )


def markers_problem(findings: tuple[Finding, ...]) -> str:
    """The sentence on the first of them, which is more urgent than what rules say; or nothing."""
    return next((finding.message for finding in findings if finding.rule == MARKERS), "")
