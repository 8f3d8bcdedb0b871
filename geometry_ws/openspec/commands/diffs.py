"""``show --diff``: each modified requirement before and after."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from geometry_ws.openspec.commands.command import Context
from geometry_ws.openspec.commands.project import Project
from geometry_ws.openspec.format.linediff import hunks
from geometry_ws.openspec.format.model import Block, Delta
from geometry_ws.openspec.format.sections import fold_name, requirement_name
from geometry_ws.openspec.format.sources import ChangeFiles, Source


class Difference(NamedTuple):
    """A modified requirement compared with the main spec's; `diff` is None where that has none."""

    name: str
    diff: str | None
    warning: str


def add_diffs(project: Project, change: ChangeFiles, deltas: list[dict[str, Any]]) -> None:
    """Put `diff` or `warning` into the documents of modified requirements."""
    for id_, source in change.deltas.items():
        modified = [
            document
            for document in deltas
            if document["spec"] == id_ and document["operation"] == "MODIFIED"
        ]
        differences = _differences(id_, source.delta, project.specs.get(id_))
        for document, difference in zip(modified, differences, strict=False):
            if difference.diff is not None:
                document["diff"] = difference.diff
            if difference.warning:
                document["warning"] = difference.warning


def say_diffs(context: Context, change: ChangeFiles) -> None:
    """Say as text everything that a change does to the specs."""
    say = context.out.say
    say()
    if not any(source.delta.count for source in change.deltas.values()):
        say(f'The change "{change.name}" changes no spec.')
        return
    say("What changes in the specs")
    for id_, source in change.deltas.items():
        if not source.delta.count:
            continue
        say()
        say(id_)
        for title, lines in _delta_sections(id_, source.delta, context.project.specs.get(id_)):
            say()
            say(f"  {title}")
            for line in lines:
                say(f"    {line}".rstrip())


def _delta_sections(id_: str, delta: Delta, main: Source | None) -> Iterator[tuple[str, list[str]]]:
    for block in delta.added:
        yield f"ADDED: {block.name}", block.raw.split("\n")
    written = {fold_name(block.name): block.raw for block in delta.removed_blocks}
    for name in delta.removed:
        raw = written.get(fold_name(name), f"### Requirement: {name}")
        yield f"REMOVED: {name}", raw.split("\n")
    for rename in delta.renamed:
        yield f"RENAMED: {rename.source} → {rename.target}", []
    differences = _differences(id_, delta, main)
    for block, difference in zip(delta.modified, differences, strict=True):
        lines = [f"⚠ {difference.warning}"] if difference.warning else []
        if difference.diff is None:
            lines += block.raw.split("\n")
        else:
            lines += difference.diff.split("\n") if difference.diff else ["(the text is the same)"]
        yield f"MODIFIED: {block.name}", lines


def _differences(id_: str, delta: Delta, main: Source | None) -> list[Difference]:
    origins = _origins(delta)
    blocks = main.spec.blocks if main is not None and main.readable else ()
    differences = []
    for block in delta.modified:
        wanted = origins.get(fold_name(block.name), block.name)
        base = _find(blocks, wanted)
        if base is not None:
            warning = ""
            if requirement_name(base.name) != requirement_name(wanted):
                warning = (
                    f'The main spec spells it "{base.name}"; archiving wants the very same name.'
                )
            differences.append(Difference(block.name, hunks(base.raw, block.raw), warning))
        elif main is not None and main.data:
            warning = f'{id_} has no requirement "{wanted}".'
            differences.append(Difference(block.name, None, warning))
        else:
            warning = f'There is no main spec {id_}, so "{block.name}" can\'t be modified.'
            differences.append(Difference(block.name, None, warning))
    return differences


def _origins(delta: Delta) -> dict[str, str]:
    """The names in the main spec of requirements that are renamed here, by their new names."""
    origins: dict[str, str] = {}
    for rename in delta.renamed:
        source = fold_name(rename.source)
        origin = origins.pop(source, requirement_name(rename.source))
        origins[fold_name(rename.target)] = origin
    return origins


def _find(blocks: tuple[Block, ...], name: str) -> Block | None:
    wanted = requirement_name(name)
    exact = next((block for block in blocks if requirement_name(block.name) == wanted), None)
    if exact is not None:
        return exact
    folded = fold_name(wanted)
    return next(
        (block for block in blocks if fold_name(requirement_name(block.name)) == folded), None
    )
