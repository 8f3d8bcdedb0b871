"""What an installation into a fresh environment takes: seconds, and MB on the disk."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes.children import Failed


class Installed(NamedTuple):
    """How long it took, and how much more the environment holds than an empty one."""

    seconds: float
    megabytes: float


def install(words: Sequence[str]) -> Installed:
    """Install once, without pip's cache, and throw it away. Raises Failed."""
    with tempfile.TemporaryDirectory(prefix="geometry-ws-bench-") as name:
        folder = Path(name) / "environment"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        empty = _bytes(folder)
        begun = time.monotonic()
        pip = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        ended = subprocess.run([*pip, *words], capture_output=True, text=True)
        if ended.returncode:
            raise Failed(f"pip can't install {' '.join(words)}: {ended.stderr[-300:]}")
        seconds = time.monotonic() - begun
        return Installed(round(seconds, 1), round((_bytes(folder) - empty) / 1e6))


def _bytes(folder: Path) -> int:
    files = (path.lstat() for path in folder.rglob("*") if not path.is_dir())
    return sum(status.st_size for status in files)
