"""One run of a node: the router below Crossbar.io's controller, and the components beside it.

Components have processes of their own outside of Crossbar.io: its containers would load all of
Crossbar.io once more each, one after the other. The controller is ended by SIGINT, the only signal
after which Crossbar.io exits with 0.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from geometry_ws.node import bytecode
from geometry_ws.node.children import LOST, Child
from geometry_ws.node.environment import environment, for_router
from geometry_ws.node.folders import Folders
from geometry_ws.node.logs import Log
from geometry_ws.node.template import apart

STOP_SECONDS = 8.0
_STEP_SECONDS = 0.02
_PUMP_SECONDS = 5.0

ENDS_THE_NODE = frozenset({"compositor"})
"""Processes of components whose end ends the node.

Surfaces and streams end with the compositor. Programs and viewers learn of it because the router
ends as well: they connect again and begin anew. What else is lost is on disk.
"""


def configure(folders: Folders, settings: Mapping[str, Any]) -> None:
    """Write what the processes of a node read; the next `Node` starts with it."""
    router, components = apart(settings)
    folders.configuration.write_text(json.dumps(router, indent=1), "utf-8")
    folders.components.write_text(json.dumps(components, indent=1), "utf-8")


class Node:
    """The processes of one running node."""

    def __init__(self, folders: Folders, log: Log) -> None:
        self._folders = folders
        self._log = log
        reader, self._output = os.pipe()
        self._pump = threading.Thread(target=self._copy, args=(reader,), name="log", daemon=True)
        self._pump.start()
        crossbar = [*_crossbar(), "start", "--cbdir", str(folders.node)]
        self._environment = environment(bytecode.look(folders.bytecode).folder)
        self._router = self._child(crossbar, for_router(self._environment))
        names = json.loads(folders.components.read_text("utf-8"))
        self._components = {name: self._component(name) for name in names}

    @property
    def pid(self) -> int:
        """The process id of Crossbar.io's controller; the router runs below it."""
        return self._router.pid

    @property
    def components(self) -> dict[str, int]:
        """The process ids of the components' processes, by their names."""
        return {name: child.pid for name, child in self._components.items()}

    def ended(self) -> bool:
        """Whether the node has ended by itself."""
        return self._router.status is not None or any(
            self._components[name].status is not None
            for name in ENDS_THE_NODE & self._components.keys()
        )

    def fallen(self) -> dict[str, bool]:
        """The processes that have ended and can be started again alone.

        True where they say that the router has gone, which then shows in a moment.
        """
        return {
            name: child.status == LOST
            for name, child in self._components.items()
            if child.status is not None and name not in ENDS_THE_NODE
        }

    def start_again(self, name: str) -> None:
        """Start the process of components anew that has ended."""
        self._components[name].kill()
        self._components[name] = self._component(name)

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """End it and wait until no process is left; `hurry` ends the patience."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._components.values():
            child.send(signal.SIGTERM)
        self._router.send(signal.SIGINT)
        # The controller ends before its workers, which are at their last lines.
        while self._any_left() and time.monotonic() < deadline and not hurry():
            time.sleep(_STEP_SECONDS)
        self.clear()

    def clear(self) -> None:
        """Kill whatever is left of it."""
        for child in (self._router, *self._components.values()):
            child.kill()
        if self._output >= 0:
            os.close(self._output)
            self._output = -1
        self._pump.join(_PUMP_SECONDS)

    def _any_left(self) -> bool:
        return any(child.any_left() for child in (self._router, *self._components.values()))

    def _component(self, name: str) -> Child:
        command = [sys.executable, "-P", "-m", "geometry_ws.node.component_process"]
        words = ["--worker", name, str(self._folders.components)]
        return self._child([*command, *words], self._environment)

    def _child(self, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        return Child(command, self._folders.node, environment, self._output)

    def _copy(self, reader: int) -> None:
        with os.fdopen(reader, "rb", buffering=0) as pipe:
            while data := pipe.read(65536):
                self._log.write(data)


def _crossbar() -> list[str]:
    """The command of the environment that we run in, whatever PATH says."""
    script = Path(sys.executable).with_name("crossbar")
    if script.is_file() and os.access(script, os.X_OK):
        return [str(script)]
    return [sys.executable, "-P", "-c", "import sys, crossbar; sys.exit(crossbar.run())"]
