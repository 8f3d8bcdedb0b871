"""``key=value`` as it is typed, and values of peers as they are printed. Pure but for files."""

import base64
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

_DEEPEST = 60


class UsageError(Exception):
    """What was typed can't be understood; the message is a sentence that says why."""


def read_arguments(
    texts: Iterable[str], stdin: Callable[[], bytes] | None = None
) -> dict[str, Any]:
    """Keywords from ``key=value``: JSON where it parses, ``@file`` and ``-`` as bytes, else text.

    Raises UsageError with a sentence.
    """
    keywords: dict[str, Any] = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator or not key:
            raise UsageError(f"{text!r} is not of the form key=value.")
        if key in keywords:
            raise UsageError(f"{key!r} is given twice.")
        keywords[key] = _read_value(value, stdin or _stdin)
    return keywords


def _stdin() -> bytes:
    return sys.stdin.buffer.read()


def _read_value(text: str, stdin: Callable[[], bytes]) -> Any:
    if text in ("-", "@-"):
        return stdin()
    if text.startswith("@"):
        try:
            return Path(text[1:]).read_bytes()
        except OSError as problem:
            raise UsageError(f"{text[1:]!r} can't be read: {problem.strerror}.") from None
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def _no_number(text: str) -> Any:
    raise ValueError(text)


def escape(text: str) -> str:
    """Text of a peer with control characters made visible, so that no terminal obeys them."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _visible(letter) for letter in text)


def _visible(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def shorten(text: str, length: int) -> str:
    """A text cut to at most so many characters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def plain(value: Any, data: bool = False, depth: int = 0) -> Any:
    """A value as JSON can say it; bytes as ``{"bytes": n}``, with ``data`` their base64 too."""
    if depth > _DEEPEST:
        return "…"
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        fields: dict[str, Any] = {"bytes": len(value)}
        if data:
            fields["base64"] = base64.b64encode(value).decode("ascii")
        return fields
    if isinstance(value, Mapping):
        return {str(key): plain(item, data, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, data, depth + 1) for item in value]
    return str(value)


def one_line(value: Any, data: bool = False) -> str:
    """A value as one line of JSON, in ASCII."""
    return json.dumps(plain(value, data), separators=(",", ":"), check_circular=False)


def brief(keywords: Mapping[str, Any], length: int = 160) -> str:
    """Keywords in a few words: ``key=value key=value``."""
    words = [f"{escape(str(key))}={_brief(value)}" for key, value in keywords.items()]
    return shorten(" ".join(words), length)


def _brief(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{size(len(value))}>"
    if isinstance(value, str):
        short = shorten(value, 80)
        bare = short.isprintable() and short and " " not in short
        return short if bare else f'"{escape(short)}"'
    return escape(shorten(json.dumps(plain(value), ensure_ascii=False), 80))


def size(count: int) -> str:
    """A number of bytes, with a unit."""
    if count < 1000:
        return f"{count} B"
    if count < 999_500:
        return f"{count / 1000:.3g} kB"
    return f"{count / 1e6:.3g} MB"
