"""The commands of the official tool, and ours: arguments in, the texts to print out.

`run` prints nothing and knows no working directory, no environment and no network: a terminal and
a node's callers get the same answers. A command's module is imported when the command is run.

arguments.py        what can be typed after a command, by the official tool's rules
command.py          a command: its syntax, its handler, and the context it runs in
project.py          the project that a command works on: what a command may ask of it
folder_project.py   that project in a folder
stored_project.py   that project as a node holds it
folder_bases.py     what deltas in that folder were written against
live_folder.py      the folder that `archive`, `rebase` and `task` write in
moved.py            what has changed under deltas, as several commands tell of it
markers.py          conflict markers of git, as validating tells of them
typed_names.py      names as a shell types them
output.py           two texts and a status; values as JSON; errors

archived.py         archived changes in `list`, and `unarchive` (ours)
listing.py          `list`: changes with their progress, or specs
view.py             `view`: the project summed up
show.py             `show`: a change or a spec
diffs.py            `show --diff`: what a modified requirement was and becomes
validate.py         `validate`: one item, several or all
status.py           `status`: which documents of a change are there
new_change.py       `new change`: a change with its metadata
instructions.py     `instructions apply|archive`: what an agent needs to know
document_instructions.py  `instructions DOCUMENT`: how a document is written
archive.py          `archive`: a change into the archive, specs brought up to date
schemas.py          `schemas`: the workflows
change.py           `change list|show|validate`: old forms
spec.py             `spec list|show|validate`: old forms
task.py             `task list|set` (ours)
task_edits.py       `task add|edit|move|remove` (ours)
rebase.py           `rebase`: a change merged with what has changed in the specs since (ours)
overlap.py          `overlap`: open changes that touch the same requirements (ours)
next_change.py      `next`: which open change comes next (ours)
search.py           `search`: words in all texts (ours)
history.py          `history`: what was archived, and when (ours)
blame.py            `blame`: where the requirements of a spec come from (ours)
counts.py           `counts`: the project in numbers (ours)
"""

import time
from collections.abc import Callable, Sequence
from importlib import import_module

from geometry_ws.openspec import OFFICIAL_VERSION
from geometry_ws.openspec.commands.arguments import (
    HELP,
    Usage,
    asks_for_help,
    did_you_mean,
    help_text,
    parse,
)
from geometry_ws.openspec.commands.command import Ask, Command, Context, check_config, check_store
from geometry_ws.openspec.commands.output import Failed, Output, Writer
from geometry_ws.openspec.commands.project import Project
from geometry_ws.openspec.format.errors import StoreError

PROGRAM = "geometry-ws openspec"

COMMANDS = {
    "list": "List the changes, or with --specs the specs",
    "view": "Show the project summed up",
    "show": "Show a change or a spec",
    "validate": "Check changes and specs by the rules",
    "status": "Show which documents of a change are there and which come next",
    "schemas": "List the workflows that the project can use",
    "new": "Make a new change: new change",
    "instructions": "Say what is needed to write a document, or to carry a change out",
    "archive": "Archive a change that is done, and update the specs by it",
    "spec": "The same for specs only: spec list, spec show, spec validate",
    "change": "The same for changes only: change list, change show, change validate",
    "unarchive": "Open an archived change again, with the specs as they were",
    "rebase": "Merge a change with what has changed in the specs since it was written",
    "next": "Show in which order the open changes are best worked on",
    "overlap": "Show which open changes touch the same requirements",
    "search": "Search all texts of the project",
    "history": "Show what was archived, and when",
    "blame": "Show which archived changes brought and changed each requirement",
    "counts": "Count what there is in the project",
    "task": "List, tick and edit tasks: task list, task set, task add …",
}
GROUPS = {
    "new": ("change",),
    "spec": ("list", "show", "validate"),
    "change": ("list", "show", "validate"),
    "task": ("list", "set", "add", "edit", "move", "remove"),
}
ELSEWHERE = (
    "completion", "config", "context", "doctor", "feedback", "init",
    "schema", "store", "templates", "update", "workset",
)  # fmt: skip
"""What the official tool alone can do."""


_OFFICIAL = (
    "list", "view", "show", "validate", "status", "schemas", "archive", "new change",
    "instructions",
)  # fmt: skip
"""The official commands that look for a project above, and follow its config.yaml."""


def run(
    argv: Sequence[str],
    project: Project,
    *,
    today: str = "",
    ask: Ask | None = None,
    clock: Callable[[], float] = time.perf_counter,
    limit: int | None = None,
) -> Output:
    """Answer one command line (without the program's name).

    `today` is the local date as YYYY-MM-DD; an answer of more than `limit` characters becomes an
    error. Never raises for what was typed or for what lies on the disk.
    """
    out = Writer()
    try:
        _run(list(argv), project, out, today, ask, clock)
    except Usage as problem:
        out.warn(f"error: {problem}")
        out.exit = 1
    answer = out.output()
    if limit is not None and len(answer.stdout) + len(answer.stderr) > limit:
        return Output("", f"Error: the answer has more than {limit} characters.\n", 1)
    return answer


def writes(argv: Sequence[str]) -> bool:
    """Say whether a command line may change the project."""
    words = [word for word in argv if not word.startswith("-")][:2]
    if words[:1] == ["rebase"]:
        return "--write" in argv
    if words[:1] == ["task"]:
        return words != ["task", "list"]
    return words[:1] in (["archive"], ["unarchive"], ["new"])


_MODULES = {
    # A module named `list` would take the place of the type in here.
    "list": "listing",
    "new change": "new_change",
    "unarchive": "archived",
    "next": "next_change",
    **{f"task {verb}": "task_edits" for verb in ("add", "edit", "move", "remove")},
}


def find_command(name: str) -> Command:
    """A command by its whole name, such as ``show`` or ``task set``; raises KeyError."""
    module = _MODULES.get(name, name.split()[0])
    entry: Command = import_module(f"{__name__}.{module}").COMMANDS[name]
    return entry


def _run(
    argv: list[str],
    project: Project,
    out: Writer,
    today: str,
    ask: Ask | None,
    clock: Callable[[], float],
) -> None:
    words, wanted = _take_global(argv)
    if wanted == "version":
        out.say(OFFICIAL_VERSION)
        return
    if words and words[0] == "help":
        words, wanted = _meant_by_help(words), "help"
    if not words or (words[0] not in (*COMMANDS, *ELSEWHERE) and _has_help(words)):
        _overview(out, bool(words) or wanted == "help")
        return
    name = words.pop(0)
    if name.startswith("-"):
        raise Usage(f"unknown option '{name}'")
    _check_known(name, list(COMMANDS))
    if name in GROUPS:
        if not words or words[0].startswith("-"):
            _group_overview(out, name, asked_for=wanted == "help" or _has_help(words))
            return
        if words[0] not in (*GROUPS[name], "help") and _has_help(words):
            _group_overview(out, name, asked_for=True)
            return
        if words[0] == "help":
            words, wanted = _meant_by_help(words), "help"
            if not words:
                _group_overview(out, name, asked_for=True)
                return
        verb = words.pop(0)
        _check_known(verb, list(GROUPS[name]))
        name = f"{name} {verb}"
    entry = find_command(name)
    if wanted == "help" or asks_for_help(entry.syntax, words):
        out.say(help_text(entry.syntax, PROGRAM).rstrip("\n"))
        return
    if name.startswith(("spec ", "change ")):
        out.warn(f'Warning: "{name}" is an old form. Better use "list", "show" and "validate".')
    arguments = parse(entry.syntax, words)
    context = Context(project, arguments, out, today, ask, clock)
    payload = entry.payload(arguments) if entry.payload and context.as_json else None
    try:
        check_store(arguments)
        if name in _OFFICIAL:
            check_config(context, name)
        entry.handler(context)
    except Failed as problem:
        out.fail(problem, payload)
    except StoreError as problem:
        out.fail(Failed(entry.code, str(problem)), payload)


def _has_help(words: Sequence[str]) -> bool:
    """Say whether help is asked for; behind an unknown option, after -- as well."""
    is_unknown = bool(words) and words[0].startswith("-") and words[0] != "--"
    ended = words.index("--") if "--" in words and not is_unknown else len(words)
    return any(word in HELP for word in words[:ended])


def _meant_by_help(words: list[str]) -> list[str]:
    """The command that help is asked for by `help NAME`; nothing: for all of them."""
    if words[1:2] == ["--"]:
        return words[2:3]
    return [word for word in words[1:2] if word and not word.startswith("-")]


def _take_global(argv: list[str]) -> tuple[list[str], str]:
    """Take out the options that may stand anywhere, and say which of them end it."""
    words: list[str] = []
    for at, word in enumerate(argv):
        if word == "--":
            words += argv[at:]
            break
        if word in ("-V", "--version"):
            return words, "version"
        if word in HELP and not words:
            return [], "help"
        if word != "--no-color":
            words.append(word)
    return words, ""


def _check_known(name: str, names: list[str]) -> None:
    if name in names:
        return
    if name in ELSEWHERE:
        raise Usage(f"'{name}' is not there. It is a matter of the official tool: openspec {name}")
    raise Usage(f"unknown command '{name}'{did_you_mean(name, names)}")


def _overview(out: Writer, asked_for: bool) -> None:
    width = max(map(len, COMMANDS))
    lines = [
        f"Usage: {PROGRAM} COMMAND [arguments]",
        "",
        f"Answers as OpenSpec {OFFICIAL_VERSION} does.",
        "",
        "Commands:",
        *(f"  {name.ljust(width)}  {text}" for name, text in COMMANDS.items()),
    ]
    _say_help(out, lines, asked_for)


def _group_overview(out: Writer, name: str, asked_for: bool) -> None:
    lines = [f"Usage: {PROGRAM} {name} COMMAND [arguments]", "", COMMANDS[name], ""]
    lines += ["Commands:", *(f"  {verb}" for verb in GROUPS[name])]
    _say_help(out, lines, asked_for)


def _say_help(out: Writer, lines: list[str], asked_for: bool) -> None:
    for line in lines:
        (out.say if asked_for else out.warn)(line)
    out.exit = 0 if asked_for else 1
