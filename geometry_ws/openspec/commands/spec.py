"""``spec list``, ``spec show``, ``spec validate``: old forms, which scripts still use."""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, NO_QUESTIONS, Option, Syntax
from geometry_ws.openspec.commands.asked import Asked, Entry
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.show import SPEC_OPTIONS, show_spec, spec_source
from geometry_ws.openspec.commands.validate import STRICT, Checked, check_spec, issue, say_report
from geometry_ws.openspec.format.text import collation_key

LONG = Option("long", "show titles and counts too")


def _list(asked: Asked) -> None:
    project, out = asked.project, asked.out
    ids = sorted(project.spec_ids, key=collation_key)
    if not project.has("specs") or (not ids and not asked.as_json):
        out.say("There are no specs.")
    elif asked.as_json:
        counted = ((id_, project.count_requirements(id_)) for id_ in ids)
        out.json([{"id": id_, "title": id_, "requirementCount": count} for id_, count in counted])
    else:
        for id_ in ids:
            more = f": requirements {project.count_requirements(id_)}"
            out.say(f"{id_}{more if asked.arguments.flag('long') else ''}")


def _named(asked: Asked) -> str:
    id_ = asked.arguments.operand()
    if not id_:
        raise Failed("spec_error", "Say which spec.")
    return id_


def _show(asked: Asked) -> None:
    show_spec(asked, _named(asked))


def _validate(asked: Asked) -> None:
    id_ = _named(asked)
    spec_source(asked, id_)
    checked = check_spec(asked, id_)
    if asked.as_json:
        asked.out.json(report_document(checked))
    else:
        say_report(asked.out, checked)
    asked.out.exit = 0 if checked.valid else 1


def report_document(checked: Checked) -> dict[str, Any]:
    """What `spec validate` and `change validate` answer."""
    levels = [finding.level for finding in checked.findings]
    return {
        "valid": checked.valid,
        "issues": [issue(finding) for finding in checked.findings],
        "summary": {
            "errors": levels.count("ERROR"),
            "warnings": levels.count("WARNING"),
            "info": levels.count("INFO"),
        },
    }


COMMANDS = {
    "spec list": Entry(Syntax("spec list", "List the specs.", options=(JSON, LONG)), _list),
    "spec show": Entry(
        Syntax("spec show", "Show a spec.", ("id",), (JSON, *SPEC_OPTIONS, NO_QUESTIONS)), _show
    ),
    "spec validate": Entry(
        Syntax("spec validate", "Check a spec.", ("id",), (STRICT, JSON, NO_QUESTIONS)), _validate
    ),
}
