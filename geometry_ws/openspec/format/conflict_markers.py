"""The lines that git leaves in a document where two branches can't be merged by itself."""

import re

from geometry_ws.openspec.format.text import fence_mask, unify_line_ends

_SURE = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)")
_MIDDLE = "=" * 7


def conflict_line(text: str) -> int:
    """The first line, from 1, of what git left of a merge; 0 where there is nothing of it.

    A line of equal signs counts only before the end of a conflict: in Markdown it may stand below
    a title. A conflict that lies in a fenced block is an example.
    """
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return 0
    lines = unify_line_ends(text).split("\n")
    marked = [at for at, line in enumerate(lines) if _SURE.match(line)]
    if not marked:
        return 0
    mask = _closed_fences(lines)
    outside = [at for at in marked if not mask[at]]
    if not outside:
        return 0
    first = outside[0]
    if lines[first].startswith(">"):
        middles = [at for at in range(first) if lines[at] == _MIDDLE and not mask[at]]
        return (middles[-1] if middles else first) + 1
    return first + 1


def _closed_fences(lines: list[str]) -> list[bool]:
    """For each line, whether it lies in a fenced block; one that is never closed is none."""
    mask = fence_mask(lines)
    if not mask[-1]:
        return mask
    start = len(mask)
    while start and mask[start - 1]:
        start -= 1
    # A line below the last one shows whether the block has ended with it.
    if fence_mask([*lines, ""])[-1]:
        mask[start:] = [False] * (len(mask) - start)
    return mask


def conflict_words(line: int) -> str:
    """A sentence's end for a document with such lines, and what to do."""
    return (
        f"has conflict markers of git (line {line}): two versions stand there side by side."
        " Keep what is meant, and delete the lines with <<<<<<<, ======= and >>>>>>>."
    )
