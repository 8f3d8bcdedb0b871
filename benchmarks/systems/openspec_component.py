"""The OpenSpec component in a container of a bare router: its memory and its pauses are its own.

A heartbeat in its event loop notes how long the loop was held up.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.processes.children import Failed
from benchmarks.processes.event_loop import Loop
from benchmarks.systems.bare_router import BareRouter, bare_router
from benchmarks.viewers.wamp_session import Session
from geometry_ws.protocol.names import PREFIX

CALLS = 30
PATIENCE_SECONDS = 30.0


class Component:
    """A running OpenSpec component, called as by a client that stays connected."""

    def __init__(self, node: BareRouter) -> None:
        self._loop = Loop()
        self._joined: list[Session] = []
        self._answers: list[Any] = []
        self.events: list[tuple[float, Any]] = []
        Session(self._loop, node.port, self._joined.append)
        self._loop.until(lambda: self._joined, PATIENCE_SECONDS)
        self._session = self._joined[0]

    def call(self, procedure: str, **keywords: Any) -> Any:
        """Call and wait."""
        self._answers.clear()
        self._session.call(_full(procedure), keywords, self._answers.append)
        self._loop.until(lambda: self._answers, PATIENCE_SECONDS)
        return self._answers[0]

    def follow(self, project: str) -> None:
        """Note the events of a project."""
        there: list[int] = []
        topic = f"{PREFIX}project.on_changed.{project}"
        heard = lambda event, size: self.events.append((time.monotonic(), event))  # noqa: E731
        self._session.subscribe(topic, heard, lambda: there.append(1))
        self._loop.until(lambda: there, PATIENCE_SECONDS)

    def until(self, holds: Callable[[], Any], seconds: float) -> bool:
        """Serve the connection until something holds; False when it didn't."""
        return self._loop.until(holds, seconds, strict=False)

    def time(self, procedure: str, **keywords: Any) -> list[float]:
        """How long each of many calls takes, in seconds; the first ones don't count."""
        for _ in range(3):
            self.call(procedure, **keywords)
        taken = []
        for _ in range(CALLS):
            begun = time.monotonic()
            self.call(procedure, **keywords)
            taken.append(time.monotonic() - begun)
        return taken


@contextmanager
def serving(folder: Path, project: Path) -> Iterator[tuple[BareRouter, Component]]:
    """A bare router with the component in its container."""
    folder.mkdir()
    component = {
        "type": "class",
        "classname": "geometry_ws.components.openspec.OpenSpec",
        "extra": {"projects": [{"path": str(project)}]},
    }
    with bare_router(folder, [component]) as node:
        client = Component(node)
        # The component answers when it has read everything.
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not node.answers(PREFIX + "openspec.hello"):
            if time.monotonic() > deadline:
                raise Failed("the OpenSpec component doesn't answer")
            time.sleep(0.05)
        yield node, client


def _full(name: str) -> str:
    return name if name.startswith("app.") else PREFIX + name
