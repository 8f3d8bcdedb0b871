"""A node that a program starts for itself, and that ends with it, however it ends."""

import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

END_SECONDS = 20.0


class StartedNode:
    """A node for a folder; where that belongs to no OpenSpec project, its board is empty."""

    def __init__(self, folder: Path, port: int) -> None:
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - it is read later
        command = [sys.executable, "-m", "geometry_ws.cli.started_node", str(folder), str(port)]
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the program alone
        )

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    @property
    def problem(self) -> str:
        """Its last words, without the full stop."""
        self._output.seek(0)
        words = self._output.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(words) if line.strip()), "without a word")
        return last.removeprefix("geometry-ws: ").rstrip(".")

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._close_input()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._output.close()

    def let_go(self) -> None:
        """In a forked process: leave it to the first process."""
        self._close_input()

    def _close_input(self) -> None:
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
