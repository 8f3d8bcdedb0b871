"""A demo from its copied project to its end: the programs beside the node that shows it."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

from geometry_ws.node.children import Child
from geometry_ws.node.environment import environment

PROGRAMS = ("wind", "beam", "team")
"""Modules of this package, each run with the node's address."""


@contextlib.contextmanager
def copied_project() -> Iterator[Path]:
    """Give a folder with a copy of the demo's project in `lighthouse`; it goes with the demo."""
    with tempfile.TemporaryDirectory(prefix="geometry-ws-demo-") as folder:
        with as_file(files(__package__).joinpath("project")) as source:
            shutil.copytree(source, Path(folder, "lighthouse"))
        yield Path(folder)


class Programs:
    """The programs of a demo; they start once the node is ready, and end with the demo."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._children: list[Child] = []

    def start(self, address: str, names: Iterable[str] = PROGRAMS) -> None:
        """Start them; what they print goes to the log."""
        with self._log.open("ab") as log:
            for name in names:
                command = [sys.executable, "-m", f"{__package__}.{name}", address]
                child = Child(command, self._log.parent, environment(), log.fileno())
                self._children.append(child)

    def stop(self) -> None:
        """End them all, at once: nothing of theirs is to be kept."""
        for child in self._children:
            child.kill()
        self._children.clear()
