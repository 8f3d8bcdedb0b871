"""YAML by version 1.2's core rules, as the official tool reads it: `yes` and dates are text.

The small files of OpenSpec mostly consist of lines like ``schema: spec-driven``. Those are read
here; only what is more than that needs the YAML library, which takes its time to import.
"""

import re
from functools import cache
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


_SCALARS = {
    "null": ("~|null|Null|NULL|", ""),
    "bool": ("true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": ("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)"
        r"|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
}
"""Plain scalars that aren't text: by tag, their pattern and the characters they may begin with."""


class BadYaml(ValueError):
    """A text that is no YAML; `line` is where that shows, from 1, or 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read_yaml(text: str) -> Any:
    """Read a YAML text into plain values; raises BadYaml for whatever can't be read."""
    if len(text) > MAX_YAML_BYTES or max(text.count("["), text.count("{")) > MAX_BRACKETS:
        raise BadYaml("the text is too long or too deep")
    plain = text.removeprefix("\ufeff")
    simple = _read_simple(plain)
    if simple:
        return simple
    import yaml  # type: ignore[import-untyped,unused-ignore]

    try:
        return yaml.load(plain, Loader=_core_loader())  # noqa: S506  (a safe one)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as problem:
        if isinstance(problem, BadYaml):
            raise
        mark = getattr(problem, "problem_mark", None)
        words = getattr(problem, "problem", None) or str(problem).partition("\n")[0]
        raise BadYaml(words, mark.line + 1 if mark else 0) from problem


def _read_simple(text: str) -> dict[str, Any] | None:
    """Read lines of simple keys and values; None where there is anything else in the text."""
    lines = text.split("\n")
    if len(lines) > _MAX_SIMPLE:
        return None
    values: dict[str, Any] = {}
    for line in lines:
        if line in ("", "\r") or line.startswith("#"):
            continue
        match = _SIMPLE_LINE.match(line)
        if match is None or match.group(1) in values:
            return None
        key, word, *quoted = match.groups()
        if word is not None:
            values[key] = _WORDS.get(word, word)
        else:
            values[key] = next(text for text in quoted if text is not None)
    return values


@cache
def _core_loader() -> type[Any]:
    """The YAML library's safe loader with the scalars of version 1.2's core schema.

    It is made when it is first needed, since the library takes its time to import.
    """
    import yaml

    class CoreLoader(yaml.SafeLoader):  # type: ignore[misc,unused-ignore]
        """Safe YAML with the scalars of version 1.2's core schema."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            """Refuse keys that come twice; the official tool does so too."""
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen if isinstance(key.value, str) else False:
                    raise BadYaml("a key comes twice", key.start_mark.line + 1)
                if isinstance(key.value, str):
                    seen.add(key.value)
            mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
            return mapping

    for tag, (pattern, first) in _SCALARS.items():
        name = f"tag:yaml.org,2002:{tag}"
        whole = re.compile(f"(?:{pattern})\\Z")
        CoreLoader.add_implicit_resolver(name, whole, list(first) if first else None)
    CoreLoader.add_constructor("tag:yaml.org,2002:int", _construct_int)
    return CoreLoader


def _construct_int(_loader: Any, node: Any) -> int | float:
    text = str(node.value)
    if text.startswith(("0o", "0x")):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return int(text) if len(text) < 400 else float("inf")
