"""Writes docs/command-line.md from the commands: `python -m geometry_ws.cli.document`.

The page is made from the arguments that a command adds, not from argparse's help: the layout of
that differs between versions of Python and follows the width of the terminal.
"""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from geometry_ws.cli import find_commands
from geometry_ws.cli.command import Command
from geometry_ws.cli.exits import Exit
from geometry_ws.openspec.commands import COMMANDS, GROUPS, PROGRAM, find_command
from geometry_ws.openspec.commands.arguments import Syntax, usage, visible_options
from geometry_ws.protocol.prose import fill

FILE = Path("docs") / "command-line.md"

HEAD = """\
# The command line

<!-- This page is made by `make generate` from the commands in geometry_ws/cli. -->

All commands of `geometry-ws`, with their arguments and options.
`geometry-ws --help` lists them, and `geometry-ws COMMAND --help` explains one of them.
`python -m geometry_ws` is the same program, and `geometry-ws --version` prints its version.
"""

OPENSPEC = """\
What is typed behind `geometry-ws openspec` is read by the official tool's rules.
[OpenSpec on the command line](openspec.md) says what is the same there, and what differs.
`--url` and `--project` may stand anywhere in the line.
The exit status is the official tool's: 0, or 1 where something is wrong.
Where a node named by `--url` can't be asked, it is one of those above.
"""


class _Recorder(argparse.ArgumentParser):
    """A parser that remembers the arguments which a command adds to it, in their order."""

    def __init__(self) -> None:
        super().__init__(add_help=False)
        self.actions: list[argparse.Action] = []

    def add_argument(self, *names: Any, **settings: Any) -> argparse.Action:
        action = super().add_argument(*names, **settings)
        self.actions.append(action)
        return action


def page() -> str:
    """The whole page as Markdown."""
    commands = find_commands()
    contents = _contents((f"geometry-ws {command.name}", command.help) for command in commands)
    parts = [HEAD, contents, _statuses(), *map(_command, commands)]
    return "\n".join([*parts, *_openspec_commands()])


def _contents(commands: Iterable[tuple[str, str]]) -> str:
    """A table of commands; the anchors are made as GitHub and MkDocs make them."""
    lines = ["| command | what it does |", "| --- | --- |"]
    for name, text in commands:
        lines.append(f"| [`{name}`](#{name.replace(' ', '-')}) | {text} |")
    return "\n".join(lines) + "\n"


def _statuses() -> str:
    lines = ["## Exit statuses", "", "| status | name | what it means |", "| --- | --- | --- |"]
    lines += [f"| {status.value} | {status.name.lower()} | {status.meaning} |" for status in Exit]
    return "\n".join(lines) + "\n"


def _command(command: Command) -> str:
    parser = _Recorder()
    command.add_arguments(parser)
    words = [_usage_of(action) for action in sorted(parser.actions, key=_is_operand)]
    rows = [(_form(action), action.help or "") for action in parser.actions]
    return _section("##", f"geometry-ws {command.name}", command.help, words, rows)


def _is_operand(action: argparse.Action) -> bool:
    return not action.option_strings


def _form(action: argparse.Action) -> str:
    """An argument as it is typed: ``--port PORT`` or ``[path ...]``."""
    value = _value(action)
    names = ", ".join(action.option_strings)
    return f"{names} {value}".strip() if names else value


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices is not None:
        name = "{" + ",".join(map(str, action.choices)) + "}"
    elif isinstance(action.metavar, str):
        name = action.metavar
    else:
        name = action.dest.upper() if action.option_strings else action.dest
    forms = {"*": f"[{name} ...]", "?": f"[{name}]", "+": f"{name} [{name} ...]"}
    return forms.get(str(action.nargs), name)


def _usage_of(action: argparse.Action) -> str:
    if not action.option_strings:
        return _value(action)
    form = f"{action.option_strings[0]} {_value(action)}".strip()
    return form if action.required else f"[{form}]"


def _openspec_names() -> Iterator[str]:
    """The names of all commands below `openspec`: ``list``, ``spec list``."""
    for name in COMMANDS:
        if name in GROUPS:
            yield from (f"{name} {verb}" for verb in GROUPS[name])
        else:
            yield name


def _openspec_commands() -> Iterator[str]:
    yield OPENSPEC
    syntaxes = [find_command(name).syntax for name in _openspec_names()]
    yield _contents((f"{PROGRAM} {syntax.name}", syntax.help) for syntax in syntaxes)
    yield from map(_openspec_command, syntaxes)


def _openspec_command(syntax: Syntax) -> str:
    rows = [(str(option), option.help) for option in visible_options(syntax)]
    return _section("###", f"{PROGRAM} {syntax.name}", syntax.help, usage(syntax), rows)


def _section(
    level: str, name: str, text: str, words: Iterable[str], rows: list[tuple[str, str]]
) -> str:
    lines = [f"{level} `{name}`", "", fill(text), "", "```sh", " ".join([name, *words]), "```", ""]
    if rows:
        lines += ["| argument or option | what it is |", "| --- | --- |"]
        lines += [f"| `{form}` | {_cell(meaning)} |" for form, meaning in rows]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def main() -> None:
    """Write the page of this checkout."""
    root = Path(__file__).parent.parent.parent
    (root / FILE).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
