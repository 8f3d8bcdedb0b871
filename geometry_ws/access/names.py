"""Names of people and agents, and times as they are typed. Pure."""

import re
import unicodedata
from typing import Final

from geometry_ws.protocol.rights import COMPONENT_ROLE, GUEST_ROLE

LONGEST_NAME: Final = 32
LONGEST_SECONDS: Final = 10 * 365 * 24 * 3600

_RESERVED: Final = frozenset({GUEST_ROLE, COMPONENT_ROLE, "bridge", "trusted", "anonymous"})
_UNITS: Final = {"m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}
_TIME: Final = re.compile(r"([0-9]{1,6})([mhdw])")


class BadName(ValueError):
    """A name that can't be given; one sentence."""


def read_name(text: str) -> str:
    """A name as it is kept: letters and digits of any language, with . _ - in between.

    Raises BadName.
    """
    name = unicodedata.normalize("NFC", text)
    letters = all(letter.isalnum() or letter in "._-" for letter in name)
    if not name or len(name) > LONGEST_NAME or not letters or not name[0].isalnum():
        raise BadName(
            f"{text[:40]!r} can't be a name: letters and digits, with . _ - in between, at most "
            f"{LONGEST_NAME}."
        )
    if name.casefold() in _RESERVED:
        raise BadName(f"{name!r} means something else here; choose another name.")
    return name


def read_seconds(text: str) -> int:
    """A time such as 30m, 8h, 14d or 6w, in seconds. Raises ValueError with one sentence."""
    given = _TIME.fullmatch(text)
    seconds = int(given[1]) * _UNITS[given[2]] if given else 0
    if not 0 < seconds <= LONGEST_SECONDS:
        raise ValueError(f"{text[:40]!r} is no time: write 30m, 8h, 14d or 6w.")
    return seconds


def time_in_words(seconds: float) -> str:
    """A stretch of time for a person to read, in its largest unit."""
    for unit, size in (("day", 24 * 3600), ("hour", 3600), ("minute", 60)):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"
