"""Where the headers of a document stand, in few bytes: search asks for those of all documents."""

import re
from array import array
from collections.abc import Iterable

from geometry_ws.openspec.format.text import fence_mask

HEADER = re.compile("^(?:\ufeff)?#{1,6}[ \t]+([^\n]*)", re.MULTILINE)


class Headers:
    """The lines (from 0) of a text's headers, and in pairs where their own texts begin and end."""

    __slots__ = ("bounds", "lines")

    def __init__(self, lines: Iterable[int] = (), bounds: Iterable[int] = ()) -> None:
        self.lines = array("I", lines)
        self.bounds = array("I", bounds)


def headers_of(text: str) -> Headers:
    """The headers of a text; what stands in a code fence is none."""
    matches = list(HEADER.finditer(text))
    mask = []
    if matches and ("```" in text or "~~~" in text):
        mask = fence_mask(text.split("\n"))
    lines: list[int] = []
    bounds: list[int] = []
    line = at = 0
    for match in matches:
        line += text.count("\n", at, match.start())
        at = match.start()
        if not (mask and mask[line]):
            lines.append(line)
            bounds += match.span(1)
    return Headers(lines, bounds)
