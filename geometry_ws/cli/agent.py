"""``geometry-ws agent``: what coding agents do, as commands of a shell."""

import argparse
import json
import os
from typing import Any

from geometry_ws.cli.command import Command, fail, run_alone
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import (
    add_node,
    choose_project,
    find_node,
    unreachable,
)
from geometry_ws.cli.plain_socket import Refused, Unreachable, post
from geometry_ws.cli.project_folder import find_project_folder
from geometry_ws.client.errors import BadAddress
from geometry_ws.team.tools import NAMES

ME = "GEOMETRY_WS_ME"
"""The variable of the environment with the agent's name."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=NAMES, help="what to do")
    parser.add_argument(
        "words",
        nargs="*",
        metavar="word",
        help="a task such as add-login/1.2 (show, claim, done, note), then the text of a note, or "
        "a question (ask)",
    )
    parser.add_argument("--release", action="store_true", help="give it back (claim)")
    parser.add_argument("--note", metavar="TEXT", help="what there is to say about it (done)")
    parser.add_argument("--task", metavar="TASK", help="the task that it is about (ask)")
    parser.add_argument(
        "--option", action="append", metavar="TEXT", help="an answer to choose, up to six (ask)"
    )
    parser.add_argument("--change", metavar="CHANGE", help="only of this change (next)")
    parser.add_argument("--limit", type=int, metavar="N", help="how many tasks at most (next)")
    parser.add_argument(
        "--me", default=os.environ.get(ME), help=f"the name that claim gave (${ME})"
    )
    parser.add_argument("--project", metavar="ID", help="the project's id (the one here)")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    add_node(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    keywords = _keywords(arguments)
    if isinstance(keywords, str):
        return fail(keywords, Exit.USAGE)
    folder = find_project_folder(None)
    if arguments.action == "done" and folder is not None:
        keywords["cwd"] = str(folder)
    try:
        address = find_node(arguments, folder)
        project = arguments.project
        if project is None:
            listed = post(address, "project.list", {})["projects"]
            project, _ = choose_project(listed, None, folder)
        if project is not None:
            keywords["project"] = project
        result = post(address, f"agent.{arguments.action}", keywords)
    except Refused as problem:
        if arguments.json:
            print(json.dumps({"error": problem.code, "message": problem.sentence}))
        return fail(f"{problem.code}: {problem.sentence}")
    except BadAddress as problem:
        return fail(str(problem), Exit.USAGE)
    except Unreachable as problem:
        return fail(unreachable(arguments, address, problem), Exit.UNREACHABLE)
    if arguments.json:
        print(json.dumps(result))
        return Exit.OK
    print(result["text"])
    if (me := result.get("me")) and me != arguments.me:
        # Each command is a new caller: the node can't know that it is the same agent.
        print(f"From now on say --me {me}, or set {ME}={me}.")
    return Exit.OK


def _keywords(arguments: argparse.Namespace) -> dict[str, Any] | str:
    """What the call is made with, or a sentence on what is missing."""
    words, action = list(arguments.words), arguments.action
    given: dict[str, Any] = {"me": arguments.me}
    if action == "next":
        given |= {"change": arguments.change, "limit": arguments.limit}
    elif action == "show":
        given["what"] = " ".join(words) or None
        words = []
    elif action == "claim":
        given |= {"task": " ".join(words) or None, "release": arguments.release or None}
        words = []
    elif action == "done":
        given |= {"task": " ".join(words) or None, "note": arguments.note}
        words = []
    elif action == "note":
        given["task"] = words.pop(0) if words else None
        given["text"] = " ".join(words) or None
        words = []
    else:
        given |= {"question": " ".join(words) or None, "task": arguments.task}
        given["options"] = arguments.option
        words = []
    if words:
        return f"agent {action} takes no word such as {words[0]!r}."
    needed = {
        "show": ("what",), "done": ("task",), "note": ("task", "text"), "ask": ("question",),
    }.get(action, ())  # fmt: skip
    missing = [name for name in needed if given[name] is None]
    if missing:
        return f"Say the {missing[0]}: geometry-ws agent {action} {' '.join(needed).upper()}."
    return {name: value for name, value in given.items() if value is not None}


COMMAND: Command = Command(
    "agent",
    "Do what coding agents do on a project's tasks: see what is next, claim a task, tick it.",
    _add_arguments,
    _run,
    lambda words: run_alone(COMMAND, words),
)
