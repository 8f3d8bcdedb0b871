"""Names as a shell types them: `add-x/`, `./add-x`. Paths within a folder, but nothing outside.

The old forms and `show --type` of the official tool take a name for a path below changes/ or
specs/; so do we. Where it takes the name alone, as `validate` and `status` do, so do we.
"""

import posixpath

from geometry_ws.openspec.commands.project import Project


def change_of(project: Project, typed: str) -> str:
    """The name of the change that was typed; empty where the path leads elsewhere."""
    path = _below(project, "changes", typed)
    return "" if "/" in path else path


def spec_of(project: Project, typed: str) -> str | None:
    """The id of the spec that was typed, empty for specs/ itself; None: it leads elsewhere."""
    path = _below(project, "specs", typed)
    return None if path == ".." or path.startswith("../") else path


def _below(project: Project, folder: str, typed: str) -> str:
    """A typed path as it is from a folder of openspec/ on, links left alone."""
    place = posixpath.join("/", project.path, "openspec", folder)
    if "\0" in typed:
        return ".."
    path = posixpath.relpath(posixpath.normpath(f"{place}/{typed}"), posixpath.normpath(place))
    return "" if path == "." else path
