"""``geometry-ws access``: who may come in from other machines, and as what."""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit
from geometry_ws.protocol.rights import GIVEN_ROLES, MACHINE_ROLE

if TYPE_CHECKING:
    from geometry_ws.access.register import Kind, Register

_HOW: dict[str, str] = {
    "add": "give NAME a role, and print a link",
    "link": "print another link for NAME",
    "list": "print who has access",
    "revoke": "take all access back from NAME",
}


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    from geometry_ws.cli.argument_types import stretch

    words = "; ".join(f"{name}: {text}" for name, text in _HOW.items())
    parser.add_argument("action", choices=tuple(_HOW), help=words)
    parser.add_argument("name", nargs="?", metavar="NAME", help="a person, an agent or a program")
    parser.add_argument(
        "--role", choices=tuple(GIVEN_ROLES), help="what NAME may (add); docs/access.md lists it"
    )
    parser.add_argument(
        "--for",
        dest="seconds",
        type=stretch,
        metavar="TIME",
        help="for how long (add): 30m, 8h, 14d or 6w; without it, until it is taken back",
    )
    parser.add_argument("--note", default="", help="a line about NAME, for the list (add)")
    parser.add_argument(
        "--token",
        action="store_true",
        help="print a token for a program in place of a link (add and link)",
    )
    parser.add_argument(
        "--at", metavar="ADDRESS", help="the address that the link shall have (the node's own)"
    )
    parser.add_argument("--no-qr", action="store_true", help="print no QR code")
    parser.add_argument(
        "--node",
        type=Path,
        default=Path(),
        help="the project that the node is started with (this folder)",
    )
    parser.add_argument("--state", type=Path, help="where the node keeps its state, if named then")


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.access.file import FILE, BadAccessFile
    from geometry_ws.access.names import BadName
    from geometry_ws.access.register import Refusal
    from geometry_ws.http.private_folder import NotPrivate, make_private
    from geometry_ws.node.addresses import BadAddressToShow
    from geometry_ws.node.projects import node_folder
    from geometry_ws.openspec.format.errors import NoProject

    if sentence := _misuse(arguments):
        return fail(sentence, Exit.USAGE)
    try:
        given: Path = arguments.state or node_folder(arguments.node)
        root = make_private(given.expanduser().absolute())
        file = make_private(root / "state") / FILE
        if arguments.action == "list":
            return _list(file)
        if arguments.action == "revoke":
            return _revoke(file, arguments.name)
        return _give(arguments, root, file)
    except (NoProject, NotPrivate, BadAccessFile, BadName, Refusal, BadAddressToShow) as problem:
        return fail(str(problem))
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        return fail(f"Access can't be written: {problem.strerror or problem}{where}.")


def _misuse(arguments: argparse.Namespace) -> str | None:
    """What is wrong with how it was typed; None where it is right."""
    action = arguments.action
    if action == "list":
        return "access list takes no name." if arguments.name else None
    if not arguments.name:
        return f"Name somebody: geometry-ws access {action} NAME."
    if action == "add" and not arguments.role:
        roles = "|".join(GIVEN_ROLES)
        return f"Say what {arguments.name} may: geometry-ws access add NAME --role {roles}."
    if action != "add" and (arguments.role or arguments.seconds or arguments.note):
        return f"--role, --for and --note belong to access add, not to access {action}."
    return None


def _give(arguments: argparse.Namespace, root: Path, file: Path) -> Exit:
    from geometry_ws.access.file import change_register
    from geometry_ws.access.register import (
        LINK_SECONDS,
        Refusal,
        add_person,
        add_token,
        find_person,
    )
    from geometry_ws.access.tokens import new_token
    from geometry_ws.node.addresses import link_to, read_address

    token, kind = new_token(), "key" if arguments.token else "link"

    def change(register: "Register") -> Any:
        now = time.time()
        if arguments.action == "add":
            register = add_person(
                register,
                arguments.name,
                arguments.role,
                now,
                seconds=arguments.seconds,
                note=arguments.note,
            )
        register = add_token(register, arguments.name, token, _kind(kind), now)
        person = find_person(register, arguments.name)
        if person is not None and person.role == MACHINE_ROLE and kind == "link":
            raise Refusal(
                "A machine joins with a token, not by a link: add"
                f" --token > {person.name}.token to this command."
            )
        return register, person

    address = read_address(root, arguments.at)
    person = change_register(file, change)
    if arguments.token:
        _remark(f"A token of {person.name}, {person.role}. Keep it in a file that only you read:")
        print(token, flush=True)
        return Exit.OK
    link = link_to(address.url, token)
    hours = LINK_SECONDS // 3600
    _remark(f"A link for {person.name}, {person.role}, to be opened once, within {hours} hours:")
    print(link, flush=True)
    if sys.stdout.isatty() and not arguments.no_qr:
        _print_code(link)
    if address.remark:
        _remark(address.remark)
    return Exit.OK


def _kind(name: str) -> "Kind":
    return "key" if name == "key" else "link"


def _print_code(link: str) -> None:
    """The link as a QR code, for the camera of a phone."""
    import segno

    print()
    segno.make(link, error="l", micro=False).terminal(compact=True, border=2)
    print(flush=True)


def _remark(sentence: str) -> None:
    """Said beside what was asked for: standard output has the link or the token alone."""
    print(sentence, file=sys.stderr, flush=True)


def _list(file: Path) -> Exit:
    from geometry_ws.access.file import read_register
    from geometry_ws.access.names import time_in_words
    from geometry_ws.access.register import last_seen

    register, now = read_register(file), time.time()
    if not register.people:
        _remark("Nobody has access: geometry-ws access add NAME --role maintainer gives it.")
    for person in sorted(register.people, key=lambda person: person.name.casefold()):
        seen = last_seen(register, person.name)
        words = "never seen" if seen is None else f"seen {time_in_words(now - seen)} ago"
        if person.until is not None:
            left = person.until - now
            words += "; over" if left <= 0 else f"; for another {time_in_words(left + 59)}"
        print("  ".join(filter(None, (person.name, person.role, words, person.note))))
    return Exit.OK


def _revoke(file: Path, name: str) -> Exit:
    from geometry_ws.access.file import change_register
    from geometry_ws.access.register import revoke

    change_register(file, lambda register: (revoke(register, name), None))
    _remark(f"{name} has no access any more; what {name} had open ends within a second.")
    return Exit.OK


COMMAND = Command(
    "access",
    "Give people, agents and programs access by name, and take it back.",
    _add_arguments,
    _run,
)
