"""What every component answers to hello and describe."""

import secrets

from geometry_ws import __version__
from geometry_ws.protocol import schema
from geometry_ws.protocol.compositor import Description, Hello
from geometry_ws.protocol.errors import UnsupportedVersion
from geometry_ws.protocol.names import MAJOR, MINOR
from geometry_ws.protocol.values import Version

VERSION = Version(MAJOR, MINOR)
SOFTWARE = f"geometry_ws {__version__}"


def new_epoch() -> str:
    """A text that no other start of a component has."""
    return secrets.token_hex(5)


def check_version(request: Hello) -> None:
    """Refuse a client that speaks another major version, and say which one is spoken."""
    if request.major is not None and request.major != MAJOR:
        raise UnsupportedVersion(
            f"This node speaks version {MAJOR} of the protocol, not {request.major}.",
            supported=[MAJOR],
        )


def description() -> Description:
    """The schema, as every describe answers it."""
    return Description(schema=schema.schema())
