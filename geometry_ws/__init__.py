"""geometry_ws: the display server and the spec server of Geometry OS, as WAMP components.

Importing this package loads nothing heavy and picks no event loop: the public names below are
imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geometry_ws.components.board import Board
    from geometry_ws.components.compositor import Compositor
    from geometry_ws.components.openspec import OpenSpec

__all__ = ["Board", "Compositor", "OpenSpec", "__version__"]

__version__ = "0.1.0"

_LAZY = {
    "Board": "geometry_ws.components.board",
    "Compositor": "geometry_ws.components.compositor",
    "OpenSpec": "geometry_ws.components.openspec",
}


def __getattr__(name: str) -> object:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
