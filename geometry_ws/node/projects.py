"""Where the node of an OpenSpec project keeps its state.

Nothing of ours lies in the project: state has a folder of its own for each project, at the place
that the platform has for such things.
"""

import contextlib
import hashlib
import os
import re
from pathlib import Path

from platformdirs import user_state_path


def node_folder(place: Path) -> Path:
    """Where the node keeps its state that was started for a folder, or for the nearest above it.

    Where none was, it is where that of the project there would; raises NoProject.
    """
    from geometry_ws.openspec.disk.find_project import find_project

    with contextlib.suppress(OSError, RuntimeError):
        real = place.expanduser().resolve(strict=True)
        for folder in (real, *real.parents):
            if (state_folder(folder) / "lock").is_file():
                return state_folder(folder)
    return state_folder(find_project(place))


def state_folder(project: Path) -> Path:
    """Where the node of this project keeps its state, unless told otherwise."""
    name = re.sub(r"[^0-9A-Za-z._-]+", "-", project.name).strip("-.")[:40] or "project"
    mark = hashlib.sha256(os.fsencode(project)).hexdigest()[:12]
    return user_state_path("geometry-ws") / f"{name}-{mark}"
