"""Hooks that are answered as their connection is accepted: which ones, and by what. Pure.

Only what is quite plain is meant: a whole head, of this address, with a body that announces its
length, and nobody who says who he is. All other requests go the usual way, those that will be
refused as well, so that there is one place for each refusal.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from geometry_ws.http.decide import Head
from geometry_ws.http.doors import FORWARDED
from geometry_ws.http.request import HOOK_BYTES, HOOK_PATH

LEAST_BYTES: Final = 8 * 1024
"""Of a body that isn't there yet, so much is enough: what is read stands at its beginning."""

ANSWER: Final = b"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"

_MOST_HEAD = 4096
_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}):([\x20-\x7e\t]*)")
_TARGET = re.compile(r"POST (/[\x21-\x7e]*) HTTP/1\.1")
_LENGTH = re.compile(r"[0-9]{1,9}")
_USUAL_WAY = frozenset(
    ("authorization", "cookie", "expect", "transfer-encoding", "upgrade", *FORWARDED)
)


class AskedEarly(NamedTuple):
    """A hook: its head, what of its body has come, and how many bytes are still to come."""

    head: Head
    body: bytes
    rest: int


def read_early(data: bytes) -> AskedEarly | None:
    """What has come as a hook; None for everything else, and where too little has come."""
    end = data.find(b"\r\n\r\n", 0, _MOST_HEAD)
    if end < 0 or not data.startswith(b"POST "):
        return None
    asked = _head(data[:end])
    if asked is None:
        return None
    head, length = asked
    body = data[end + 4 :]
    rest = length - len(body)
    if rest < 0 or (rest and len(body) < LEAST_BYTES):
        return None
    return AskedEarly(head, body, rest)


@lru_cache(maxsize=64)
def _head(data: bytes) -> tuple[Head, int] | None:
    """A head and the length that it announces; one program's heads are often the same."""
    first, *lines = data.decode("latin-1").split("\r\n")
    target = _TARGET.fullmatch(first)
    path, _, query = target[1].partition("?") if target else ("", "", "")
    if path != HOOK_PATH:
        return None
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        name = match[1].lower()
        headers[name] = (*headers.get(name, ()), match[2].strip(" \t"))
    head = Head("POST", path, query, headers)
    length = head.header("content-length")
    if _USUAL_WAY & headers.keys() or not _LENGTH.fullmatch(length) or int(length) > HOOK_BYTES:
        return None
    return head, int(length)
