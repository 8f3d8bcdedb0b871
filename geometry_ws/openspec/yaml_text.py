"""YAML by version 1.2's core rules, as the official tool reads it: `yes` and dates are text.

The small files of OpenSpec mostly consist of lines like ``schema: spec-driven``. Those are read
here; only what is more than that needs the YAML library, which takes its time to import.
"""

import re
from typing import Any

MAX_YAML_BYTES = 128 * 1024
MAX_BRACKETS = 5000
_MAX_SIMPLE = 20

_SIMPLE_LINE = re.compile(
    r"([a-z_]+): +(?:([A-Za-z][A-Za-z0-9_-]*)|([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|\"([A-Za-z0-9 ._-]*)\"|'([A-Za-z0-9 ._-]*)')[ \r]*\Z"
)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL"), None),
}


class BadYaml(ValueError):
    """A text that is no YAML."""


def read_yaml(text: str) -> Any:
    """Read a YAML text into plain values; raises BadYaml for whatever can't be read."""
    if len(text) > MAX_YAML_BYTES or max(text.count("["), text.count("{")) > MAX_BRACKETS:
        raise BadYaml("the text is too long or too deep")
    plain = text.removeprefix("\ufeff")
    simple = _read_simple(plain)
    if simple:
        return simple
    from geometry_ws.openspec.yaml_loader import load

    return load(plain)


def _read_simple(text: str) -> dict[str, Any] | None:
    """Read lines of simple keys and values; None where there is anything else in the text."""
    lines = text.split("\n")
    if len(lines) > _MAX_SIMPLE:
        return None
    values: dict[str, Any] = {}
    for line in lines:
        if line in ("", "\r") or line.startswith("#"):
            continue
        found = _SIMPLE_LINE.match(line)
        if found is None or found.group(1) in values:
            return None
        key, word, *quoted = found.groups()
        if word is not None:
            values[key] = _WORDS.get(word, word)
        else:
            values[key] = next(one for one in quoted if one is not None)
    return values
