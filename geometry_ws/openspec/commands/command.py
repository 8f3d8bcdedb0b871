"""Commands: their definition, the context they run in, and checks that several share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geometry_ws.openspec.commands.arguments import Arguments, Syntax
from geometry_ws.openspec.commands.output import Failed, Writer
from geometry_ws.openspec.commands.project import Project, has_planning_folders, is_implicit
from geometry_ws.openspec.format.config import CONFIG_FILE
from geometry_ws.openspec.format.sources import METADATA_FILE

_STORE = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")

Ask = Callable[[str, bool], bool | None]


@dataclass(slots=True)
class Context:
    """Everything that a command works with.

    `today` is the date for archiving (YYYY-MM-DD, empty: the machine's), `ask` asks the user a
    yes/no question, with the answer that an empty line stands for, and may get no answer (None:
    there is no user), `clock` gives seconds.
    """

    project: Project
    arguments: Arguments
    out: Writer
    today: str
    ask: Ask | None
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
    if store is not None and not _STORE.fullmatch(store):
        raise Failed(
            "invalid_store_id",
            f'"{store}" can\'t be the id of a store.',
            target="store.id",
            fix="An id has small letters, digits, and single hyphens between them.",
        )
    if store is not None:
        raise Failed(
            "no_registered_stores",
            f'The store "{store}" is not known: stores are a matter of the official tool.',
            target="store.id",
            fix="Work in the store's folder, or use the official tool.",
        )


def check_config(context: Context, command: str) -> None:
    """Tell what is wrong in config.yaml; refuse a project that only points to a store."""
    config = context.project.schemas.config
    if not has_planning_folders(context.project) and not is_implicit(context.project):
        folder = context.project.folder_name
        place = f"{context.project.path}/{folder}/{CONFIG_FILE}"
        if config.unusable or config.bad_store:
            raise Failed(
                "invalid_store_pointer",
                f"{place} can't be followed: {config.problems[0]}",
                target="store.pointer",
                fix=f"Put {place} right, or make the folders {folder}/specs and {folder}/changes.",
            )
        if config.store is not None:
            raise Failed(
                "no_registered_stores",
                f'{place} points to the store "{config.store}", which is not known here:'
                " stores are a matter of the official tool.",
                target="store.id",
                fix="Work in the store's folder, or use the official tool.",
            )
    elif config.store is not None:
        context.out.warn(f"Warning: {config.ignored_store}")
    if config.problems and _depends_on_config(context, command):
        for problem in config.problems:
            context.out.warn(f"Warning: {problem}")


def _depends_on_config(context: Context, command: str) -> bool:
    """Say whether a command looks at a change that has no metadata, so that config.yaml counts."""
    flag, project = context.arguments.flag, context.project
    if command in ("show", "schemas"):
        return False
    name = context.arguments.value("change") or context.arguments.operand()
    every = flag("all") or flag("changes") or (command == "list" and not flag("specs"))
    names = [name] if name else project.all_change_names if every else ()
    changes = (project.change(name) for name in names)
    return any(change and METADATA_FILE not in change.sources for change in changes)


def check_root(context: Context) -> None:
    """Refuse a place that has no project; raises Failed."""
    if is_implicit(context.project):
        raise Failed(
            "no_openspec_root",
            "There is no OpenSpec project here, nor in a folder above.",
            target="openspec.root",
            fix="Go to a project, or make one here: geometry-ws up --new",
        )
