"""The environment of a node's processes."""

import os
from collections.abc import Mapping
from pathlib import Path

_NOT_INHERITED = frozenset({"CROSSBAR_DIR", "PYTHONDONTWRITEBYTECODE"})
"""Crossbar.io's folder is ours to say. Without bytecode each start compiles for ten seconds."""

_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(4 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(8 * 2**20)}
"""glibc raises both by itself to what was last freed. After a picture of 16 MB each thread that had
made one kept up to 32 MB at the end of its arena, which `malloc_trim` doesn't look at."""


def environment(
    bytecode: Path | None = None, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """What the processes of a node get; `bytecode` is where Python keeps what it compiles."""
    taken = {name: value for name, value in inherited.items() if name not in _NOT_INHERITED}
    if bytecode is not None:
        taken["PYTHONPYCACHEPREFIX"] = str(bytecode)
    return {**_MEMORY, **taken, "PYTHONUNBUFFERED": "1"}
