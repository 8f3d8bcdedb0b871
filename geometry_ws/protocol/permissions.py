"""The router's permissions for every role, made from the declarations.

A rule is what Crossbar.io's static authorisation reads. Procedures and whole topics become exact
rules, topics that end in an id prefix rules with a dot at their end. Crossbar looks a URI up by
its longest match, and an exact rule hides a shorter prefix rule: `check` refuses declarations
where that could happen.
"""

from typing import Any

from geometry_ws.protocol.names import APP_PREFIX, JOINED_PREFIX, PREFIX, uri
from geometry_ws.protocol.registry import PROCEDURES, TOPICS
from geometry_ws.protocol.rights import BRIDGE_ROLE, COMPONENT_ROLE, MACHINE_ROLE, ROLES, Right

DRAWING = frozenset({"surface.create", "surface.configure", "surface.commit", "surface.destroy"})
"""What HTTP itself calls to show pictures; nobody else's call by HTTP is of these."""

ACTIONS = ("call", "register", "publish", "subscribe")

MACHINE_AUTHORIZER = uri("gate.machine")
"""Whom the router asks what a machine that joins may; `joining.may_join` decides by its name."""


def roles() -> list[dict[str, Any]]:
    """All roles with their permissions, for the realm's entry in the configuration."""
    check()
    outside = [
        {"name": name, "permissions": _outside(rights)}
        for name, rights in ROLES.items()
        if name != MACHINE_ROLE
    ]
    machine = {"name": MACHINE_ROLE, "authorizer": MACHINE_AUTHORIZER}
    return [*outside, machine, _bridge(), _component()]


def allowed(role: str, action: str, full: str) -> bool:
    """What the declarations mean: may a role do this with exactly this URI?

    Kept apart from the rules on purpose: a test asks Crossbar about the rules and compares.
    """
    if role == COMPONENT_ROLE:
        ours = full.startswith((PREFIX, APP_PREFIX))
        others = full.startswith(("wamp.", JOINED_PREFIX))
        return ours or (others and action in ("call", "subscribe"))
    if role == MACHINE_ROLE:
        return False
    if role == BRIDGE_ROLE:
        procedure = PROCEDURES.get(full)
        if action == "call":
            return procedure is not None and (not procedure.session or procedure.name in DRAWING)
        if full.startswith(APP_PREFIX):
            return action in ("publish", "subscribe")
        return action == "subscribe" and any(
            full == topic.uri or (topic.slot and full.startswith(topic.uri))
            for topic in TOPICS.values()
            if topic.is_for_everybody
        )
    rights = ROLES[role]
    if full.startswith(APP_PREFIX):
        return action == "subscribe" or (action == "publish" and _speaks(rights))
    if full in PROCEDURES:
        return action == "call" and PROCEDURES[full].right in rights
    for topic in TOPICS.values():
        if full == topic.uri or (topic.slot and full.startswith(topic.uri)):
            need = {"publish": topic.publishers, "subscribe": topic.subscribers}.get(action)
            return need in rights
    return False


def _speaks(rights: frozenset[Right]) -> bool:
    """Whether a role may publish messages of its own."""
    return bool(rights & {Right.DRAW, Right.OPERATE, Right.WORK})


def _outside(rights: frozenset[Right]) -> list[dict[str, Any]]:
    rules = [_rule(p.uri, "exact", call=p.right in rights) for p in PROCEDURES.values()]
    rules += [
        _rule(
            topic.uri,
            "prefix" if topic.slot else "exact",
            publish=topic.publishers in rights,
            subscribe=topic.subscribers in rights,
        )
        for topic in TOPICS.values()
    ]
    rules.append(_rule(APP_PREFIX, "prefix", publish=_speaks(rights), subscribe=True))
    return [rule for rule in rules if any(rule["allow"].values())]


def _bridge() -> dict[str, Any]:
    called = [p for p in PROCEDURES.values() if not p.session or p.name in DRAWING]
    rules = [_rule(p.uri, "exact", call=True) for p in called]
    rules += [
        _rule(topic.uri, "prefix" if topic.slot else "exact", subscribe=True)
        for topic in TOPICS.values()
        if topic.is_for_everybody
    ]
    rules.append(_rule(APP_PREFIX, "prefix", publish=True, subscribe=True))
    return {"name": BRIDGE_ROLE, "permissions": rules}


def _component() -> dict[str, Any]:
    everything = dict.fromkeys(ACTIONS, True)
    return {
        "name": COMPONENT_ROLE,
        "permissions": [
            _rule(PREFIX, "prefix", **everything),
            _rule(APP_PREFIX, "prefix", **everything),
            _rule("wamp.", "prefix", call=True, subscribe=True),
            _rule(JOINED_PREFIX, "prefix", call=True, subscribe=True),
        ],
    }


def _rule(full: str, match: str, **allow: bool) -> dict[str, Any]:
    return {
        "uri": full,
        "match": match,
        "allow": {action: allow.get(action, False) for action in ACTIONS},
        "disclose": {"caller": True, "publisher": True},
        "cache": True,
    }


def check() -> None:
    """Raise ValueError where an exact rule would hide another rule's URIs."""
    exact = [*PROCEDURES, *(t.uri for t in TOPICS.values() if not t.slot)]
    every = [*PROCEDURES, *TOPICS]
    for first in exact:
        for second in every:
            if second != first and second.startswith(first):
                raise ValueError(f"{first} would hide {second} in the router's table")
