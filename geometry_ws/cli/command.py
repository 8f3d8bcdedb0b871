"""The parts of a command of the command line."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from geometry_ws.cli.exits import Exit

if TYPE_CHECKING:
    import argparse


class Command(NamedTuple):
    """A command: modules define one as ``COMMAND``, the table in ``geometry_ws.cli`` lists them.

    Importing such a module imports nothing heavy; `run` does. A command with `raw` reads what was
    typed after its name by itself.
    """

    name: str
    help: str
    add_arguments: "Callable[[argparse.ArgumentParser], None]"
    run: "Callable[[argparse.Namespace], Exit]"
    raw: Callable[[Sequence[str]], int] | None = None
    runs_program: bool = False
    """Whether `--` and a program may follow: its words are in ``arguments.program``, else None."""


def run_alone(command: Command, words: Sequence[str]) -> int:
    """Read a command's words without importing all others: for those that start often."""
    import argparse

    parser = argparse.ArgumentParser(prog=f"geometry-ws {command.name}", description=command.help)
    command.add_arguments(parser)
    return int(command.run(parser.parse_args(words)))


def fail(sentence: str, status: Exit = Exit.ERROR) -> Exit:
    """Say on stderr why it can't be done; gives the status."""
    print(f"geometry-ws: {sentence}", file=sys.stderr, flush=True)
    return status
