"""Which OpenSpec project is meant, and where its node keeps its state.

Nothing of ours lies in the project: state has a folder of its own for each project, at the place
that the platform has for such things.
"""

import hashlib
import os
import re
from pathlib import Path

from platformdirs import user_state_path


class NoProject(Exception):
    """A path that leads to no OpenSpec project; the message says what to do."""


def find_project(path: Path) -> Path:
    """The folder that holds `openspec/`, for a path to it, to `openspec/`, or to below it.

    Raises NoProject.
    """
    try:
        start = path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError):
        raise NoProject(f"There is no folder {path}.") from None
    if not start.is_dir():
        raise NoProject(f"{path} is not a folder: name the folder of an OpenSpec project.")
    for folder in (start, *start.parents):
        if (folder / "openspec").is_dir():
            return folder
    raise NoProject(
        f"{start} is no OpenSpec project: it has no folder openspec. Name another folder, or make "
        "a project there (mkdir -p openspec/specs openspec/changes)."
    )


def state_folder(project: Path) -> Path:
    """Where the node of this project keeps its state, unless told otherwise."""
    name = re.sub(r"[^0-9A-Za-z._-]+", "-", project.name).strip("-.")[:40] or "project"
    mark = hashlib.sha256(os.fsencode(project)).hexdigest()[:12]
    return user_state_path("geometry-ws") / f"{name}-{mark}"
