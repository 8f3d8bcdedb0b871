"""``geometry-ws join``: show projects of this machine on a board elsewhere, until Ctrl-C."""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import add_token_file, http_address
from geometry_ws.cli.up import say
from geometry_ws.client.address import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geometry_ws.client.client import Client
    from geometry_ws.client.failure_reasons import Closed


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="ADDRESS", help="the node, such as https://board.example")
    parser.add_argument(
        "path", nargs="*", type=Path, help="the folders of one or more projects (this one)"
    )
    add_token_file(parser)
    parser.add_argument(
        "--read-only", action="store_true", help="people at the board only look, whatever they may"
    )
    parser.add_argument("--state", type=Path, help="where to keep state (the system's usual place)")


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.client.address import parse_address, with_token
    from geometry_ws.client.errors import BadAddress, ClientError
    from geometry_ws.http.private_folder import NotPrivate
    from geometry_ws.node.folders import AlreadyRunning, lock, prepare
    from geometry_ws.node.projects import state_folder
    from geometry_ws.openspec.disk.find_project import find_project
    from geometry_ws.openspec.format.errors import NoProject

    try:
        address = with_token(parse_address(arguments.url), arguments.token_file)
        projects = [find_project(path) for path in arguments.path or [Path()]]
        board = http_address(arguments.url)
        with (
            prepare(arguments.state or state_folder(projects[0])) as folders,
            lock(folders, board),
        ):
            joining = _Joining(address, board)
            failure = joining.run(projects, folders.state, read_only=arguments.read_only)
    except BadAddress as problem:
        return fail(str(problem), Exit.USAGE)
    except (NoProject, AlreadyRunning, NotPrivate) as problem:
        return fail(str(problem))
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        return fail(f"Nothing can be joined: {problem.strerror or problem}{where}.")
    if isinstance(failure, ClientError):
        return fail(str(failure).rstrip(".") + ".")
    if failure is not None:
        raise failure
    return Exit.OK


_OWN_END = ("wamp.close.normal", "wamp.close.goodbye_and_out")
"""The reasons of an end that this side has asked for."""


class _Joining:
    """Joins, and says what becomes of it."""

    def __init__(self, address: Address, board: str) -> None:
        from geometry_ws.client.connection import Connection, Notices

        class Printed(Notices):
            """Says once that the node is gone, and why."""

            def closed(_self, closed: "Closed") -> None:  # noqa: N805
                if closed.reason not in _OWN_END:
                    self._say_away(closed.sentence)

            def waiting(_self, reason: str, seconds: float) -> None:  # noqa: N805, ARG002
                if reason:
                    self._say_away(reason)

        self._board = board
        self._connection = Connection(address, notices=Printed(), name="geometry-ws join", needs=())
        self._joined = self._away = False

    def run(self, projects: "Sequence[Path]", state: Path, *, read_only: bool) -> Any:
        """Join until a signal comes; gives what went wrong, if anything did."""
        from twisted.internet import reactor as installed

        from geometry_ws.client.program import run_connection
        from geometry_ws.components.openspec.joining.machine import ThisMachine

        reactor: Any = installed
        machine = ThisMachine(reactor, projects, state, self, read_only=read_only)
        reactor.addSystemEventTrigger("before", "shutdown", machine.end)
        started = False

        async def main(client: "Client") -> None:
            nonlocal started
            machine.check(client)
            if not started:
                started = True
                await machine.start()
            await machine.serve(client)

        return run_connection(self._connection, main)

    def welcomed(self, name: str, projects: Mapping[str, str]) -> None:
        """Say under which names the projects are there."""
        if self._joined:
            if self._away:
                say(f"Back at {self._board} ({_clock()}).")
            self._away = False
            return
        self._joined, self._away = True, False
        say(f"Joined {self._board} as {name}; Ctrl-C ends it.")
        for here, there in projects.items():
            say(f"  {here}: {self._board}/?project={there}")

    def _say_away(self, why: str) -> None:
        if not self._away:
            self._away = True
            say(f"Away from {self._board} ({_clock()}): {why}. It is tried again until it works.")


def _clock() -> str:
    return time.strftime("%H:%M:%S")


COMMAND = Command(
    "join",
    "Show projects of this machine on a board elsewhere, until Ctrl-C.",
    _add_arguments,
    _run,
)
