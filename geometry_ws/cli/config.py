"""``geometry-ws config``: the router's configuration, as `crossbar start` reads it."""

import argparse
import json
import sys

from geometry_ws.cli.argument_types import port
from geometry_ws.cli.command import Command
from geometry_ws.cli.exits import Exit


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port, help="where the node listens (8081)")
    parser.add_argument(
        "--project", help="the project's folder, from where the configuration lies (..)"
    )


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.node.template import Options, configuration

    given = {name: getattr(arguments, name) for name in ("port", "project")}
    options = Options(**{name: value for name, value in given.items() if value is not None})
    json.dump(configuration(options), sys.stdout, indent=1)
    sys.stdout.write("\n")
    return Exit.OK


COMMAND = Command(
    "config",
    "Print a configuration for Crossbar.io; .crossbar/config.json is the one without options.",
    _add_arguments,
    _run,
)
