"""The reference part of docs/protocol.md, made from the declarations."""

import base64
import inspect
import json
import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from geometry_ws.protocol.declare import DeclaredError, Interface, Procedure, Topic
from geometry_ws.protocol.errors import GENERAL, JOINED, InternalError
from geometry_ws.protocol.prose import fill
from geometry_ws.protocol.registry import INTERFACES, find_errors
from geometry_ws.protocol.rights import ROLES, Right

BEGIN = "<!-- reference: made by `make generate` -->"
END = "<!-- end of the reference -->"


def put_into(document: str) -> str:
    """A document with the text between its markers made again."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def reference() -> str:
    """The reference as Markdown, with a table of contents before it."""
    parts = [_contents(), "### Rights\n", _rights(), "### Errors\n", _errors()]
    for interface in INTERFACES:
        parts.extend(_interface(interface))
    parts.extend(["### Types\n", *_types()])
    return "\n".join(parts)


def _contents() -> str:
    lines = ["- [Rights](#rights)", "- [Errors](#errors)"]
    for interface in INTERFACES:
        lines.append(_entry(_title(interface)))
        for procedure in interface.procedures():
            lines.append("    " + _entry(f"`{procedure.name}`"))
        for topic in (*interface.heard(), *interface.published()):
            lines.append("    " + _entry(f"topic `{topic.title}`"))
    return "\n".join([*lines, "- [Types](#types)"]) + "\n"


def _entry(heading: str) -> str:
    """A link to a heading, whose anchor is made as GitHub and MkDocs make it."""
    anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    return f"- [{heading}](#{anchor})"


def _title(interface: type[Interface]) -> str:
    return interface.__name__.removesuffix("Meta")


def _rights() -> str:
    lines = ["| role | " + " | ".join(r.value for r in _outside()) + " |", "| --- |"]
    lines[1] += " --- |" * len(_outside())
    for name, rights in ROLES.items():
        cells = " | ".join("yes" if right in rights else "" for right in _outside())
        lines.append(f"| `{name}` | {cells} |")
    lines.append("")
    lines += [f"- **{right.value}**: {right.meaning}" for right in _outside()]
    return "\n".join(lines) + "\n"


def _outside() -> list[Right]:
    return [right for right in Right if any(right in rights for rights in ROLES.values())]


def _errors() -> str:
    lines = ["| error | HTTP | fields | what it means | what to do |", "| --- " * 5 + "|"]
    for full, error in find_errors().items():
        fields = ", ".join(f"`{name}`" for name in error.fields())
        meaning = " ".join((error.__doc__ or "").split())
        lines.append(f"| `{full}` | {error.status} | {fields} | {meaning} | {error.remedy} |")
    anywhere: tuple[type[DeclaredError], ...] = (*GENERAL, InternalError)
    general = ", ".join(f"`{error.name}`" for error in anywhere)
    joined = ", ".join(f"`{error.name}`" for error in JOINED)
    lines += [
        "",
        fill(
            f"Every procedure may answer {general}, and one that takes a `project` {joined}. Other"
            " errors stand with each procedure."
        ),
    ]
    return "\n".join(lines) + "\n"


def _interface(interface: type[Interface]) -> Iterator[str]:
    yield f"### {_title(interface)}\n\n{_text(interface)}\n"
    for procedure in interface.procedures():
        yield _procedure(procedure)
    for topic in (*interface.heard(), *interface.published()):
        yield _topic(topic)


def _procedure(procedure: Procedure) -> str:
    errors = ", ".join(f"`{error.name}`" for error in procedure.errors) or "none of its own"
    remarks = ["needs a session"] if procedure.session else []
    remarks += ["needs a name of access"] if procedure.named else []
    remarks += ["only reads"] if procedure.reads else []
    note = f" ({'; '.join(remarks)})" if remarks else ""
    return (
        f"#### `{procedure.name}`\n\n{fill(procedure.text)}\n\n"
        f"{fill(f'Right: **{procedure.right.value}**{note}. Errors: {errors}.')}\n\n"
        f"{_fields(procedure.request)}"
        f"Result:\n\n{_fields(procedure.result)}"
        f"{_example(procedure.example)}"
    )


def _topic(topic: Topic) -> str:
    if topic.method:
        roles = f"Viewers with **{topic.publishers.value}** publish it; the compositor listens."
    else:
        roles = f"The node publishes it; subscribers need **{topic.subscribers.value}**."
    return (
        f"#### topic `{topic.title}`\n\n{fill(topic.text)}\n\n{roles}\n\n{_fields(topic.payload)}"
        f"{_example(topic.example)}"
    )


def _text(kind: type) -> str:
    return fill(inspect.cleandoc(kind.__doc__ or ""))


def _fields(kind: type[msgspec.Struct]) -> str:
    fields = msgspec.structs.fields(kind)
    if not fields:
        return "No fields.\n\n"
    lines = ["| field | type | default |", "| --- | --- | --- |"]
    for field in fields:
        default = "" if field.required else f"`{_default(field)}`"
        lines.append(f"| `{field.encode_name}` | {type_name(field.type)} | {default} |")
    return "\n".join(lines) + "\n\n"


def _default(field: Any) -> str:
    if field.default is not msgspec.NODEFAULT:
        return json.dumps(msgspec.to_builtins(field.default))
    return json.dumps(field.default_factory())


def type_name(kind: Any) -> str:
    """A type in words, with bounds and a link to the types that have fields."""
    if kind is type(None):
        return "null"
    origin = typing.get_origin(kind)
    if origin is typing.Annotated:
        base, *metas = typing.get_args(kind)
        return type_name(base) + "".join(_bounds(meta) for meta in metas)
    arguments = typing.get_args(kind)
    if origin is typing.Literal:
        return " or ".join(f"`{json.dumps(value)}`" for value in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(type_name(argument) for argument in arguments)
    if origin is list:
        return f"list of {type_name(arguments[0])}"
    if origin is tuple:
        return f"[{', '.join(type_name(a).split(' (')[0] for a in arguments)}]"
    if origin is dict or kind is dict:
        return "map"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return f"[{kind.__name__}](#type-{kind.__name__.lower()})"
    return {int: "int", float: "number", str: "text", bool: "bool", bytes: "bytes"}.get(
        kind, getattr(kind, "__name__", str(kind))
    )


def _bounds(meta: Any) -> str:
    parts = []
    if meta.ge is not None or meta.le is not None:
        parts.append(f"{meta.ge if meta.ge is not None else ''}…{meta.le or ''}")
    if meta.max_length is not None:
        parts.append(f"at most {meta.max_length} long")
    if meta.min_length:
        parts.append(f"at least {meta.min_length}")
    if meta.pattern is not None:
        parts.append("`" + meta.pattern.removesuffix(r"(?!\n)") + "`")
    if meta.description:
        parts.append(meta.description)
    return f" ({'; '.join(parts)})" if parts else ""


def _types() -> Iterator[str]:
    for kind in _used_types():
        info = msgspec.inspect.type_info(kind)
        # The heading's anchor is what `type_name` links to.
        text = f"#### type `{kind.__name__}`\n\n"
        text += _text(kind) + "\n\n"
        if getattr(info, "array_like", False):
            yield text
        else:
            yield text + _fields(kind)


def _used_types() -> list[type[msgspec.Struct]]:
    seen: dict[str, type[msgspec.Struct]] = {}

    def visit(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            if kind.__name__ in seen:
                return
            seen[kind.__name__] = kind
            for field in msgspec.structs.fields(kind):
                visit(field.type)
            return
        for argument in typing.get_args(kind):
            if not isinstance(argument, msgspec.Meta):
                visit(argument)

    top = set()
    for interface in INTERFACES:
        for procedure in interface.procedures():
            for part in (procedure.request, procedure.result):
                top.add(part.__name__)
                visit(part)
        for topic in (*interface.heard(), *interface.published()):
            top.add(topic.payload.__name__)
            visit(topic.payload)
    return [seen[name] for name in sorted(seen) if name not in top]


def _example(value: Mapping[str, Any]) -> str:
    def plain(item: object) -> object:
        if isinstance(item, bytes):
            return base64.b64encode(item).decode()  # as JSON over HTTP has them
        raise TypeError

    text = json.dumps(value, default=plain, ensure_ascii=False)
    return f"Example:\n\n```json\n{text}\n```\n"
