"""``geometry-ws attention``: what needs a person."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import add_node
from geometry_ws.cli.notify import Place
from geometry_ws.cli.short_session import address_of, follow, run_in_session
from geometry_ws.cli.values import UsageError, escape, one_line
from geometry_ws.team.notices import Notices

if TYPE_CHECKING:
    from geometry_ws.client.client import Client, Message
    from geometry_ws.protocol.attention import AttentionItem, AttentionList

WORDS = {
    "question": "question",
    "permission": "permission",
    "conflict": "conflict",
    "moved_base": "moved base",
    "refused": "refused",
    "invalid": "invalid",
    "claim": "claim",
    "ready": "ready",
}
"""The kinds as people read them."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", metavar="ID", help="of one project (all of the node's)")
    parser.add_argument(
        "--watch",
        action="store_true",
        help="one line that sums it up, and another one at every change, until Ctrl-C",
    )
    parser.add_argument(
        "--notify",
        action="append",
        default=[],
        metavar="COMMAND",
        help="tell of each item once, until Ctrl-C: a command that is started with a title and a "
        "text (or with {event}, {id}, {title}, {text}, {kind}, {project}, {about} and {who} filled "
        "in), or the address of a topic of ntfy's kind such as https://ntfy.sh/my-topic",
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    add_node(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    address = address_of(arguments)
    if arguments.watch or arguments.notify:
        try:
            teller = _Teller(arguments.notify)
        except UsageError as problem:
            return fail(str(problem), Exit.USAGE)
        return follow(address, lambda client: _watch(client, arguments, teller))

    async def work(client: "Client") -> None:
        _print(await _ask(client, arguments.project), arguments)

    return run_in_session(address, work, as_json=arguments.json)


async def _ask(client: "Client", project: str | None) -> "AttentionList":
    from geometry_ws.client.client import convert
    from geometry_ws.protocol.attention import AttentionList

    keywords = {} if project is None else {"project": project}
    return convert(await client.call_with("attention.list", keywords), AttentionList)


class _Teller:
    """Tells of new items at the places that were named, and takes back what is dealt with."""

    def __init__(self, targets: list[str]) -> None:
        """Raises UsageError where one can't be used."""
        self._notices = Notices()
        self._places = [Place(target) for target in targets]

    def take(self, client: "Client", items: "list[AttentionItem]", again: Any) -> None:
        """All items as they are now; `again` is called when more may be due."""
        if not self._places:
            return
        now = time.monotonic()
        for notice in self._notices.take(items, now):
            for place in self._places:
                place.tell(notice)
        due = self._notices.next_due
        if due is not None:
            client.later(max(due - now, 0.05), lambda: client.spawn(again()))


async def _watch(client: "Client", arguments: argparse.Namespace, teller: _Teller) -> None:
    """Print a line now and at every change, and tell of items, until the session ends.

    The list is asked for again, so that nothing can be missed.
    """
    from geometry_ws.protocol.attention import Attention
    from geometry_ws.protocol.projects import Projects
    from geometry_ws.wamp.rerun import Rerun

    last = [""]

    async def tell() -> None:
        answer = await _ask(client, arguments.project)
        teller.take(client, answer.items, again)
        if not arguments.watch:
            return
        line = one_line(_builtins(answer)) if arguments.json else summary(answer)
        if line != last[0]:
            last[0] = line
            print(line, flush=True)

    again = Rerun(tell)

    def heard(_: "Message") -> Any:
        return again()

    await client.subscribe(Attention.on_changed.uri, heard, prefix=True)
    await client.subscribe(Projects.on_listed.at(), heard)
    await again()
    await client.stay()


def _print(answer: "AttentionList", arguments: argparse.Namespace) -> None:
    if arguments.json:
        print(one_line(_builtins(answer)))
        return
    if not answer.items:
        print("Nothing needs you.")
    several = len({item.project for item in answer.items}) > 1
    for item in answer.items:
        print(line_of(item, several))
        for line in filter(None, (item.fix, help_for(item))):
            print(f"            {escape(line)}")
    if answer.more:
        print(f"{answer.more} more.")


def _builtins(answer: "AttentionList") -> Any:
    from geometry_ws.protocol.checking import encode

    return encode(answer)


def line_of(item: "AttentionItem", several: bool) -> str:
    """An item in a line; its project is named where there are several."""
    # The sentence of a conflict names all of them.
    count = len(item.changes) + 1
    about = item.task or item.change or item.project
    about = f"{count} changes" if count > 2 else " and ".join((about, *item.changes))
    where = f"{item.project}: " if several else ""
    who = f" ({item.who})" if item.who and not item.why.startswith(item.who) else ""
    return f"{WORDS[item.kind]:<10}  {where}{escape(about)}{escape(who)}: {escape(item.why)}"


def help_for(item: "AttentionItem") -> str:
    """What to type for it in a terminal, where that isn't said elsewhere."""
    if item.kind == "question":
        name = item.why.partition(":")[0]
        return f"Answer it: geometry-ws call question.answer question={name} answer='…'"
    if item.kind == "moved_base":
        return f"See what can be merged: geometry-ws openspec rebase {item.change}"
    return ""


def summary(answer: "AttentionList") -> str:
    """All of it in one line, for a status line: `3 need you: 2 conflicts, 1 ready`."""
    count = len(answer.items) + answer.more
    if not count:
        return "Nothing needs you."
    kinds: dict[str, int] = {}
    for item in answer.items:
        kinds[item.kind] = kinds.get(item.kind, 0) + 1
    first = answer.items[0]
    verb = "needs" if count == 1 else "need"
    listed = ", ".join(f"{number} {WORDS[kind]}" for kind, number in kinds.items())
    about = escape(first.task or first.change)
    return f"{count} {verb} you: {listed}" + (f" (first: {about})" if about else "")


COMMAND = Command(
    "attention", "Say what needs a person, the most urgent first.", _add_arguments, _run
)
