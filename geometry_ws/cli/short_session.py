"""A session for a single command: connect, do something, leave."""

import argparse
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.command import fail
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import find_address
from geometry_ws.cli.project_folder import find_project_folder
from geometry_ws.cli.values import UsageError, escape, one_line, read_arguments

if TYPE_CHECKING:
    from geometry_ws.client.address import Address
    from geometry_ws.client.client import Client


def add_keywords(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that become keywords of a call or a message."""
    parser.add_argument(
        "argument",
        nargs="*",
        metavar="key=value",
        help="an argument: JSON where the value parses as JSON, text otherwise; key=@file and "
        "key=- send the bytes of a file or of standard input unchanged",
    )


def address_of(arguments: argparse.Namespace) -> "str | Address":
    """The node that is meant, with the token of the file that was named."""
    from geometry_ws.client.address import parse_address, with_token
    from geometry_ws.client.errors import BadAddress

    text = find_address(arguments.url, find_project_folder(None))
    if arguments.token_file is None:
        return text
    try:
        return with_token(parse_address(text), arguments.token_file)
    except BadAddress:
        # Whoever uses it says what is wrong with it.
        return text


def run_in_session(
    address: "str | Address", work: "Callable[[Client], Awaitable[Any]]", *, as_json: bool = False
) -> Exit:
    """Open a session, await ``work`` with its client and close it.

    Prints on stderr why that failed; with ``as_json`` the error of a call also on stdout.
    """
    from geometry_ws.client.address import parse_address
    from geometry_ws.client.errors import (
        BadAddress,
        CallError,
        ClientError,
        NotAdmitted,
        Unreachable,
    )
    from geometry_ws.client.program import run_connection

    try:
        parsed = parse_address(address)
    except BadAddress as problem:
        return fail(str(problem), Exit.USAGE)
    from geometry_ws.client.connection import Connection

    done = []

    async def once(client: "Client") -> None:
        await work(client)
        done.append(True)

    failure = run_connection(Connection(parsed, needs=(), retry=False), once)
    if failure is None:
        return Exit.OK if done else fail("interrupted")
    if isinstance(failure, BrokenPipeError):
        raise failure
    if isinstance(failure, CallError):
        if as_json:
            error = {"error": failure.uri, "args": [failure.message], "kwargs": failure.fields}
            print(one_line(error))
        return fail(_sentence_of(failure))
    if isinstance(failure, NotAdmitted):
        return fail(f"{escape(str(failure))}.")
    if isinstance(failure, Unreachable):
        return fail(f"{escape(str(failure))}.", Exit.UNREACHABLE)
    if isinstance(failure, UsageError):
        return fail(escape(str(failure)), Exit.USAGE)
    if isinstance(failure, ClientError | OSError):
        return fail(escape(str(failure)))
    raise failure


def follow(address: "str | Address", work: "Callable[[Client], Awaitable[Any]]") -> Exit:
    """Await ``work`` with a client, again whenever the node is back, until Ctrl-C."""
    from geometry_ws.client.errors import BadAddress, CallError, ClientError
    from geometry_ws.client.program import run

    try:
        run(work, address, twisted=True)
    except BadAddress as problem:
        return fail(str(problem), Exit.USAGE)
    except CallError as problem:
        return fail(_sentence_of(problem))
    except ClientError as problem:
        return fail(escape(str(problem)))
    return Exit.OK


def run_with_keywords(
    arguments: argparse.Namespace,
    work: "Callable[[Client, dict[str, Any]], Awaitable[None]]",
    *,
    as_json: bool = False,
) -> Exit:
    """Run ``work`` as `run_in_session` does, with the keywords that were typed as well."""
    try:
        keywords = read_arguments(arguments.argument)
    except UsageError as problem:
        return fail(str(problem), Exit.USAGE)
    address = address_of(arguments)
    return run_in_session(address, lambda client: work(client, keywords), as_json=as_json)


def _sentence_of(problem: Any) -> str:
    fields = {
        name: value for name, value in problem.fields.items() if str(value) not in problem.message
    }
    more = f" {one_line(fields)}" if fields else ""
    return escape(f"{problem.message} [{problem.name}]{more}")
