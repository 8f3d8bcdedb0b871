"""``geometry-ws publish``: send a message to the subscribers of a topic."""

import argparse
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.command import Command
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import add_node
from geometry_ws.cli.short_session import add_keywords, run_with_keywords

if TYPE_CHECKING:
    from geometry_ws.client.client import Client


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic", help="the topic: app.NAME is free for programs")
    add_keywords(parser)
    add_node(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    async def publish(client: "Client", keywords: dict[str, Any]) -> None:
        await client.publish_with(arguments.topic, keywords)

    return run_with_keywords(arguments, publish)


COMMAND = Command(
    "publish",
    "Publish a message, and say when it was refused; silent when the node has taken it.",
    _add_arguments,
    _run,
)
