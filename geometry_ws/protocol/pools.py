"""Memory that a program shares with the compositor, so that its pixels needn't be sent."""

from typing import Annotated

from msgspec import Meta

from geometry_ws.protocol.declare import Request, Result
from geometry_ws.protocol.values import POOL_BYTES


class ShareMemory(Request, frozen=True, kw_only=True):
    """How much memory; the pool that the session had before is let go."""

    bytes: Annotated[int, Meta(ge=1, le=POOL_BYTES)]


class Pool(Result, frozen=True, kw_only=True):
    """Memory as a file that the same user on the same machine can open and map.

    `device` and `inode` are those that it has once it is opened: on another machine, or in another
    container, `path` leads nowhere or to something else.
    """

    path: str
    bytes: int
    device: int
    inode: int
