"""Finding the project that a path means: three questions, each with a rule of its own.

- `find_root`: the project of a working directory, by the official tool's rule (a command line).
- `find_project`: the folder to start a node for; its openspec/ may still be empty.
- `find_openspec_folder`: the openspec/ folder that a component serves; it must have something.

`make_project` makes an empty one.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from geometry_ws.openspec.format.errors import NoProject

FOLDER = "openspec"


def find_root(start: str) -> tuple[str, str]:
    """The folder of the project that a working directory belongs to, and by what rule.

    The nearest at or above whose openspec/ has specs, changes or a config file ("nearest"); where
    there is none, the place itself ("implicit"). Links are resolved.
    """
    place = os.path.realpath(start)
    for folder in _upwards(Path(place)):
        if _is_project_of_the_official_tool(folder / FOLDER):
            return str(folder), "nearest"
    return place, "implicit"


def _is_project_of_the_official_tool(folder: Path) -> bool:
    for name in ("specs", "changes"):
        inner = folder / name
        if inner.is_dir() and not (inner / ".openspec-store" / "store.yaml").exists():
            return True
    return any((folder / name).is_file() for name in ("config.yaml", "config.yml"))


def find_project(path: Path, name: str = FOLDER) -> Path:
    """The folder that holds `openspec/`, for a path to it, to `openspec/`, or to below it.

    `name` is what that folder is called. Links are resolved. Raises NoProject with a sentence that
    says what to do.
    """
    try:
        start = path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError):
        raise NoProject(f"There is no folder {path}.") from None
    if not start.is_dir():
        raise NoProject(f"{path} is not a folder: name the folder of an OpenSpec project.")
    for folder in _upwards(start):
        if (folder / name).is_dir():
            return folder
    named = "" if name == FOLDER else f" --dir {name}"
    raise NoProject(
        f"{start} is no OpenSpec project: it has no folder {name}. Name another folder, or make an "
        f"empty project there: geometry-ws up{named} --new"
    )


def make_project(path: Path, name: str = FOLDER) -> Path:
    """Make an empty project in a folder that is there, and give the folder.

    Raises OSError where it can't be written.
    """
    root = path.expanduser().resolve(strict=True)
    for part in ("specs", "changes"):
        (root / name / part).mkdir(parents=True, exist_ok=True)
    return root


def find_openspec_folder(path: str | Path, name: str = FOLDER) -> Path:
    """The openspec/ folder that a path means: itself, the one in it, or the nearest above.

    `name` is what it is called. Links stay as they are. Raises NoProject, also where the path
    itself isn't there: a project above it would not be meant.
    """
    start = Path(path).expanduser().absolute()
    for folder in _upwards(start) if start.exists() else ():
        if folder.name == name and _has_content(folder):
            return folder
        if _has_content(folder / name):
            return folder / name
    raise NoProject(f"There is no {name}/ folder with specs or changes at {path}.")


def _has_content(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("specs", "changes", "config.yaml"))


def _upwards(start: Path) -> Iterable[Path]:
    return (start, *start.parents)
