"""The router in a process of its own, without Crossbar.io's controller above it.

`python -m geometry_ws.node.router_process FILE` runs the router that a configuration of Crossbar.io
lists, until it is told to stop (SIGTERM). Of Crossbar.io only that is loaded which a router uses.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geometry_ws.wamp.upstream.start import leave_out


class RouterProcess:
    """The router of this process."""

    def __init__(self, reactor: Any, folder: Path, settings: Mapping[str, Any]) -> None:
        from geometry_ws.wamp.upstream.alone import LoneRouterWorker

        self._reactor = reactor
        self._settings = settings
        self._router = LoneRouterWorker(reactor, str(folder))
        self._status = 0

    def run(self) -> int:
        """Serve until the end, and give the exit status."""
        self._reactor.callWhenRunning(self._start)
        self._reactor.addSystemEventTrigger("before", "shutdown", self._router.stop)
        self._reactor.run()
        return self._status

    def _start(self) -> None:
        from twisted.internet.defer import Deferred

        Deferred.fromCoroutine(self._router.start(self._settings)).addErrback(self._failed)

    def _failed(self, failure: Any) -> None:
        from twisted.logger import Logger

        Logger().failure("the router can't start", failure)
        self._status = 1
        self._reactor.stop()


def main(arguments: Sequence[str]) -> int:
    """Run until told to end; gives the exit status."""
    leave_out()  # before anything of Crossbar.io is imported
    import txaio

    from geometry_ws.node.logs import NamedLines

    txaio.use_twisted()
    txaio.start_logging(NamedLines("router"), "info")
    file = Path(arguments[0]).absolute()
    (settings,) = json.loads(file.read_text("utf-8"))["workers"]
    from twisted.internet import reactor

    return RouterProcess(reactor, file.parent, settings).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
