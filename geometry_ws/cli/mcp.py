"""``geometry-ws mcp``: the six tools for a coding agent, over standard input and output.

It starts with every agent, so it imports next to nothing, answers before it has found the node, and
ends with its input. One JSON object a line; nothing else is ever written to standard output.
"""

import json
import os
import select
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry_ws import __version__
from geometry_ws.cli.command import Command, run_alone
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.project_folder import find_project_folder
from geometry_ws.team import mcp

if TYPE_CHECKING:
    import argparse

    from geometry_ws.cli.plain_socket import PlainSocket
    from geometry_ws.client.address import Address

MOST_LINE = 2**20
JOIN_SECONDS = 2.0
"""A program that only looks which tools there are is gone by then, and was nobody."""

AGAIN_SECONDS = 10.0
START_SECONDS = 15.0
STARTING_SECONDS = 0.3
"""A node that is being started, or was lost, is waited for so long, and asked so often."""

NO_NODE = (
    'no_node: no node answers at {place}; "geometry-ws up" starts one here, and --url or '
    "GEOMETRY_WS_URL names one elsewhere. Without a node, tick the task in tasks.md yourself."
)
STARTING = "busy: the node is being started; try again in some seconds."
_NOBODY = "no_such_procedure"
"""The error while a component of the node isn't there yet."""

_FINAL = ("not_admitted", "revoked")
"""Errors after which nothing is gained by another try."""

_SESSIONS = (
    ("CLAUDE_CODE_SESSION_ID", "claude"),
    ("GEMINI_SESSION_ID", "gemini"),
    ("OPENCODE_SESSION_ID", "opencode"),
)


_NEVER = float("inf")


def _add_arguments(parser: "argparse.ArgumentParser") -> None:
    from geometry_ws.cli.find_node import add_node

    parser.add_argument(
        "--project", metavar="PATH", help="the project's folder, or its id (the one here)"
    )
    parser.add_argument(
        "--channel",
        action="store_true",
        help="no tools: tell a session of Claude Code what concerns it, as a channel",
    )
    add_node(parser)


def _start(words: Sequence[str]) -> int:
    """Begin; without options, as agents' programs have it, nothing is imported to read them."""
    if words:
        return run_alone(COMMAND, words)

    def address(folder: Path | None) -> "Address":
        from argparse import Namespace

        from geometry_ws.cli.find_node import find_node

        return find_node(Namespace(url=None, token_file=None), folder)

    Child(address, None).run(0, 1)
    return int(Exit.OK)


def _run(arguments: "argparse.Namespace") -> Exit:
    from geometry_ws.cli.find_node import find_node

    kind: type[Child] = Child
    if arguments.channel:
        from geometry_ws.cli.channel import ChannelChild

        kind = ChannelChild
    kind(lambda folder: find_node(arguments, folder), arguments.project).run(0, 1)
    return Exit.OK


class Child:
    """The program between an agent and the node."""

    topic = "project.on_listed"
    """What the node is asked to tell; something that hardly ever happens."""

    def __init__(self, address: "Callable[[Path | None], Address]", project: str | None) -> None:
        is_folder = project is not None and (os.sep in project or Path(project).is_dir())
        self._folder = find_project_folder(project if is_folder else None)
        self._named = None if is_folder else project
        self._address = address
        self.title = self._named or (self._folder.name if self._folder is not None else "")
        self._server = mcp.Server(__version__, self.title)
        self.node: PlainSocket | None = None
        self._project: str | None = None
        self._name = self._token = ""
        self._why_not = ""
        self._is_starting = False
        self._back_until = 0.0
        self._again = time.monotonic() + JOIN_SECONDS

    def run(self, source: int, target: int) -> None:
        """Answer until the input ends."""
        pending = bytearray()
        while True:
            readers: list[Any] = [source, *([self.node] if self.node is not None else [])]
            waits = self.node is None and self._again < _NEVER
            wait = max(self._again - time.monotonic(), 0) if waits else None
            ready = select.select(readers, [], [], wait)[0]
            if self.node is not None and self.node in ready:
                self._listen(self.node)
            if source in ready:
                data = os.read(source, 65536)
                if not data:
                    break
                pending += data
                *lines, rest = pending.split(b"\n")
                pending = bytearray(rest if len(rest) <= MOST_LINE else b"")
                for line in lines:
                    if line.strip():
                        write_line(target, self.answer(bytes(line)))
            elif not ready:
                self.connect()
            for message in self.news():
                write_line(target, message)
        if self.node is not None:
            self.node.close()

    def answer(self, line: bytes) -> mcp.Message | None:
        """The answer to one line; None where there is none."""
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return mcp.failed(None, mcp.PARSE_ERROR, "This is no JSON.").message
        return self.answer_to(message)

    def answer_to(self, message: object) -> mcp.Message | None:
        """The answer to one message; None where there is none."""
        taken = self._server.take(message)
        if isinstance(taken, mcp.Call):
            text, is_error = self._call(taken.tool, taken.arguments)
            taken = mcp.finished(taken, text, is_error=is_error)
        return None if taken is None else taken.message

    def news(self) -> list[mcp.Message]:
        """What is to be said without having been asked: nothing."""
        if self.node is not None and self.node.events:
            # Its component may be a new one, which waits a moment for those who held something.
            self.node.events.clear()
            self.begin_again()
        return []

    def begin_again(self) -> None:
        """Say once more who this is."""
        from geometry_ws.cli.plain_socket import Refused, Unreachable

        try:
            if self.node is not None:
                self.begin(self.node)
        except Unreachable:
            self.lose()
        except Refused:
            pass

    def _call(self, tool: str, arguments: Mapping[str, Any]) -> tuple[str, bool]:
        from geometry_ws.cli.plain_socket import Refused, Unreachable

        keywords = {key: value for key, value in arguments.items() if value is not None}
        for key in ("task", "what"):
            if isinstance(keywords.get(key), int | float):
                keywords[key] = str(keywords[key])
        until, losses = time.monotonic() + START_SECONDS, 0
        while losses < 2:  # once more where the connection was lost meanwhile
            if self.node is None:
                self.connect()
            try:
                if self.node is not None:
                    return self._answer_of(self.node, tool, keywords), False
            except Refused as problem:
                self._why_not = f"{problem.code}: {problem.sentence}"
                self._is_starting = problem.code == _NOBODY
                if problem.code in _FINAL:
                    self.lose()
            except Unreachable:
                self.lose()
                losses += 1
                continue
            if not self._is_starting:
                break
            if time.monotonic() > until:
                return STARTING, True
            time.sleep(STARTING_SECONDS)
        return self._why_not, True

    def _answer_of(self, node: "PlainSocket", tool: str, keywords: dict[str, Any]) -> str:
        """The text of an answer. Raises Refused, Unreachable."""
        if self._project is not None:
            keywords["project"] = self._project
        if tool == "done" and self._folder is not None:
            keywords["cwd"] = str(self._folder)
        if tool != "show":
            # The node's component may have been started anew, and know no session.
            keywords["me"] = self._name
        result = node.call(f"agent.{tool}", keywords)
        return str(result.get("text", "")) if isinstance(result, dict) else ""

    def connect(self) -> None:
        """Look for the node, and begin a session with it."""
        from geometry_ws.cli.find_node import choose_project
        from geometry_ws.cli.plain_socket import PlainSocket, Refused, Unreachable, Untrusted
        from geometry_ws.client.errors import BadAddress

        self._again = time.monotonic() + AGAIN_SECONDS
        self._is_starting = False
        try:
            address = self._address(self._folder)
            node = PlainSocket(address, self.topic)
            listed = node.hello.get("projects")
            self._project, _ = choose_project(listed, self._named, self._folder)
            self.begin(node)
        except Refused as problem:
            self._why_not = f"{problem.code}: {problem.sentence}"
            if problem.code == _NOBODY:
                self._is_starting = True
                self._again = time.monotonic() + JOIN_SECONDS
            if problem.code in _FINAL:
                # Asked again when the agent wants something.
                self._again = _NEVER
            return
        except Untrusted as problem:
            self._why_not = f"no_node: {problem}"
            return
        except (Unreachable, KeyError, TypeError):
            self._why_not = NO_NODE.format(place=address.place)
            self._is_starting = time.monotonic() < self._back_until
            return
        except BadAddress as problem:
            self._why_not, self._again = f"no_node: {problem}", _NEVER
            return
        self.node = node

    def begin(self, node: "PlainSocket") -> None:
        """Say who this is, in a new session with the node."""
        joined = node.call("presence.join", self._joining())
        self._name, self._token = str(joined["name"]), str(joined["token"])

    def key(self) -> str:
        """How the agent's program calls its session, where it says so."""
        keys = (f"{name}:{os.environ[v]}" for v, name in _SESSIONS if os.environ.get(v))
        return next(keys, "")[:200]

    def _joining(self) -> dict[str, Any]:
        asked = {
            "kind": "agent",
            "client": self._server.client,
            "machine": os.uname().nodename[:200],
            "key": self.key(),
            "name": self._name,
            "token": self._token,
            "project": self._project,
        }
        return {key: value for key, value in asked.items() if value}

    def _listen(self, node: "PlainSocket") -> None:
        from geometry_ws.cli.plain_socket import Refused, Unreachable

        try:
            node.listen()
        except (Unreachable, Refused):
            self.lose()

    def lose(self) -> None:
        """The node is gone; it is looked for again soon."""
        if self.node is not None:
            self.node.close()
            # It may be started anew: an agent that is told that there is none would edit the file.
            self._back_until = time.monotonic() + START_SECONDS
        self.node = None
        self._again = time.monotonic() + JOIN_SECONDS


def write_line(target: int, message: mcp.Message | None) -> None:
    """Write a message as one line; None is none."""
    if message is None:
        return
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "backslashreplace"
    )
    data += b"\n"
    while data:
        data = data[os.write(target, data) :]


COMMAND: Command = Command(
    "mcp",
    "Offer the tools next, show, claim, done, note and ask to a coding agent, by MCP over standard "
    "input and output.",
    _add_arguments,
    _run,
    _start,
)
