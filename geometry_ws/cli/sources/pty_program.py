"""A program in a terminal of its own: a pseudoterminal, whose other end is ours."""

import asyncio
import errno
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from geometry_ws.cli.sources.child import start_child

_CHUNK_BYTES: Final = 64 * 1024
READ_SECONDS: Final = 0.004
"""So long it is read at once; then what else happens has its turn."""
MOST_UNREAD_BYTES: Final = 8 << 20
"""What a program may leave unread of what was typed and pasted; what comes then is dropped."""
END_SECONDS: Final = 2.0


class PtyProgram:
    """A program that runs; it ends with this process, however that ends.

    ``heard`` gets what it writes, ``ended`` is called once with its status (negative: the signal).
    """

    def __init__(
        self,
        words: Sequence[str],
        size: tuple[int, int],
        heard: Callable[[bytes], None],
        ended: Callable[[int], None],
    ) -> None:
        self._heard, self._ended = heard, ended
        self._unread = bytearray()
        self._loop = asyncio.get_running_loop()
        self._end, theirs = pty.openpty()
        try:
            self.resize(*size)
            self._process = self._start(words, theirs)
        except BaseException:
            os.close(self._end)
            raise
        finally:
            os.close(theirs)
        os.set_blocking(self._end, False)
        self._is_open = True
        self._loop.add_reader(self._end, self._read)
        threading.Thread(target=self._wait, daemon=True).start()

    def resize(self, columns: int, rows: int) -> None:
        """Tell the program another size."""
        with suppress(OSError):
            fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def write(self, data: bytes) -> None:
        """Let the program read something, as soon as it does."""
        if not self._is_open or len(self._unread) + len(data) > MOST_UNREAD_BYTES:
            return
        self._unread += data
        self._write()

    async def end(self) -> None:
        """End it: it hears that its terminal is gone, and is killed if it stays."""
        for number in (signal.SIGHUP, signal.SIGKILL):
            self._signal(number)
            with suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, END_SECONDS)
                break
        self._close()

    def _start(self, words: Sequence[str], theirs: int) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        return start_child(
            words,
            lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
        )

    def _read(self) -> None:
        until = self._loop.time() + READ_SECONDS
        while self._is_open and self._read_once() and self._loop.time() < until:
            pass

    def _read_once(self) -> bool:
        try:
            data = os.read(self._end, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        except OSError as problem:
            if problem.errno != errno.EIO:  # the last who had it open is gone
                raise
            data = b""
        if not data:
            self._loop.remove_reader(self._end)
            return False
        self._heard(data)
        return True

    def _write(self) -> None:
        try:
            count = os.write(self._end, self._unread)
        except BlockingIOError:
            count = 0
        except OSError:
            self._unread.clear()
            count = 0
        del self._unread[:count]
        if self._unread:
            self._loop.add_writer(self._end, self._write)
        else:
            self._loop.remove_writer(self._end)

    def _wait(self) -> None:
        status = self._process.wait()
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._over, status)

    def _over(self, status: int) -> None:
        """It has ended; what it wrote at last is read before that is told."""
        while self._is_open and self._read_once():
            pass
        self._close()
        self._ended(status)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._end)
            self._loop.remove_writer(self._end)
            os.close(self._end)
