"""Lets sockets to a node on the same machine send without pacing, since they share no network.

A congestion control that paces what it sends (`bbr`, the default of many servers) spreads a commit
of a megabyte over the time that it believes a network would need, and now and then waits for a
delayed acknowledgement in its middle: of thirty pictures a second three came too late.
"""

import ipaddress
import socket
from contextlib import suppress
from typing import Any

_WITHOUT_PACING = b"reno"  # part of every Linux


def send_unpaced(transport: Any) -> bool:
    """Let a connection within this machine send as fast as it can; says whether it does now.

    Where it goes elsewhere, or the system knows no such setting, nothing happens.
    """
    with suppress(AttributeError):
        return unpace(transport.getHandle(), transport.getPeer().host)
    return False


def unpace(connected: Any, host: str) -> bool:
    """The same for a connected socket and the number of the host at its other end."""
    option = getattr(socket, "TCP_CONGESTION", None)
    with suppress(OSError, ValueError, AttributeError):
        if option is not None and ipaddress.ip_address(host).is_loopback:
            connected.setsockopt(socket.IPPROTO_TCP, option, _WITHOUT_PACING)
            return True
    return False
