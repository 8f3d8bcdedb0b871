"""Whether pages of other origins may show this node's pages in a frame, or use it. Pure.

Nobody may, until the node is started with origins that may. One address can be framed by anybody
who was given it by the node: `/view` with a key that fits its surface. It shows that surface and
nothing else, which is how a notebook has a picture that lives below its cell.
"""

import hmac
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from geometry_ws.http.decide import Head, Refused, Site
from geometry_ws.http.page_addresses import VIEW
from geometry_ws.protocol.errors import InvalidArgument
from geometry_ws.scene.limits import TITLE_LENGTH

NOBODY: Final = "'none'"
ANYBODY: Final = ""


def keyed_view(secret: bytes, query: str) -> str:
    """The address that may be framed, of the surface that a query names. Raises Refused."""
    surface = _words(query).get("surface", "")
    if not 0 < len(surface) <= TITLE_LENGTH:
        raise Refused(
            400,
            InvalidArgument.uri,
            f"`surface` is the title or the id of a surface, at most {TITLE_LENGTH} letters long.",
        )
    return f"{VIEW}?{urlencode({'surface': surface, 'key': _key(secret, surface)})}"


def is_keyed(secret: bytes, head: Head) -> bool:
    """Whether a request is for a view whose address this node gave."""
    if head.path != VIEW or "key=" not in head.query:
        return False
    words = _words(head.query)
    surface, key = words.get("surface", ""), words.get("key", "")
    return bool(surface) and hmac.compare_digest(key.encode(), _key(secret, surface).encode())


def ancestors(site: Site, *, keyed: bool) -> str:
    """Who may show an answer in a frame, as the policy's frame-ancestors has it."""
    return ANYBODY if keyed else " ".join(site.frames) or NOBODY


def read_site(extra: Mapping[str, Any]) -> Site:
    """Where a node may be reached, and by whose pages, as its configuration has it."""
    return Site(
        frozenset(extra["hosts"]),
        frozenset(extra["origins"]),
        frozenset(extra.get("pages", ())),
        tuple(extra.get("frames", ())),
    )


def shared_headers(site: Site, head: Head) -> dict[str, str]:
    """What lets a page of another origin load a module from here, where it may."""
    origin = head.header("origin")
    if origin not in site.pages:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _key(secret: bytes, surface: str) -> str:
    return hmac.digest(secret, surface.encode(), "sha256")[:16].hex()


def _words(query: str) -> dict[str, str]:
    try:
        read = parse_qs(query, max_num_fields=20, errors="strict")
    except ValueError:
        return {}
    return {name: values[0] for name, values in read.items() if len(values) == 1}
