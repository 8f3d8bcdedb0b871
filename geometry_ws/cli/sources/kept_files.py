"""Files that a person drops on a terminal are kept in a folder, and their paths are pasted."""

import asyncio
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Final

from geometry_ws.client.drops import Drop, save

MOST_BYTES: Final = 64 * 2**20
"""Of one file."""
MOST_KEPT: Final = 256 * 2**20
"""Of all files that one terminal keeps."""


class KeptFiles:
    """The folder; it is made for the first file and goes with the terminal."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._kept = 0

    async def keep(self, drop: Drop) -> str:
        """Keep files; gives their paths as a shell reads them. Refuses what is too much."""
        size = sum(file.bytes for file in drop.files)
        if any(file.bytes > MOST_BYTES for file in drop.files) or self._kept + size > MOST_KEPT:
            drop.refuse(
                f"A terminal keeps files of at most {MOST_BYTES >> 20} MiB, and"
                f" {MOST_KEPT >> 20} MiB in all."
            )
            return ""
        self._kept += size
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="geometry-ws-"))
        paths = []
        for file in drop.files:
            data = await file.data(MOST_BYTES)
            try:
                paths.append(await asyncio.to_thread(save, self._folder, file.name, data))
            except OSError as problem:
                drop.refuse(f"{file.name} can't be kept: {problem.strerror or problem}.")
                return ""
        return "".join(f"{shlex.quote(str(path))} " for path in paths)

    def end(self) -> None:
        """Remove them."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
