"""``archive``: move a change into the archive and bring the specs up to date by it."""

import datetime
from dataclasses import replace
from typing import Any

from geometry_ws.openspec.commands.arguments import JSON, STORE, STORE_PATH, Option, Syntax
from geometry_ws.openspec.commands.command import Ask, Command, Context
from geometry_ws.openspec.commands.output import Failed, Writer
from geometry_ws.openspec.disk.archive_change import Archived
from geometry_ws.openspec.format.errors import ArchiveRefused, NoProject, StoreError
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions

_COUNTS = ("added", "modified", "removed", "renamed")
_ALL_OR_NOTHING = ("archive_spec_update_failed", "archive_spec_validation_failed")
_UNCHECKED = "Archive without checking, even if the specs are invalid afterwards?"


def _archive(context: Context) -> None:
    root = {"root": context.project.root}
    name = context.arguments.operand()
    try:
        if not name:
            raise ArchiveRefused(
                "archive_change_name_required", "Say which change.", "archive NAME"
            )
        done = _with_questions(context, name)
    except StoreError as problem:
        payload = {"archive": None, **root} if context.as_json else None
        context.out.fail(_failed(problem), payload)
        return
    if done is None:
        context.out.say("Nothing was archived.")
    elif context.as_json:
        context.out.json({"archive": _document(context, done), **root})
    else:
        _say(context.out, done)


def _failed(problem: StoreError) -> Failed:
    if isinstance(problem, ArchiveRefused):
        untouched = " Nothing was changed." if problem.code in _ALL_OR_NOTHING else ""
        return Failed(problem.code, str(problem), fix=f"{problem.fix}{untouched}")
    if isinstance(problem, NoProject):
        return Failed("archive_change_not_found", str(problem))
    return Failed("archive_error", str(problem))


def _with_questions(context: Context, name: str) -> Archived | None:
    """Archive; asks the user, if there is one, for agreement. None: the user refused."""
    flag = context.arguments.flag
    agreed = flag("yes")
    options = ArchiveOptions(
        skip_specs=flag("skip-specs"),
        validate=not flag("no-validate"),
        allow_incomplete=agreed,
        confirmed=agreed,
        accept_base=flag("accept-base"),
    )
    ask = None if context.as_json else context.ask
    if ask is not None and not options.validate and not agreed:
        answer = ask(_UNCHECKED, False)
        if answer is False:
            return None
        # Without an answer, the plan is refused with what to do instead.
        options = replace(options, confirmed=answer is True)
    # At most three questions are asked: whether open tasks matter, whether to write the specs, and
    # whether what others wrote since may go.
    for _ in range(4):
        try:
            return context.project.archive(name, _today(context), options)
        except ArchiveRefused as problem:
            if ask is None:
                raise
            agreed_to = _agreed_to(problem, options, ask)
            if agreed_to is None:
                return None
            options = agreed_to
    return None


def _agreed_to(problem: ArchiveRefused, options: ArchiveOptions, ask: Ask) -> ArchiveOptions | None:
    """The options with what the user agreed to (None: refused). Raises the problem unanswered."""
    asked = {
        "archive_tasks_incomplete": "Archive it all the same?",
        "archive_confirmation_required": "Update them? (No: archive and leave them as they are.)",
        "base_moved": "Archive it all the same?",
    }.get(problem.code)
    # Where specs aren't updated, what the change says is in no spec: only who says so wants that.
    usual = problem.code == "archive_confirmation_required"
    answer = None if asked is None else ask(f"{problem} {asked}", usual)
    if answer is None:
        raise problem
    if problem.code == "archive_confirmation_required":
        return replace(options, confirmed=True, skip_specs=not answer)
    if not answer:
        return None
    if problem.code == "base_moved":
        return replace(options, accept_base=True)
    return replace(options, allow_incomplete=True)


def _today(context: Context) -> datetime.date:
    if context.today:
        return datetime.date.fromisoformat(context.today)
    return datetime.datetime.now().astimezone().date()


def _document(context: Context, done: Archived) -> dict[str, Any]:
    plan = done.plan
    totals, project = plan.totals, context.project
    return {
        "change": plan.change,
        "archivedAs": plan.archived_as,
        "path": f"{project.path}/{project.folder_name}/changes/archive/{plan.archived_as}",
        "specsUpdated": plan.specs_updated,
        **({} if totals is None else {"totals": {key: getattr(totals, key) for key in _COUNTS}}),
        **({"warnings": list(plan.warnings)} if plan.warnings else {}),
        **({"conflictMarkers": list(plan.markers)} if plan.markers else {}),
    }


def _say(out: Writer, done: Archived) -> None:
    if done.plan.left_open:
        out.say(f"Warning: {done.plan.left_open} It is archived all the same.")
    for warning in (*done.plan.markers, *done.plan.warnings):
        out.warn(f"Warning: {warning}")
    for write in done.plan.writes:
        what = "deleted" if write.new is None else "new" if write.old is None else "updated"
        counts = [f"{getattr(write.counts, key)} {key}" for key in _COUNTS]
        counted = ", ".join(count for count in counts if not count.startswith("0 "))
        out.say(f"specs/{write.spec}: {what}{f' ({counted})' if counted else ''}")
    out.say(f"{done.plan.change} is archived as {done.plan.archived_as}")


COMMANDS = {
    "archive": Command(
        Syntax(
            "archive",
            "Archive a change that is done, and update the specs by it.",
            ("change",),
            (
                Option("yes", "agree to everything", short="y"),
                Option("skip-specs", "leave the specs as they are"),
                Option("no-validate", "check nothing (better not)"),
                Option("accept-base", "take away what has changed in the specs since (ours)"),
                JSON,
                STORE,
                STORE_PATH,
            ),
        ),
        _archive,
        "archive_error",
        lambda _arguments: {"archive": None},
    )
}
