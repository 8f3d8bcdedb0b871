"""Checks before a node starts; each gives a sentence that says what is wrong."""

import errno
import socket

_PLACES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def check_port(port: int) -> str | None:
    """None where the port is free, else a sentence that says what is wrong.

    The node listens on 127.0.0.1 and, where this machine has it, on ::1: whoever else listened
    there would get the visitors of `localhost`.
    """
    for family, address in _PLACES[: 1 + has_six()]:
        problem = _problem(family, address, port)
        if problem == errno.EACCES:
            return f"Port {port} needs more rights than this user has: choose one above 1023."
        if problem:
            return (
                f"Port {port} is in use by another program: stop that, or choose another port "
                "with --port."
            )
    return None


def has_six() -> bool:
    """Whether this machine has ::1."""
    return socket.has_ipv6 and not _problem(*_PLACES[1], 0)


def _problem(family: int, address: str, port: int) -> int:
    """The number of the error with which a port can't be listened on; 0 where it can."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As the router does it: a port that was in use a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            probe.listen(1)
    except OSError as problem:
        return problem.errno or errno.EADDRINUSE
    return 0
