"""Where people reach a node: what it was last started with, for links that are made beside it."""

import contextlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_PATH = re.compile(r"/?|(/(?!\.\.?(/|$))[0-9A-Za-z._~-]{1,64}){1,8}/?")
_FILE = "address"
_LONGEST = 4096
_ORIGIN = re.compile(r"https?://([0-9a-z.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_HERE = "http://localhost:8081/"


@dataclass(frozen=True)
class Reached:
    """The address that people open, and what a person should know of it."""

    url: str
    remark: str = ""


class BadAddressToShow(ValueError):
    """An address that no link can have; one sentence."""


def write_address(root: Path, url: str, *, outside: bool) -> None:
    """Note where the node that is being started is reached, also if it can't be started yet."""
    beside = root / f"{_FILE}.new"
    beside.write_text(json.dumps({"url": url, "outside": outside}), "utf-8")
    beside.replace(root / _FILE)


def read_address(root: Path, given: str | None = None) -> Reached:
    """The address for a link: the given one, else where the node was last started.

    Raises BadAddressToShow for one that was given and can't be.
    """
    if given is not None:
        return Reached(check_url(given))
    noted: object = None
    with contextlib.suppress(OSError, ValueError), (root / _FILE).open("rb") as file:
        noted = json.loads(file.read(_LONGEST))
    url = noted.get("url") if isinstance(noted, dict) else None
    if not isinstance(noted, dict) or not isinstance(url, str):
        return Reached(_HERE, ONLY_HERE)
    return Reached(url, "" if noted.get("outside") is True else ONLY_HERE)


ONLY_HERE = (
    "This node listens on its own machine alone; start it with --listen or --public for others."
)


def check_url(text: str) -> str:
    """An http or https address for people: a host, and perhaps a path that proxies take off.

    Raises BadAddressToShow.
    """
    example = "give an address such as https://board.example"
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddressToShow(f"{text[:80]!r} is no address: {example}.") from None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        raise BadAddressToShow(f"{text[:80]!r} is no address: {example}.")
    if not _PATH.fullmatch(parts.path) or "?" in text or "#" in text:
        raise BadAddressToShow(
            f"{text[:80]!r} has a path or more that an address can't have: "
            "give one such as https://board.example/board/."
        )
    if not host.isascii() or any(letter.isspace() or letter in '"<>\\' for letter in host):
        raise BadAddressToShow(f"{text[:80]!r} is no address: {example}.")
    name = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    place = name if port in (None, usual) else f"{name}:{port}"
    return f"{parts.scheme}://{place}{parts.path.rstrip('/')}/"


def check_origin(text: str) -> str:
    """An origin of pages, such as https://wiki.example. Raises BadAddressToShow."""
    with contextlib.suppress(BadAddressToShow):
        origin = check_url(text).removesuffix("/") if "://" in text else ""
        # It becomes part of a policy, where other signs mean something.
        if _ORIGIN.fullmatch(origin):
            return origin
    raise BadAddressToShow(
        f"{text[:80]!r} is no origin: give a scheme and a name, such as https://wiki.example."
    )


def link_to(url: str, token: str) -> str:
    """A link that lets somebody in. What is behind the # is sent to nobody and logged nowhere."""
    return f"{url}#t={token}"
