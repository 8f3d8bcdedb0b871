"""``geometry-ws projects``: which further projects a node serves, also while it runs."""

import argparse
import sys
from pathlib import Path

from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "add", "remove"), help="what to do")
    parser.add_argument("path", nargs="?", type=Path, help="a project's folder (add and remove)")
    parser.add_argument("--id", default="", help="the id that it shall have (add)")
    parser.add_argument("--title", default="", help="the title that it shall have (add)")
    parser.add_argument(
        "--node",
        type=Path,
        default=Path(),
        help="the project that the node was started with (this folder)",
    )
    parser.add_argument("--state", type=Path, help="where the node keeps its state, if named then")


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.components.openspec.project_list import FILE, BadList
    from geometry_ws.node.projects import node_folder
    from geometry_ws.openspec.format.errors import NoProject

    try:
        root = arguments.state or node_folder(arguments.node)
        folder = root.expanduser().absolute() / "state"
        if not folder.is_dir():
            return fail(f"There is no node with its state in {root}: start one once.")
        return _act(arguments, folder / FILE)
    except (NoProject, BadList) as problem:
        return fail(str(problem))
    except OSError as problem:
        return fail(f"The list of projects can't be written: {problem.strerror or problem}.")


def _act(arguments: argparse.Namespace, file: Path) -> Exit:
    from geometry_ws.components.openspec.project_list import (
        MOST_PROJECTS,
        ProjectEntry,
        read_list,
        write_list,
    )
    from geometry_ws.openspec.disk.find_project import find_project
    from geometry_ws.protocol.names import is_id

    entries = read_list(file)
    if arguments.action == "list":
        for entry in entries:
            print("  ".join(filter(None, (entry.path, entry.id, entry.title))))
        if not entries:
            print("No further projects. `geometry-ws projects add PATH` adds one.", file=sys.stderr)
        return Exit.OK
    if arguments.path is None:
        return fail(f"Name the project's folder: geometry-ws projects {arguments.action} PATH.")
    if arguments.action == "remove":
        wanted = {str(arguments.path), str(arguments.path.expanduser().resolve())}
        remaining = [entry for entry in entries if entry.path not in wanted]
        if len(remaining) == len(entries):
            return fail(f"{arguments.path} isn't among them; see geometry-ws projects list.")
        write_list(file, remaining)
        print(f"Removed {arguments.path}; its files stay as they are.")
        return Exit.OK
    if arguments.id and not is_id(arguments.id):
        return fail("An id has small letters, digits and underscores, at most 32.", Exit.USAGE)
    path = str(find_project(arguments.path))
    if any(entry.path == path for entry in entries):
        return fail(f"{path} is among them already.")
    if len(entries) == MOST_PROJECTS:
        return fail(f"There are {MOST_PROJECTS} projects already: remove one first.")
    write_list(file, [*entries, ProjectEntry(path, arguments.id, arguments.title)])
    print(f"Added {path}; a node that runs shows it at once.")
    return Exit.OK


COMMAND = Command(
    "projects",
    "List, add and remove the further projects of a node; one that runs follows at once.",
    _add_arguments,
    _run,
)
