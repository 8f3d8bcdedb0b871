"""The YAML library with the scalars of version 1.2's core schema; imported when it is needed."""

import re
from typing import Any

import yaml  # type: ignore[import-untyped,unused-ignore]

from geometry_ws.openspec.yaml_text import BadYaml


class _CoreLoader(yaml.SafeLoader):  # type: ignore[misc,unused-ignore]
    """Safe YAML with the scalars of version 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Refuse keys that come twice; the official tool does so too."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen if isinstance(key.value, str) else False:
                raise BadYaml("a key comes twice")
            if isinstance(key.value, str):
                seen.add(key.value)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def _resolve(tag: str, pattern: str, first: str) -> None:
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})\\Z"), list(first) if first else None
    )


_resolve("null", "~|null|Null|NULL|", "")
_resolve("bool", "true|True|TRUE|false|False|FALSE", "tTfF")
_resolve("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789")
_resolve(
    "float",
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)"
    r"|\.(?:nan|NaN|NAN)",
    "-+0123456789.",
)


def _construct_int(_loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    text = str(node.value)
    if text.startswith(("0o", "0x")):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return int(text) if len(text) < 400 else float("inf")


_CoreLoader.add_constructor("tag:yaml.org,2002:int", _construct_int)


def load(text: str) -> Any:
    """Read a YAML text; raises BadYaml."""
    try:
        return yaml.load(text, Loader=_CoreLoader)  # noqa: S506  (a safe one)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as problem:
        raise BadYaml(str(problem)) from problem
