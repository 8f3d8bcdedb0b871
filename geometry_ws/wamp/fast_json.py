"""JSON messages of WAMP, read by the C scanner of the standard library. Pure.

WAMP writes bytes as texts that begin with a zero character, followed by base64. Autobahn reads JSON
with the scanner that is written in Python, to see each text: a message of 7 MB holds the router for
13 seconds, and where it fails, the trace of its thousand calls is put into words for a minute.
"""

import base64
import json
import re
from typing import Any

from geometry_ws.wamp.payload import MOST_VALUES

_SAFE_DEPTH = 400
"""What the scanner reads without danger: each level is a call in C, on a stack that has an end."""

_MOST_TOKENS = 2 * MOST_VALUES
"""That many are looked at for the depth, which takes less than two tenths of a second."""

_TOKEN = re.compile(r'[\[\]{}]|"(?:[^"\\]++|(?:\\.)++)*+"?', re.S)
"""An opening, a closing, or a text, which may hold what looks like one of these.

Possessive: otherwise the pattern keeps a place to come back to for each escape of a text.
"""

_ZERO = "\\u0000"


def read_json(text: str, **_options: Any) -> Any:
    """The value of a message, with bytes as bytes; raises ValueError.

    Options are Autobahn's, for decimals and another form of bytes, which nothing here uses.
    """
    if text.count(",") > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES:,} values")
    if text.count("[") + text.count("{") > _SAFE_DEPTH and _is_deep(text):
        raise ValueError("nested too deep")
    value = json.loads(text)
    return _with_bytes(value) if _ZERO in text else value


def _is_deep(text: str) -> bool:
    """Whether lists and maps are more than _SAFE_DEPTH within one another; raises ValueError."""
    depth = 0
    for count, token in enumerate(_TOKEN.finditer(text)):
        if count > _MOST_TOKENS:
            raise ValueError(f"more than {_MOST_TOKENS:,} lists, maps and texts")
        mark = token[0][0]
        if mark in "[{":
            depth += 1
            if depth > _SAFE_DEPTH:
                return True
        elif mark in "]}":
            depth -= 1
    return False


def _with_bytes(value: Any) -> Any:
    """A value whose texts that stand for bytes are bytes; raises ValueError for broken base64."""
    if isinstance(value, str):
        return base64.b64decode(value[1:]) if value.startswith("\0") else value
    if isinstance(value, list):
        return [_with_bytes(item) for item in value]
    if isinstance(value, dict):
        return {key: _with_bytes(item) for key, item in value.items()}
    return value
