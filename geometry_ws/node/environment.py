"""The environment of a node's processes."""

import os
from collections.abc import Mapping
from pathlib import Path

_NOT_INHERITED = frozenset({"CROSSBAR_DIR", "PYTHONDONTWRITEBYTECODE"})
"""Crossbar.io's folder is ours to say. Without bytecode each start compiles for ten seconds."""


def environment(
    bytecode: Path | None = None, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """What the processes of a node get; `bytecode` is where Python keeps what it compiles."""
    taken = {name: value for name, value in inherited.items() if name not in _NOT_INHERITED}
    if bytecode is not None:
        taken["PYTHONPYCACHEPREFIX"] = str(bytecode)
    return {**taken, "PYTHONUNBUFFERED": "1"}
