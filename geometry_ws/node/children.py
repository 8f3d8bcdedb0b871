"""A child process with a session of its own: started, noticed when it ends, ended.

A Ctrl-C in the terminal doesn't reach it. What it starts belongs to its group and ends with it.
Where the system can (Linux), it also ends when its parent is killed.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOST = 3
"""The status of a child that ended because it had lost its connection to the router."""

_GROUP_SECONDS = 5.0
_STEP_SECONDS = 0.01
_PDEATHSIG, _CHILD_SUBREAPER = 1, 36


class Child:
    """One child; what it prints goes to the file with the number `output`."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], output: int
    ) -> None:
        # The commands are this Python and programs of its environment; the paths are ours.
        self._process = subprocess.Popen(  # noqa: S603
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),
        )

    @property
    def pid(self) -> int:
        """The id of the process, and of the group of all that it has started."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How it ended, as subprocess says it; None while it runs."""
        return self._process.poll()

    def send(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.status is None:
            self._process.send_signal(number)

    def any_left(self) -> bool:
        """Whether it, or anything that it has started, is left."""
        self._reap()
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """Kill whatever is left of it, and wait for that."""
        deadline = time.monotonic() + _GROUP_SECONDS
        with contextlib.suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < deadline:
                os.killpg(self.pid, signal.SIGKILL)
                self._reap()
                time.sleep(_STEP_SECONDS)
        self._process.wait(_GROUP_SECONDS)

    def _reap(self) -> None:
        """Let go of what has ended: the process, and then orphans that we have adopted."""
        if self._process.poll() is not None:
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-self.pid, os.WNOHANG)[0]:
                    pass


def adopt_orphans() -> None:
    """Become the parent of what our children leave behind, where the system can.

    Else somebody else has to notice its end, which takes the first process of some machines
    seconds, and of some containers for ever; so long it seems to be there.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def _die_with(parent: int) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def before_exec() -> None:
        library.prctl(_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec
