"""One thread of a process in which all screens live, with a loop of asyncio of its own.

It begins when it is first needed. A process that was forked has none of it: it begins anew there.
Whatever a screen waits for in another thread, the thread itself never waits for.
"""

import asyncio
import atexit
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from geometry_ws.client.errors import ClientError

END_SECONDS = 3.0


class Background:
    """The thread; `the_background` gives the one of this process."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="geometry_ws", daemon=True)
        self._thread.start()

    @property
    def runs_here(self) -> bool:
        """Whether this is called in the thread itself, where nothing may wait."""
        return threading.current_thread() is self._thread

    def soon(self, action: Callable[..., Any], *args: Any) -> None:
        """Call something in the thread; nothing happens once it has ended."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(action, *args)

    def begin(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a task in the thread, which tells its failures itself."""
        try:
            self.loop.call_soon_threadsafe(self.loop.create_task, work)
        except RuntimeError:
            work.close()
            raise ClientError("The program is ending: nothing more can be shown.") from None

    def end(self) -> None:
        """End the thread."""
        self.soon(self.loop.stop)
        if not self.runs_here:
            self._thread.join(END_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            if left:
                self.loop.run_until_complete(asyncio.wait(left, timeout=END_SECONDS / 2))
        finally:
            with suppress(Exception):
                self.loop.close()


_lock = threading.Lock()
_background: Background | None = None
_at_exit: list[Callable[[], Any]] = []
_after_fork: list[Callable[[], Any]] = []


def the_background() -> Background:
    """The thread of this process; it is begun where there is none."""
    global _background
    with _lock:
        if _background is None:
            _background = Background()
        return _background


def in_background() -> bool:
    """Whether this is called in the background thread, as handlers are."""
    return _background is not None and _background.runs_here


def on_exit(action: Callable[[], Any]) -> None:
    """Call something when the interpreter ends, before the thread does."""
    _at_exit.append(action)


def on_fork(action: Callable[[], Any]) -> None:
    """Call something in each process that is forked from this one."""
    _after_fork.append(action)


def is_interactive() -> bool:
    """Whether a person types the program: a shell, IPython, a notebook."""
    ipython = sys.modules.get("IPython")
    in_ipython = ipython is not None and getattr(ipython, "get_ipython", lambda: None)() is not None
    return in_ipython or hasattr(sys, "ps1") or bool(sys.flags.interactive)


def _end() -> None:
    background = _background
    if background is None or background.process != os.getpid():
        return
    for action in _at_exit:
        action()
    background.end()


def _forget() -> None:
    """In a forked process: there is no thread, and its locks may be held for ever."""
    global _background, _lock
    _background = None
    _lock = threading.Lock()
    for action in _after_fork:
        action()


atexit.register(_end)
os.register_at_fork(after_in_child=_forget)
