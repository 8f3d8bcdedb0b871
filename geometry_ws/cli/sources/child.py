"""Programs that are started to be shown: they end with this process, however that ends."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from geometry_ws.cli.sources.source import SourceError

_PDEATHSIG: Final = 1


def start_child(
    words: Sequence[str], prepare: Callable[[], Any] | None = None, **options: Any
) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own, where `prepare` comes first. Raises SourceError.

    ``options`` are those of `subprocess.Popen`.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - what the person has typed, or a server of ours
            words, start_new_session=True, preexec_fn=_dying_with(os.getpid(), prepare), **options
        )
    except OSError as problem:
        reason = problem.strerror or problem
        raise SourceError(f"{words[0]!r} can't be started: {reason}.") from None
    except (ValueError, subprocess.SubprocessError) as problem:
        raise SourceError(f"{words[0]!r} can't be started: {problem}.") from None


def _dying_with(parent: int, prepare: Callable[[], Any] | None) -> Callable[[], None]:
    library = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None

    def before_exec() -> None:
        if prepare is not None:
            prepare()
        if library is not None:
            library.prctl(_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return before_exec
