"""One run of `crossbar start`: start it, notice its end, end it.

The node runs in a session of its own, so that a Ctrl-C in the terminal reaches the supervisor
alone, which then ends the node by SIGINT, the only signal after which Crossbar.io exits with 0.
Where the system can (Linux), the node also ends when the supervisor is killed.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from geometry_ws.node.folders import Folders
from geometry_ws.node.logs import Log

STOP_SECONDS = 8.0
_GROUP_SECONDS = 5.0
_PDEATHSIG = 1


class Node:
    """The processes of one running node."""

    def __init__(self, folders: Folders, log: Log) -> None:
        self._log = log
        # The command is this Python and Crossbar.io's own entry point; the paths are ours.
        self._process = subprocess.Popen(  # noqa: S603
            [*_crossbar(), "start", "--cbdir", str(folders.node)],
            cwd=folders.node,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),
        )
        self._pump = threading.Thread(target=self._copy, name="log", daemon=True)
        self._pump.start()

    @property
    def pid(self) -> int:
        """The process id of Crossbar.io's controller, and of the group of all its processes."""
        return self._process.pid

    def ended(self) -> bool:
        """Whether the node has ended by itself."""
        return self._process.poll() is not None

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """End it and wait until no process is left; `hurry` ends the patience."""
        deadline = time.monotonic() + STOP_SECONDS
        self._signal(signal.SIGINT)
        while not self.ended() and time.monotonic() < deadline and not hurry():
            time.sleep(0.02)
        # The controller ends first; its workers are at their last lines.
        while self._any_left() and time.monotonic() < deadline and not hurry():
            time.sleep(0.02)
        self.clear()

    def clear(self) -> None:
        """Kill whatever is left of it."""
        deadline = time.monotonic() + _GROUP_SECONDS
        with contextlib.suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < deadline:
                os.killpg(self.pid, signal.SIGKILL)
                self._process.poll()
                time.sleep(0.02)
        self._process.wait(_GROUP_SECONDS)
        self._pump.join(_GROUP_SECONDS)

    def _any_left(self) -> bool:
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _signal(self, number: int) -> None:
        if not self.ended():
            self._process.send_signal(number)

    def _copy(self) -> None:
        pipe = self._process.stdout
        if pipe is None:
            return
        with pipe:
            while data := os.read(pipe.fileno(), 65536):
                self._log.write(data)


def _crossbar() -> list[str]:
    """The command of the environment that we run in, whatever PATH says."""
    script = Path(sys.executable).with_name("crossbar")
    if script.is_file() and os.access(script, os.X_OK):
        return [str(script)]
    return [sys.executable, "-P", "-c", "import sys, crossbar; sys.exit(crossbar.run())"]


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "CROSSBAR_DIR"}
    return {**inherited, "PYTHONUNBUFFERED": "1"}


def _die_with(parent: int) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def before_exec() -> None:
        library.prctl(_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec
