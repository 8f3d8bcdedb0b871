"""``geometry-ws call``: call a procedure and print what it answers."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.once import add_url, do_once
from geometry_ws.cli.values import Usage, one_line, plain, read_arguments

if TYPE_CHECKING:
    from geometry_ws.client.client import Client

ARGUMENTS_HELP = (
    "an argument: JSON where the value parses as JSON, text otherwise; key=@file and key=- "
    "send the bytes of a file or of standard input unchanged"
)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("uri", help="the procedure, by its short name: change.list")
    parser.add_argument("argument", nargs="*", metavar="key=value", help=ARGUMENTS_HELP)
    parser.add_argument("--json", action="store_true", help="one line of JSON, bytes as base64")
    parser.add_argument(
        "--output",
        metavar="FILE",
        help="write the bytes of the result to a file, or with - to standard output (which is "
        "what happens where that is no terminal)",
    )
    add_url(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    try:
        keywords = read_arguments(arguments.argument)
    except Usage as problem:
        return fail(str(problem), Exit.USAGE)

    async def work(client: "Client") -> None:
        _show(await client.call_with(arguments.uri, keywords), arguments)

    return do_once(arguments.url, work, as_json=arguments.json)


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
        raise Usage(f"--output needs a result with one value of bytes; this one has {held}.")
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
