"""geometry_ws: the display server and the spec server of Geometry OS, as WAMP components.

    import geometry_ws as gw

    gw.show(picture)

Importing this package loads nothing heavy and picks no event loop: the public names below are
imported when they are first used.

cli/           the command line
node/          the router's configuration; start, supervise and stop a node
demo/          an example project and programs
http/          the HTTP edge: pages, calls by curl, pictures
components/    the WAMP sessions: Compositor, OpenSpec, Board
client/        what a Python program uses to draw, watch and call
matplotlib/    a back end of matplotlib
rendercanvas/  a back end of rendercanvas
terminal/      what a program writes in a terminal, as a picture
board/         a project as cards
team/          people and agents on a project: what needs somebody, who does what
wamp/          what knows Autobahn's session
stream/        frames, viewers, flow control
render/        pixels: composing, text, encoding, decoding
access/        who may come in: people, roles, tokens
scene/         surfaces, the world, commits, damage, seats
openspec/      OpenSpec projects: format, rules, files
protocol/      the wire contract, declared once
design/        the look, once: colours, sizes, icons
web/           the dashboard and the pages (JavaScript)
testing/       fakes for tests of programs that use geometry_ws

__main__.py    `python -m geometry_ws`
whole.py       what the client alone lacks, in a sentence
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geometry_ws.client.picture_handle import PictureHandle
    from geometry_ws.client.screen import Screen
    from geometry_ws.client.showing import connect, show, wait
    from geometry_ws.components.board import Board
    from geometry_ws.components.compositor import Compositor
    from geometry_ws.components.openspec import OpenSpec

__all__ = [
    "Board",
    "Compositor",
    "OpenSpec",
    "PictureHandle",
    "Screen",
    "__version__",
    "connect",
    "show",
    "wait",
]

__version__ = "0.1.0"

_LAZY = {
    "Board": "geometry_ws.components.board",
    "Compositor": "geometry_ws.components.compositor",
    "OpenSpec": "geometry_ws.components.openspec",
    "PictureHandle": "geometry_ws.client.picture_handle",
    "Screen": "geometry_ws.client.screen",
    "connect": "geometry_ws.client.showing",
    "show": "geometry_ws.client.showing",
    "wait": "geometry_ws.client.showing",
}


def __getattr__(name: str) -> object:
    if name in _LAZY:
        from geometry_ws.whole import load

        return load(_LAZY[name], name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
