"""Drawing without an event loop: `connect`, `show` and `wait`.

    import geometry_ws as gw

    handle = gw.show(picture, title="Noise")
    handle.update(another)

There is one screen for each address. When a script ends, its pictures stay until Ctrl-C, unless it
said otherwise; what a person types (a shell, a notebook) ends as it always does.
"""

import os
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geometry_ws.client.address import Address, parse_address, usual_address, with_token
from geometry_ws.client.background import in_background, is_interactive, on_exit, on_fork
from geometry_ws.client.errors import ClientError, NoAccess, NoNode, NotAdmitted, Unreachable
from geometry_ws.whole import is_whole, needs_all

if TYPE_CHECKING:
    from geometry_ws.client.picture_handle import PictureHandle
    from geometry_ws.client.screen import Screen
    from geometry_ws.client.started_node import StartedNode

WAIT_SECONDS = 3.0
_START_SECONDS = 60.0
_LISTENS_SECONDS = 1.0

_lock = threading.Lock()
_screens: "dict[str, Screen]" = {}
"""The screens by their addresses; the one that was connected last is the last."""


def connect(
    address: str | Address | None = None,
    *,
    token: str | None = None,
    start: bool | str | os.PathLike[str] = False,
    timeout: float = WAIT_SECONDS,
    keep: bool | None = None,
    name: str = "",
    quiet: bool = False,
) -> "Screen":
    """The screen of a node: that of a session there, which is opened where there is none.

    ``address``: of the node; else the environment's GEOMETRY_WS_URL, else http://localhost:8081.
    ``token``: what lets us in at a node that asks for it; else the environment's GEOMETRY_WS_TOKEN.
    ``start``: start a node where none listens, for a folder (True: this one); it ends with the
    program. ``timeout``: seconds to wait for an answer, longer where one is started. ``keep``:
    whether the pictures stay when the script ends, until Ctrl-C (True unless said). ``name``: what
    the node calls this program. ``quiet``: say nothing on stderr. Raises Unreachable; a script that
    doesn't catch it ends with its sentence and status 1.
    """
    parsed = with_token(parse_address(address or usual_address()), token)
    screen = _screens.get(parsed.url)
    if screen is None or screen.closed:
        if in_background():
            raise ClientError("A handler can't wait: connect() before, outside of handlers.")
        with _lock:
            screen = _screens.get(parsed.url)
            if screen is None or screen.closed:
                screen = _open(parsed, start, timeout, name, quiet)
    _screens.pop(parsed.url, None)
    _screens[parsed.url] = screen
    if keep is not None:
        screen.keep = keep
    return screen


def show(picture: Any, **options: Any) -> "PictureHandle":
    """Show a picture, and go on; takes what `Screen.show` takes.

    It goes to the screen that was connected last, else to that of `connect`. Raises NoPicture and
    Unreachable.
    """
    screens = [screen for screen in list(_screens.values()) if not screen.closed]
    return (screens[-1] if screens else connect()).show(picture, **options)


def wait() -> None:
    """Keep showing until Ctrl-C, or until nothing is shown any more."""
    for screen in list(_screens.values()):
        if screen.wait():
            break
    for screen in list(_screens.values()):
        screen.keep = False


def _open(
    address: Address,
    start: bool | str | os.PathLike[str],
    timeout: float,
    name: str,
    quiet: bool,
) -> "Screen":
    # What takes long to load is loaded while the node starts, and before we wait for it.
    node = _start(address, Path.cwd() if start is True else Path(start)) if start else None
    import_module("geometry_ws.client.on_asyncio")
    from geometry_ws.client.screen import Screen

    screen = Screen(address, name=name, quiet=quiet, node=node)
    try:
        if node is None:
            screen.wait_until_connected(timeout)
        else:
            screen.say(f"Starting a node at {screen.url}")
            # Another program may have been faster.
            gone = lambda: node.has_ended and not _listens(address)  # noqa: E731
            screen.wait_until_connected(max(timeout, _START_SECONDS), gone)
    except NotAdmitted as problem:
        screen.close()
        if is_interactive() or threading.current_thread() is not threading.main_thread():
            raise
        raise NoAccess(f"{problem}.") from None
    except Unreachable as problem:
        advice = f"No node answers: {problem}; `geometry-ws up` or connect(start=True) starts one."
        if node is not None:
            advice = f"No node answers: {node.problem if node.has_ended else problem}."
        screen.close()
        if is_interactive() or threading.current_thread() is not threading.main_thread():
            raise Unreachable(advice) from None
        raise NoNode(advice) from None
    except BaseException:
        screen.close()
        raise
    return screen


def _start(address: Address, folder: Path) -> "StartedNode | None":
    """A node that is starting; None where something listens already."""
    if not address.is_here or address.secure:
        raise ClientError(f"`start`: no node can be started at {address.place}, only on localhost.")
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise ClientError(f"`start` names no folder: {str(folder)!r}.")
    if _listens(address):
        return None
    if not is_whole():
        raise ClientError(f"{needs_all('`start`')}.")
    from geometry_ws.client.started_node import StartedNode

    return StartedNode(folder, address.port)


def _listens(address: Address) -> bool:
    try:
        socket.create_connection((address.host, address.port), _LISTENS_SECONDS).close()
    except OSError:
        return False
    return True


def _leave() -> None:
    """At the end of the interpreter: stay where that is wanted, and end in order."""
    screens = [screen for screen in _screens.values() if not screen.closed]
    failed = hasattr(sys, "last_value")
    with suppress(KeyboardInterrupt):
        if not failed and not is_interactive():
            for screen in screens:
                if screen.keep and screen.wait():
                    break
        for screen in screens:
            screen.close()


def _forget() -> None:
    """In a forked process, nothing of this belongs to it."""
    global _lock
    _lock = threading.Lock()
    for screen in _screens.values():
        screen.let_go()
    _screens.clear()


on_exit(_leave)
on_fork(_forget)
