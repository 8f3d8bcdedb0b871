"""Texts of people and agents: made harmless, and times as they are read."""

import time
import unicodedata

_GOES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
MINUTE = 60_000


def clean(text: str, most: int) -> str:
    """One line without control characters and marks that turn the direction, at most so long."""
    letters = (" " if unicodedata.category(letter) in _GOES else letter for letter in text)
    line = " ".join("".join(letters).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def clock(milliseconds: int) -> str:
    """A time of day, in the node's time zone: 10:32."""
    return time.strftime("%H:%M", time.localtime(milliseconds / 1000))


def ago(milliseconds: int) -> str:
    """How long ago, about: `just now`, `12 min ago`, `3 h ago`, `2 days ago`."""
    minutes = milliseconds // MINUTE
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"
