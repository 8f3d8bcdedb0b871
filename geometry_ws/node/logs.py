"""The node's log: files of a bounded size, the newest last.

The supervisor writes it from a pipe, which holds what the processes below it print.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from geometry_ws.node.log_budget import LogBudget


class Log:
    """`node.log` and, when it is full, `node.log.1`; at most twice `limit` bytes."""

    def __init__(
        self,
        folder: Path,
        limit: int = 4 * 2**20,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = folder / "node.log"
        self._limit = limit
        self._now = now
        self._budget = LogBudget()
        self._file: BinaryIO = self.path.open("ab")
        self._size = self._file.tell()

    def write(self, data: bytes) -> None:
        """Append what there is room for; a full disk loses lines of the log and nothing else."""
        self._write(self._budget.take(data, self._now()))

    def _write(self, data: bytes) -> None:
        try:
            if self._size + len(data) > self._limit:
                self._turn()
            self._file.write(data)
            self._file.flush()
            self._size += len(data)
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        self._write(self._budget.rest())
        self._file.close()

    def _turn(self) -> None:
        self._file.close()
        self.path.replace(self.path.with_name("node.log.1"))
        self._file = self.path.open("wb")
        self._size = 0


class NamedLines:
    """A file for lines of a log; each gets the name of its process behind its time."""

    mode = "w"
    """By this txaio sees that it takes text."""

    def __init__(self, name: str) -> None:
        self._name = f"[{name:<10} {os.getpid():>6}]"
        # Twisted leads what is printed from now on into the log.
        self._file = sys.stdout

    def write(self, line: str) -> None:
        """Print a line that begins with its time."""
        time, _, text = line.partition(" ")
        self._file.write(f"{time} {self._name} {text}")
        self._file.flush()
