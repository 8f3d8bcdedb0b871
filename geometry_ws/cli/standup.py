"""``geometry-ws standup``: what everybody did, for those who weren't there."""

import argparse
import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geometry_ws.cli.command import Command, fail, run_alone
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import add_node, find_node, unreachable
from geometry_ws.cli.plain_socket import Refused, Unreachable, post
from geometry_ws.cli.project_folder import find_project_folder
from geometry_ws.client.errors import BadAddress

_UNITS = {"m": 60, "h": 3600, "d": 86400}
_SINCE = (
    "Give --since as today, yesterday, a date such as 2026-11-30, or how long ago: 90m, 8h, 3d."
)
_MOST_TASKS = 8
_QUIET = ("came", "left", "claimed", "released")
"""What is said only with --all."""

VERBS = {
    "ticked": "ticked {tasks} in {change}",
    "unticked": "took back {tasks} in {change}",
    "claimed": "claimed {tasks} in {change}",
    "released": "released {tasks} in {change}",
    "lapsed": "left {tasks} of {change} behind",
    "noted": "noted on {about}: {text}",
    "asked": "asked {text}",
    "answered": "answered {text}",
    "edited": "wrote {text} in {change}",
    "created": "made the change {change}",
    "archived": "archived {change}",
    "removed": "removed the change {change}",
    "reopened": "opened {change} again",
    "invalid": "made {change} invalid",
    "valid": "made {change} valid again",
    "came": "came",
    "left": "left",
    "lost": "was lost",
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        default="yesterday",
        metavar="WHEN",
        help="today, yesterday, a date, or how long ago: 90m, 8h, 3d (yesterday)",
    )
    parser.add_argument("--who", metavar="NAME", help="of one member")
    parser.add_argument("--change", metavar="CHANGE", help="in one change")
    parser.add_argument("--project", metavar="ID", help="in one project (all of the node's)")
    parser.add_argument("--all", action="store_true", help="who came, went and claimed, too")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    add_node(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    now = datetime.datetime.now().astimezone()
    since = read_since(arguments.since, now)
    if since is None:
        return fail(_SINCE, Exit.USAGE)
    keywords = {
        "since": max(int(since.timestamp() * 1000), 0),
        "who": arguments.who,
        "change": arguments.change,
        "project": arguments.project,
        "limit": 500,
    }
    try:
        address = find_node(arguments, find_project_folder(None))
        given = {name: value for name, value in keywords.items() if value is not None}
        result = post(address, "activity.list", given)
        asked = {"project": arguments.project} if arguments.project is not None else {}
        held = [] if arguments.json else post(address, "claim.list", asked)["claims"]
    except Refused as problem:
        return fail(f"{problem.sentence} [{problem.code}]")
    except BadAddress as problem:
        return fail(str(problem), Exit.USAGE)
    except Unreachable as problem:
        return fail(unreachable(arguments, address, problem), Exit.UNREACHABLE)
    if arguments.json:
        print(json.dumps(result))
        return Exit.OK
    claims = [
        claim
        for claim in held
        if arguments.who in (None, claim["who"]) and arguments.change in (None, claim["change"])
    ]
    runs = [run for run in result["runs"] if arguments.all or run["what"] not in _QUIET]
    for line in told_by_member(runs, now):
        print(line)
    for line in told_of_claims(claims, now):
        print(line)
    if not runs:
        print(f"Nothing has happened since {since:%Y-%m-%d %H:%M}.")
    return Exit.OK


def read_since(text: str, now: datetime.datetime) -> datetime.datetime | None:
    """A time as people type it; None where it is none."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if text in ("today", "yesterday"):
        return midnight - datetime.timedelta(days=int(text == "yesterday"))
    if match := re.fullmatch(r"([0-9]{1,6})([mhd])", text):
        return now - datetime.timedelta(seconds=int(match[1]) * _UNITS[match[2]])
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)


def told_by_member(runs: Iterable[Mapping[str, Any]], now: datetime.datetime) -> Iterable[str]:
    """Lines for each member, in the order in which they did something."""
    by_member: dict[str, list[Mapping[str, Any]]] = {}
    for run in sorted(runs, key=lambda run: run["first"]):
        who = run.get("who", "")
        if not who:
            maybe = run.get("maybe", "")
            who = f"on disk, perhaps {maybe}" if maybe else "on disk"
        by_member.setdefault(who, []).append(run)
    for who, own in by_member.items():
        yield _plain(who)
        for run in own:
            yield f"  {_when(run, now):<18} {_sentence(run)}"


def told_of_claims(claims: Sequence[Mapping[str, Any]], now: datetime.datetime) -> Iterable[str]:
    """Who has what in hand now, behind what was done; nothing where that is nobody."""
    if claims:
        yield "in hand now"
    for claim in claims:
        begun = _when({"first": claim["since"], "last": claim["since"]}, now)
        lost = ", lost" if claim.get("lost") else ""
        yield _plain(f"  since {begun:<12} {claim['who']}: {claim['task']}{lost}")


def _sentence(run: Mapping[str, Any]) -> str:
    tasks, count = run.get("tasks", []), run.get("count", 1)
    change = run.get("change", "")
    labels = [str(task).removeprefix(change).removeprefix("/") for task in tasks[:_MOST_TASKS]]
    listed = ", ".join(labels)
    if count > len(labels):
        listed = f"{count} ({listed}, …)" if labels else str(count)
    about = tasks[0] if tasks else change
    verb = VERBS.get(run["what"], run["what"])
    said = verb.format(tasks=listed or "all", change=change, about=about, text=run.get("text", ""))
    return _plain(f"{said}{_from(run.get('machine', ''), run.get('forwarded', ''))}")


def _from(machine: str, forwarded: str) -> str:
    """From where it was done; nothing for the node's own machine."""
    if forwarded:
        return f" (from {forwarded}, as a proxy says)"
    return f" (from {machine})" if machine not in ("", "localhost") else ""


def _when(run: Mapping[str, Any], now: datetime.datetime) -> str:
    first, last = (
        datetime.datetime.fromtimestamp(run[name] / 1000, now.tzinfo) for name in ("first", "last")
    )
    day = "" if first.date() == now.date() else f"{first:%m-%d} "
    until = f"–{last:%H:%M}" if last - first >= datetime.timedelta(minutes=1) else ""
    return f"{day}{first:%H:%M}{until}"


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text)


COMMAND: Command = Command(
    "standup",
    "Tell what everybody did: ticks, notes, questions, changes that came and were archived.",
    _add_arguments,
    _run,
    lambda words: run_alone(COMMAND, words),
)
