"""The URIs for JavaScript: the one module of the dashboard that is made, not written."""

import json

from geometry_ws.protocol.declare import Procedure
from geometry_ws.protocol.names import APP_PREFIX, MAJOR, PREFIX, REALM, short
from geometry_ws.protocol.registry import PROCEDURES, TOPICS, find_errors
from geometry_ws.protocol.rights import GIVEN_ROLES, ROLES, Right, what_it_does


def text() -> str:
    """The module as geometry_ws/web/src/shared/uris.js holds it.

    Names have underscores for dots; a topic that ends in an id ends in a dot here.
    """
    errors = {short(full).split(".")[-1]: full for full in find_errors()}
    # Looking is what all asks for that stands nowhere.
    asking = [p for p in PROCEDURES.values() if p.right is not Right.LOOK]
    parts = [
        "// Made by `make generate` from geometry_ws/protocol. Don't edit.",
        f"export const MAJOR = {MAJOR};",
        f"export const REALM = {json.dumps(REALM)};",
        f"export const PREFIX = {json.dumps(PREFIX)};",
        f"export const APP_PREFIX = {json.dumps(APP_PREFIX)};",
        _table("PROCEDURES", {_key(p): p.uri for p in PROCEDURES.values()}),
        _table("TOPICS", {t.name.replace(".", "_"): t.uri for t in TOPICS.values()}),
        _table("ERRORS", errors),
        _table("GIVEN_ROLES", {role: what_it_does(role) for role in GIVEN_ROLES}),
        _table("RIGHTS", {role: _rights(role) for role in ROLES}),
        _table("NEEDS", {_key(p): p.right.value for p in asking}),
        f"export const NAMED = {json.dumps(' '.join(_key(p) for p in asking if p.named))};",
    ]
    return "\n".join(parts) + "\n"


def _key(procedure: Procedure) -> str:
    return procedure.name.replace(".", "_")


def _rights(role: str) -> str:
    return " ".join(sorted(right.value for right in ROLES[role]))


def _table(name: str, entries: dict[str, str]) -> str:
    lines = "".join(f"  {key}: {json.dumps(value)},\n" for key, value in sorted(entries.items()))
    return f"export const {name} = Object.freeze({{\n{lines}}});"
