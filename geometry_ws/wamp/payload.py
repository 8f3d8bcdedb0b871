"""What the payload of a message may be: bounded in depth and number, of WAMP's kinds. Pure.

Serializers read much more than others can write: a MessagePack list 399 deep breaks a CBOR reader,
and a number as a key ends the session of a Python program that reads it. The router checks what
clients send before it passes anything on.
"""

from collections.abc import Collection
from math import isfinite
from typing import Any, Final

MOST_DEPTH: Final = 32
"""Lists and maps within one another; the deepest declared argument has six."""

MOST_VALUES: Final = 50_000
"""Entries of all lists and maps of one message: looking at one, reading it and writing it for
another serializer take up to 2 µs."""

_CONTAINERS: Final = frozenset((dict, list, tuple))
_KINDS: Final = _CONTAINERS | {type(None), bool, int, float, str, bytes}


def payload_problem(args: Any, keywords: Any) -> str:
    """What is wrong with a payload, as a sentence; empty where it may pass."""
    level = [value for value in (args, keywords) if value]
    values = 0
    # The payload itself is a list and a map around the values.
    for _ in range(MOST_DEPTH + 1):
        below: list[Any] = []
        for container in level:
            values += len(container)
            if values > MOST_VALUES:
                return f"A message may have at most {MOST_VALUES:,} values; send several."
            items: Collection[Any] = container
            if type(container) is dict:
                if not all(type(key) is str for key in container):
                    return "The keys of a map must be texts."
                items = container.values()
            kinds = set(map(type, items))
            if not kinds <= _KINDS:
                return (
                    "A value must be null, a boolean, a number, a text, bytes, a list or a map; "
                    f"send {min(kind.__name__ for kind in kinds - _KINDS)} as one of these."
                )
            if float in kinds and not all(isfinite(item) for item in items if type(item) is float):
                return "Numbers must be finite: JSON can't write others."
            if kinds & _CONTAINERS:
                below += [item for item in items if item and type(item) in _CONTAINERS]
        if not below:
            return ""
        level = below
    return f"Lists and maps may be at most {MOST_DEPTH} deep; send the values flatter."
