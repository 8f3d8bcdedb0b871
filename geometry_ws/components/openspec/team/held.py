"""What is held, kept for the node's next start: a file that is always replaced as a whole."""

import os
from collections.abc import Sequence
from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from geometry_ws.components.openspec.team.activity import InThread
from geometry_ws.components.openspec.team.office import Office
from geometry_ws.team import held
from geometry_ws.team.claims import Claim
from geometry_ws.team.text import MINUTE
from geometry_ws.wamp.rerun import Rerun

log = Logger()

FILE = "held.jsonl"


class KeptClaims:
    """Writes down who holds what, and lets them go on after a start; `folder` None: nowhere."""

    def __init__(self, office: Office, folder: Path | None, in_thread: InThread) -> None:
        self._office = office
        self._folder = folder
        self._in_thread = in_thread
        self._claims: Sequence[Claim] = ()
        self._looked = 0
        self._written = b""
        self._write_again = Rerun(self._write)
        self._complained = False

    async def load(self) -> None:
        """Let those go on who held something, and look from now on what is held."""
        if self._folder is None:
            return
        office, now = self._office, self._office.now()
        data: bytes = await self._in_thread(read_file, self._folder / FILE)
        for holder in held.read(data):
            held.restore(office.desk, holder, office.registry.ids, now)
        office.desk.lapses.sweep(now)
        for project in office.registry:
            # Whose task was done meanwhile, or has moved.
            office.desk.take_state(project.id, project.state)
        office.recorders.append(lambda _: self.look())
        office.tell()

    def look(self) -> None:
        """Write down what is held where that is something else, or a sign of life a minute old."""
        claims, now = list(self._office.desk.claims), self._office.now()
        if claims == self._claims and now - self._looked < MINUTE:
            return
        self._claims, self._looked = claims, now
        Deferred.fromCoroutine(self._write_again())

    async def _write(self) -> None:
        data = held.written(self._office.desk)
        if data == self._written or self._folder is None:
            return
        try:
            await self._in_thread(replace, self._folder / FILE, data)
            self._written, self._complained = data, False
        except OSError as problem:
            self._claims = ()
            if not self._complained:
                log.warn("claims can't be written down: {problem}", problem=str(problem))
            self._complained = True


def read_file(path: Path) -> bytes:
    """What was written down; nothing where that can't be read. Blocking."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(held.MOST_BYTES)
    except OSError:
        return b""


def replace(path: Path, data: bytes) -> None:
    """Put the file's new content in its place, all or nothing. Blocking."""
    new = path.with_suffix(".new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
        file.write(data)
    new.replace(path)
