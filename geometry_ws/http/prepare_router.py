"""Prepares the router's process before it opens its transports.

Crossbar.io has no hook for this. Its first step that runs code of ours is making the router
component (`HttpSession`), so that one calls `prepare_router`.
"""

from pathlib import Path

from geometry_ws.http.private_folder import make_private
from geometry_ws.wamp.garbage import leave_imports_alone
from geometry_ws.wamp.upstream.guard import drop_retained, end_idle_connections, guard_router
from geometry_ws.wamp.upstream.reading import log_plainly, read_json_fast
from geometry_ws.wamp.upstream.sending import hurry_router


def prepare_router(private: Path | None = None) -> None:
    """Change this process: checks, bounds, plain logs, faster sending, a private folder.

    A program that can enter the folder `private` can reach the router's own socket, where it has a
    component's rights. Raises NotPrivate. A second call does no harm.
    """
    # First, so that the guards look at what takes a short way, too.
    hurry_router()
    guard_router()
    drop_retained()
    end_idle_connections()
    read_json_fast()
    log_plainly()
    leave_imports_alone()
    if private is not None:
        make_private(private)
