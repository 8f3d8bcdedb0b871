"""Listeners for other machines: what `up` was asked for -> the router's settings, or a sentence."""

import contextlib
import errno
import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from geometry_ws.node.addresses import check_url
from geometry_ws.node.template import Outside

LAN: Final = "lan"
"""Stands for the addresses that this machine has in its networks."""

_PROBES: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses of documentation; nothing is sent to them."""


class CannotListen(Exception):
    """What was asked for can't be had; one sentence."""


@dataclass(frozen=True)
class Asked:
    """The options of `up` that concern other machines."""

    port: int
    listen: Sequence[str] = ()
    public: str = ""
    public_port: int = 0
    tls: tuple[Path, Path] | None = None
    read_only: bool = False


def plan_outside(asked: Asked, certificates: Sequence[str] = (), key: str = "") -> list[Outside]:
    """The listeners beside that on loopback. Raises CannotListen, or ValueError for an address."""
    url = check_url(asked.public) if asked.public else ""
    places = [place for text in asked.listen for place in _read_place(text, asked.port)]
    if not places and url:
        # A proxy on this machine passes on what comes to that address.
        places = [("127.0.0.1", asked.public_port or asked.port + 1)]
    if asked.tls and not asked.listen:
        raise CannotListen("--tls needs --listen ADDRESS: a proxy has the certificate otherwise.")
    if asked.tls and url.startswith("http:"):
        raise CannotListen("With --tls the address that people open begins with https.")
    if asked.tls and urlsplit(url).path not in ("", "/"):
        raise CannotListen("A path in --public needs a proxy that takes it off, which has the TLS.")
    scheme = "https" if asked.tls else "http"
    listeners = []
    for address, port in dict.fromkeys(places):
        _check_place(address, port, asked.port)
        own = f"{scheme}://{_in_url(address)}:{port}/"
        listeners.append(
            Outside(
                address,
                port,
                url or own,
                _hosts(url) if url else _names(address, port),
                tuple(certificates),
                key,
                asked.read_only,
                str(asked.tls[0].expanduser().absolute()) if asked.tls else "",
            )
        )
    return listeners


def addresses_of_this_machine() -> list[str]:
    """The addresses by which this machine speaks to its networks, the usual one first."""
    addresses = []
    for family, there in _PROBES:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            # This asks for the way to there; nothing is sent.
            probe.connect((there, 9))
            addresses.append(str(probe.getsockname()[0]))
    with contextlib.suppress(OSError):
        for *_, place in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM):
            addresses.append(str(place[0]))
    return [each for each in dict.fromkeys(addresses) if _is_of_a_network(each)]


def _read_place(text: str, port: int) -> list[tuple[str, int]]:
    """An address, perhaps with a port; several for `lan`. Raises CannotListen."""
    if text == LAN:
        addresses = addresses_of_this_machine()
        if not addresses:
            raise CannotListen("This machine has no address in a network.")
        return [(address, port) for address in addresses]
    address, number = text, str(port)
    if text.startswith("["):
        address, _, number = text[1:].partition("]")
        number = number.removeprefix(":") or str(port)
    elif text.count(":") == 1:
        address, _, number = text.partition(":")
    try:
        place = ipaddress.ip_address(address)
        given = int(number) if number.isascii() and number.isdigit() else 0
    except ValueError:
        given = 0
    if not 0 < given < 65536:
        raise CannotListen(f"{text[:60]!r} is no address, such as 192.168.1.20.{_own()}")
    if place.is_unspecified:
        raise CannotListen(f"Name one address in place of {address}, or lan for all.{_own()}")
    return [(str(place), given)]


def _own() -> str:
    addresses = addresses_of_this_machine()
    return f" This machine has {' and '.join(addresses)}." if addresses else ""


def _check_place(address: str, port: int, loopback_port: int) -> None:
    if address in ("127.0.0.1", "::1") and port == loopback_port:
        raise CannotListen(f"The node listens on {address}:{port} anyway, without access by name.")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError as problem:
            raise CannotListen(_why_not(address, port, problem)) from None


def _why_not(address: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"This machine doesn't have the address {address}.{_own()}"
    if problem.errno == errno.EADDRINUSE:
        return f"{address}:{port} is in use by another program: choose another port."
    if problem.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has: choose one above 1023."
    return f"{address}:{port} can't be listened on: {os.strerror(problem.errno or 0)}."


def _is_of_a_network(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _hosts(url: str) -> tuple[str, ...]:
    """The Host headers of an address that people open."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = _in_url(parts.hostname or "")
    port = parts.port or usual
    return (host, f"{host}:{port}") if port == usual else (f"{host}:{port}",)


def _names(address: str, port: int) -> tuple[str, ...]:
    """The Host headers by which browsers call an address of this machine."""
    name = socket.gethostname().lower().partition(".")[0]
    names = [_in_url(address)]
    if name and name.isascii() and name != "localhost":
        names += [name, f"{name}.local"]
    with_port = [f"{each}:{port}" for each in names]
    return (*with_port, *names) if port in (80, 443) else tuple(with_port)
