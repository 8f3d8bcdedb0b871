"""Which node a command means, and which of its projects; only light modules are used."""

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geometry_ws.client.address import DEFAULT_ADDRESS, VARIABLE

_PLACES = ("CLAUDE_PROJECT_DIR", "GEMINI_PROJECT_DIR")
_FOLDER = "openspec"


NODE_HELP = (
    f"the node (the environment's {VARIABLE}, else that of the project here, else "
    f"{DEFAULT_ADDRESS})"
)


def add_node(parser: argparse.ArgumentParser) -> None:
    """Add the option that says which node is meant; `find_address` takes it."""
    parser.add_argument("--url", metavar="ADDRESS", help=NODE_HELP)


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


def find_address(
    given: str | None, folder: Path | None, environment: Mapping[str, str] = os.environ
) -> str:
    """The node's address: what is given, the environment's, that of the project's own node."""
    named = given or environment.get(VARIABLE)
    if named:
        return named
    return (_running(folder) if folder is not None else None) or DEFAULT_ADDRESS


def _running(folder: Path) -> str | None:
    """Where the project's node says that it can be reached."""
    from geometry_ws.node.projects import state_folder

    try:
        held = json.loads((state_folder(folder) / "lock").read_bytes() or b"null")
        address = held["address"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address if isinstance(address, str) else None


def http_address(address: str) -> str:
    """An address as people type it, as that of the node's web server."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "http", address
    place = rest.partition("/")[0]
    return f"{'https' if scheme in ('https', 'wss') else 'http'}://{place}"


def choose_project(
    projects: object, named: str | None, folder: Path | None
) -> tuple[str | None, str]:
    """The id and the title of the project that is meant, among those that a node lists.

    The one that is named; that whose id is made of the folder's name, also behind the name of a
    machine that has joined; the only one. None: it can't be known.
    """
    given: list[Any] = projects if isinstance(projects, list) else []
    listed = [each for each in given if isinstance(each, dict)]
    titles: dict[str, str] = {str(each.get("project")): str(each.get("title")) for each in listed}
    if named is not None:
        return named, titles.get(named, named)
    if folder is not None:
        from geometry_ws.protocol.names import id_of

        own = id_of(folder.name)
        if own in titles:
            return own, titles[own]
        # A machine that has joined puts its name before.
        joined = [str(each["project"]) for each in listed if each.get("machine")]
        named_so = [each for each in joined if each.endswith(f"_{own}")]
        if len(named_so) == 1:
            return named_so[0], titles[named_so[0]]
    if len(titles) == 1:
        return next(iter(titles.items()))
    return None, ""
