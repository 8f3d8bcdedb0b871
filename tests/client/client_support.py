"""Small things that tests of clients share."""

import hashlib

import msgspec
import numpy as np

from geometry_ws.client import Connection


async def at(node, main):
    """One session at a node (or address): what main returns."""
    address = node if isinstance(node, str) else node.url
    return await Connection(address, retry=False).serve(main)


def hash_of(bgr, alpha=None):
    """The hash of a plane with these pixels: (h, w, 4), or (h, w, 3) and an alpha for all."""
    if alpha is not None:
        whole = np.full((*bgr.shape[:2], 4), alpha, np.uint8)
        whole[..., :3] = bgr
        bgr = whole
    return hashlib.sha256(np.ascontiguousarray(bgr).tobytes()).hexdigest()


def keywords(event):
    """An event of the protocol as keywords."""
    return msgspec.to_builtins(event)
