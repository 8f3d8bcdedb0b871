"""Text as OpenSpec's official tool sees it: JavaScript's rules, written out in Python.

White space, ends of lines, case, lengths and orders differ between the two languages in small
ways that change verdicts. Everything else in this package uses the functions here instead of
`str.strip`, `\\s`, `splitlines` or `len`. Knows nothing of Markdown but code fences.
"""

import re
from collections.abc import Sequence

WHITE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What counts as white space; not U+0085, not U+001C to U+001F, not U+200B."""

_WHITE_SET = frozenset(WHITE)
_LINE_ENDS = frozenset("\n\r\u2028\u2029")
_WHITE_RUN = re.compile(f"[{WHITE}]+")
_KEYWORD = re.compile(r"(?<![A-Za-z0-9_])(?:SHALL|MUST)(?![A-Za-z0-9_])")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def trim(text: str) -> str:
    """Drop white space at both ends."""
    return text.strip(WHITE)


def trim_end(text: str) -> str:
    """Drop white space at the end."""
    return text.rstrip(WHITE)


def trim_start(text: str) -> str:
    """Drop white space at the start."""
    return text.lstrip(WHITE)


def is_white(character: str) -> bool:
    """Say whether one character is white space."""
    return character in _WHITE_SET


def fold_white(text: str) -> str:
    """Make one space of each run of white space."""
    return _WHITE_RUN.sub(" ", text)


def decode(data: bytes) -> str:
    """Decode UTF-8; undecodable sequences become U+FFFD, a byte order mark stays."""
    return data.decode("utf-8", "replace")


def decode_exactly(data: bytes) -> str:
    """Decode UTF-8 so that every byte comes back by `encode_exactly`, undecodable ones too."""
    return data.decode("utf-8", "surrogateescape")


def encode_exactly(text: str) -> bytes:
    """The bytes of a text that came from `decode_exactly`."""
    return text.encode("utf-8", "surrogateescape")


def unify_line_ends(text: str) -> str:
    """Make LF of CRLF and of a lone CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def normalise(text: str) -> str:
    """Drop a leading byte order mark and make all ends of lines LF."""
    return unify_line_ends(text.removeprefix("\ufeff"))


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, which is how lengths are limited."""
    return len(text) + (0 if text.isascii() else len(_ASTRAL.findall(text)))


def code_unit_key(text: str) -> bytes:
    """A sort key: by UTF-16 code unit."""
    return text.encode("utf-16-be", "surrogatepass")


def has_keyword(text: str) -> bool:
    """Say whether SHALL or MUST stands in the text as a word of its own."""
    return _KEYWORD.search(text) is not None


# --- fences -------------------------------------------------------------------------------


def _fence_run(line: str) -> str:
    """The run of three or more backticks or tildes that a line starts with, or nothing."""
    start = trim_start(line)
    for mark in "`~":
        if start.startswith(mark * 3):
            return start[: len(start) - len(start.lstrip(mark))]
    return ""


def fence_mask(lines: Sequence[str]) -> list[bool]:
    """For each line, whether it belongs to a fenced block (its fences included).

    Any indentation is allowed; a fence that is never closed reaches to the end.
    """
    text = "\n".join(lines)
    if "```" not in text and "~~~" not in text:
        return [False] * len(lines)
    mask = []
    fence = ""
    for line in lines:
        if not fence:
            fence = _fence_run(line) if "```" in line or "~~~" in line else ""
            mask.append(bool(fence))
            continue
        mask.append(True)
        run = trim(line)
        if len(run) >= len(fence) and run == fence[0] * len(run):
            fence = ""
    return mask


# --- headers ------------------------------------------------------------------------------


def header_level(line: str) -> int:
    """The number of `#` (1 to 6) that a line starts with, when white space follows; else 0."""
    if not line.startswith("#"):
        return 0
    if line.startswith("# "):
        return 1
    level = len(line) - len(line.lstrip("#"))
    return level if level <= 6 and len(line) > level and line[level] in _WHITE_SET else 0


def header_title(line: str, level: int) -> str | None:
    """The title of a header whose level is known; None where there is none at all.

    At least one character must follow the first white space, but it may be a blank.
    """
    rest = line[level:]
    if rest.isascii() and "\r" not in rest:
        # By far the most lines; the rest of this function is for the others.
        return trim(rest[1:]) if len(rest) > 1 and rest[0] in _WHITE_SET else None
    start = 1
    for at, character in enumerate(rest):
        if character in _LINE_ENDS:
            start = at + 1
    if any(character not in _WHITE_SET for character in rest[:start]) or len(rest) <= start:
        return None
    return trim(rest[start:])


def text_after(rest: str) -> str | None:
    """The text after a label on its line, without leading blanks; None where nothing follows."""
    start = trim_start(rest)
    if start and rest.isascii() and "\r" not in rest:
        return start
    core = trim(rest)
    if core and any(end in core for end in _LINE_ENDS):
        return None
    if not core:
        return "" if any(character not in _LINE_ENDS for character in rest) else None
    for at in range(len(core), len(start)):
        if start[at] in _LINE_ENDS:
            return start[:at]
    return start
