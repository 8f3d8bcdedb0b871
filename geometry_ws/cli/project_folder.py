"""The folder of the project that is worked on; what starts with every agent imports no more."""

import os
from collections.abc import Mapping
from pathlib import Path

_PLACES = ("CLAUDE_PROJECT_DIR", "GEMINI_PROJECT_DIR")
_FOLDER = "openspec"


def find_project_folder(
    given: str | None, environment: Mapping[str, str] = os.environ
) -> Path | None:
    """The folder of the project that is worked on: the one that is given, the harness's, or here.

    It is the nearest at or above that has a folder openspec; None where there is none.
    """
    start = given or next((environment[name] for name in _PLACES if environment.get(name)), None)
    try:
        place = Path(start or Path.cwd()).expanduser().resolve()
    except (OSError, RuntimeError):
        return None
    return next((each for each in (place, *place.parents) if (each / _FOLDER).is_dir()), None)
