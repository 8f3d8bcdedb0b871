"""The processes of a measurement: how they are started, told to end, and what they say.

A child prints one line of JSON when it is ready and one with all that it has seen after SIGTERM.
It ends by itself after LIFE_SECONDS, whatever becomes of its parent.
"""

import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
"""The folder that `benchmarks` lies in."""

READY_SECONDS = 30.0
END_SECONDS = 15.0
LIFE_SECONDS = 240


class Failed(Exception):
    """A process of the benchmark didn't do its part; the text says which and how."""


class Child:
    """A process that runs a module of `benchmarks`, such as `viewers.light`."""

    def __init__(self, module: str, **settings: Any) -> None:
        self.module = module
        self._lines: queue.Queue[str] = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}", json.dumps(settings)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, word: str) -> None:
        """A word for a child that listens to its parent."""
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def ready(self) -> Any:
        """Wait for the first line. Raises Failed."""
        return self._next(READY_SECONDS)

    def hear(self, seconds: float) -> Any:
        """Wait for one more line. Raises Failed."""
        return self._next(seconds)

    def finish(self) -> Any:
        """End it, and give what it has seen. Raises Failed."""
        self._process.send_signal(signal.SIGTERM)
        report = self._next(END_SECONDS)
        self.kill()
        return report

    def result(self, seconds: float) -> Any:
        """What a child says that ends by itself. Raises Failed."""
        report = self._next(seconds)
        self.kill()
        return report

    def kill(self) -> None:
        """See that it is gone."""
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
            return
        self._process.kill()
        self._process.wait()

    def _next(self, seconds: float) -> Any:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise Failed(f"{self.module} said nothing for {seconds:g} s") from None
        if not line:
            raise Failed(f"{self.module} ended too early")
        return json.loads(line)

    def _read(self) -> None:
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put("")


class Children:
    """Children that are gone when the block ends, however it does."""

    def __init__(self) -> None:
        self._all: list[Child] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._all:
            with suppress(OSError):
                child._process.terminate()
        for child in self._all:
            child.kill()

    def start(self, module: str, **settings: Any) -> Child:
        child = Child(module, **settings)
        self._all.append(child)
        return child


def serve(main: Callable[[dict[str, Any]], Callable[[], Any]]) -> None:
    """What a child does: run, and say what it has seen.

    `main` gets the settings, returns when it was told to end, and gives the function that makes
    the report.
    """
    signal.alarm(LIFE_SECONDS)
    report = main(json.loads(sys.argv[1]))
    say(report())


def say(value: Any) -> None:
    """One line for the parent."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
