"""The border: keywords in, checked requests; results and errors out. Pure."""

import math
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from geometry_ws.protocol.declare import DeclaredError, Procedure
from geometry_ws.protocol.errors import GENERAL, InternalError, InvalidArgument

S = TypeVar("S", bound=msgspec.Struct)

_AT = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_MISSING = re.compile(r"missing required field `([^`]*)`")
_DEEPEST = 12


def decode(kind: type[S], args: object, keywords: Mapping[str, Any]) -> S:
    """Check the arguments of a call or event.

    Raises InvalidArgument, which names the field. Bytes may also come as base64 text.
    """
    if args:
        raise InvalidArgument("Give arguments by name, not by position.", field="args")
    _check_numbers(keywords, "", 0)
    try:
        return msgspec.convert(keywords, kind, strict=True)
    except msgspec.ValidationError as problem:
        raise _invalid(str(problem)) from None
    except (RecursionError, UnicodeError, ValueError, TypeError):
        raise InvalidArgument("These arguments can't be read.", field="") from None


def _check_numbers(value: object, path: str, depth: int) -> None:
    """Refuse what no check of bounds catches: not-a-number, infinity, absurd nesting."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidArgument(f"`{path}` must be a finite number.", field=path)
    elif isinstance(value, Mapping):
        if depth > _DEEPEST:
            raise InvalidArgument("The arguments are nested too deep.", field=path)
        for key, item in value.items():
            _check_numbers(item, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list | tuple):
        if depth > _DEEPEST:
            raise InvalidArgument("The arguments are nested too deep.", field=path)
        for index, item in enumerate(value):
            if isinstance(item, float | Mapping | list | tuple):
                _check_numbers(item, f"{path}[{index}]", depth + 1)


def _invalid(problem: str) -> InvalidArgument:
    where = _AT.search(problem)
    field = where[1] if where else ""
    reason = problem[: where.start()] if where else problem
    for pattern in (_UNKNOWN, _MISSING):
        if named := pattern.search(reason):
            field = f"{field}.{named[1]}" if field else named[1]
    subject = f"`{field}`: " if field else ""
    return InvalidArgument(f"{subject}{reason}."[:500], field=field[:200])


def encode(value: msgspec.Struct) -> dict[str, Any]:
    """A result or event as plain dictionaries, lists, numbers, text and bytes."""
    built: dict[str, Any] = msgspec.to_builtins(value, builtin_types=(bytes,))
    return built


def declared_error(procedure: Procedure, problem: BaseException, correlation: str) -> DeclaredError:
    """What the caller of a procedure may see of an exception."""
    if isinstance(problem, DeclaredError) and isinstance(problem, (*GENERAL, *procedure.errors)):
        return problem
    return InternalError(
        f"The node failed inside; its log has the details under {correlation}.",
        correlation=correlation,
    )
