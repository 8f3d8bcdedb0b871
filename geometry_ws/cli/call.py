"""``geometry-ws call``: call a procedure and print what it answers."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.command import Command
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import add_node
from geometry_ws.cli.short_session import add_keywords, run_with_keywords
from geometry_ws.cli.values import UsageError, one_line, plain

if TYPE_CHECKING:
    from geometry_ws.client.client import Client


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("uri", help="the procedure, by its short name: change.list")
    add_keywords(parser)
    parser.add_argument("--json", action="store_true", help="one line of JSON, bytes as base64")
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write the bytes of the result to a file, or with - to standard output (which is "
        "what happens where that is no terminal)",
    )
    add_node(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    async def call(client: "Client", keywords: dict[str, Any]) -> None:
        _show(await client.call_with(arguments.uri, keywords), arguments)

    return run_with_keywords(arguments, call, as_json=arguments.json)


def _show(result: Any, arguments: argparse.Namespace) -> None:
    target = arguments.output
    values = list(_find_bytes(result, ""))
    if target is None and values and not arguments.json and not sys.stdout.isatty():
        target = "-"
    if target is None:
        _print(result, arguments.json)
        return
    if len(values) != 1:
        held = ", ".join(name for name, _ in values) or "none"
        raise UsageError(f"--output needs a result with one value of bytes; this one has {held}.")
    data = values[0][1]
    if target == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    Path(target).write_bytes(data)
    _print(result, arguments.json)


def _find_bytes(value: Any, name: str) -> Iterator[tuple[str, bytes]]:
    if isinstance(value, bytes):
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _find_bytes(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find_bytes(item, f"{name}[{index}]")


def _print(result: Any, as_json: bool) -> None:
    print(one_line(result, data=True) if as_json else json.dumps(plain(result), indent=2))


COMMAND = Command("call", "Call a procedure and print its result.", _add_arguments, _run)
