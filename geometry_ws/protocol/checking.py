"""The border: keywords in, checked requests; results and errors out. Pure."""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from geometry_ws.protocol.declare import DeclaredError, Procedure
from geometry_ws.protocol.errors import GENERAL, InternalError, InvalidArgument, errors_of
from geometry_ws.protocol.wrong_arguments import explain

S = TypeVar("S", bound=msgspec.Struct)

_DEEPEST = 12


def decode(kind: type[S], args: object, keywords: Mapping[str, Any]) -> S:
    """Check the arguments of a call or event.

    Raises InvalidArgument, which names the field. Bytes may also come as base64 text.
    """
    if args:
        raise InvalidArgument("Give arguments by name, not by position.", field="args")
    if not _is_sure(kind) and not _is_sound(keywords):
        _name_unsound(keywords, "", 0)
    try:
        return msgspec.convert(keywords, kind, strict=True)
    except msgspec.ValidationError as problem:
        sentence, field = explain(str(problem), kind)
        raise InvalidArgument(sentence, field=field) from None
    except (RecursionError, UnicodeError, ValueError, TypeError):
        raise InvalidArgument("These arguments can't be read.", field="") from None


@cache
def _is_sure(kind: type[msgspec.Struct]) -> bool:
    """Whether arguments of this kind are sound once they are converted.

    No bound of a fraction catches not-a-number, and what may be anything may be nested absurdly. A
    commit has neither, and thousands of lists that needn't be looked at then.
    """
    seen: set[type] = set()

    def is_sure(info: inspect.Type) -> bool:
        if isinstance(info, inspect.Metadata):
            return is_sure(info.type)
        if isinstance(info, inspect.StructType):
            if info.cls in seen:
                return True
            seen.add(info.cls)
            return all(is_sure(field.type) for field in info.fields)
        if isinstance(info, inspect.UnionType):
            return all(map(is_sure, info.types))
        if isinstance(info, inspect.TupleType):
            return all(map(is_sure, info.item_types))
        if isinstance(info, inspect.ListType | inspect.VarTupleType):
            return is_sure(info.item_type)
        if isinstance(info, inspect.DictType):
            return is_sure(info.key_type) and is_sure(info.value_type)
        return isinstance(info, _SURE)

    return is_sure(inspect.type_info(kind))


_SURE = (
    inspect.IntType,
    inspect.StrType,
    inspect.BytesType,
    inspect.BoolType,
    inspect.NoneType,
    inspect.LiteralType,
    inspect.EnumType,
)


def _is_sound(keywords: Mapping[str, Any]) -> bool:
    """Whether all numbers are finite, and nothing is nested too deep."""
    level: list[Any] = [keywords]
    for _ in range(_DEEPEST + 2):
        below: list[Any] = []
        for container in level:
            items = container.values() if isinstance(container, Mapping) else container
            kinds = set(map(type, items))
            if not kinds <= _FLAT:
                below += [item for item in items if isinstance(item, _CONTAINERS)]
            if float in kinds and not all(
                math.isfinite(item) for item in items if type(item) is float
            ):
                return False
        if not below:
            return True
        level = below
    return False


_CONTAINERS = (Mapping, list, tuple)
_FLAT = frozenset((type(None), bool, int, float, str, bytes))


def _name_unsound(value: object, path: str, depth: int) -> None:
    """Raise InvalidArgument for the first value that `_is_sound` stumbles over."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidArgument(f"`{path}` must be a finite number.", field=path)
    elif isinstance(value, _CONTAINERS):
        if depth > _DEEPEST:
            raise InvalidArgument("The arguments are nested too deep.", field=path)
        if isinstance(value, Mapping):
            for key, item in value.items():
                _name_unsound(item, f"{path}.{key}" if path else str(key), depth + 1)
        else:
            for index, item in enumerate(value):
                _name_unsound(item, f"{path}[{index}]", depth + 1)


def encode(value: msgspec.Struct) -> dict[str, Any]:
    """A result or event as plain dictionaries, lists, numbers, text and bytes."""
    built: dict[str, Any] = msgspec.to_builtins(value, builtin_types=(bytes,))
    return built


def declared_error(procedure: Procedure, problem: BaseException, correlation: str) -> DeclaredError:
    """What the caller of a procedure may see of an exception."""
    declared = (*GENERAL, *errors_of(procedure))
    if isinstance(problem, DeclaredError) and isinstance(problem, declared):
        return problem
    return InternalError(
        f"The node failed inside; its log has the details under {correlation}.",
        correlation=correlation,
    )
