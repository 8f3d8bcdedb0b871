"""The WAMP session that HTTP's calls are made with.

It lives in the router's process beside `Root`, which finds it here, and has a role of its own: a
guest's rights for what needs no session. It is made before the transports, so it is also where the
process is prepared.
"""

from pathlib import Path
from typing import ClassVar

from autobahn.wamp.types import CloseDetails, ComponentConfig, SessionDetails

from geometry_ws.http.prepare_router import prepare_router
from geometry_ws.wamp.session import RouterSideSession


class HttpSession(RouterSideSession):
    """A router component; ``extra`` has the private folder, relative to the node's."""

    current: ClassVar["HttpSession | None"] = None
    """The session that is joined now, for the resource in the same process."""

    def __init__(self, config: ComponentConfig | None = None) -> None:
        super().__init__(config)
        extra = getattr(config, "extra", None) or {}
        folder = Path(extra.get("cbdir", ".")) / extra["private"] if "private" in extra else None
        certificate, key = extra.get("tls", ("", ""))
        prepare_router(folder, (Path(certificate), Path(key)) if key else None)

    def onJoin(self, details: SessionDetails) -> None:  # noqa: N802, ARG002 - autobahn's name
        """Offer the session to the resource."""
        HttpSession.current = self

    def onLeave(self, details: CloseDetails) -> None:  # noqa: N802 - autobahn's name
        """Take the offer back."""
        if HttpSession.current is self:
            HttpSession.current = None
        super().onLeave(details)
