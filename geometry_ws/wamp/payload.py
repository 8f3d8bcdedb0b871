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

MOST_VALUES: Final = 32_768
"""Entries of all lists and maps of one message: looking at one, reading it and writing it for
another serializer take up to 3 µs, and no message shall hold the router for 100 ms."""

MOST_CHARACTERS: Final = 4 * 2**20
"""Characters of all texts of one message: to write one of them as JSON takes up to 20 ns."""

_CONTAINERS: Final = frozenset((dict, list, tuple))
_KINDS: Final = _CONTAINERS | {type(None), bool, int, float, str, bytes}


MOST_URI_LENGTH: Final = 255
MOST_URI_PARTS: Final = 32
"""URIs of the protocol have at most seven parts; routers keep each part of a pattern."""

_MOST_SIGNATURE_LENGTH: Final = 4096
_AUTHENTICATE: Final = 5


def check_envelope(message: Any) -> None:
    """Raise ValueError where a message has a URI that is too long; its payload isn't looked at.

    Texts of a WAMP message outside of its options and payload are URIs, but for the signature of
    AUTHENTICATE. Matching a long one takes 0.1 s for each million characters, and the router keeps
    two hundred bytes for each character of a prefix.
    """
    if type(message) is not list:
        return
    most = _MOST_SIGNATURE_LENGTH if message[:1] == [_AUTHENTICATE] else MOST_URI_LENGTH
    for part in message:
        if type(part) is str and (len(part) > most or part.count(".") >= MOST_URI_PARTS):
            raise ValueError(
                f"a URI may have at most {MOST_URI_LENGTH} characters in {MOST_URI_PARTS} parts"
            )


def payload_problem(args: Any, keywords: Any) -> str:
    """What is wrong with a payload, as a sentence; empty where it may pass."""
    level = [value for value in (args, keywords) if value]
    values = characters = 0
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
                characters += sum(map(len, container))
                items = container.values()
            kinds = set(map(type, items))
            if not kinds <= _KINDS:
                return (
                    "A value must be null, a boolean, a number, a text, bytes, a list or a map; "
                    f"send {min(kind.__name__ for kind in kinds - _KINDS)} as one of these."
                )
            if str in kinds:
                characters += sum(len(item) for item in items if type(item) is str)
            if characters > MOST_CHARACTERS:
                return f"Texts may have {MOST_CHARACTERS:,} characters in all; send more as bytes."
            if float in kinds and not all(isfinite(item) for item in items if type(item) is float):
                return "Numbers must be finite: JSON can't write others."
            if kinds & _CONTAINERS:
                below += [item for item in items if item and type(item) in _CONTAINERS]
        if not below:
            return ""
        level = below
    return f"Lists and maps may be at most {MOST_DEPTH} deep; send the values flatter."
