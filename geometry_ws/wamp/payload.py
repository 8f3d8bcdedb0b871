"""What the payload of a message may be: bounded in depth and number, with texts as keys. Pure.

Serializers read much more than others can write: a MessagePack list 399 deep breaks a CBOR reader,
and a number as a key ends the session of a Python program that reads it. The router checks what
clients send before it passes anything on.
"""

from typing import Any, Final

MOST_DEPTH: Final = 32
"""Lists and maps within one another; the deepest declared argument has six."""

MOST_VALUES: Final = 250_000
"""Entries of all lists and maps of one message; the largest allowed commit has some 150,000."""


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
            if type(container) is dict:
                if not all(type(key) is str for key in container):
                    return "The keys of a map must be texts."
                below += [item for item in container.values() if type(item) in _CONTAINERS]
            else:
                below += [item for item in container if type(item) in _CONTAINERS]
        if not below:
            return ""
        level = below
    return f"Lists and maps may be at most {MOST_DEPTH} deep; send the values flatter."


_CONTAINERS: Final = frozenset((dict, list, tuple))
