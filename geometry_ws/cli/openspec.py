"""``geometry-ws openspec``: the official tool's commands, on the folder here or on a node.

What is typed after it is read by the official tool's rules, not by argparse, so that scripts can
call one instead of the other. Only what the command needs is imported.
"""

import contextlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from geometry_ws.cli.command import Command
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.harmless import harmless
from geometry_ws.openspec.commands import run, writes
from geometry_ws.openspec.commands.command import Ask
from geometry_ws.openspec.commands.output import Output
from geometry_ws.openspec.format.errors import NoProject

if TYPE_CHECKING:
    import argparse

    from geometry_ws.client.client import Client
    from geometry_ws.openspec.commands.project import Project

_CWD_ONLY = ("change", "spec")
"""Commands that look for a project here only, not in the folders above."""


def answer(argv: Sequence[str]) -> int:
    """Run one command line; gives the exit status."""
    words, options = _take_ours(argv)
    if "url" in options:
        return _ask_node(options["url"], options.get("project"), words)
    return _write(_run_here(words, options.get("project")))


def _take_ours(argv: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Take out the options that are not the official tool's: --url and --project."""
    words: list[str] = []
    options: dict[str, str] = {}
    pending = list(reversed(argv))
    while pending:
        word = pending.pop()
        name, equals, value = word.removeprefix("--").partition("=")
        if word == "--":
            words += [word, *reversed(pending)]
            break
        if not word.startswith("--") or name not in ("url", "project"):
            words.append(word)
        elif equals:
            options[name] = value
        elif pending:
            options[name] = pending.pop()
        else:
            words.append(word)
    return words, options


def _run_here(words: list[str], project: str | None) -> Output:
    from geometry_ws.openspec.commands.folder_project import FolderProject
    from geometry_ws.openspec.disk.find_project import find_root
    from geometry_ws.openspec.disk.folder import Folder

    try:
        start = project or os.getcwd()  # noqa: PTH109  (paths are text here)
    except FileNotFoundError:
        return run(words, cast("Project", _Nowhere()))
    path, source = find_root(start)
    first = next((word for word in words if not word.startswith("-")), "")
    if first in _CWD_ONLY:
        path = os.path.realpath(start)
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")  # noqa: PTH111
    folder = Folder(path, f"{data}/openspec/schemas")
    asked = FolderProject(folder, {"path": path, "source": source}, lambda: _state_folder(path))
    return run(words, asked, today=time.strftime("%Y-%m-%d"), ask=_asker(words))


class _Nowhere:
    """The project of a folder that was deleted while somebody is in it: whatever is asked fails."""

    def __getattr__(self, name: str) -> object:
        raise NoProject(
            "The folder that you are in was deleted. Go to another one, or name it: --project"
        )


def _state_folder(path: str) -> Path:
    """Where the project's node keeps its state: what deltas were written against, too."""
    from geometry_ws.node.projects import state_folder

    return state_folder(Path(path)) / "state"


def _asker(words: Sequence[str]) -> Ask | None:
    """A function that asks whoever writes to us; None for JSON answers, which nobody is asked for.

    Answers may be piped in, a line for each question; without a line the answer is None. An empty
    line is the usual answer.
    """
    if "--json" in words:
        return None

    def ask(question: str, usual: bool) -> bool | None:
        print(f"{question} [{'Y/n' if usual else 'y/N'}] ", end="", file=sys.stderr, flush=True)
        try:
            line = sys.stdin.readline() if sys.stdin else ""
        except (OSError, ValueError):
            line = ""
        if not line.endswith("\n"):
            print(file=sys.stderr, flush=True)
        said = line.strip().lower()
        return (said.startswith("y") if said else usual) if line else None

    return ask


def _write(output: Output) -> int:
    status = output.exit
    for stream, text in ((sys.stdout, output.stdout), (sys.stderr, output.stderr)):
        if not text:
            continue
        try:
            stream.flush()
            if stream.isatty():
                text = harmless(text)
            # The same bytes on every system, whatever its language is set to.
            stream.buffer.write(text.encode("utf-8", "surrogateescape"))
            stream.flush()
        except OSError as problem:
            _give_up(stream)
            # A reader who has left, as `head` does, has what it wants.
            if not isinstance(problem, BrokenPipeError):
                status = status or 1
                with contextlib.suppress(OSError):
                    why = problem.strerror or problem
                    print(f"Error: the answer can't be written: {why}.", file=sys.stderr)
    return status


def _give_up(stream: TextIO) -> None:
    """Write no more to a stream; what is left in it would be tried again at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _ask_node(url: str, project: str | None, words: Sequence[str]) -> int:
    from geometry_ws.cli.short_session import run_in_session

    statuses: list[int] = []
    keywords: dict[str, object] = {"arguments": list(words)}
    procedure = "command.write" if writes(words) else "command.run"
    if project is not None:
        keywords["project"] = project

    async def work(client: "Client") -> None:
        output = await client.call_with(procedure, keywords)
        statuses.append(_write(Output(output["stdout"], output["stderr"], output["exit"])))

    status = run_in_session(url, work)
    return statuses[0] if statuses and status is Exit.OK else int(status)


def _add_arguments(parser: "argparse.ArgumentParser") -> None:
    parser.add_argument("arguments", nargs="*", help="as OpenSpec's own command takes them")
    parser.add_argument("--url", metavar="ADDRESS", help="ask a node instead of the folder here")
    parser.add_argument("--project", help="the node's project, or another folder than this")


COMMAND = Command(
    "openspec",
    "Ask an OpenSpec project, with the official tool's commands and some of our own.",
    _add_arguments,
    lambda arguments: Exit(answer(arguments.arguments)),
    raw=answer,
)
