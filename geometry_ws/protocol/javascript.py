"""The URIs for JavaScript: the one module of the dashboard that is made, not written."""

import json

from geometry_ws.protocol.names import APP_PREFIX, MAJOR, PREFIX, REALM, short
from geometry_ws.protocol.registry import PROCEDURES, TOPICS, find_errors
from geometry_ws.protocol.rights import ROLES, Right, may


def text() -> str:
    """The module as geometry_ws/web/src/shared/uris.js holds it.

    Names have underscores for dots; a topic that ends in an id ends in a dot here. ``OPERATING``
    are the roles whose input goes to surfaces.
    """
    errors = {short(full).split(".")[-1]: full for full in find_errors()}
    operating = sorted(role for role in ROLES if may(role, Right.OPERATE))
    parts = [
        "// Made by `make generate` from geometry_ws/protocol. Don't edit.",
        f"export const MAJOR = {MAJOR};",
        f"export const REALM = {json.dumps(REALM)};",
        f"export const PREFIX = {json.dumps(PREFIX)};",
        f"export const APP_PREFIX = {json.dumps(APP_PREFIX)};",
        _table("PROCEDURES", {p.name.replace(".", "_"): p.uri for p in PROCEDURES.values()}),
        _table("TOPICS", {t.name.replace(".", "_"): t.uri for t in TOPICS.values()}),
        _table("ERRORS", errors),
        f"export const OPERATING = Object.freeze({json.dumps(operating)});",
    ]
    return "\n".join(parts) + "\n"


def _table(name: str, entries: dict[str, str]) -> str:
    lines = "".join(f"  {key}: {json.dumps(value)},\n" for key, value in sorted(entries.items()))
    return f"export const {name} = Object.freeze({{\n{lines}}});"
