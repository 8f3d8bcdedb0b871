"""What is wrong with an argument: the field, and a sentence without a checker's words. Pure."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from msgspec import inspect

from geometry_ws.protocol.names import ID_PATTERN

_AT = re.compile(r" - at `(key in )?\$\.?([^`]*)`$")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([0-9]+|\.\.\.)\]")

_WORDS: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "bytes": "bytes",
    "array": "a list",
    "object": "a map",
    "null": "null",
}

LOOKS: Final = {
    ID_PATTERN: "1 to 32 of a-z, 0-9 and _",
    r"^[a-z-]{1,20}$(?!\n)": "a word of CSS for a cursor, such as pointer",
    r"^(/([!-.0-Z_-~][!-Z_-~]*)?)?$(?!\n)": "a page of the node, such as /changes/add-login",
    r"^[0-9a-f]{16}$(?!\n)": "16 of 0-9 and a-f, as the node gave it",
}
"""What texts look like that have a pattern, by the pattern."""

_LONGEST = 500
_LONGEST_FIELD = 200


def explain(problem: str, kind: type[Any]) -> tuple[str, str]:
    """A sentence for what msgspec says of arguments of this kind, and the field that it is about.

    What isn't known here stays in msgspec's words.
    """
    where = _AT.search(problem)
    field = where[2] if where else ""
    if where and where[1]:
        return "Keys of a map must be texts.", field[:_LONGEST_FIELD]
    said = problem[: where.start()] if where else problem
    for pattern, words in _RULES:
        if match := pattern.fullmatch(said):
            field, rest = words(match, field, kind)
            subject = f"`{field}`" if field else "What is given"
            return f"{subject} {rest}."[:_LONGEST], field[:_LONGEST_FIELD]
    subject = f"`{field}`: " if field else ""
    return f"{subject}{said}."[:_LONGEST], field[:_LONGEST_FIELD]


Rule = Callable[[re.Match[str], str, type[Any]], tuple[str, str]]


def _missing(match: re.Match[str], field: str, _: type[Any]) -> tuple[str, str]:
    return _below(field, match[1]), "is missing"


def _unknown(match: re.Match[str], field: str, kind: type[Any]) -> tuple[str, str]:
    holder = next((info for info in _types_at(kind, field) if hasattr(info, "fields")), None)
    names = [each.encode_name for each in getattr(holder, "fields", ())]
    takes = f"; here are {', '.join(names)}" if names else "; nothing is taken here"
    return _below(field, match[1]), f"isn't known{takes}"


def _below(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _kinds(match: re.Match[str], field: str, _: type[Any]) -> tuple[str, str]:
    wanted = " or ".join(_WORDS.get(each, each) for each in match[1].split(" | "))
    given = "a fraction" if match[2] == "float" else _WORDS.get(match[2], match[2])
    return field, f"must be {wanted}, not {given}"


def _bound(match: re.Match[str], field: str, _: type[Any]) -> tuple[str, str]:
    words = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
    return field, f"must be {words[match[1]]} {_number(match[2])}"


def _length(match: re.Match[str], field: str, _: type[Any]) -> tuple[str, str]:
    words = {">=": "at least ", "<=": "at most ", None: ""}
    things = {"str": "characters", "bytes": "bytes", "array": "entries", "object": "entries"}
    return field, f"must have {words[match[2]]}{_number(match[3])} {things.get(match[1], '')}"


def _count(match: re.Match[str], field: str, _: type[Any]) -> tuple[str, str]:
    least = "at least " if match[1] else ""
    return field, f"must have {least}{_number(match[2])} entries, not {_number(match[3])}"


def _surplus(match: re.Match[str], field: str, _: type[Any]) -> tuple[str, str]:
    surplus = int(match[2]) - int(match[1])
    return field, f"has {surplus:,} {'entry' if surplus == 1 else 'entries'} too many"


def _pattern(match: re.Match[str], field: str, kind: type[Any]) -> tuple[str, str]:
    patterns = (getattr(info, "pattern", None) for info in _types_at(kind, field))
    looks = next((LOOKS[each] for each in patterns if each in LOOKS), "")
    return field, f"must be {looks}" if looks else f"must match {match[1]}"


def _choice(match: re.Match[str], field: str, kind: type[Any]) -> tuple[str, str]:
    choices = [value for info in _types_at(kind, field) for value in _choices(info)]
    listed = f": it is one of {', '.join(map(str, choices))}" if choices else ""
    return field, f"can't be {match[1]}{listed}"


def _choices(info: inspect.Type) -> list[Any]:
    if isinstance(info, inspect.LiteralType):
        return list(info.values)
    if isinstance(info, inspect.EnumType):
        return [member.value for member in info.cls]
    return []


def _tag(match: re.Match[str], field: str, kind: type[Any]) -> tuple[str, str]:
    holders = _types_at(kind, field.removesuffix("[0]"))
    tags = [str(info.tag) for info in holders if isinstance(info, inspect.StructType)]
    listed = f": it is one of {', '.join(tags)}" if tags else ""
    return field, f"can't be {match[1]}{listed}"


def _number(digits: str) -> str:
    return f"{int(digits):,}" if digits.lstrip("-").isdigit() else digits.removesuffix(".0")


_RULES: Final[tuple[tuple[re.Pattern[str], Rule], ...]] = tuple(
    (re.compile(pattern, re.S), rule)
    for pattern, rule in (
        (r"Object missing required field `([^`]*)`", _missing),
        (r"Object contains unknown field `(.*)`", _unknown),
        (r"Expected `([^`]*)`, got `([^`]*)`", _kinds),
        (r"Expected `(?:int|float)` (>=|<=|>|<) (-?[0-9.e+-]+)", _bound),
        (r"Expected `(str|bytes|array|object)` of length (?:(>=|<=) )?([0-9]+)", _length),
        (r"Expected `array` of (at least )?length ([0-9]+), got ([0-9]+)", _count),
        (r"Expected `array` of at most length ([0-9]+), got ([0-9]+)", _surplus),
        (r"Expected `str` matching regex (.*)", _pattern),
        (r"Invalid enum value (.*)", _choice),
        (r"Invalid value (.*)", _tag),
    )
)


def _types_at(kind: type[Any], field: str) -> list[inspect.Type]:
    """The types that a field may have, by its path such as ``updates[0].ops[2]``."""
    types = list(_alternatives(inspect.type_info(kind)))
    for name, index in _STEP.findall(field):
        types = [each for info in types for below in _below_of(info, name, index)
                 for each in _alternatives(below)]  # fmt: skip
    return types


def _below_of(info: inspect.Type, name: str, index: str) -> Iterator[inspect.Type]:
    if name and isinstance(info, inspect.StructType):
        yield from (each.type for each in info.fields if each.encode_name == name)
    elif isinstance(info, inspect.DictType):
        yield info.value_type
    elif index and isinstance(info, inspect.ListType | inspect.VarTupleType):
        yield info.item_type
    elif index.isdigit() and isinstance(info, inspect.TupleType):
        yield from info.item_types[int(index) : int(index) + 1]
    elif index.isdigit() and isinstance(info, inspect.StructType) and info.array_like:
        # A tag comes before the fields.
        place = int(index) - (info.tag is not None)
        yield from (each.type for each in info.fields[max(place, 0) : place + 1])


def _alternatives(info: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(info, inspect.Metadata):
        yield from _alternatives(info.type)
    elif isinstance(info, inspect.UnionType):
        for each in info.types:
            yield from _alternatives(each)
    else:
        yield info
