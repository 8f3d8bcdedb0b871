"""The session of components, and of clients in programs on Twisted."""

from autobahn.twisted.wamp import ApplicationSession

from geometry_ws.wamp.quiet import Heard as Heard
from geometry_ws.wamp.quiet import Keywords as Keywords
from geometry_ws.wamp.quiet import QuietKeywords


class QuietSession(QuietKeywords, ApplicationSession):  # type: ignore[misc]
    """An application session whose handlers get (args, keywords, details) and nothing spread."""
