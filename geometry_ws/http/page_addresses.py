"""Which paths are the addresses of pages: lists, items by their names, and views. Pure."""

import re
from urllib.parse import unquote_to_bytes

from geometry_ws.protocol.names import is_id

VIEW = "/view"
"""The page of one surface, of the board or of the world, without anything round it."""

_PAGES = re.compile(
    r"/(access|now|people|activity|projects|changes|specs|overlaps|archive|search)"
    r"|/(projects|changes|archive)/[^/]+|/specs(/[^/]+)+"
)
_LONGEST_PAGE = 4096


def is_page(path: str) -> bool:
    """Whether a path is the address of a page: a list, or one item by its percent-encoded name.

    The page says whether there is such an item.
    """
    if len(path) > _LONGEST_PAGE or not path.isascii() or not _PAGES.fullmatch(path):
        return False
    try:
        parts = unquote_to_bytes(path).decode().split("/")[1:]
    except UnicodeDecodeError:
        return False
    if len(parts) != path.count("/") or any(not _is_name(part) for part in parts):
        return False
    return parts[0] != "projects" or all(is_id(part) for part in parts[1:])


def _is_name(part: str) -> bool:
    return part.isprintable() and "\\" not in part and part not in (".", "..")
