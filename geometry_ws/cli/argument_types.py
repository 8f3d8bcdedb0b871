"""Types of arguments, for argparse: a text as it is typed -> a value, or why it is none."""

import math
from collections.abc import Callable
from pathlib import Path

MOST_RATE = 240.0
_LONGEST_TOKEN_FILE = 1000


def port(text: str) -> int:
    """A TCP port; raises ArgumentTypeError."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not 1 <= number <= 65535:
        import argparse

        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
    return number


def folder_name(text: str) -> str:
    """The name of a folder, without a path; raises ArgumentTypeError."""
    if not text.strip(".") or "/" in text or not text.isprintable():
        import argparse

        raise argparse.ArgumentTypeError(f"{text!r} is no folder's name: give one without a path")
    return text


def stretch(text: str) -> int:
    """A stretch of time, such as 8h, in seconds; raises ArgumentTypeError."""
    from geometry_ws.access.names import read_seconds

    try:
        return read_seconds(text)
    except ValueError as problem:
        import argparse

        raise argparse.ArgumentTypeError(str(problem).rstrip(".")) from None


def token_in_file(text: str) -> str:
    """The token that a file has; raises ArgumentTypeError."""
    import argparse

    try:
        with Path(text).expanduser().open("rb") as file:
            token = file.read(_LONGEST_TOKEN_FILE).decode("ascii").strip()
    except OSError as problem:
        raise argparse.ArgumentTypeError(f"{text} can't be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        token = ""
    if not token or not token.isprintable() or " " in token:
        raise argparse.ArgumentTypeError(f"{text} has no token: one word in one line")
    return token


def rate(text: str) -> float:
    """How often a second; raises ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= MOST_RATE:
        import argparse

        raise argparse.ArgumentTypeError(
            f"{text!r} is no rate: give a number above 0, at most {MOST_RATE:g}"
        )
    return number


def pair(separator: str, least: int | None = None) -> Callable[[str], tuple[int, int]]:
    """The type of two whole numbers with something between them; it raises ArgumentTypeError."""

    def read(text: str) -> tuple[int, int]:
        try:
            first, second = (int(part) for part in text.lower().split(separator))
            if least is None or min(first, second) >= least:
                return first, second
        except ValueError:
            pass
        import argparse

        raise argparse.ArgumentTypeError(
            f"{text!r} is no pair of whole numbers: give two with {separator!r} between them"
        )

    return read
