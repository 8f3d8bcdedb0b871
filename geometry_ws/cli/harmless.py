"""Texts of other people for a terminal, which obeys what stands between their letters."""

import re
from typing import Final

_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)"
)
"""Controls but tabs and ends of lines, and marks that turn the direction of what follows."""


def harmless(text: str) -> str:
    """The same lines with what a terminal would obey made visible: it could rename the window,
    fill the clipboard, or show other words than those that are there."""
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
