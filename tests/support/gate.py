"""A node with a door that lets nobody in without a token, and the ways in."""

import json
import time

import pytest

from geometry_ws.access.file import FILE, change_register
from geometry_ws.access.register import add_person, add_token, revoke
from geometry_ws.access.tokens import new_token
from tests.support.nodes import fetch
from tests.support.raw_guest import RawGuest

ADMITTED = "io.geometry_ws.v1.error.not_admitted"
GONE = "io.geometry_ws.v1.error.revoked"


def outside_door(settings):
    """A second door without guests, at the same port of another address of this machine."""
    transport = json.loads(json.dumps(settings["workers"][0]["transports"][0]))
    port = transport["endpoint"]["port"]
    transport["endpoint"]["interface"] = "127.0.0.2"
    door = {"name": "outside_1", "guests": False, "secure": False, "port": port}
    transport["paths"]["/"]["extra"] |= {
        "hosts": [f"127.0.0.2:{port}"],
        "origins": [f"http://127.0.0.2:{port}"],
        "door": door,
    }
    websocket = transport["paths"]["ws"]
    websocket["options"]["allowed_origins"] = [f"http://127.0.0.2:{port}"]
    for method, auth in websocket["auth"].items():
        auth["authenticator"] = f"io.geometry_ws.v1.gate.outside_1.{method}"
    settings["workers"][0]["transports"].append(transport)
    settings["workers"][0]["components"][1]["extra"]["doors"].append(door)


@pytest.fixture(scope="module")
def gated(start_shared_node):
    """A node with a second door, which the tests of a module share."""
    return start_shared_node(change=outside_door)


GIVEN: list[str] = []


def give(node, name, role, kind="key", seconds=None, person_seconds=None):
    """Give somebody a role and a token; gives the token."""
    token = new_token()
    GIVEN.append(token)

    def change(register):
        now = time.time()
        register = add_person(register, name, role, now, seconds=person_seconds)
        return add_token(register, name, token, kind, now, seconds=seconds), None

    change_register(node.folders.state / FILE, change)
    return token


def take_back(node, name):
    change_register(node.folders.state / FILE, lambda register: (revoke(register, name), None))


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def cookie(node, token):
    return {"Cookie": f"theme=dark; gws_{node.port}={token}"}


def outside(node):
    return f"ws://127.0.0.2:{node.port}/ws"


def ticket(node, token, **given):
    guest = RawGuest(node, details={"authmethods": ["ticket"], "authid": "whoever"}, **given)
    guest.send([5, token, {}])
    guest.welcome = guest.read()
    return guest


WAYS = {
    "ticket": lambda node, token: ticket(node, token, url=outside(node)),
    "bearer": lambda node, token: RawGuest(node, url=outside(node), headers=bearer(token)),
    "cookie": lambda node, token: RawGuest(node, url=outside(node), headers=cookie(node, token)),
    "bearer on loopback": lambda node, token: RawGuest(node, headers=bearer(token)),
    "ticket on loopback": lambda node, token: ticket(node, token),
}


def at_outside(node, method, path, body=None, headers=None):
    """A request at the door without guests."""
    given = {"Content-Type": "application/json", **(headers or {})}
    data = body.encode() if isinstance(body, str) else body
    return fetch(node.port, method, path, data, given, host="127.0.0.2")


def log_in(node, link):
    """Open a link."""
    return at_outside(node, "POST", "/session", json.dumps({"token": link}))
