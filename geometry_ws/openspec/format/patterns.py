"""Patterns of paths, as schemas use them to say which files an artifact consists of.

`*` and `?` stay within a name, `**` spans folders, `[abc]` is one character of a set, `{a,b}` one
of several texts. Hidden names need to be spelt out. No pattern takes more time than its length
times the path's: nothing here goes back over what it has read more than once.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

MAX_ALTERNATIVES = 64
MAX_PATTERN = 1000

_SPECIAL = re.compile(r"[*?\[{]")
_BRACES = re.compile(r"\{([^{}/]*,[^{}/]*)\}")
_TOKEN = re.compile(r"\*+|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)

Tokens = tuple[str, ...]


def matching(pattern: str, paths: Iterable[str]) -> list[str]:
    """The paths that a pattern means, sorted."""
    plain = pattern.replace("\\", "/").removeprefix("./")
    if not _SPECIAL.search(plain):
        return [path for path in paths if path == plain]
    ways = _compiled(plain)
    return sorted(path for path in paths if any(_match_path(way, path.split("/")) for way in ways))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[tuple[Tokens, ...], ...]:
    """The ways to read a pattern: for each, the tokens of each name on the path."""
    if len(pattern) > MAX_PATTERN:
        return ()
    return tuple(
        tuple(tuple(_TOKEN.findall(name)) for name in way.split("/")) for way in _expanded(pattern)
    )


def _expanded(pattern: str) -> list[str]:
    ways = [pattern]
    for _ in range(MAX_ALTERNATIVES):
        at = next((at for at, way in enumerate(ways) if _BRACES.search(way)), None)
        if at is None or len(ways) > MAX_ALTERNATIVES:
            break
        way = ways.pop(at)
        braces = _BRACES.search(way)
        if braces:
            ways += [
                way[: braces.start()] + choice + way[braces.end() :]
                for choice in braces.group(1).split(",")
            ]
    return ways


def _match_path(names: Sequence[Tokens], parts: Sequence[str]) -> bool:
    # reached[k]: the first k parts of the path are matched by the names so far.
    reached = [True] + [False] * len(parts)
    for at, tokens in enumerate(names):
        if tokens == ("**",):
            last = at == len(names) - 1
            for k, part in enumerate(parts):
                reached[k + 1] = reached[k + 1] or (reached[k] and not part.startswith("."))
            if last:
                # The last name is a file's: `**` stands for at least that one.
                reached[0] = False
            continue
        reached = [False] + [
            reached[k] and _match_name(tokens, part) for k, part in enumerate(parts)
        ]
    return reached[len(parts)]


def _match_name(tokens: Tokens, name: str) -> bool:
    if name.startswith(".") and (not tokens or not tokens[0].startswith(".")):
        return False
    at = token = 0
    star, star_at = -1, 0
    while at < len(name):
        if token < len(tokens) and tokens[token][0] == "*":
            star, star_at = token, at
            token += 1
        elif token < len(tokens) and _match_character(tokens[token], name[at]):
            at += 1
            token += 1
        elif star >= 0:
            star_at += 1
            at, token = star_at, star + 1
        else:
            return False
    return all(rest[0] == "*" for rest in tokens[token:])


def _match_character(token: str, character: str) -> bool:
    if token == "?":  # noqa: S105  (no password)
        return True
    if len(token) < 3 or token[0] != "[":
        return token == character
    negated = token[1] == "!"
    inner = token[1 + negated : -1]
    matches = False
    at = 0
    while at < len(inner):
        if at + 2 < len(inner) and inner[at + 1] == "-":
            matches = matches or inner[at] <= character <= inner[at + 2]
            at += 3
        else:
            matches = matches or inner[at] == character
            at += 1
    return matches is not negated


def is_pattern(text: str) -> bool:
    """Say whether a text is a pattern rather than a path."""
    return _SPECIAL.search(text.replace("\\", "/")) is not None
