"""Which node a command means, and which of its projects; only light modules are used."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.argument_types import token_in_file
from geometry_ws.client.address import (
    DEFAULT_ADDRESS,
    TOKEN_VARIABLE,
    VARIABLE,
    Address,
    parse_address,
    with_token,
)

if TYPE_CHECKING:
    import argparse

NODE_HELP = (
    f"the node (the environment's {VARIABLE}, else that of the project here, else "
    f"{DEFAULT_ADDRESS})"
)


TOKEN_HELP = (
    "a file with the token for a node that asks for one "
    f"(the environment's {TOKEN_VARIABLE}, for the node in {VARIABLE})"
)


def add_node(parser: "argparse.ArgumentParser") -> None:
    """Add the options that say which node is meant, and what lets us in; `find_node` takes them."""
    parser.add_argument("--url", metavar="ADDRESS", help=NODE_HELP)
    add_token_file(parser)


def add_token_file(parser: "argparse.ArgumentParser") -> None:
    """Add the option that says what lets us in."""
    parser.add_argument("--token-file", type=token_in_file, metavar="FILE", help=TOKEN_HELP)


def find_address(
    given: str | None, folder: Path | None, environment: Mapping[str, str] = os.environ
) -> str:
    """The node's address: what is given, the environment's, that of the project's own node."""
    named = given or environment.get(VARIABLE)
    if named:
        return named
    return (_running(folder) if folder is not None else None) or DEFAULT_ADDRESS


def find_node(arguments: "argparse.Namespace", folder: Path | None) -> Address:
    """The node that is meant, with the token of the file that was named, or the environment's.

    Raises BadAddress.
    """
    address = parse_address(find_address(arguments.url, folder))
    return with_token(address, arguments.token_file)


def unreachable(arguments: "argparse.Namespace", address: Address, problem: Exception) -> str:
    """What to do where no node answers there."""
    from geometry_ws.cli.plain_socket import Untrusted

    if isinstance(problem, Untrusted):
        return str(problem)
    if arguments.url or os.environ.get(VARIABLE):
        named = "--url" if arguments.url else VARIABLE
        return f"No node answers at {address.place}, which {named} names."
    start = f"No node answers at {address.place}: start it with `geometry-ws up`"
    return f"{start}, or name one elsewhere with --url or {VARIABLE}."


def _running(folder: Path) -> str | None:
    """Where the node says that it can be reached which serves a project.

    It was started for the project, for a folder above it, or in the repository's main work tree.
    """
    from geometry_ws.node.projects import state_folder

    for twin in _twins(folder):
        for place in (twin, *twin.parents):
            try:
                held = json.loads((state_folder(place) / "lock").read_bytes() or b"null")
                address = held["address"]
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if isinstance(address, str):
                return address
    return None


def _twins(folder: Path) -> list[Path]:
    """A folder, and the same one in the main work tree where it lies in another."""
    for place in (folder, *folder.parents):
        git = place / ".git"
        if git.is_dir():
            break
        try:
            text = git.read_text("utf-8", "replace") if git.is_file() else ""
        except OSError:
            text = ""
        if text.startswith("gitdir:"):
            own = Path(os.path.normpath(place / text.removeprefix("gitdir:").strip()))
            if (own.parent.name, own.parent.parent.name) == ("worktrees", ".git"):
                return [folder, own.parent.parent.parent / folder.relative_to(place)]
            break
    return [folder]


def http_address(address: str) -> str:
    """An address as people type it, as that of the node's web server; it ends without a slash."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "http", address
    place = rest.rstrip("/").removesuffix("/ws").rstrip("/")
    return f"{'https' if scheme in ('https', 'wss') else 'http'}://{place}"


def choose_project(
    projects: object, named: str | None, folder: Path | None
) -> tuple[str | None, str]:
    """The id and the title of the project that is meant, among those that a node lists.

    The one that is named; that whose title says where the folder lies, or whose id is made of its
    name, also behind the name of a machine that has joined; the only one. None: it can't be known.
    """
    given: list[Any] = projects if isinstance(projects, list) else []
    listed = [each for each in given if isinstance(each, dict)]
    titles: dict[str, str] = {str(each.get("project")): str(each.get("title")) for each in listed}
    if named is not None:
        return named, titles.get(named, named)
    own = _of_folder(listed, folder) if folder is not None else None
    if own is not None:
        return own, titles[own]
    if len(titles) == 1:
        return next(iter(titles.items()))
    return None, ""


def _of_folder(listed: Sequence[Mapping[str, Any]], folder: Path) -> str | None:
    """The id of the project in a folder: titles such as shop/packages/api end as its path does.

    A machine that has joined puts its name before the id that the folder has there.
    """
    from geometry_ws.protocol.names import id_of

    titles = {str(each["project"]): str(each["title"]) for each in listed}
    joined = [str(each["project"]) for each in listed if each.get("machine")]
    twins = _twins(folder)
    for twin in twins:
        for project, title in titles.items():
            number = title.count("/") + 1
            if number > 1 and title == "/".join(twin.parts[-number:]):
                return project
    for twin in twins:
        if (own := id_of(twin.name)) in titles:
            return own
        named_so = [each for each in joined if each.endswith(f"_{own}")]
        if len(named_so) == 1:
            return named_so[0]
    return None
