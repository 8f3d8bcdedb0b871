"""The session of components, and of clients in programs on Twisted."""

from copy import copy
from typing import Any

from autobahn.twisted.wamp import ApplicationSession
from autobahn.wamp import message

from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.wamp.quiet import Heard as Heard
from geometry_ws.wamp.quiet import Keywords as Keywords
from geometry_ws.wamp.quiet import QuietKeywords


class QuietSession(QuietKeywords, ApplicationSession):  # type: ignore[misc]
    """An application session whose handlers get (args, keywords, details) and nothing spread."""

    def origin_of(self, number: int, role: str) -> Origin:  # noqa: ARG002
        """From which machine a session of the same router comes; empty where nobody has said."""
        return NOWHERE


class RouterSideSession(QuietSession):
    """A session in the router's own process, which takes a copy of each event.

    The router gives all receivers the same object, and what a session does with it would be seen
    by those that come after it: they would hear nothing.
    """

    def onMessage(self, msg: Any) -> None:  # noqa: N802 - autobahn's name
        """Take a copy of an event, and anything else as it is."""
        super().onMessage(copy(msg) if isinstance(msg, message.Event) else msg)
