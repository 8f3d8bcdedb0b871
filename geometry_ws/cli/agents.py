"""``geometry-ws agents``: installs the tools and hooks for coding agents in a project."""

import argparse
import difflib
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geometry_ws.cli.command import Command, fail, run_alone
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import (
    add_node,
    find_address,
    find_node,
    http_address,
)
from geometry_ws.cli.plain_socket import Refused, Unreachable, post, send_hook
from geometry_ws.cli.project_folder import find_project_folder
from geometry_ws.client.address import Address
from geometry_ws.client.errors import BadAddress
from geometry_ws.team.install import HARNESSES, NAME, CannotEdit, Edit, Settings, edits_for
from geometry_ws.team.text import ago
from geometry_ws.team.trust import trust_of

_MOST_BYTES = 2**20
_RECORD = "installed.json"
_NEXT = {
    "claude": "Start Claude Code here and approve the server geometry-ws once.",
    "codex": "Start Codex here, trust the folder, and look through its hooks once: /hooks.",
    "cursor": "Open the folder in Cursor, and switch the server geometry-ws on once.",
    "copilot": "Start Copilot here and trust the folder; the hooks are read in its next session.",
    "gemini": "Start Gemini here and trust the folder.",
    "opencode": "Start OpenCode here.",
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=("install", "uninstall", "status", "hook"), help="what to do"
    )
    parser.add_argument(
        "harness",
        nargs="?",
        metavar="PROGRAM",
        help=f"whose: {', '.join(HARNESSES)} (all of them for status)",
    )
    parser.add_argument(
        "--shared",
        action="store_true",
        help="for all who work on the project, in files to be committed (install)",
    )
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--project", metavar="PATH", help="the project's folder (the one here)")
    add_node(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    harness = arguments.harness
    if arguments.action == "hook":
        return _pass_on(harness or "agent", arguments)
    if harness not in HARNESSES and (harness is not None or arguments.action != "status"):
        return fail(f"Name one of {', '.join(HARNESSES)}.", Exit.USAGE)
    folder = find_project_folder(arguments.project)
    if folder is None:
        return fail("There is no OpenSpec project here: name its folder by --project.")
    address = find_address(arguments.url, folder)
    settings = Settings(_program(), http_address(address), str(folder), arguments.shared)
    try:
        if arguments.action == "status":
            harnesses = [harness] if harness else list(HARNESSES)
            return _status(harnesses, folder, settings, find_node(arguments, folder))
        changes = _planned(arguments.action, harness, folder, settings)
        return _carry_out(arguments, folder, changes)
    except BrokenPipeError:
        raise
    except (BadAddress, CannotEdit) as problem:
        return fail(str(problem))
    except OSError as problem:
        return fail(f"{problem.filename} can't be used: {problem.strerror}.")


def _program() -> str:
    """Our program as it is started: its bare name where that is found, else where it lies."""
    if shutil.which(NAME):
        return NAME
    beside = Path(sys.executable).with_name(NAME)
    return str(beside if beside.exists() else Path(sys.argv[0]).absolute())


# --- installing ---------------------------------------------------------------------------

Change = tuple[Path, str | None, str | None]
"""A file, its text as it is and as it shall be; None: no file."""


def _planned(action: str, harness: str, folder: Path, settings: Settings) -> list[Change]:
    record = _read_record(folder)
    if action == "install":
        return [
            (path, text, edit.put(text)) for edit, path, text in _files(harness, folder, settings)
        ]
    changes: list[Change] = []
    needed = _needed_by_others(harness, folder, settings)
    for shared in (False, True):
        for edit, path, text in _files(harness, folder, settings._replace(shared=shared)):
            if path not in [*needed, *(planned for planned, _, _ in changes)]:
                changes.append((path, text, _restored(record, edit, text)))
    return changes


def _needed_by_others(harness: str, folder: Path, settings: Settings) -> set[Path]:
    """Files that another program reads as well, which has something of its own installed."""
    own = {edit.path for edit in edits_for(harness, settings)}
    needed: set[Path] = set()
    for other in HARNESSES:
        files = [] if other == harness else _files(other, folder, settings)
        alone = [file for file in files if file[0].path not in own]
        if any(_is_installed(edit, text) for edit, _, text in alone):
            needed.update(path for edit, path, _ in files if edit.path in own)
    return needed


def _is_installed(edit: Edit, text: str | None) -> bool:
    try:
        return text is not None and edit.take(text) != text
    except CannotEdit:
        return False


def _files(harness: str, folder: Path, settings: Settings) -> list[tuple[Edit, Path, str | None]]:
    return [
        (edit, folder / edit.path, _read(folder / edit.path))
        for edit in edits_for(harness, settings)
    ]


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(data) > _MOST_BYTES:
        raise CannotEdit(f"{path} is too large: add the entries by hand.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise CannotEdit(f"{path} is no text in UTF-8: add the entries by hand.") from None


def _restored(record: dict[str, Any], edit: Edit, text: str | None) -> str | None:
    """A file without our part: as it was before, where nobody has written it since."""
    entry = record.get(edit.path)
    if text is not None and isinstance(entry, dict) and entry.get("after") == _mark(text):
        before = entry.get("before")
        return before if isinstance(before, str) else None
    return edit.take(text)


def _carry_out(arguments: argparse.Namespace, folder: Path, changes: list[Change]) -> Exit:
    """Show the difference, ask, write; all files have been looked at before the first is."""
    changes = [change for change in changes if change[1] != change[2]]
    if not changes:
        print("Nothing is to be done.")
        return Exit.OK
    for path, before, after in changes:
        name = str(path.relative_to(folder))
        sys.stdout.writelines(_difference(name, before, after))
    if not arguments.yes:
        if not sys.stdin.isatty():
            return fail("Nothing is written yet: add --yes.")
        if input("Write this? [y/N] ").strip().lower() not in ("y", "yes"):
            return fail("Nothing was written.")
    record = _read_record(folder)
    for path, before, after in changes:
        name = str(path.relative_to(folder))
        if arguments.action == "install":
            record[name] = _entry(record.get(name), before, after or "")
        else:
            record.pop(name, None)
        _write(path, after, folder)
    _write_record(folder, record)
    print(_NEXT[arguments.harness] if arguments.action == "install" else "It is removed.")
    return Exit.OK


def _entry(former: Any, before: str | None, after: str) -> dict[str, Any]:
    """What a file was before we first wrote it, as long as nobody else has written it since."""
    if isinstance(former, dict) and before is not None and former.get("after") == _mark(before):
        before = former.get("before")
    return {"before": before, "after": _mark(after)}


def _difference(name: str, before: str | None, after: str | None) -> list[str]:
    old, new = (before or "").splitlines(keepends=True), (after or "").splitlines(keepends=True)
    said = difflib.unified_diff(
        old,
        new,
        "/dev/null" if before is None else name,
        "/dev/null" if after is None else name,
    )
    return [line if line.endswith("\n") else f"{line}\n" for line in said]


def _write(path: Path, text: str | None, folder: Path) -> None:
    """Replace a file in one step, through a link too; or remove it, with folders that it leaves."""
    if text is None:
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == folder or any(parent.iterdir()):
                break
            parent.rmdir()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{NAME}")
    beside.write_bytes(text.encode())
    if target.exists():
        beside.chmod(target.stat().st_mode & 0o777)
    beside.replace(target)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _record_path(folder: Path) -> Path:
    from geometry_ws.node.projects import state_folder

    return state_folder(folder) / _RECORD


def _read_record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads(_record_path(folder).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _write_record(folder: Path, record: dict[str, Any]) -> None:
    path = _record_path(folder)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(record, file)


# --- asking -------------------------------------------------------------------------------


def _status(harnesses: Sequence[str], folder: Path, settings: Settings, address: Address) -> Exit:
    try:
        members = post(address, "presence.list", {})["members"]
        runs = post(address, "activity.list", {"limit": 500})["runs"]
        running = f"The node at {settings.url} answers."
    except Refused as problem:
        members, runs, running = [], [], f"{settings.url} says: {problem.sentence}"
    except (Unreachable, KeyError, TypeError):
        members, runs, running = [], [], f"No node answers at {settings.url}."
    print(running)
    for harness in harnesses:
        states = {}
        for shared in (False, True):
            for edit, path, text in _files(harness, folder, settings._replace(shared=shared)):
                states[str(path.relative_to(folder))] = _is_installed(edit, text)
        installed = [name for name, ours in states.items() if ours]
        print(f"{harness}: {', '.join(installed) or 'not installed'}")
        if installed and (trust := trust_of(harness, str(folder), _read_at_home)):
            print(f"  {trust}")
        if heard := _heard(harness, members, runs):
            print(f"  {heard}")
    return Exit.OK


def _heard(harness: str, members: list[Any], runs: list[Any]) -> str:
    """Who of a program is there, or when it was there last."""
    now = int(time.time() * 1000)
    there = [
        f"{member['name']} ({ago(now - member['seen'])})"
        for member in members
        if _client_is(harness, member.get("client"))
    ]
    if there:
        return f"there now: {', '.join(there)}"
    came = [
        run["last"]
        for run in runs
        if run.get("what") == "came" and _client_is(harness, run.get("text"))
    ]
    return f"last heard of {ago(now - max(came))}" if came else ""


def _client_is(harness: str, client: object) -> bool:
    """Whether a client's name is a program's: by its hooks or by its tools."""
    return isinstance(client, str) and harness in client.lower()


def _read_at_home(path: str) -> str | None:
    try:
        return _read(Path.home() / path)
    except (CannotEdit, OSError, RuntimeError):
        return None


def _pass_on(client: str, arguments: argparse.Namespace) -> Exit:
    """Pass a hook on from standard input; whatever goes wrong, the agent doesn't hear of it."""
    try:
        body = sys.stdin.buffer.read()
        folder = find_project_folder(arguments.project)
        send_hook(find_node(arguments, folder), client, body)
    except (OSError, ValueError, Unreachable):
        pass
    return Exit.OK


COMMAND: Command = Command(
    "agents",
    "Install the tools and hooks for coding agents in a project, or remove them.",
    _add_arguments,
    _run,
    lambda words: run_alone(COMMAND, words),
)
