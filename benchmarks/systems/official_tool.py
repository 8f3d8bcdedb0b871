"""The official OpenSpec command line: `openspec` on PATH, or what OPENSPEC_CLI names."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.processes.children import Failed

RUNS = 3
_COMMAND_SECONDS = 60.0


def official() -> str | None:
    """The command of the official tool, if there is one."""
    return os.environ.get("OPENSPEC_CLI") or shutil.which("openspec")


def official_times(project: Path, *words: str) -> list[float]:
    command = official()
    return command_times(project, command, *words) if command else []


def command_times(folder: Path, *words: str) -> list[float]:
    """How long a command takes as a new process, several times; files are in the cache by then."""
    taken = []
    for _ in range(RUNS):
        begun = time.monotonic()
        ran = subprocess.run(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            env={**os.environ, "OPENSPEC_TELEMETRY": "0", "NO_COLOR": "1"},
        )
        taken.append(time.monotonic() - begun)
        if not ran.stdout:
            said = ran.stderr.decode(errors="replace")[:200]
            raise Failed(f"{' '.join(words)} said nothing: {said}")
    return taken
