"""Crossbar.io's own authorisation, asked about our permissions."""

import pytest
from crossbar.router.role import RouterRoleStaticAuth
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.protocol.names import PREFIX
from geometry_ws.protocol.permissions import ACTIONS, allowed, roles
from geometry_ws.protocol.registry import PROCEDURES, TOPICS
from geometry_ws.protocol.rights import COMPONENT_ROLE

ROLES = {
    role["name"]: RouterRoleStaticAuth(None, role["name"], role["permissions"])
    for role in roles()
    if "permissions" in role
}
OUTSIDE = sorted(set(ROLES) - {COMPONENT_ROLE})
DECLARED = sorted([*PROCEDURES, *(t.at("s1") if t.slot else t.uri for t in TOPICS.values())])
HOSTILE = sorted(
    {
        "",
        ".",
        "..",
        "wamp.",
        "wamp.session.list",
        "wamp.session.kill",
        "wamp.session.on_join",
        "wamp.subscription.list",
        "crossbar.",
        "crossbar.get_status",
        "io.",
        "io.geometry_ws",
        "io.geometry_ws.",
        PREFIX.rstrip("."),
        PREFIX,
        "io.geometry_ws.v2.surface.create",
        "app",
        "apple",
        "application.x",
        *(full[:cut] for full in DECLARED for cut in range(len(PREFIX), len(full))),
        *(full + tail for full in DECLARED for tail in (".x", "x", ".", "..", "_")),
        *(".".join(["", *full.split(".")[1:]]) for full in DECLARED),
        *(".".join([*full.split(".")[:-1], ""]) for full in DECLARED),
        *(PREFIX + "." + full.removeprefix(PREFIX).partition(".")[2] for full in DECLARED),
        *(full.upper() for full in DECLARED),
    }
)


def asks(role, action, full):
    return ROLES[role].authorize(None, full, action, {})["allow"]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_declared_uri_is_allowed_as_declared(role):
    """Role × URI × action: the router decides what the declarations mean."""
    for full in [*DECLARED, "app.x", "app.x.y"]:
        for action in ACTIONS:
            assert asks(role, action, full) == allowed(role, action, full), (action, full)


@pytest.mark.parametrize("role", OUTSIDE)
def test_hostile_uris_are_decided_alike(role):
    for full in HOSTILE:
        for action in ACTIONS:
            assert asks(role, action, full) == allowed(role, action, full), (action, full)


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_outside_serves_or_speaks_for_us(role):
    """No role registers anything, or publishes what components publish."""
    heard = {topic.uri for topic in TOPICS.values() if topic.method}
    for full in [*DECLARED, *HOSTILE]:
        assert not asks(role, "register", full)
        if full.startswith(PREFIX) and full not in heard:
            assert not asks(role, "publish", full), full


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_outside_hears_what_viewers_say(role):
    """Acks, looks and input reach the compositor only: exactly, by prefix, by wildcard."""
    heard = [topic.uri for topic in TOPICS.values() if topic.method]
    for full in heard:
        parts = full.split(".")
        shorter = [full[:cut] for cut in range(len(full))]
        holes = [".".join([*parts[:i], "", *parts[i + 1 :]]) for i in range(len(parts))]
        for pattern in [full, *shorter, *holes]:
            assert not asks(role, "subscribe", pattern), pattern


@pytest.mark.parametrize("role", OUTSIDE)
def test_nobody_outside_reaches_the_routers_own_procedures(role):
    for full in HOSTILE:
        if full.startswith(("wamp.", "crossbar.")):
            assert not any(asks(role, action, full) for action in ACTIONS)


@given(
    st.sampled_from(OUTSIDE), st.sampled_from(ACTIONS), st.text(alphabet="aeiopsw._1", max_size=30)
)
def test_any_uri_is_decided_alike(role, action, tail):
    for full in (tail, PREFIX + tail, "app" + tail):
        assert asks(role, action, full) == allowed(role, action, full)
