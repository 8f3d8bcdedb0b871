"""What .openspec.yaml says for planning: priority, author, depends_on. Only we read these keys.

The official tool leaves them alone, and so do verdicts: what is wrong with them is told beside.
"""

from datetime import date
from typing import Any

from geometry_ws.openspec.format.model import NO_PLANNING, USUAL_RANK, Planning
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles

_LAST_RANK = 4
_RANKS = {
    "critical": 0, "urgent": 0, "highest": 0, "high": 1, "medium": 2, "normal": 2, "low": 3,
    "lowest": 4, **{f"p{rank}": rank for rank in range(_LAST_RANK + 1)},
}  # fmt: skip
_MOST_NAMES = 50
_LENGTH = 200


def read_planning(change: ChangeFiles) -> Planning:
    """Read what a change's metadata says for planning; never raises."""
    source = change.sources.get(METADATA_FILE)
    value: Any = source.yaml if source is not None and source.readable else None
    if not isinstance(value, dict):
        return NO_PLANNING
    problems: list[str] = []
    priority, rank = _priority(value.get("priority"), problems)
    author = _text(value.get("author"), "author", problems)
    needed = _names(value.get("depends_on"), problems)
    planning = Planning(priority, rank, author, needed, tuple(problems), _day(value.get("created")))
    return NO_PLANNING if planning == NO_PLANNING else planning


def _day(value: Any) -> str:
    """A date; what else stands there is no matter of ours."""
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else ""
    except ValueError:
        return ""


def _priority(value: Any, problems: list[str]) -> tuple[str, int]:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100:
        # A number counts as P0, P1 and so on.
        return str(value), min(value, _LAST_RANK)
    text = _text(value, "priority", problems)
    rank = _RANKS.get(text.lower())
    if text and rank is None:
        problems.append(f'priority "{text}" isn\'t known: write high, medium, low, or a number.')
    return text, USUAL_RANK if rank is None else rank


def _text(value: Any, key: str, problems: list[str]) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        problems.append(f"{key} must be a text.")
        return ""
    return " ".join(value.split())[:_LENGTH]


def _names(value: Any, problems: list[str]) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if names is None:
        return ()
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        problems.append("depends_on must be a list of changes' names.")
        return ()
    if len(names) > _MOST_NAMES:
        problems.append(f"depends_on names more than {_MOST_NAMES} changes.")
    return tuple(dict.fromkeys(name[:_LENGTH] for name in names[:_MOST_NAMES]))
