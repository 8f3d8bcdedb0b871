"""``view``: the project summed up, line by line as the official tool prints it."""

import math

from geometry_ws.openspec.commands.arguments import STORE, STORE_PATH, Syntax
from geometry_ws.openspec.commands.command import Command, Context, check_root
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.model import Progress

_WIDTH = 60
_NAME = 30
_BAR = 20

Counted = list[tuple[str, Progress]]


def _view(context: Context) -> None:
    project, out = context.project, context.out
    if not project.has(""):
        check_root(context)
    counted = [
        (name, project.progress(change))
        for name in sorted(project.all_change_names, key=collation_key)
        if (change := project.change(name)) is not None
    ]
    drafts = [name for name, progress in counted if not progress.total]
    complete = [name for name, progress in counted if 0 < progress.total == progress.done]
    active = [item for item in counted if item[1].done < item[1].total]
    active.sort(key=lambda item: item[1].done / item[1].total)
    specs = [(id_, project.count_requirements(id_)) for id_ in project.spec_ids]
    out.say("\nOpenSpec Dashboard\n")
    out.say("═" * _WIDTH)
    _summary(context, len(drafts), active, len(complete), specs)
    _section(context, "Draft Changes", [f"○ {name}" for name in drafts])
    _section(context, "Active Changes", [_active(*item) for item in active])
    _section(context, "Completed Changes", [f"✓ {name}" for name in complete])
    specs.sort(key=lambda spec: -spec[1])
    _section(context, "Specifications", [_spec(*spec) for spec in specs])
    out.say("\n" + "═" * _WIDTH)
    out.say("\nMore of it: geometry-ws openspec list --changes, or list --specs")


def _summary(
    context: Context, drafts: int, active: Counted, complete: int, specs: list[tuple[str, int]]
) -> None:
    requirements = sum(count for _, count in specs)
    done = sum(progress.done for _, progress in active)
    total = sum(progress.total for _, progress in active)
    lines = [
        f"Specifications: {len(specs)} specs, {requirements} requirements",
        *([f"Draft Changes: {drafts}"] if drafts else []),
        f"Active Changes: {len(active)} in progress",
        f"Completed Changes: {complete}",
    ]
    if total:
        lines.append(f"Task Progress: {done}/{total} ({_rounded(100 * (done / total))}% complete)")
    context.out.say("Summary:")
    for line in lines:
        context.out.say(f"  ● {line}")


def _section(context: Context, title: str, lines: list[str]) -> None:
    if not lines:
        return
    context.out.say(f"\n{title}")
    context.out.say("─" * _WIDTH)
    for line in lines:
        context.out.say(f"  {line}")


def _active(name: str, progress: Progress) -> str:
    share = progress.done / progress.total
    filled = _rounded(share * _BAR)
    bar = "█" * filled + "░" * (_BAR - filled)
    return f"◉ {_padded(name)} [{bar}] {_rounded(share * 100)}%"


def _spec(id_: str, requirements: int) -> str:
    return f"▪ {_padded(id_)} {requirements} requirement{'' if requirements == 1 else 's'}"


def _rounded(number: float) -> int:
    """Rounded as JavaScript does: a half up."""
    return math.floor(number + 0.5)


def _padded(name: str) -> str:
    """A name as wide as the column, counted as JavaScript does: in units of UTF-16."""
    units = len(name.encode("utf-16-le", "surrogatepass")) // 2
    return name + " " * (_NAME - units)


COMMANDS = {
    "view": Command(
        Syntax("view", "Show the project summed up.", options=(STORE, STORE_PATH)),
        _view,
        "view_error",
    )
}
