"""A node that a program starts for itself, and that ends with it, however it ends.

Between the two runs this module as a program: it starts ``geometry-ws up``, and stops it when its
standard input is closed, which the system does even where the program was killed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

START_SECONDS = 60.0
END_SECONDS = 20.0


class StartedNode:
    """A node for a folder; where that belongs to no OpenSpec project, its board is empty."""

    def __init__(self, folder: Path, port: int) -> None:
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - it is read later
        command = [sys.executable, "-m", "geometry_ws.client.started_node", str(folder), str(port)]
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


def keep(folder: Path, port: str) -> int:
    """Run a node until the standard input is closed; gives its status."""
    from geometry_ws.openspec.disk.find_project import find_project
    from geometry_ws.openspec.format.errors import NoProject

    with tempfile.TemporaryDirectory(prefix="geometry_ws-") as place:
        command = [sys.executable, "-m", "geometry_ws", "up", "--port", port]
        try:
            find_project(folder)
        except NoProject:
            folder = Path(place) / (folder.name or "programs")
            for part in ("specs", "changes"):
                (folder / "openspec" / part).mkdir(parents=True)
            command += ["--state", str(Path(place) / "state")]
        node = subprocess.Popen([*command, str(folder)], stdin=subprocess.DEVNULL)  # noqa: S603
        threading.Thread(target=_stop_at_end_of_input, args=(node,), daemon=True).start()
        return node.wait()


def _stop_at_end_of_input(node: "subprocess.Popen[Any]") -> None:
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    with suppress(OSError):
        node.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2]))
