"""Where the node of an OpenSpec project keeps its state.

Nothing of ours lies in the project: state has a folder of its own for each project, at the place
that the platform has for such things.
"""

import hashlib
import os
import re
from pathlib import Path

from platformdirs import user_state_path


def state_folder(project: Path) -> Path:
    """Where the node of this project keeps its state, unless told otherwise."""
    name = re.sub(r"[^0-9A-Za-z._-]+", "-", project.name).strip("-.")[:40] or "project"
    mark = hashlib.sha256(os.fsencode(project)).hexdigest()[:12]
    return user_state_path("geometry-ws") / f"{name}-{mark}"
