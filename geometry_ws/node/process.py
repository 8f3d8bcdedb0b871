"""One run of a node: the processes of the router and of the components, side by side.

All are our own programs: `crossbar start` would load all of Crossbar.io in its controller, and
once more in each of its workers, one after the other. SIGTERM ends each of them.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from geometry_ws.node import bytecode
from geometry_ws.node.children import LOST, Child
from geometry_ws.node.environment import environment
from geometry_ws.node.folders import Folders
from geometry_ws.node.logs import Log
from geometry_ws.node.template import apart

STOP_SECONDS = 8.0
GOODBYE_SECONDS = 4.0
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
        self._environment = environment(bytecode.look(folders.bytecode).folder)
        self._router = self._child("router_process", str(folders.configuration))
        names = json.loads(folders.components.read_text("utf-8"))
        self._components = {name: self._component(name) for name in names}

    @property
    def pid(self) -> int:
        """The process id of the router."""
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
        """End it and wait until no process is left; `hurry` ends the patience.

        The router goes last: components say goodbye to it.
        """
        begun = time.monotonic()
        for component in self._components.values():
            component.send(signal.SIGTERM)
        asked = False
        while self._any_left() and (past := time.monotonic() - begun) < STOP_SECONDS:
            if hurry():
                break
            components_left = any(child.any_left() for child in self._components.values())
            if not asked and (not components_left or past > GOODBYE_SECONDS):
                asked = True
                self._router.send(signal.SIGTERM)
            time.sleep(_STEP_SECONDS)
        self.clear()

    def clear(self) -> None:
        """Kill whatever is left of it."""
        for child in self._children():
            child.kill()
        if self._output >= 0:
            os.close(self._output)
            self._output = -1
        self._pump.join(_PUMP_SECONDS)

    def _children(self) -> list[Child]:
        return [self._router, *self._components.values()]

    def _any_left(self) -> bool:
        return any(child.any_left() for child in self._children())

    def _component(self, name: str) -> Child:
        words = ["--worker", name, str(self._folders.components)]
        return self._child("component_process", *words)

    def _child(self, module: str, *words: str) -> Child:
        command = [sys.executable, "-P", "-m", f"geometry_ws.node.{module}", *words]
        return Child(command, self._folders.node, self._environment, self._output)

    def _copy(self, reader: int) -> None:
        with os.fdopen(reader, "rb", buffering=0) as pipe:
            while data := pipe.read(65536):
                self._log.write(data)
