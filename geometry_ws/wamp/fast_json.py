"""JSON messages of WAMP, read and written by code in C. Pure.

WAMP writes bytes as texts that begin with a zero character, followed by base64. Autobahn reads JSON
with the scanner that is written in Python, to see each text: a message of 7 MB holds the router for
13 seconds, and where it fails, the trace of its thousand calls is put into words for a minute.
"""

import base64
import json
import re
from typing import Any, Final

import msgspec

from geometry_ws.wamp.payload import MOST_VALUES

JSON_BYTES: Final = 4 * 2**20
"""The largest message in JSON; larger ones are sent in MessagePack or CBOR."""

_TEXT = re.compile(r'"(?:[^"\\]++|(?:\\.)++)*+"', re.S)
"""Possessive: otherwise the pattern keeps a place to come back to for each escape of a text."""

_MOST_TEXTS = 4 * MOST_VALUES

_ZERO = "\\u0000"


def read_json(text: str, **_options: Any) -> Any:
    """The value of a message, with bytes as bytes; raises ValueError or RecursionError.

    Options are Autobahn's, for decimals and another form of bytes, which nothing here uses.
    """
    value = parse_json(text)
    return _with_bytes(value) if _ZERO in text else value


def parse_json(text: str) -> Any:
    """The value of a JSON text that is bounded in every way; raises ValueError or RecursionError.

    Half of a character (a lone surrogate) is refused, since other serializers can't write it, and
    so are the words NaN and Infinity. A number too large for a float is an infinity.
    """
    if len(text) > JSON_BYTES:
        raise ValueError(f"JSON may have at most {JSON_BYTES:,} bytes")
    if _marks(text) > MOST_VALUES and _marks(_TEXT.sub("", text, count=_MOST_TEXTS)) > MOST_VALUES:
        raise ValueError(f"JSON may have at most {MOST_VALUES:,} values")
    value = json.loads(text, parse_constant=_refuse)
    if "\\ud" in text or "\\uD" in text:
        msgspec.json.encode(value)
    return value


def write_json(value: Any, **_options: Any) -> str:
    """The text of a message; NaN and infinities become null.

    Options are Autobahn's, for another form of bytes, which nothing here uses.
    """
    return msgspec.json.encode(_with_texts(value)).decode()


def _marks(text: str) -> int:
    """At least the number of values in lists and maps."""
    return text.count(",") + text.count("[") + text.count("{")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON")


def _with_bytes(value: Any) -> Any:
    """A value whose texts that stand for bytes are bytes; raises ValueError for broken base64."""
    if isinstance(value, str):
        return base64.b64decode(value[1:]) if value.startswith("\0") else value
    if isinstance(value, list):
        return [_with_bytes(item) for item in value]
    if isinstance(value, dict):
        return {key: _with_bytes(item) for key, item in value.items()}
    return value


def _with_texts(value: Any) -> Any:
    """A value whose bytes are texts that stand for them; what has none stays the same object."""
    if isinstance(value, bytes):
        return "\0" + base64.b64encode(value).decode("ascii")
    if isinstance(value, list | tuple):
        return list(map(_with_texts, value)) if set(map(type, value)) & _WALKED else value
    if isinstance(value, dict) and set(map(type, value.values())) & _WALKED:
        return {key: _with_texts(item) for key, item in value.items()}
    return value


_WALKED: Final = frozenset((bytes, list, tuple, dict))
