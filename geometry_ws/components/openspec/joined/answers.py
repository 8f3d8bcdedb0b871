"""What a machine answers and tells -> values of the wire under the names that they have here. Pure.

The machine is a stranger: what isn't of the declared type, too large, or names another project is
refused as a whole. Nothing of it is executed: buttons are only those that this node makes itself.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from geometry_ws.components.openspec.joined.machines import JoinedProject, titled
from geometry_ws.protocol import errors, presence
from geometry_ws.protocol.activity import Happened
from geometry_ws.protocol.attention import AttentionAction, AttentionItem
from geometry_ws.protocol.changes import ChangeList
from geometry_ws.protocol.declare import DeclaredError, Procedure, Result
from geometry_ws.protocol.errors import GENERAL, BadAnswer
from geometry_ws.protocol.happenings import Happening
from geometry_ws.protocol.projects import ProjectSnapshot
from geometry_ws.protocol.registry import find_errors
from geometry_ws.team.attention import item_id

S = TypeVar("S", bound=msgspec.Struct)

MOST_BYTES: Final = 12 * 2**20
"""Of an answer or event: what a message of this node may have."""

_MOST_LIST_BYTES: Final = 2**18
"""Of what is kept here, and of what each byte may become an object."""

_KEPT: Final = (presence.ClaimList, presence.ClaimsChanged, Happened)

LONGEST_NAME: Final = 255
_LONGEST_PATH: Final = 1000
_LONGEST_SENTENCE: Final = 2000
_NAMES: Final = {"change": LONGEST_NAME, "spec": LONGEST_NAME, "name": _LONGEST_PATH}

_BUTTONS: Final = frozenset({"change.archive", "change.rebase", "claim.release", "question.answer"})
_LONGEST_LABEL: Final = 60
_MOST_BUTTONS: Final = 8


class Wrong(ValueError):
    """What a machine said can't be used."""


def read_result(procedure: Procedure, project: JoinedProject, packed: object) -> Result:
    """An answer, typed and under the names here. Raises BadAnswer."""
    try:
        return read(procedure.result, project, packed)
    except Wrong as problem:
        raise BadAnswer(
            f"{project.machine.person} has answered {procedure.name} with what can't be used"
            f" ({problem}).",
            project=project.id,
        ) from None


def read(kind: type[S], project: JoinedProject, packed: object) -> S:
    """A value of a machine, typed and under the names here. Raises Wrong."""
    if not isinstance(packed, bytes):
        raise Wrong("it is no MessagePack")
    if len(packed) > (_MOST_LIST_BYTES if _is_kept(kind) else MOST_BYTES):
        raise Wrong("it is too large")
    try:
        value = msgspec.msgpack.decode(packed, type=kind)
    except msgspec.MsgspecError as problem:
        raise Wrong(str(problem)[:200]) from None
    except (UnicodeError, RecursionError, ValueError, OverflowError):
        raise Wrong("it can't be read") from None
    owned: S = _owned(value, project)
    return owned


@cache
def _is_kept(kind: type[msgspec.Struct]) -> bool:
    """Whether a value is kept, or anything at all may stand somewhere in it."""
    if issubclass(kind, _KEPT):
        return True
    seen: set[type] = set()
    left: list[type] = [kind]
    while left:
        fields = msgspec.structs.fields(left.pop())
        for info in (inspect.type_info(each.type) for each in fields):
            if _has_any(info):
                return True
            left += [each for each in _structs(info) if each not in seen]
            seen.update(_structs(info))
    return False


def _has_any(info: inspect.Type) -> bool:
    if isinstance(info, inspect.Metadata):
        return _has_any(info.type)
    if isinstance(info, inspect.UnionType):
        return any(map(_has_any, info.types))
    if isinstance(info, inspect.ListType | inspect.VarTupleType):
        return _has_any(info.item_type)
    if isinstance(info, inspect.DictType):
        return _has_any(info.value_type)
    return isinstance(info, inspect.AnyType)


def _owned(value: Any, project: JoinedProject) -> Any:
    """A value with the names that projects have here; raises Wrong for another's project."""
    if isinstance(value, list):
        return [_owned(item, project) for item in value] if value else value
    if isinstance(value, dict):
        return {name: _owned(item, project) for name, item in value.items()}
    if not isinstance(value, msgspec.Struct):
        return value
    changed: dict[str, Any] = {}
    for name in _watched(type(value)):
        given = getattr(value, name)
        if name == "project":
            ours = _id_here(given, project)
        elif isinstance(given, str):
            if len(given) > _NAMES.get(name, _LONGEST_PATH):
                raise Wrong(f"{name} is too long")
            continue
        else:
            ours = _owned(given, project)
        if ours is not given:
            changed[name] = ours
    if isinstance(value, ProjectSnapshot | ChangeList):
        changed["seq"] = project.number(value.epoch, value.seq)
        changed["epoch"] = project.epoch
    if isinstance(value, ProjectSnapshot | Happening):
        if value.title is not None:
            changed["title"] = titled(value.title or project.there, project.machine.person)
    elif isinstance(value, AttentionItem):
        changed["id"] = item_id(value.kind, project.id, value.id)
        changed["actions"] = _buttons(value, project)
    return msgspec.structs.replace(value, **changed) if changed else value


def _id_here(given: object, project: JoinedProject) -> Any:
    if given is None or given == "":
        return given
    if given != project.there:
        raise Wrong("it is about another project")
    return project.id


def _buttons(item: AttentionItem, project: JoinedProject) -> list[AttentionAction]:
    """Buttons that do what such items offer, in this project, and nothing else: whoever presses
    one calls it with their own rights."""
    return [
        AttentionAction(
            label=button.label[:_LONGEST_LABEL],
            call=button.call,
            kwargs={**button.kwargs, "project": project.id},
        )
        for button in item.actions[:_MOST_BUTTONS]
        if button.call in _BUTTONS
        and all(
            isinstance(given, bool | str) and len(str(given)) <= _LONGEST_PATH
            for given in button.kwargs.values()
        )
        and len(button.kwargs) <= _MOST_BUTTONS
    ]


@cache
def _watched(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a type where a project or another name stands, or may stand inside."""
    return tuple(
        each.name
        for each in msgspec.structs.fields(kind)
        if each.name == "project" or each.name in _NAMES or _holds(each.type, frozenset({kind}))
    )


def _holds(kind: Any, above: frozenset[type]) -> bool:
    return any(
        inner in above
        or _is_special(inner)
        or any(
            each.name == "project" or each.name in _NAMES or _holds(each.type, above | {inner})
            for each in msgspec.structs.fields(inner)
        )
        for inner in _structs(inspect.type_info(kind))
    )


def _is_special(kind: type) -> bool:
    return issubclass(kind, ProjectSnapshot | Happening | AttentionItem)


def _structs(info: inspect.Type) -> list[type[msgspec.Struct]]:
    """The structures that a type consists of, without looking into them."""
    if isinstance(info, inspect.Metadata):
        return _structs(info.type)
    if isinstance(info, inspect.StructType):
        return [info.cls]
    if isinstance(info, inspect.UnionType):
        return [each for part in info.types for each in _structs(part)]
    if isinstance(info, inspect.TupleType):
        return [each for part in info.item_types for each in _structs(part)]
    if isinstance(info, inspect.ListType | inspect.VarTupleType):
        return _structs(info.item_type)
    if isinstance(info, inspect.DictType):
        return _structs(info.value_type)
    return []


def read_error(
    procedure: Procedure, project: JoinedProject, uri: str, args: object, fields: object
) -> DeclaredError:
    """An error of a machine, if the procedure may answer it; anything else is a bad answer."""
    kind = find_errors().get(uri)
    person = project.machine.person
    if kind is not None and issubclass(kind, (*GENERAL, *procedure.errors)):
        given = fields if isinstance(fields, Mapping) else {}
        try:
            values = {
                name: msgspec.convert(given.get(name), declared, strict=True)
                for name, declared in kind.fields().items()
            }
        except msgspec.ValidationError:
            values = None
        sentence = args[0] if isinstance(args, list | tuple) and args else None
        if values is not None and isinstance(sentence, str):
            if "project" in values:
                values["project"] = project.id
            return kind(_cut(sentence), **{name: _cut(value) for name, value in values.items()})
    if uri == errors.InternalError.uri:
        sentence = f"{person} has failed at {procedure.name}; its own log says why."
    else:
        sentence = f"{person} has answered {procedure.name} with an error that nobody declared."
    return BadAnswer(sentence, project=project.id)


def _cut(value: Any) -> Any:
    if isinstance(value, list):
        return [_cut(item) for item in value[:20]]
    return value[:_LONGEST_SENTENCE] if isinstance(value, str) else value
