"""Certificates of the router's listeners that count as soon as they are renewed.

Crossbar.io reads a certificate when it begins to listen. Twisted asks for what a connection needs
each time: here it is read again where the files are other ones. Connections that are open go on.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from twisted.logger import Logger

from geometry_ws.wamp.upstream.changing import change_once

log = Logger()

Read = Callable[[], tuple[list[str], str]]
"""Gives the files of certificates, the node's own first, and of the key; raises where they can't
be used."""


def renew_certificates(endpoint: Any, read: Read, files: Iterable[Path]) -> None:
    """Have listeners take a new certificate from these files; a second call does no harm.

    ``endpoint`` is Crossbar.io's module of endpoints, or what stands for it.
    """
    watched = tuple(files)
    change_once(endpoint, "_create_tls_server_context", lambda make: _renewing(make, read, watched))


def _renewing(make: Any, read: Read, files: tuple[Path, ...]) -> Any:
    def create(config: dict[str, Any], folder: str, crossbars_log: Any) -> "Renewed":
        def make_anew() -> Any:
            (own, *others), key = read()
            named = {"key": key, "certificate": own}
            chain = {"chain_certificates": others} if others else {}
            return make({**config, **named, **chain}, folder, crossbars_log)

        return Renewed(make(config, folder, crossbars_log), make_anew, files)

    return create


class Renewed:
    """What Twisted asks for each connection's context, by the name that it has there."""

    def __init__(self, options: Any, make: Callable[[], Any], files: tuple[Path, ...]) -> None:
        self._options = options
        self._make = make
        self._files = files
        self._stamps = self._look()

    def getContext(self) -> Any:  # noqa: N802 - Twisted's name
        """The context of the newest certificate that can be used."""
        stamps = self._look()
        if stamps != self._stamps:
            # Whoever renews them may write one after the other: until both fit, the old one stays.
            self._stamps = stamps
            try:
                self._options = self._make()
                log.info("a new certificate counts from now on")
            except Exception as problem:  # noqa: BLE001 - whatever it is, the old one goes on
                log.error("the former certificate goes on: {problem}", problem=problem)
        return self._options.getContext()

    def _look(self) -> list[tuple[int, ...] | None]:
        return [_stamp(file) for file in self._files]


def _stamp(file: Path) -> tuple[int, ...] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode
