"""The environment of a node's processes."""

import os
from collections.abc import Mapping
from pathlib import Path

_NOT_INHERITED = frozenset({"CROSSBAR_DIR", "PYTHONDONTWRITEBYTECODE"})
"""Crossbar.io's folder is ours to say. Without bytecode each start compiles for ten seconds."""

_ROUTER_START = Path(__file__).parent / "router_start"


def environment(
    bytecode: Path | None = None, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """What the processes of a node get; `bytecode` is where Python keeps what it compiles."""
    taken = {name: value for name, value in inherited.items() if name not in _NOT_INHERITED}
    if bytecode is not None:
        taken["PYTHONPYCACHEPREFIX"] = str(bytecode)
    return {**taken, "PYTHONUNBUFFERED": "1"}


def for_router(given: Mapping[str, str]) -> dict[str, str]:
    """What Crossbar.io's controller gets, and from it the router: see `router_start`."""
    places = [str(_ROUTER_START), *filter(None, [given.get("PYTHONPATH")])]
    return {**given, "PYTHONPATH": os.pathsep.join(places)}
