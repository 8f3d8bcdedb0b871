"""The difference of two texts, line by line, as hunks with a little of what stays around them.

The shortest way from the one to the other, by Myers' algorithm; of several that are equally short
the one that the official tool's library takes, so that both show the same.
"""

from collections.abc import Sequence
from typing import NamedTuple

from geometry_ws.openspec.format.text import trim_end

CONTEXT = 4
MAX_EDITS = 1500
"""Texts that differ in more lines than this are shown as replaced as a whole."""


class Run(NamedTuple):
    """Lines next to each other that stay (" "), go ("-") or come ("+")."""

    mark: str
    lines: Sequence[str]


class _Path(NamedTuple):
    """A way through the old lines: how far it has come, and its last piece."""

    position: int
    piece: "_Piece | None"


class _Piece(NamedTuple):
    mark: str
    length: int
    before: "_Piece | None"


def compare_lines(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """The runs of lines that lead from old to new."""
    last = _shortest(old, new)
    if last is None:
        return [run for run in (Run("-", old), Run("+", new)) if run.lines]
    pieces = []
    while last is not None:
        pieces.append(last)
        last = last.before
    runs = []
    at_old = at_new = 0
    for piece in reversed(pieces):
        source, start = (new, at_new) if piece.mark == "+" else (old, at_old)
        runs.append(Run(piece.mark, source[start : start + piece.length]))
        at_old += piece.length if piece.mark != "+" else 0
        at_new += piece.length if piece.mark != "-" else 0
    return runs


def _shortest(old: Sequence[str], new: Sequence[str]) -> _Piece | None:
    """The last piece of the shortest way; None where there are too many edits."""
    first, reached = _follow(_Path(-1, None), old, new, 0)
    if first.position + 1 >= len(old) and reached + 1 >= len(new):
        return first.piece or _Piece(" ", 0, None)
    best: dict[int, _Path] = {0: first}
    lowest, highest = -len(old) - len(new), len(old) + len(new)
    for edits in range(1, min(len(old) + len(new), MAX_EDITS) + 1):
        for diagonal in range(max(lowest, -edits), min(highest, edits) + 1, 2):
            path = _step(best, diagonal, len(old), len(new))
            if path is None:
                best.pop(diagonal, None)
                continue
            path, reached = _follow(path, old, new, diagonal)
            if path.position + 1 >= len(old) and reached + 1 >= len(new):
                return path.piece
            best[diagonal] = path
            if path.position + 1 >= len(old):
                highest = min(highest, diagonal - 1)
            if reached + 1 >= len(new):
                lowest = max(lowest, diagonal + 1)
        # The range starts at a diagonal of the same parity as the number of edits.
        lowest += (lowest + edits + 1) % 2 if lowest > -edits - 1 else 0
    return None


def _step(best: dict[int, _Path], diagonal: int, old: int, new: int) -> _Path | None:
    """The better of the two ways to a diagonal: one more line that goes, or that comes."""
    going = best.pop(diagonal - 1, None)
    coming = best.get(diagonal + 1)
    can_go = going is not None and going.position + 1 < old
    can_come = coming is not None and 0 <= coming.position - diagonal < new
    if (
        coming is not None
        and can_come
        and not (can_go and going is not None and going.position >= coming.position)
    ):
        return _Path(coming.position, _longer(coming.piece, "+", 1))
    if going is not None and can_go:
        return _Path(going.position + 1, _longer(going.piece, "-", 1))
    return None


def _longer(piece: _Piece | None, mark: str, count: int) -> _Piece:
    if piece is not None and piece.mark == mark:
        return _Piece(mark, piece.length + count, piece.before)
    return _Piece(mark, count, piece)


def _follow(
    path: _Path, old: Sequence[str], new: Sequence[str], diagonal: int
) -> tuple[_Path, int]:
    """Go on along the lines that are the same; also gives where that is in the new ones."""
    at_old = path.position
    at_new = at_old - diagonal
    count = 0
    while at_new + 1 < len(new) and at_old + 1 < len(old) and old[at_old + 1] == new[at_new + 1]:
        at_new += 1
        at_old += 1
        count += 1
    piece = _Piece(" ", count, path.piece) if count else path.piece
    return _Path(at_old, piece), at_new


def hunks(old: str, new: str) -> str:
    """The difference of two texts as hunks; empty where they are the same.

    Each starts with a line like ``@@ -1,3 +1,4 @@``; white space at the very end is dropped.
    """
    runs = compare_lines(old.split("\n"), new.split("\n"))
    lines: list[str] = []
    body: list[str] = []
    start = (0, 0)
    at_old = at_new = 1
    for number, run in enumerate(runs):
        if run.mark != " ":
            if not body:
                before = runs[number - 1].lines[-CONTEXT:] if number else []
                body = [f" {line}" for line in before]
                start = at_old - len(body), at_new - len(body)
            body.extend(run.mark + line for line in run.lines)
        elif body:
            if len(run.lines) <= CONTEXT * 2 and number < len(runs) - 1:
                body.extend(f" {line}" for line in run.lines)
            else:
                body.extend(f" {line}" for line in run.lines[:CONTEXT])
                lines.extend(_hunk(start, body))
                body = []
        at_old += len(run.lines) if run.mark != "+" else 0
        at_new += len(run.lines) if run.mark != "-" else 0
    if body:
        lines.extend(_hunk(start, body))
    return trim_end("\n".join(lines))


def _hunk(start: tuple[int, int], body: Sequence[str]) -> list[str]:
    old = sum(not line.startswith("+") for line in body)
    new = sum(not line.startswith("-") for line in body)
    first_old = start[0] if old else start[0] - 1
    first_new = start[1] if new else start[1] - 1
    return [f"@@ -{first_old},{old} +{first_new},{new} @@", *body]
