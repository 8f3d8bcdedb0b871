"""``geometry-ws up``: show a project, and keep showing it until Ctrl-C."""

import argparse
import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from geometry_ws.cli.argument_types import folder_name, port
from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geometry_ws.node.folders import Folders
    from geometry_ws.node.outside import Asked
    from geometry_ws.node.supervise import Stops
    from geometry_ws.node.template import Others, Outside

_LEFTOVER_SECONDS = 5.0


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        nargs="*",
        type=Path,
        help="the folders of one or more projects (this one); those below them are served too",
    )
    parser.add_argument(
        "--only", action="store_true", help="none but these projects, not those below them"
    )
    parser.add_argument(
        "--dir",
        default="openspec",
        metavar="NAME",
        type=folder_name,
        help="what their folders openspec/ are called, where that is another name",
    )
    parser.add_argument("--port", type=port, default=8081, help="where to listen (8081)")
    parser.add_argument(
        "--new", action="store_true", help="make an empty project where a folder has none"
    )
    parser.add_argument("--state", type=Path, help="where to keep state (the system's usual place)")
    _add_doors(parser)


def _add_doors(parser: argparse.ArgumentParser) -> None:
    """Add what is said of other machines and of pages elsewhere."""
    parser.add_argument(
        "--listen",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="listen for other machines too, at this address of this machine, or at lan for all; "
        "nobody comes in there without access, see docs/access.md",
    )
    parser.add_argument(
        "--public",
        default="",
        metavar="URL",
        help="the address that people open, such as https://board.example; without --listen, that "
        "of a proxy on this machine",
    )
    parser.add_argument(
        "--public-port",
        type=port,
        default=0,
        metavar="PORT",
        help="where that proxy passes requests on to (the port after --port)",
    )
    parser.add_argument(
        "--tls",
        nargs=2,
        type=Path,
        metavar=("CERT", "KEY"),
        help="files in PEM, to speak TLS at --listen without a proxy",
    )
    parser.add_argument(
        "--read-only",
        action="store_true",
        help="everybody only looks: who comes by --listen or --public, else all",
    )
    for name, text in (
        ("frame", "pages of this origin may show the node's pages in a frame"),
        ("origin", "scripts of pages of this origin may use the node as its own pages do"),
    ):
        parser.add_argument(
            f"--allow-{name}",
            action="append",
            default=[],
            metavar="ORIGIN",
            help=f"{text}, such as https://wiki.example; see docs/embedding.md",
        )


def say(sentence: str) -> None:
    """Print a sentence at once."""
    # The terminal may be gone; the node is to be ended in order all the same.
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.access.file import BadAccessFile
    from geometry_ws.http.certificates import BadCertificate
    from geometry_ws.http.private_folder import NotPrivate
    from geometry_ws.node.addresses import BadAddressToShow
    from geometry_ws.node.folders import AlreadyRunning, lock, prepare
    from geometry_ws.node.outside import CannotListen
    from geometry_ws.node.projects import state_folder
    from geometry_ws.node.supervise import catching
    from geometry_ws.openspec.format.errors import NoProject
    from geometry_ws.render.graphics import check_graphics

    try:
        name: str = arguments.dir
        paths = arguments.path or [Path()]
        asked_projects = [_find(path, arguments.new, name, arguments.only) for path in paths]
        projects = list(dict.fromkeys(asked_projects))
        if sentence := check_graphics():
            return fail(sentence)
        address = f"http://localhost:{arguments.port}/"
        asked, others = _asked(arguments), _others(arguments)
        with (
            catching() as stops,
            prepare(arguments.state or state_folder(projects[0])) as folders,
            lock(folders, address) as killed,
        ):
            if sentence := _wait_for_port(arguments.port, killed):
                return fail(sentence)
            outside = _outside(asked, folders)
            served = Served(projects, [] if arguments.only else projects, name)
            return show_projects(
                served,
                arguments.port,
                folders,
                stops,
                outside=outside,
                read_only=asked.read_only,
                others=others,
            )
    except (
        NoProject, AlreadyRunning, NotPrivate, CannotListen, BadAccessFile, BadCertificate,
    ) as problem:  # fmt: skip
        return fail(str(problem))
    except BadAddressToShow as problem:
        return fail(str(problem), Exit.USAGE)
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        return fail(f"The node can't be started: {problem.strerror or problem}{where}.")


def _asked(arguments: argparse.Namespace) -> "Asked":
    from geometry_ws.node.outside import Asked

    return Asked(
        arguments.port,
        arguments.listen,
        arguments.public,
        arguments.public_port,
        tuple(arguments.tls) if arguments.tls else None,
        arguments.read_only,
    )


def _others(arguments: argparse.Namespace) -> "Others":
    from geometry_ws.node.addresses import check_origin
    from geometry_ws.node.template import Others

    return Others(
        tuple(dict.fromkeys(map(check_origin, arguments.allow_origin))),
        tuple(dict.fromkeys(map(check_origin, arguments.allow_frame))),
    )


def _outside(asked: "Asked", folders: "Folders") -> "list[Outside]":
    """The listeners for other machines; none without access for anybody. Raises CannotListen."""
    from geometry_ws.access.file import FILE, read_register
    from geometry_ws.access.register import Lookup
    from geometry_ws.http.certificates import read_tls
    from geometry_ws.node.addresses import write_address
    from geometry_ws.node.outside import CannotListen, plan_outside

    certificates, key = read_tls(asked.tls, folders.private) if asked.tls else ([], "")
    outside = plan_outside(asked, certificates, key)
    here = f"http://localhost:{asked.port}/"
    # Also for links that are made before the node can be started.
    write_address(folders.root, outside[0].url if outside else here, outside=bool(outside))
    register = read_register(folders.state / FILE)
    if outside and not Lookup(register).has_somebody(time.time()):
        raise CannotListen(
            "Nobody has access yet, so nobody could come in: run geometry-ws access add NAME "
            "--role maintainer first."
        )
    return outside


def _find(path: Path, new: bool, name: str = "openspec", only: bool = True) -> Path:
    """Find the project of a folder; make it there where that is wished, or agreed to.

    Unless `only` that one is meant, a folder with projects below it will do.
    """
    from geometry_ws.openspec.disk.find_project import find_project, make_project
    from geometry_ws.openspec.disk.find_roots import find_roots
    from geometry_ws.openspec.format.errors import NoProject

    try:
        return find_project(path, name)
    except NoProject:
        if not path.expanduser().is_dir():
            raise
        if not only and not new and find_roots(path.expanduser(), name):
            return path.expanduser().resolve()
        if not (new or _is_agreed_to(path, name)):
            raise
        return make_project(path, name)


def _is_agreed_to(path: Path, name: str) -> bool:
    """Ask whether an empty project shall be made in a folder; no where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    question = f"{path.resolve()} has no folder {name}. Make an empty project there? [y/N] "
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


class Served(NamedTuple):
    """What a node serves: projects, what lies below folders, what a folder openspec/ is called."""

    projects: list[Path]
    below: list[Path] = []
    name: str = "openspec"


def show_projects(
    served: Served,
    number: int,
    folders: "Folders",
    stops: "Stops",
    begin: Callable[[str], None] | None = None,
    *,
    outside: "Sequence[Outside]" = (),
    read_only: bool = False,
    others: "Others | None" = None,
) -> Exit:
    """Run a node for projects until it is stopped; `begin` gets its address once it is ready."""
    from geometry_ws.node import bytecode
    from geometry_ws.node.checks import has_six
    from geometry_ws.node.process import configure
    from geometry_ws.node.supervise import supervise
    from geometry_ws.node.template import Options, Others, configuration

    # A folder that is served for what lies below it may have no project of its own.
    own = [path for path in served.projects if (path / served.name).is_dir()]
    first, *more = map(str, own) if own else ("",)
    options = Options(
        first,
        tuple(more),
        number,
        str(folders.state),
        str(folders.private),
        read_only=read_only and not outside,
        outside=tuple(outside),
        six=has_six(),
        below=tuple(map(str, served.below)),
        folder="" if served.name == "openspec" else served.name,
        others=others or Others(),
    )
    configure(folders, configuration(options))
    listed = ", ".join(map(str, served.projects))
    say(f"Starting geometry_ws for {listed}; its log is {folders.logs / 'node.log'}")
    if sentence := bytecode.look(folders.bytecode).sentence:
        say(sentence)

    def ready(address: str) -> None:
        say(f"\n    Open {address} in a browser. Ctrl-C stops it.\n")
        for listener in outside:
            say(_about(listener))
        if begin is not None:
            begin(address)

    if not supervise(folders, number, stops, say, ready):
        return Exit.ERROR
    say("Stopped.")
    return Exit.OK


def _about(listener: "Outside") -> str:
    """What is said of a listener for other machines."""
    words = f"    Others open {listener.url} by a link: geometry-ws access add NAME --role …"
    if listener.url.startswith("https:") and not listener.certificates:
        words += f"\n    Its proxy passes requests on to {listener.interface}:{listener.port}."
    elif not listener.secure:
        words += "\n    It isn't encrypted: whoever can listen to that network can read along."
    return words + "\n"


COMMAND = Command(
    "up",
    "Show an OpenSpec project in the browser, and keep it shown until Ctrl-C.",
    _add_arguments,
    _run,
)
