"""The command line: ``geometry-ws`` and ``python -m geometry_ws``.

up.py               `up`: shows a project until Ctrl-C
join.py             `join`: shows projects of this machine on a board elsewhere
demo.py             `demo`: shows an example with programs
connect.py          `connect`: prints what arrives until Ctrl-C
show.py             `show`: shows pictures, a video, standard input or a program's terminal
call.py             `call`: calls a procedure
publish.py          `publish`: sends a message
access.py           `access`: who may come in, and as what
projects.py         `projects`: which further projects a node serves
attention.py        `attention`: what needs a person
notify.py           its `--notify`: a command, or a topic of ntfy's kind
standup.py          `standup`: what everybody did
agent.py            `agent`: what coding agents do, as commands
agents.py           `agents`: installs the tools and hooks for coding agents
mcp.py              `mcp`: the same as tools, for an agent that speaks MCP
channel.py          `mcp --channel`: what is told to a running session
openspec.py         `openspec`: the official tool's commands, in a folder or on a node
config.py           `config`: the router's configuration

started_node.py     a node that ends with the program that has started it
project_folder.py   the folder of the project that is worked on
find_node.py        which node and project a command means
plain_socket.py     a WebSocket and a call without WAMP, of the standard library alone
command.py          what a command is made of
argument_types.py   types of arguments: a port, a rate, a pair of numbers
short_session.py    a session for a single command
message_printer.py  the session of `connect`
messages.py         a message that arrives -> a line of text or JSON
values.py           ``key=value`` as it is typed, and values as they are printed
harmless.py         texts of other people for a terminal: what it would obey is made visible
sources/            what `show` can show
exits.py            the exit statuses
document.py         docs/command-line.md, made from the commands
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from geometry_ws import __version__
from geometry_ws.cli.command import Command
from geometry_ws.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

COMMANDS = (
    "up",
    "join",
    "demo",
    "connect",
    "show",
    "call",
    "publish",
    "config",
    "access",
    "projects",
    "attention",
    "standup",
    "agent",
    "agents",
    "mcp",
    "openspec",
)
"""The commands, each a module of this package with a ``COMMAND``."""


def find_commands() -> list[Command]:
    """All commands, in the order of the table."""
    return [_find_command(name) for name in COMMANDS]


def _find_command(name: str) -> Command:
    command: Command = import_module(f"geometry_ws.cli.{name}").COMMAND
    return command


def make_parser(commands: Sequence[Command] = ()) -> "argparse.ArgumentParser":
    """The parser of all commands, or of these alone."""
    import argparse

    statuses = ", ".join(f"{status.value} {status.name.lower()}" for status in Exit)
    parser = argparse.ArgumentParser(
        prog="geometry-ws",
        description="The display server and the spec server of Geometry OS.",
        epilog=f"Exit status: {statuses}.",
    )
    parser.add_argument("--version", action="version", version=f"geometry_ws {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in commands or find_commands():
        sub = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def _split_program(named: Command | None, words: list[str]) -> tuple[list[str], list[str] | None]:
    """What stands behind `--` is a program with its arguments, for commands that run one."""
    if named is None or not named.runs_program or "--" not in words:
        return words, None
    place = words.index("--")
    return words[:place], words[place + 1 :]


def _open_closed_streams() -> None:
    """Open what `>&-` has closed: no other file takes its number, and what is said goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status of the process."""
    words = list(sys.argv[1:] if argv is None else argv)
    _open_closed_streams()
    try:
        # Most commands are short-lived: the one that is meant is imported, and no other.
        named = _find_command(words[0]) if words and words[0] in COMMANDS else None
        if named is not None and named.raw is not None:
            return named.raw(words[1:])
        words, program = _split_program(named, words)
        arguments = make_parser([named] if named else ()).parse_args(words)
        arguments.program = program
        return int(arguments.run(arguments))
    except BrokenPipeError:
        # The reader of our output has left, as `head` does: nothing to complain about.
        sys.stderr.close()
        return int(Exit.OK)
    except KeyboardInterrupt:
        return int(Exit.OK)
