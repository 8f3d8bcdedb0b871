"""Where people put a board's cards, and which they opened: in memory at once, on disk soon.

The file is a small one in the state folder; reading and writing it blocks.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from twisted.logger import Logger

from geometry_ws.board.hit import Collapse, Expand
from geometry_ws.wamp.component import ComponentSession

log = Logger()

_SAVE_AFTER = 0.3
_MOST = 5000
_MOST_BYTES = 2 * 2**20


class _PlacesFile(msgspec.Struct):
    places: dict[str, tuple[int, int]] = {}
    expanded: list[str] = []


@dataclass
class Places:
    """Places of dragged cards (world pixels) and open cards, by the change's name."""

    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)

    def to_json(self) -> bytes:
        """The file's content; of absurdly many the newest are kept."""
        newest = dict(list(self.places.items())[-_MOST:])
        return msgspec.json.encode(_PlacesFile(newest, sorted(self.expanded)[:_MOST]))


def read_places(path: Path) -> Places:
    """Read the file; none, or one that can't be read, gives no places."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return Places()
        stored = msgspec.json.decode(path.read_bytes(), type=_PlacesFile)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return Places()
    return Places(dict(stored.places), set(stored.expanded))


def write_places(path: Path, content: bytes) -> None:
    """Replace the file in one step; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    os.replace(beside, path)  # noqa: PTH105 - says better what it does


class CardPlaces:
    """The places, open cards and pages of one board; without a file nothing outlives it.

    Places are the board's own: where it stands in the world doesn't matter.
    """

    def __init__(self, session: ComponentSession, file: Path | None) -> None:
        self.pages: dict[str, int] = {}
        self._session = session
        self._file = file
        self._places = Places()
        self._saving: Any = None

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where dragged cards lie, by the change's name."""
        return self._places.places

    @property
    def expanded(self) -> set[str]:
        """The changes whose cards are open."""
        return self._places.expanded

    async def load(self) -> None:
        """Begin with what is on disk."""
        if self._file is not None:
            self._places = await self._session.in_thread(read_places, self._file)

    def put(self, change: str, x: int, y: int) -> None:
        """Note where a card lies; `save` when it has been let go."""
        # A new entry goes to the end: what was put down last lies on top.
        self._places.places.pop(change, None)
        self._places.places[change] = (x, y)

    def open_or_close(self, action: Expand | Collapse) -> None:
        """Note that a card is open, or closed again."""
        if isinstance(action, Expand):
            self._places.expanded.add(action.change)
            self.pages[action.change] = action.page
        else:
            self._places.expanded.discard(action.change)
            self.pages.pop(action.change, None)
        self.save()

    def save(self) -> None:
        """Write it soon: more may follow."""
        if self._file is not None and self._saving is None:
            self._saving = self._session.clock.callLater(_SAVE_AFTER, self._write)

    def stop(self) -> None:
        """Write what isn't written yet, now and here."""
        if self._cease() and self._file is not None:
            write_places(self._file, self._places.to_json())

    def close(self) -> None:
        """Write what isn't written yet, in the component's thread."""
        if self._cease():
            self._write()

    def _cease(self) -> bool:
        saving, self._saving = self._saving, None
        if saving is not None:
            saving.cancel()
        return saving is not None

    def _write(self) -> None:
        self._saving = None
        if self._file is not None:
            content = self._places.to_json()
            self._session.in_thread(write_places, self._file, content).addErrback(
                lambda failure: log.failure("places of cards can't be kept", failure)
            )
