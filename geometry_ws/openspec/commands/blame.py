"""``blame SPEC``: which archived changes brought and changed each requirement.

Not in the official tool.
"""

from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, Syntax
from geometry_ws.openspec.commands.command import Command, Context, check_root
from geometry_ws.openspec.commands.output import Failed
from geometry_ws.openspec.commands.typed_names import spec_of
from geometry_ws.openspec.format.errors import Unreadable
from geometry_ws.openspec.format.sources import SPEC_FILE
from geometry_ws.openspec.views.spec_history import Gone, Origin, SpecHistory, Step, spec_history

_WORDS = {"brought": "added", "changed": "modified", "renamed": "renamed"}


def _blame(context: Context) -> None:
    check_root(context)
    typed = context.arguments.operand() or ""
    id_ = spec_of(context.project, typed)
    history = _history(context, id_, typed)
    if context.as_json:
        document = {
            "spec": id_,
            "requirements": [_origin(origin) for origin in history.origins],
            "gone": [_gone(gone) for gone in history.gone],
            "root": context.project.root,
        }
        context.out.json(document)
        return
    for origin in history.origins:
        _say_origin(context, origin)
    if not history.origins:
        context.out.say(f'"{id_}" has no requirements.')
    for gone in history.gone:
        context.out.say(f"      {gone.requirement}")
        context.out.say(f"        removed   {_said(gone.removed)}")


def _history(context: Context, id_: str | None, typed: str) -> SpecHistory:
    project = context.project
    source = project.specs.get(id_) if id_ else None
    if source is None or id_ is None:
        raise Failed("unknown_item", f'There is no spec "{typed}".')
    if not source.readable:
        raise Unreadable(f"{SPEC_FILE} {source.problem}.")
    deltas = {}
    for name in project.archived_names:
        change = project.archived_change(name)
        delta = change.deltas.get(id_) if change is not None else None
        if delta is not None and delta.readable:
            deltas[name] = delta.delta
    commits = project.archive_commits(id_) if deltas else {}
    return spec_history(source.spec.blocks, deltas, commits)


def _say_origin(context: Context, origin: Origin) -> None:
    edited = " (edited since)" if origin.edited else ""
    context.out.say(f"{origin.line:>5} {origin.requirement}{edited}")
    steps = [(word, getattr(origin, name)) for name, word in _WORDS.items()]
    for word, step in steps:
        if step is not None:
            former = f", from {origin.former[0]}" if word == "renamed" else ""
            context.out.say(f"        {word:<9} {_said(step)}{former}")
    if all(step is None for _, step in steps):
        context.out.say("        by no archived change")


def _said(step: Step) -> str:
    commit = step.commit
    known = f" ({commit.commit[:8]}, {commit.by})" if commit is not None else ""
    return f"{step.date or ' ' * 10} {step.change}{known}"


def _origin(origin: Origin) -> dict[str, Any]:
    steps = {name: getattr(origin, name) for name in _WORDS}
    return {
        "name": origin.requirement,
        "line": origin.line,
        **{name: _step(step) for name, step in steps.items() if step is not None},
        **({"former": list(origin.former)} if origin.former else {}),
        "edited": origin.edited,
    }


def _gone(gone: Gone) -> dict[str, Any]:
    return {"name": gone.requirement, "removed": _step(gone.removed)}


def _step(step: Step) -> dict[str, Any]:
    commit = step.commit
    known: dict[str, Any] = {}
    if commit is not None:
        known = {
            "commit": commit.commit,
            "author": commit.by,
            "time": commit.at,
            "wroteSpec": commit.touched_spec,
        }
    return {
        "archivedAs": step.archived,
        "change": step.change,
        "date": step.date or None,
        "operation": step.operation.upper(),
        **known,
    }


COMMANDS = {
    "blame": Command(
        Syntax(
            "blame",
            "Show which archived changes brought and changed each requirement of a spec.",
            ("spec",),
            (JSON,),
            required=1,
        ),
        _blame,
        "blame_error",
        lambda _arguments: {"requirements": [], "gone": [], "root": None},
    )
}
