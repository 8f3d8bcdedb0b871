"""Components in a process of their own, without Crossbar.io around them.

`python -m geometry_ws.node.component_process --worker NAME FILE` runs what FILE lists under NAME
(see `template.apart`). The components join over the router's own socket as soon as that is there.
The process ends in order when it is told to (SIGTERM), and with the status LOST when a component
has lost its connection: it can't join twice.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import txaio
from autobahn.twisted.rawsocket import WampRawSocketClientFactory, WampRawSocketClientProtocol
from autobahn.wamp.serializer import CBORSerializer
from autobahn.wamp.types import ComponentConfig
from twisted.internet.defer import Deferred, DeferredList, succeed
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure

from geometry_ws.node.children import LOST
from geometry_ws.node.logs import NamedLines

log = Logger()

_SOONEST, _LATEST = 0.02, 0.2
_PROMPT_TRIES = 500
"""Seconds between two tries to connect, at first and after so many tries: ten seconds."""

_LEAVE_SECONDS = 3.0


class ComponentProtocol(WampRawSocketClientProtocol):  # type: ignore[misc]
    """A connection that tells its factory when it is lost."""

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802 - Twisted's name
        """The connection is closed, by whomever."""
        super().connectionLost(reason)
        self.factory.lost()


class Connection:
    """One component and its connection to the router."""

    def __init__(
        self, reactor: Any, component: Mapping[str, Any], lost: Callable[[], None]
    ) -> None:
        module, _, name = component["classname"].rpartition(".")
        kind = getattr(import_module(module), name)
        self._session = kind(ComponentConfig(component["realm"], component["extra"]))
        self._reactor = reactor
        self._endpoint = UNIXClientEndpoint(reactor, component["transport"]["endpoint"]["path"])
        self._factory = WampRawSocketClientFactory(self._session, CBORSerializer())
        self._factory.protocol = ComponentProtocol
        self._factory.noisy = False
        self._factory.lost = self._gone
        self._lost = lost
        self._tries = 0
        self._protocol: Any = None
        self._left: Deferred[None] = Deferred()
        self._leaving = False

    def connect(self) -> None:
        """Connect, as soon as there is somebody who listens."""
        if not self._leaving:
            self._tries += 1
            self._endpoint.connect(self._factory).addCallbacks(self._connected, self._try_again)

    def leave(self) -> "Deferred[None]":
        """Say goodbye; done when the connection is closed, or after a while."""
        self._leaving = True
        if self._protocol is None or self._left.called:
            return succeed(None)
        if self._session.is_attached():
            self._session.leave()
        else:
            self._protocol.transport.abortConnection()
        self._left.addTimeout(_LEAVE_SECONDS, self._reactor)
        return self._left.addErrback(lambda _: None)

    def _connected(self, protocol: Any) -> None:
        self._protocol = protocol
        if self._leaving:
            protocol.transport.abortConnection()

    def _try_again(self, _: Failure) -> None:
        if self._tries == 1:
            log.info("{name} waits for the router", name=type(self._session).__name__)
            self._session.prepare()
        wait = _SOONEST if self._tries < _PROMPT_TRIES else _LATEST
        self._reactor.callLater(wait, self.connect)

    def _gone(self) -> None:
        if not self._left.called:
            self._left.callback(None)
        if not self._leaving:
            self._lost()


class ComponentProcess:
    """All components of this process."""

    def __init__(self, reactor: Any, components: Sequence[Mapping[str, Any]]) -> None:
        self._reactor = reactor
        self._status = 0
        self._connections = [Connection(reactor, component, self._lost) for component in components]

    def run(self) -> int:
        """Join, serve until the end, and give the exit status."""
        for connection in self._connections:
            self._reactor.callWhenRunning(connection.connect)
        self._reactor.addSystemEventTrigger("before", "shutdown", self._leave)
        self._reactor.run()
        return self._status

    def _lost(self) -> None:
        if not self._status:
            self._status = LOST
            self._reactor.stop()

    def _leave(self) -> "Deferred[Any]":
        return DeferredList([connection.leave() for connection in self._connections])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to end; gives the exit status."""
    parser = argparse.ArgumentParser(prog="geometry_ws.node.component_process")
    parser.add_argument("file", type=Path)
    parser.add_argument("--worker", required=True)
    given = parser.parse_args(arguments)
    txaio.use_twisted()
    txaio.start_logging(NamedLines(given.worker), "info")
    components = json.loads(given.file.read_text("utf-8"))[given.worker]
    from twisted.internet import reactor

    return ComponentProcess(reactor, components).run()


if __name__ == "__main__":
    sys.exit(main())
