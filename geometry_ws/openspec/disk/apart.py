"""A large project is read in a process of its own, which hands over what came of it.

Threads that parse would hold up everything else in this process for as long as they do, and leave
gaps in its memory. What is handed over comes in pieces of a millisecond or so. The other process
is this very program (`read_apart`), so what it says is taken as it is. Where it can't be had, the
caller reads by itself.
"""

import contextlib
import datetime
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

import msgspec

from geometry_ws.openspec.disk.base_follower import BaseFollower
from geometry_ws.openspec.disk.evaluator import Evaluator
from geometry_ws.openspec.disk.git_moves import GitMoves
from geometry_ws.openspec.disk.scanner import ProjectFiles, Scanner
from geometry_ws.openspec.disk.shared import Sources
from geometry_ws.openspec.disk.state_cache import CHANGES, StateCache
from geometry_ws.openspec.format.model import ChangeState, ProjectState, SpecState
from geometry_ws.openspec.format.sources import Source
from geometry_ws.openspec.rebasing.touched import NO_BASES

_MANY = 150
"""Changes and specs: fewer are read before another process has begun."""

_SPECS: "msgspec.msgpack.Decoder[SpecState]" = msgspec.msgpack.Decoder(SpecState)


_running: set["subprocess.Popen[bytes]"] = set()


class Loaded(NamedTuple):
    """All that a store has after it has read a project."""

    scanner: Scanner
    evaluator: Evaluator
    files: ProjectFiles
    state: ProjectState


@dataclass(frozen=True, slots=True)
class Means:
    """What a store's parts refer to on either side: each side has its own."""

    cache: StateCache
    following: BaseFollower
    moves: GitMoves
    sources: Sources | None
    today: Callable[[], datetime.date]

    def by_name(self) -> dict[str, object]:
        """Each by the name that stands for it on the way."""
        return {
            "cache": self.cache,
            "following": self.following,
            "bases": self.following.bases,
            "no bases": NO_BASES,
            "moves": self.moves,
            "known": self.moves.known,
            "sources": self.sources,
            "today": self.today,
        }


def change_of(data: bytes) -> ChangeState:
    """A change's state as it was handed over."""
    return CHANGES.decode(data)


def spec_of(data: bytes) -> SpecState:
    """A spec's state as it was handed over."""
    return _SPECS.decode(data)


def read_only(mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    """A mapping that nobody changes, as it was handed over."""
    return MappingProxyType(mapping)


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: IO[bytes], own: Mapping[str, object]) -> None:
        super().__init__(file)
        self._own = own

    def persistent_load(self, name: str) -> object:
        return self._own[name]


def is_large(root: str) -> bool:
    """Say whether it is worth a process to read the folder at a real path."""
    count = 0
    for name in ("changes", "specs"):
        with contextlib.suppress(OSError), os.scandir(Path(root, name)) as entries:
            for _ in entries:
                count += 1
                if count >= _MANY:
                    return True
    return False


def read_apart(folder: Path, title: str, state: Path | None, means: Means) -> Loaded | None:
    """Read a project in another process; None where that can't be done."""
    words = [str(folder), title, "" if state is None else str(state)]
    command = [sys.executable, "-P", "-m", "geometry_ws.openspec.disk.read_apart", *words]
    # Where the program was found here, it is found there.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        process = subprocess.Popen(  # noqa: S603 - this very program
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
    except OSError:
        return None
    _running.add(process)
    try:
        return _received(process, means)
    except Exception:  # noqa: BLE001 - whatever it is: the caller reads by itself
        process.kill()
        return None
    finally:
        # It keeps what it knows for the next start; nobody waits for that.
        threading.Thread(target=_end, args=(process,), name="read-apart", daemon=True).start()


def _received(process: "subprocess.Popen[bytes]", means: Means) -> Loaded | None:
    if process.stdout is None:
        return None
    unpacker = _Unpacker(process.stdout, means.by_name())
    while True:
        # Each piece has what the next ones refer to; the last one is the whole.
        piece: Any = unpacker.load()
        if isinstance(piece, Loaded):
            return piece
        if means.sources is not None:
            for part in piece:
                if isinstance(part, Source):
                    means.sources.same(part)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdout is not None:
        process.stdout.close()
    process.wait()
    _running.discard(process)


def running() -> "list[subprocess.Popen[bytes]]":
    """The processes that haven't ended yet."""
    return list(_running)
