"""Whether Python has compiled the packages that a node loads, and where it keeps that.

Some installers leave compiling to the first start. Where their folder can't be written, every
start would compile everything once more: then the node's own folder is used.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

_SAMPLE = "crossbar"
"""A package that the node's processes load, and no command before them."""


class Bytecode(NamedTuple):
    """Where bytecode goes (None: beside the packages), and what to say before a start."""

    folder: Path | None
    sentence: str | None


def look(folder: Path, package: str = _SAMPLE) -> Bytecode:
    """Look at a package; `folder` is used where its own can't be written."""
    spec = find_spec(package)
    if spec is None or spec.cached is None or Path(spec.cached).exists():
        return Bytecode(None, None)
    place = next(parent for parent in Path(spec.cached).parents if parent.exists())
    if os.access(place, os.W_OK):
        return Bytecode(None, _FIRST)
    return Bytecode(folder, None if folder.exists() else _FIRST)


_FIRST = "Python compiles its packages at this first start, which may take half a minute."
