"""``geometry-ws show``: show pictures, a video or a program, until they end or Ctrl-C."""

import argparse
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from geometry_ws.cli.argument_types import pair, rate
from geometry_ws.cli.command import Command, fail
from geometry_ws.cli.exits import Exit
from geometry_ws.cli.find_node import add_node
from geometry_ws.cli.short_session import address_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from geometry_ws.cli.sources.live import LiveSource
    from geometry_ws.cli.sources.source import Source
    from geometry_ws.client.screen import Screen


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        nargs="*",
        metavar="SOURCE",
        help="a picture, a video, a folder, a glob, or several pictures; - is standard input: "
        "pictures in PNG, JPEG or WebP one after another, or raw pixels; -- and a command: its "
        "terminal; x11 -- and a command: the windows of a graphical program; vnc://HOST:PORT is "
        "another machine's screen; chrome:PORT/WORDS is the tab of a running browser that has "
        "these words in its title or address",
    )
    parser.add_argument("--title", default="", help="what it is called (the source's name)")
    parser.add_argument(
        "--at",
        type=pair(","),
        metavar="X,Y",
        help="where it lies in the world (in a free place); with = where X is negative: --at=-40,0",
    )
    parser.add_argument(
        "--change", default="", metavar="NAME", help="beside the card of a change, on its board"
    )
    parser.add_argument(
        "--project", default="", metavar="ID", help="the change's project (the node's first one)"
    )
    parser.add_argument(
        "--follow",
        action="store_true",
        help="show the newest picture of a folder or a glob as files come, or a file as it changes",
    )
    parser.add_argument(
        "--fps",
        type=rate,
        metavar="N",
        help="pictures a second (a video's own, 2 of a folder); of standard input each picture is "
        "shown then, and who writes them waits; without it the newest is shown",
    )
    parser.add_argument(
        "--size",
        type=pair("x", least=1),
        metavar="WIDTHxHEIGHT",
        help="standard input has raw pixels in pictures of this size, rows without padding; "
        "of a terminal: columns and rows (100x30, beside a card 64x20); of x11: its screen "
        "(1280x800, of vnc 1920x1200)",
    )
    parser.add_argument(
        "--pixels", choices=("rgb", "rgba", "grey"), help="what raw pixels are made of (rgb)"
    )
    add_node(parser)


def _run(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.cli.sources.choosing import BadChoice, Choice, choose
    from geometry_ws.cli.sources.source import SourceError
    from geometry_ws.client.errors import BadAddress, ClientError, NotAdmitted, Unreachable
    from geometry_ws.client.showing import connect

    if arguments.program is not None or arguments.source == ["x11"]:
        return _run_program(arguments)
    if any(word.startswith("chrome:") for word in arguments.source):
        return _run_chrome(arguments)
    if any(word.startswith("vnc:") for word in arguments.source):
        return _run_vnc(arguments)
    if not arguments.source:
        return fail("Nothing to show: name a SOURCE, or a command behind --.", Exit.USAGE)
    screen = None
    with suppress(ValueError):  # only the main thread hears signals
        signal.signal(signal.SIGTERM, _end)
    try:
        source = choose(
            Choice(
                tuple(arguments.source),
                arguments.follow,
                arguments.fps,
                arguments.size,
                arguments.pixels,
            )
        )
        screen = connect(address_of(arguments), keep=False, name="geometry-ws show")
        _play(source, screen, arguments)
    except (BadChoice, BadAddress) as problem:
        return fail(str(problem), Exit.USAGE)
    except NotAdmitted as problem:
        return fail(str(problem))
    except Unreachable as problem:
        return fail(str(problem), Exit.UNREACHABLE)
    except (SourceError, ClientError) as problem:
        return fail(str(problem))
    except KeyboardInterrupt:
        pass
    finally:
        if screen is not None:
            screen.close()
    return Exit.OK


def _run_program(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.cli.sources.source import SourceError
    from geometry_ws.cli.sources.terminal import TerminalShow
    from geometry_ws.cli.sources.x11 import X11Show
    from geometry_ws.terminal.library import MissingEmulator

    is_graphical = arguments.source == ["x11"]
    if (arguments.source and not is_graphical) or not arguments.program:
        return fail(
            "A command is shown alone: geometry-ws show -- COMMAND, or show x11 -- COMMAND.",
            Exit.USAGE,
        )
    if arguments.follow or arguments.fps or arguments.pixels:
        return fail("--follow, --fps and --pixels are for pictures.", Exit.USAGE)

    def make() -> "LiveSource":
        if is_graphical:
            return X11Show(
                arguments.program, arguments.title, arguments.at, arguments.size, _dock(arguments)
            )
        try:
            return TerminalShow(
                arguments.program, arguments.title, arguments.at, arguments.size, _dock(arguments)
            )
        except MissingEmulator as problem:
            raise SourceError(str(problem)) from None

    return _run_live(make, arguments)


def _run_chrome(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.cli.sources.chrome import SOURCE, ChromeShow

    source = SOURCE.fullmatch(arguments.source[0]) if len(arguments.source) == 1 else None
    if source is None or not 1 <= int(source[1]) <= 65535:
        return fail("A tab is shown alone: chrome:PORT, or chrome:PORT/WORDS.", Exit.USAGE)
    if arguments.follow or arguments.fps or arguments.pixels or arguments.size:
        return fail("--follow, --fps, --pixels and --size are for pictures.", Exit.USAGE)
    port, words = int(source[1]), source[2] or ""
    title, at, dock = arguments.title, arguments.at, _dock(arguments)
    return _run_live(lambda: ChromeShow(port, words, title, at, dock), arguments)


def _run_vnc(arguments: argparse.Namespace) -> Exit:
    from geometry_ws.cli.sources.vnc import SCREEN, read_server, viewer_words
    from geometry_ws.cli.sources.x11 import X11Show

    server = read_server(arguments.source[0]) if len(arguments.source) == 1 else None
    if server is None:
        return fail("A screen is shown alone: vnc://HOST:PORT.", Exit.USAGE)
    if arguments.follow or arguments.fps or arguments.pixels:
        return fail("--follow, --fps and --pixels are for pictures.", Exit.USAGE)
    title, size = arguments.title or server.name, arguments.size or SCREEN
    at, dock = arguments.at, _dock(arguments)
    return _run_live(lambda: X11Show(viewer_words(server), title, at, size, dock), arguments)


def _run_live(make: "Callable[[], LiveSource]", arguments: argparse.Namespace) -> Exit:
    from geometry_ws.cli.sources.live import run_live
    from geometry_ws.cli.sources.source import SourceError
    from geometry_ws.client.address import parse_address
    from geometry_ws.client.errors import BadAddress, ClientError, NotAdmitted, Unreachable

    try:
        failure = run_live(make, parse_address(address_of(arguments)))
    except BadAddress as problem:
        return fail(str(problem), Exit.USAGE)
    except NotAdmitted as problem:
        return fail(str(problem))
    except Unreachable as problem:
        return fail(str(problem), Exit.UNREACHABLE)
    except (SourceError, ClientError) as problem:
        return fail(str(problem))
    return fail(failure) if failure else Exit.OK


def _play(source: "Source", screen: "Screen", arguments: argparse.Namespace) -> None:
    from geometry_ws.cli.sources.stage import NodeStage

    screen.say(f"{source.doing} at {screen.url} {source.until}")
    title = arguments.title or source.title[:200]
    where = {"at": arguments.at, "change": arguments.change, "project": arguments.project}
    source.play(NodeStage(screen, title, source.content, **where))


def _dock(arguments: argparse.Namespace) -> dict[str, str] | None:
    if not arguments.change:
        return None
    return {"change": arguments.change, "project": arguments.project}


def _end(*_: Any) -> None:
    raise KeyboardInterrupt


COMMAND = Command(
    "show",
    "Show pictures, a video, standard input or a command's terminal, until it ends or Ctrl-C.",
    _add_arguments,
    _run,
    runs_program=True,
)
