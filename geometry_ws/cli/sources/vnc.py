"""Another machine's screen by VNC: `geometry-ws show vnc://host:5901`.

TigerVNC's own viewer shows it, as a graphical program of X: it knows every encoding and way of
logging in, and is kept.
"""

import re
import shutil
from typing import Final, NamedTuple

from geometry_ws.cli.sources.source import SourceError

SCREEN: Final = (1920, 1200)
"""Of the viewer's screen: a larger one gets bars to scroll by."""
_SOURCE: Final = re.compile(
    r"vnc://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d{1,5}))?/?"
)
_PORT: Final = 5900
_VIEWERS: Final = ("xtigervncviewer", "vncviewer")


class Server(NamedTuple):
    """A VNC server's place."""

    host: str
    port: int

    @property
    def name(self) -> str:
        """What the surface is called."""
        return f"{self.host}:{self.port}"


def read_server(source: str) -> Server | None:
    """The server that is meant; None where the text is none."""
    match = _SOURCE.fullmatch(source)
    port = int(match[2] or _PORT) if match else 0
    return Server(match[1], port) if match and 0 < port < 65536 else None


def viewer_words(server: Server) -> list[str]:
    """The command that shows it. Raises SourceError."""
    viewer = next(filter(None, map(shutil.which, _VIEWERS)), None)
    if viewer is None:
        raise SourceError(
            "TigerVNC's viewer isn't installed: install your system's packages "
            "(Debian: `apt install tigervnc-viewer xvfb`)."
        )
    return [
        viewer, "-Shared=1", "-RemoteResize=0", "-AlertOnFatalError=0", "-ReconnectOnError=0",
        "-AcceptClipboard=0", "-SendClipboard=0", f"{server.host}::{server.port}",
    ]  # fmt: skip
