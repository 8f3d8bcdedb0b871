"""``geometry-ws demo``: an example project and programs that draw, from any folder."""

import argparse

from geometry_ws.cli.argument_types import port
from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit

_PORT = 8081
_TRIED_PORTS = 20


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=port, help=f"where to listen ({_PORT}, or the next that is free)"
    )


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.cli.up import Served, say, show_projects
    from geometry_ws.demo.show import Programs, copied_project
    from geometry_ws.node.folders import lock, prepare
    from geometry_ws.node.supervise import catching
    from geometry_ws.render.graphics import check_graphics

    if sentence := check_graphics():
        return fail(sentence)
    number, sentence = _find_port(arguments.port)
    if sentence:
        return fail(sentence)
    try:
        with (
            catching() as stops,
            copied_project() as folder,
            prepare(folder / "state") as folders,
            lock(folders, f"http://localhost:{number}/"),
        ):
            say("A lighthouse that nobody keeps: change what you like, it goes when the demo ends.")
            programs = Programs(folders.logs / "programs.log")
            try:
                return show_projects(
                    Served([folder / "lighthouse"]), number, folders, stops, programs.start
                )
            finally:
                programs.stop()
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        return fail(f"The demo can't be started: {problem.strerror or problem}{where}.")


def _find_port(wanted: int | None) -> tuple[int, str | None]:
    """Give the port to listen on, and a sentence where there is none."""
    from geometry_ws.node.checks import check_port

    numbers = [wanted] if wanted else range(_PORT, _PORT + _TRIED_PORTS)
    sentence = None
    for number in numbers:
        sentence = check_port(number)
        if sentence is None:
            return number, None
    return wanted or _PORT, sentence


COMMAND = Command(
    "demo",
    "Show an example project, whose tasks get done by themselves, and two programs that draw.",
    _add_arguments,
    _run,
)
