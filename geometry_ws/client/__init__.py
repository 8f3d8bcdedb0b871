"""What a Python program uses to draw, watch and call.

    from geometry_ws.client import run

    async def main(client):
        surface = await client.create_surface(width=320, height=200, title="hello")
        await surface.fill((80, 160, 240))
        await client.sleep(10)

    run(main)

Importing this package picks no event loop and loads nothing heavy: the names below are imported
when they are first used.
"""

from importlib import import_module
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
        TooLarge,
        Unreachable,
    )
    from geometry_ws.client.follow import ProjectFollower, ProjectState
    from geometry_ws.client.program import run
    from geometry_ws.client.surface import Surface
    from geometry_ws.client.viewer import Viewer

_MODULES = {
    "address": ("DEFAULT_ADDRESS", "Address", "parse_address"),
    "client": ("Client", "Message"),
    "connection": ("Connection", "Notices"),
    "errors": ("BadAddress", "CallError", "ClientError", "Lost", "TooLarge", "Unreachable"),
    "follow": ("ProjectFollower", "ProjectState"),
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
    "Lost",
    "Message",
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
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
