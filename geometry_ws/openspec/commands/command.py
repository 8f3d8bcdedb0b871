"""Commands: their definition, the context they run in, and checks that several share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geometry_ws.openspec.commands.arguments import Arguments, Syntax
from geometry_ws.openspec.commands.output import Failed, Writer
from geometry_ws.openspec.commands.project import Project, is_implicit


@dataclass(slots=True)
class Context:
    """Everything that a command works with.

    `today` is the date for archiving (YYYY-MM-DD, empty: the machine's), `ask` asks the user a
    yes/no question and may get no answer (None: there is no user), `clock` gives seconds.
    """

    project: Project
    arguments: Arguments
    out: Writer
    today: str
    ask: Callable[[str], bool | None] | None
    clock: Callable[[], float]

    @property
    def as_json(self) -> bool:
        """Whether the answer is to be JSON."""
        return self.arguments.flag("json")


@dataclass(frozen=True, slots=True)
class Command:
    """A command as its module defines it in ``COMMANDS``.

    An error without a code of its own gets `code`. In a JSON answer the error stands beside what
    `payload` makes of the arguments; a command without a payload gives errors as text only.
    """

    syntax: Syntax
    handler: Callable[[Context], None]
    code: str = "command_error"
    payload: Callable[[Arguments], dict[str, Any]] | None = None


def check_store(arguments: Arguments) -> None:
    """Refuse options that select one of the official tool's stores; raises Failed."""
    if "store-path" in arguments.options:
        raise Failed(
            "store_path_not_supported",
            "A store is not selected by its path.",
            target="store.id",
            fix="Work in the store's folder, or use the official tool.",
        )
    store = arguments.value("store")
    if store is not None:
        raise Failed(
            "no_registered_stores",
            f'The store "{store}" is not known: stores are a matter of the official tool.',
            target="store.id",
            fix="Work in the store's folder, or use the official tool.",
        )


def check_root(context: Context) -> None:
    """Refuse a place that has no project; raises Failed."""
    if is_implicit(context.project):
        raise Failed(
            "no_openspec_root",
            "There is no OpenSpec project here, nor in a folder above.",
            target="openspec.root",
            fix="Go to a project, or make one: openspec init",
        )
