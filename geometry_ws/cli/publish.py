"""``geometry-ws publish``: send a message to whoever listens on a topic."""

import argparse
from typing import TYPE_CHECKING

from geometry_ws.cli.call import ARGUMENTS_HELP
from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.once import add_url, do_once
from geometry_ws.cli.values import Usage, read_arguments

if TYPE_CHECKING:
    from geometry_ws.client.client import Client


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic", help="the topic: app.NAME is free for programs")
    parser.add_argument("argument", nargs="*", metavar="key=value", help=ARGUMENTS_HELP)
    add_url(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    try:
        keywords = read_arguments(arguments.argument)
    except Usage as problem:
        return fail(str(problem), Exit.USAGE)

    async def work(client: "Client") -> None:
        await client.publish_with(arguments.topic, keywords)

    return do_once(arguments.url, work)


COMMAND = Command(
    "publish",
    "Publish a message, and say when it was refused; silent when the node has taken it.",
    _add_arguments,
    _run,
)
