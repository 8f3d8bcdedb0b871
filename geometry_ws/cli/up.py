"""``geometry-ws up``: show a project, and keep showing it until Ctrl-C."""

import argparse
import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from geometry_ws.cli.argument_types import port
from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit

if TYPE_CHECKING:
    from geometry_ws.node.folders import Folders
    from geometry_ws.node.supervise import Stops

_LEFTOVER_SECONDS = 5.0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", nargs="*", type=Path, help="the folders of one or more projects (this one)"
    )
    parser.add_argument("--port", type=port, default=8081, help="where to listen (8081)")
    parser.add_argument(
        "--new", action="store_true", help="make an empty project where a folder has none"
    )
    parser.add_argument("--state", type=Path, help="where to keep state (the system's usual place)")


def say(sentence: str) -> None:
    """Print a sentence at once."""
    # The terminal may be gone; the node is to be ended in order all the same.
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.http.private_folder import NotPrivate
    from geometry_ws.node.folders import AlreadyRunning, lock, prepare
    from geometry_ws.node.projects import state_folder
    from geometry_ws.node.supervise import catching
    from geometry_ws.openspec.format.errors import NoProject
    from geometry_ws.render.graphics import check_graphics

    try:
        projects = [_find(path, arguments.new) for path in arguments.path or [Path()]]
        if sentence := check_graphics():
            return fail(sentence)
        address = f"http://localhost:{arguments.port}/"
        with (
            catching() as stops,
            prepare(arguments.state or state_folder(projects[0])) as folders,
            lock(folders, address) as killed,
        ):
            if sentence := _wait_for_port(arguments.port, killed):
                return fail(sentence)
            return show_projects(projects, arguments.port, folders, stops)
    except (NoProject, AlreadyRunning, NotPrivate) as problem:
        return fail(str(problem))
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        return fail(f"The node can't be started: {problem.strerror or problem}{where}.")


def _find(path: Path, new: bool) -> Path:
    """Find the project of a folder; make it there where that is wished, or agreed to."""
    from geometry_ws.openspec.disk.find_project import find_project, make_project
    from geometry_ws.openspec.format.errors import NoProject

    try:
        return find_project(path)
    except NoProject:
        if not path.expanduser().is_dir() or not (new or _is_agreed_to(path)):
            raise
        return make_project(path)


def _is_agreed_to(path: Path) -> bool:
    """Ask whether an empty project shall be made in a folder; no where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    question = f"{path.resolve()} has no folder openspec. Make an empty project there? [y/N] "
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _wait_for_port(number: int, killed: bool) -> str | None:
    """Check the port; a node whose supervisor was killed gets a moment to end."""
    from geometry_ws.node.checks import check_port

    deadline = time.monotonic() + (_LEFTOVER_SECONDS if killed else 0)
    while (sentence := check_port(number)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return sentence


def show_projects(
    projects: list[Path],
    number: int,
    folders: "Folders",
    stops: "Stops",
    begin: Callable[[str], None] | None = None,
) -> Exit:
    """Run a node for projects until it is stopped; `begin` gets its address once it is ready."""
    from geometry_ws.node import bytecode
    from geometry_ws.node.process import configure
    from geometry_ws.node.supervise import supervise
    from geometry_ws.node.template import Options, configuration

    first, *more = dict.fromkeys(map(str, projects))
    options = Options(first, tuple(more), number, str(folders.state), str(folders.private))
    configure(folders, configuration(options))
    listed = ", ".join([first, *more])
    say(f"Starting geometry_ws for {listed}; its log is {folders.logs / 'node.log'}")
    if sentence := bytecode.look(folders.bytecode).sentence:
        say(sentence)

    def ready(address: str) -> None:
        say(f"\n    Open {address} in a browser. Ctrl-C stops it.\n")
        if begin is not None:
            begin(address)

    if not supervise(folders, number, stops, say, ready):
        return Exit.ERROR
    say("Stopped.")
    return Exit.OK


COMMAND = Command(
    "up",
    "Show an OpenSpec project in the browser, and keep it shown until Ctrl-C.",
    _add_arguments,
    _run,
)
