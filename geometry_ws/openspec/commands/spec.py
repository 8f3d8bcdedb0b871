"""``spec list``, ``spec show``, ``spec validate``: old forms, which scripts still use."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, NO_QUESTIONS, Option, Syntax
from geometry_ws.openspec.commands.command import Command, Context
from geometry_ws.openspec.commands.markers import markers_documents, warn_of_markers
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.show import SPEC_OPTIONS, show_spec, spec_source
from geometry_ws.openspec.commands.typed_names import spec_of
from geometry_ws.openspec.commands.validate import (
    STRICT,
    ValidatedItem,
    check_spec,
    issue,
    say_report,
)
from geometry_ws.openspec.format.collation import collation_key

LONG = Option("long", "show titles and counts too")


def _list(context: Context) -> None:
    project, out = context.project, context.out
    ids = sorted(project.spec_ids, key=collation_key)
    if not project.has("specs") or (not ids and not context.as_json):
        out.say("There are no specs.")
    elif context.as_json:
        counted = ((id_, project.count_requirements(id_)) for id_ in ids)
        out.json([{"id": id_, "title": id_, "requirementCount": count} for id_, count in counted])
    else:
        for id_ in ids:
            more = f": requirements {project.count_requirements(id_)}"
            out.say(f"{id_}{more if context.arguments.flag('long') else ''}")


def _named(context: Context) -> str:
    id_ = context.arguments.operand()
    if not id_:
        raise Failed("spec_error", "Say which spec.")
    return id_


def _show(context: Context) -> None:
    show_spec(context, _named(context))


def _validate(context: Context) -> None:
    id_ = _named(context)
    spec_source(context, id_)
    checked = check_spec(context, spec_of(context.project, id_) or "")
    if context.as_json:
        context.out.json(report_document(checked))
    else:
        warn_of_markers(context, [checked])
        say_report(context.out, checked)
    context.out.exit = 0 if checked.valid else 1


def report_document(checked: ValidatedItem) -> dict[str, Any]:
    """The answer of `spec validate` and `change validate`."""
    levels = [finding.level for finding in checked.findings]
    return {
        "valid": checked.valid,
        "issues": [issue(finding) for finding in checked.findings],
        "summary": {
            "errors": levels.count("ERROR"),
            "warnings": levels.count("WARNING"),
            "info": levels.count("INFO"),
        },
        **markers_documents([checked], official=False),
    }


COMMANDS = {
    "spec list": Command(Syntax("spec list", "List the specs.", options=(JSON, LONG)), _list),
    "spec show": Command(
        Syntax("spec show", "Show a spec.", ("id",), (JSON, *SPEC_OPTIONS, NO_QUESTIONS)), _show
    ),
    "spec validate": Command(
        Syntax("spec validate", "Check a spec.", ("id",), (STRICT, JSON, NO_QUESTIONS)), _validate
    ),
}
