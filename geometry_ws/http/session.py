"""The WAMP session that HTTP's calls are made with.

It lives in the router's process beside `Root`, which finds it here, and has a role of its own: a
guest's rights for what needs no session. It is started before the transports, so it also makes the
folder of the router's own socket (whoever can enter that folder is a component), keeps the router
from keeping events and from colouring its debug lines.
"""

from pathlib import Path
from typing import ClassVar

from autobahn.wamp.types import CloseDetails, ComponentConfig, SessionDetails

from geometry_ws.http.plain_log import log_plainly
from geometry_ws.http.private import make_private
from geometry_ws.http.retained import drop_retained
from geometry_ws.wamp.session import QuietSession


class HttpSession(QuietSession):
    """A router component; ``extra`` has the private folder, relative to the node's."""

    current: ClassVar["HttpSession | None"] = None
    """The session that is joined now, for the resource in the same process."""

    def __init__(self, config: ComponentConfig | None = None) -> None:
        super().__init__(config)
        drop_retained()
        log_plainly()
        extra = getattr(config, "extra", None) or {}
        if "private" in extra:
            make_private(Path(extra.get("cbdir", ".")) / extra["private"])

    def onJoin(self, details: SessionDetails) -> None:  # noqa: N802, ARG002 - autobahn's name
        """Offer the session to the resource."""
        HttpSession.current = self

    def onLeave(self, details: CloseDetails) -> None:  # noqa: N802 - autobahn's name
        """Take the offer back."""
        if HttpSession.current is self:
            HttpSession.current = None
        super().onLeave(details)
