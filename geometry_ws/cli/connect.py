"""``geometry-ws connect``: print what arrives, until Ctrl-C."""

import argparse
import os
import sys
from typing import Any

from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import NODE_HELP, add_token_file
from geometry_ws.cli.short_session import address_of


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", nargs="?", metavar="address", help=NODE_HELP)
    add_token_file(parser)
    parser.add_argument(
        "--frames", action="store_true", help="watch the world too, and summarise its frames"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--data", action="store_true", help="with --json: bytes as base64, not only their number"
    )


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.client.address import parse_address
    from geometry_ws.client.errors import BadAddress, ClientError

    try:
        address = parse_address(address_of(arguments))
    except BadAddress as problem:
        return fail(str(problem), Exit.USAGE)
    from geometry_ws.cli.message_printer import MessagePrinter
    from geometry_ws.client.program import run_connection

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    printer = MessagePrinter(
        address,
        frames=arguments.frames,
        as_json=arguments.json,
        data=arguments.data,
        colour=use_colour(sys.stdout),
    )
    failure = run_connection(printer.connection, printer.main)
    if isinstance(failure, ClientError):
        return fail(str(failure))
    if failure is not None:
        raise failure
    return Exit.OK


def use_colour(stream: Any) -> bool:
    """Whether to print in colours: on a terminal, unless NO_COLOR is set."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR")


COMMAND = Command(
    "connect",
    "Print what a node publishes, one line a message, until Ctrl-C.",
    _add_arguments,
    _run,
)
