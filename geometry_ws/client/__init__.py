"""What a Python program uses to draw, watch and call.

    from geometry_ws.client import run

    async def main(client):
        surface = await client.create_surface(width=320, height=200, title="hello")
        await surface.fill((80, 160, 240))
        await client.stay()

    run(main)

It works in any program on asyncio; components and the command line use it on Twisted. Importing
this package picks no event loop and loads nothing heavy: the names below are imported when they are
first used.

program.py            `run`: starts an event loop, connects, ends in order
connection.py         `Connection`: opens a session, and the next one when it is lost
link.py               one WebSocket with one WAMP session
loops.py              what an event loop must do, and which one runs
on_asyncio.py         loop and link on asyncio
on_twisted.py         loop and link on Twisted
client.py             `Client`: calls, events and surfaces of one session
surface.py            `Surface`: a surface, as the program that made it holds it
drawing.py            numpy arrays -> the operations of a commit
showing.py            `connect`, `show`, `wait`: drawing without an event loop
screen.py             `Screen`: what a program shows at one node
picture_handle.py     `PictureHandle`: a picture on a screen
picture_hearing.py    what its program hears of it
drops.py              files that are dropped on a surface
notebook.py           pictures below the cells of a notebook
background.py         the one thread in which screens live
started_node.py       a node that a program starts for itself
pictures.py           anything that can be a picture -> pixels or a file
arrays.py             arrays of any kind -> pixels
colour_maps.py        colour maps by their names
figures.py            figures of matplotlib -> pixels
viewer.py             `Viewer`: follows a stream, paints and acknowledges it
canvas.py             the picture of one stream across sessions
acks.py               when a viewer acknowledges
viewer_statistics.py  what a viewer says of each message, and what it counts
follow.py             `ProjectFollower`: a project by snapshot and events
address.py            what a person types -> where a WebSocket is opened
loopback.py           sockets to a node on the same machine
shared_memory.py      pixels go to a node on the same machine by memory that both have
failure_reasons.py    why a connection failed or ended, in words
errors.py             what can go wrong
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geometry_ws.client.address import DEFAULT_ADDRESS, Address, parse_address
    from geometry_ws.client.client import Client, Message
    from geometry_ws.client.connection import Connection, Notices
    from geometry_ws.client.errors import (
        BadAddress,
        CallError,
        ClientError,
        Lost,
        NoPicture,
        NotAdmitted,
        TooLarge,
        Unreachable,
    )
    from geometry_ws.client.follow import FollowedProject, ProjectFollower, ProjectState
    from geometry_ws.client.program import run
    from geometry_ws.client.surface import Surface
    from geometry_ws.client.viewer import Viewer

_MODULES = {
    "address": ("DEFAULT_ADDRESS", "Address", "parse_address"),
    "client": ("Client", "Message"),
    "connection": ("Connection", "Notices"),
    "errors": (
        "BadAddress",
        "CallError",
        "ClientError",
        "Lost",
        "NoPicture",
        "TooLarge",
        "NotAdmitted",
        "Unreachable",
    ),
    "follow": ("FollowedProject", "ProjectFollower", "ProjectState"),
    "program": ("run",),
    "surface": ("Surface",),
    "viewer": ("Viewer",),
}
_LAZY = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "DEFAULT_ADDRESS",
    "Address",
    "BadAddress",
    "CallError",
    "Client",
    "ClientError",
    "Connection",
    "FollowedProject",
    "Lost",
    "Message",
    "NoPicture",
    "NotAdmitted",
    "Notices",
    "ProjectFollower",
    "ProjectState",
    "Surface",
    "TooLarge",
    "Unreachable",
    "Viewer",
    "parse_address",
    "run",
]


def __getattr__(name: str) -> object:
    if name in _LAZY:
        from geometry_ws.whole import load

        return load(f"{__name__}.{_LAZY[name]}", name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
