"""The one place where the prefix and the version of the protocol are written."""

import re

MAJOR = 1
MINOR = 1

PREFIX = f"io.geometry_ws.v{MAJOR}."
"""Every URI of ours starts with this."""

APP_PREFIX = "app."
"""Topics that belong to programs: free for messages among themselves."""

JOINED_PREFIX = "joined."
"""What the names of machines that have joined begin with; see `joining`."""

MESSAGE_TOPIC = "app.message"
"""Where a plain WebSocket's texts and bytes are published that are no call."""

REALM = "geometry"
"""The WAMP realm that a node of ours serves."""

MESSAGE_BYTES = 15 * 2**20
"""The largest WAMP message that a node lets in; `compositor.hello` says it.

A raw socket carries 16 MiB at most, and what doesn't fit is lost there without an answer to the
caller. What the router adds to a call, and what another serializer adds, must fit in between.
"""

ID_PATTERN = r"^[0-9a-z_]{1,32}$(?!\n)"
"""What an id that we make looks like, on the wire and as the last part of a topic."""

_ID = re.compile(ID_PATTERN)
_NOT_ID = re.compile(r"[^0-9a-z_]+")
_ANY_VERSION = re.compile(r"^io\.geometry_ws\.v([0-9]{1,4})\.")


def uri(name: str) -> str:
    """The full URI of a short name such as ``surface.create``."""
    return PREFIX + name


def short(full: str) -> str:
    """The name without the prefix; a URI that isn't ours comes back as it is."""
    return full.removeprefix(PREFIX)


def expand(name: str) -> str:
    """What a person types, as a URI: short names get the prefix, ``app.`` and full ones stay."""
    if name.startswith((APP_PREFIX, JOINED_PREFIX, "io.geometry_ws.", "wamp.")):
        return name
    return uri(name)


def version_of(full: str) -> int | None:
    """The major version that a URI of ours names; None for any other URI."""
    match = _ANY_VERSION.match(full)
    return int(match[1]) if match else None


def id_of(name: str) -> str:
    """An id for the wire that reads like a name; several names may have the same."""
    return _NOT_ID.sub("_", name.lower()).strip("_")[:28]


def is_id(value: object) -> bool:
    """Whether a value may stand as an id on the wire."""
    return isinstance(value, str) and _ID.match(value) is not None
