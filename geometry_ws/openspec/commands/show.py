"""``show``: a change or a spec, as it is written or as JSON."""

import re
from typing import Any

from geometry_ws.openspec.commands.arguments import (
    JSON,
    NO_QUESTIONS,
    STORE,
    STORE_PATH,
    Arguments,
    Option,
    Syntax,
    nearest,
)
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.listing import nested_message
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.project import change_names, nested_names
from geometry_ws.openspec.commands.typed_names import change_of, spec_of
from geometry_ws.openspec.format.changes import change_title
from geometry_ws.openspec.format.sources import PROPOSAL_FILE, ChangeFiles, Source
from geometry_ws.openspec.views.proposals import (
    IncompleteProposal,
    proposal_deltas,
    requirement_document,
)

CHANGE_OPTIONS = (
    Option("deltas-only", "changes nothing: a change's document has its deltas only"),
    Option("requirements-only", "the same, an old name"),
    Option("diff", "show what each modified requirement was and becomes"),
)
SPEC_OPTIONS = (
    Option("requirements", "with --json: leave out the scenarios"),
    Option("no-scenarios", "with --json: leave out the scenarios"),
    Option("requirement", "with --json: only this one, counted from 1", "number", "r"),
)
_INTEGER = re.compile(r"\s*([-+]?[0-9]+)")


def _show(context: Context) -> None:
    name = context.arguments.operand()
    if not name:
        context.out.warn("Say which change or spec: geometry-ws openspec show NAME")
        context.out.exit = 1
        return
    kind = find_kind(context, name)
    if kind == "change":
        _warn_of_useless(context, SPEC_OPTIONS, kind)
        show_change(context, name, context.project.root)
    else:
        _warn_of_useless(context, CHANGE_OPTIONS, kind)
        show_spec(context, name, context.project.root)


def wanted_kind(arguments: Arguments) -> str | None:
    """The kind of item that --type asks for; None where it names none."""
    kind = (arguments.value("type") or "").lower()
    return kind if kind in ("change", "spec") else None


def find_kind(context: Context, name: str) -> str:
    """The kind of a name, "change" or "spec"; raises Failed where it is neither, or both."""
    wanted = wanted_kind(context.arguments)
    if wanted:
        return wanted
    changes, specs = sorted(change_names(context.project)), context.project.spec_ids
    is_change, is_spec = name in changes, name in specs
    if is_change and is_spec:
        raise Failed(
            "ambiguous_item",
            f'There is both a change and a spec "{name}".',
            fix="Say which: --type change or --type spec",
        )
    if not is_change and not is_spec:
        near = ", ".join(nearest(name, [*changes, *specs]))
        hint = f" Did you mean: {near}?" if near else ""
        raise Failed("unknown_item", f'There is no change or spec "{name}".{hint}')
    return "change" if is_change else "spec"


def _warn_of_useless(context: Context, options: tuple[Option, ...], kind: str) -> None:
    given = [option.name for option in options if option.name in context.arguments.options]
    if given:
        context.out.warn(f"Warning: of no use for a {kind}: --{', --'.join(given)}")


# --- changes ------------------------------------------------------------------------------


def proposal_of(context: Context, typed: str) -> tuple[ChangeFiles, Source]:
    """A change and its proposal; raises Failed."""
    name = change_of(context.project, typed)
    change = context.project.change(name) if is_folder_name(name) else None
    if change is None:
        raise Failed("show_error", f'There is no change "{typed}".')
    source = change.sources.get(PROPOSAL_FILE)
    if source is None:
        nested = nested_names(change, context.project.schemas)
        if nested:
            raise Failed("show_error", nested_message(name, nested, context.project.folder_name))
        raise Failed(
            "show_error",
            f'"{name}" has no {PROPOSAL_FILE} yet. What comes next says'
            f" geometry-ws openspec status --change {name}",
        )
    if not source.readable:
        raise Failed("show_error", f"{PROPOSAL_FILE} {source.problem}.")
    return change, source


def is_folder_name(name: str) -> bool:
    """Say whether a name means something directly in a folder."""
    return bool(name) and name not in (".", "..") and not re.search(r"[/\\\0]", name)


def show_change(context: Context, typed: str, root: Any = None) -> None:
    """Say what a change is; `root` stands in the document where it is given."""
    arguments = context.arguments
    change, source = proposal_of(context, typed)
    if not context.as_json:
        context.out.say(source.text)
        if arguments.flag("diff"):
            from geometry_ws.openspec.commands.diffs import say_diffs

            say_diffs(context, change)
        return
    try:
        deltas = proposal_deltas(change, source.text)
    except IncompleteProposal as problem:
        raise Failed("show_error", str(problem)) from problem
    if arguments.flag("requirements-only"):
        context.out.warn("--requirements-only is an old name of --deltas-only.")
    if arguments.flag("diff"):
        from geometry_ws.openspec.commands.diffs import add_diffs

        add_diffs(context.project, change, deltas)
    context.out.json(
        {
            # What the official tool does with these two names.
            "id": PROPOSAL_FILE if change.name in ("specs", "changes") else change.name,
            "title": change_title(source.text, typed),
            "deltaCount": len(deltas),
            "deltas": deltas,
            **({} if root is None else {"root": root}),
        }
    )


# --- specs --------------------------------------------------------------------------------


def spec_source(context: Context, id_: str) -> Source:
    """The document of a spec; raises Failed."""
    place = spec_of(context.project, id_)
    source = None if place is None else context.project.specs.get(place)
    if source is None:
        raise Failed("show_error", f'There is no spec "{id_}".')
    if not source.readable:
        raise Failed("show_error", f'The spec "{id_}" {source.problem}.')
    return source


def show_spec(context: Context, id_: str, root: Any = None) -> None:
    """Say what a spec is; `root` stands in the document where it is given."""
    arguments = context.arguments
    source = spec_source(context, id_)
    if not context.as_json:
        context.out.say(source.text)
        return
    wanted = arguments.value("requirement")
    if arguments.flag("requirements") and wanted:
        raise Failed("show_error", "--requirements and --requirement don't go together.")
    spec = source.spec
    if spec.problem:
        raise Failed("show_error", spec.problem)
    requirements = spec.requirements
    if wanted:
        digits = _INTEGER.match(wanted)
        number = int(digits.group(1)) if digits else 0
        if not 1 <= number <= len(requirements):
            raise Failed("show_error", f"There is no requirement {wanted}.")
        requirements = requirements[number - 1 : number]
    scenarios = not arguments.flag("requirements") and not arguments.flag("no-scenarios")
    context.out.json(
        {
            "id": id_,
            "title": id_,
            "overview": spec.purpose,
            "requirementCount": len(requirements),
            "requirements": [
                requirement_document(requirement, scenarios=scenarios)
                for requirement in requirements
            ],
            "metadata": {"version": "1.0.0", "format": "openspec"},
            **({} if root is None else {"root": root}),
        }
    )


COMMANDS = {
    "show": Command(
        Syntax(
            "show",
            "Show a change or a spec: its text, or a document with --json.",
            ("name",),
            (
                JSON,
                Option("type", "change or spec, where both have the name", "type"),
                *CHANGE_OPTIONS,
                *SPEC_OPTIONS,
                NO_QUESTIONS,
                STORE,
                STORE_PATH,
            ),
            lenient=True,
        ),
        _show,
        "show_error",
        lambda _arguments: {},
    )
}
