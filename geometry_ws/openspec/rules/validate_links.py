"""The rules of links (L1, L2): what leads out of the project is never read, but told."""

from collections.abc import Iterable, Mapping

from geometry_ws.openspec.format.model import Finding
from geometry_ws.openspec.format.sources import LEADS_OUT, SPEC_FILE, ChangeFiles

MOST_FINDINGS = 50
_MOST_NAMED = 3


def validate_links(change: ChangeFiles) -> tuple[Finding, ...]:
    """Check what lies in a change's folder."""
    outside = [path for path, kind in change.entries.items() if kind == "outside"]
    return tuple(
        # What a change does to specs must not be missing unnoticed.
        Finding("ERROR" if path.startswith("specs/") else "WARNING", "L1", path, _sentence(path))
        for path in sorted(outside)[:MOST_FINDINGS]
    )


def outside_paths(parts: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The links of a project's parts that nothing else tells of, each once.

    A spec's own document has a finding of its spec; what is hidden is nobody's document.
    """
    paths = {path for part in parts.values() for path in part}
    return tuple(sorted(path for path in paths if not _is_told_elsewhere(path)))


def _is_told_elsewhere(path: str) -> bool:
    folder, *below = path.split("/")
    if folder != "specs" or not below:
        return False
    return any(part.startswith(".") for part in below) or (
        len(below) > 1 and below[-1] == SPEC_FILE
    )


def validate_places(outside: Iterable[str]) -> tuple[Finding, ...]:
    """Check a project's own folders and files: what `outside_paths` gives."""
    paths = list(outside)[:MOST_FINDINGS]
    return tuple(Finding("ERROR", "L2", path, _sentence(path)) for path in paths)


def links_problem(findings: tuple[Finding, ...]) -> str:
    """One sentence about the findings of a project's places; empty where there are none."""
    if not findings:
        return ""
    named = ", ".join(finding.path for finding in findings[:_MOST_NAMED])
    more = len(findings) - _MOST_NAMED
    listed = f"{named} and {more} more" if more > 0 else named
    if len(findings) == 1:
        return f"{listed} {LEADS_OUT}: it isn't read."
    return f"{listed} are links that lead out of the project: they aren't read."


def _sentence(path: str) -> str:
    return f"{path} {LEADS_OUT}: it isn't read. Put there itself what it leads to."
