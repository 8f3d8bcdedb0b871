"""An X server of its own for one program: Xvfb, which keeps its screen in a file."""

import asyncio
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from geometry_ws.cli.sources.child import start_child
from geometry_ws.cli.sources.source import SourceError

START_SECONDS: Final = 10.0
END_SECONDS: Final = 2.0
_LOCAL: Final = 256
"""The family of addresses of this machine, in a file of X authority."""


class XServer:
    """A server that runs; it ends with this process, however that ends.

    Nobody else can draw on it or read it: its cookie lies in a folder of ours.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        self.folder = Path(tempfile.mkdtemp(prefix="geometry-ws-x11-"))
        self._cookie = secrets.token_bytes(16)
        self._process: subprocess.Popen[bytes] | None = None
        self.name = ""
        """What programs know it by: `:7`."""

    async def start(self) -> None:
        """Start it and wait until it answers. Raises SourceError."""
        program = shutil.which("Xvfb")
        if program is None:
            raise SourceError(
                "Xvfb isn't installed, the X server that programs are shown from: "
                "install your system's package (Debian: `apt install xvfb`)."
            )
        self._write_authority("")
        ours, theirs = os.pipe()
        width, height = self.size
        words = [
            program, "-displayfd", str(theirs), "-screen", "0", f"{width}x{height}x24",
            "-fbdir", str(self.folder), "-auth", str(self.authority),
            "-nolisten", "tcp", "-noreset", "-wr",
        ]  # fmt: skip
        try:
            self._process = start(words, {}, pass_fds=(theirs,))
        finally:
            os.close(theirs)
        try:
            number = await asyncio.wait_for(asyncio.to_thread(_read_line, ours), START_SECONDS)
        except TimeoutError:
            number = ""
        if not number.isdigit():
            raise SourceError("Xvfb can't be started: run `Xvfb -displayfd 1` to see why.")
        self._write_authority(number)
        self.name = f":{number}"

    @property
    def authority(self) -> Path:
        """The file with its cookie."""
        return self.folder / "authority"

    @property
    def environment(self) -> dict[str, str]:
        """What a program on it has in its environment."""
        return {"DISPLAY": self.name, "XAUTHORITY": str(self.authority)}

    async def end(self) -> None:
        """End it, and let nothing of it stay."""
        if self._process is not None:
            await stop(self._process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_authority(self, number: str) -> None:
        parts = (
            socket.gethostname().encode(),
            number.encode(),
            b"MIT-MAGIC-COOKIE-1",
            self._cookie,
        )
        entry = struct.pack(">H", _LOCAL) + b"".join(
            struct.pack(">H", len(part)) + part for part in parts
        )
        self.authority.write_bytes(entry)


def start(
    words: Sequence[str], environment: Mapping[str, str], pass_fds: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """Start a program that dies with us. Raises SourceError."""
    quiet: dict[str, Any] = (
        {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} if pass_fds else {}
    )
    return start_child(
        words,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        pass_fds=pass_fds,
        **quiet,
    )


async def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a program and its children; they are killed if they stay."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, END_SECONDS)
            return


def _read_line(end: int) -> str:
    with os.fdopen(end, "rb") as pipe:
        return pipe.readline().decode("ascii", "replace").strip()
