"""What can be read by GET: addresses made from the declarations. Pure.

A procedure that only reads has an address below /api: what it is about, in the plural where there
are many, and the names that it needs (`change.get` is `/api/changes/{change}`, `task.list` is
`/api/changes/{change}/tasks`). Everything else that it takes stands after `?`. `/hello`,
`/attention` and `/activity` are short for what people read most.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes

import msgspec

from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.declare import Procedure
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES

_SHORT = {
    "/hello": "compositor.hello",
    "/attention": "attention.list",
    "/activity": "activity.list",
}
_BY_OTHER_MEANS = frozenset(
    {"output.screenshot", "surface.screenshot", "document.picture", "command.run"}
)
"""Pictures have addresses of their own, and a list of arguments none."""

_ONE_OF_A_KIND = frozenset({"access", "activity", "attention", "presence"})
"""Words without a plural."""

_MOST_WORDS = 16


@dataclass(frozen=True)
class Read:
    """An address and the procedure behind it; ``{name}`` in the address stands for an argument."""

    path: str
    procedure: Procedure

    @property
    def names(self) -> tuple[str, ...]:
        """The arguments that stand in the address."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


@cache
def reads() -> tuple[Read, ...]:
    """All addresses that can be read, in the order of their procedures."""
    listed = [
        Read(path, procedure)
        for procedure in PROCEDURES.values()
        if procedure.reads and not procedure.session and procedure.name not in _BY_OTHER_MEANS
        for path in [_path(procedure)]
    ]
    listed += [Read(path, PROCEDURES[uri(name)]) for path, name in _SHORT.items()]
    return tuple(listed)


def _path(procedure: Procedure) -> str:
    """The address of a procedure that reads: `object.verb`, by what it must be told."""
    thing, _, verb = procedure.name.partition(".")
    needed = [field.name for field in msgspec.structs.fields(procedure.request) if field.required]
    (owner,) = needed if len(needed) == 1 else ("",)
    named = f"/api/{_plural(owner)}/{{{owner}}}" if _has_a_name(owner) else ""
    if verb == "list":
        return f"{named or '/api'}/{_plural(thing)}"
    if named and owner == thing:
        return named if verb == "get" else f"{named}/{verb}"
    return f"/api/{thing}" if verb == "get" else f"/api/{thing}/{verb}"


def _plural(thing: str) -> str:
    return thing if thing in _ONE_OF_A_KIND else f"{thing}s"


def _has_a_name(thing: str) -> bool:
    """Whether there is a list of such things: its entries are what a name may mean."""
    return uri(f"{thing}.list") in PROCEDURES


def find_read(path: str) -> tuple[Read, Mapping[str, str]] | None:
    """The read that an address means, and the names in it; None where there is none."""
    parts = path.split("/")
    for read in reads():
        pattern = read.path.split("/")
        if len(pattern) == len(parts) and all(
            wanted == part or (wanted.startswith("{") and part)
            for wanted, part in zip(pattern, parts, strict=True)
        ):
            try:
                given = [
                    unquote_to_bytes(part).decode()
                    for wanted, part in zip(pattern, parts, strict=True)
                    if wanted.startswith("{")
                ]
            except UnicodeDecodeError:
                return None
            return read, dict(zip(read.names, given, strict=True))
    return None


def keywords_of(read: Read, names: Mapping[str, str], query: str) -> dict[str, Any]:
    """The arguments of a read, from its address; raises a declared error."""
    try:
        asked = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=_MOST_WORDS
        )
    except ValueError:
        raise InvalidArgument("The part after ? can't be read.", field="") from None
    texts: dict[str, Any] = dict(asked)
    if len(texts) < len(asked) or texts.keys() & names.keys():
        raise InvalidArgument("Give each word of the address once.", field="")
    texts |= names
    request = read.procedure.request
    try:
        # All of an address is text: numbers in it are read as such.
        converted = msgspec.convert(texts, request, strict=False)
    except (msgspec.ValidationError, UnicodeError):
        decode(request, (), texts)
        raise InvalidArgument("The part after ? can't be read.", field="") from None
    return {key: getattr(converted, key) for key in texts}
