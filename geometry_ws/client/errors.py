"""What can go wrong for a program that uses a node. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from geometry_ws.protocol.names import short

COMPONENT_AWAY: Final = ("wamp.error.no_such_procedure", "wamp.error.canceled")
"""What a call of a component answers that isn't there yet, or no more."""


class ClientError(Exception):
    """The base of everything below; its text is one sentence for a person."""


class BadAddress(ClientError, ValueError):
    """An address can't be understood."""


class Unreachable(ClientError):
    """No session could be had at the address."""


class NotAdmitted(Unreachable):
    """The node lets us in no more, or never did: another attempt would end as this one."""


class NoNode(Unreachable, SystemExit):
    """No node answers a script, which ends with this sentence and status 1 unless it catches it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.code = sentence


class NoAccess(NotAdmitted, SystemExit):
    """A node lets a script in no more, which ends with this sentence and status 1 likewise."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.code = sentence


class Lost(ClientError):
    """The session ended while something was waited for. Nothing of it comes back."""


class TooLarge(ClientError):
    """A message is larger than the node takes, and was not sent."""

    def __init__(self, size: int, maximum: int) -> None:
        super().__init__(
            f"This message has {size:,} bytes and the node takes {maximum:,} at the most: "
            "send a smaller picture, or one that is compressed."
        )
        self.size = size
        self.maximum = maximum


class NoPicture(ClientError, ValueError):
    """What was given is no picture that can be shown."""


class CallError(ClientError):
    """An error that the node or the router answered.

    ``uri`` says what to react to, ``name`` is its short form (``no_such_surface``),
    ``fields`` hold what the error declares.
    """

    def __init__(self, uri: str, message: str, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or short(uri))
        self.uri = uri
        self.message = message
        self.fields: dict[str, Any] = dict(fields or {})

    @property
    def name(self) -> str:
        """The URI without the protocol's prefix and without ``error.``."""
        return short(self.uri).removeprefix("wamp.").removeprefix("error.")
