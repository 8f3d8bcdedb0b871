"""Checks before a node starts; each gives a sentence that says what is wrong."""

import errno
import socket


def check_port(port: int) -> str | None:
    """None where the port is free, else a sentence that says what is wrong.

    The node listens on 127.0.0.1; a listener on ::1 would take the visitors of `localhost`.
    """
    taken = (
        f"Port {port} is in use by another program: stop that, or choose another port with --port."
    )
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the router does it: a port that was in use a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError as problem:
            if problem.errno == errno.EACCES:
                return f"Port {port} needs more rights than this user has: choose one above 1023."
            return taken
    return taken if _listens_on_six(port) else None


def _listens_on_six(port: int) -> bool:
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("::1", port)) == 0
    except OSError:
        return False
