"""In which order people put a board's cards, and what they opened: in memory at once, on disk soon.

The file is a small one in the state folder; reading and writing it blocks.
"""

import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from twisted.logger import Logger

from geometry_ws.board.hit import OpenCard, ShowGroup
from geometry_ws.board.layout import Arrangement
from geometry_ws.board.model import Lane
from geometry_ws.wamp.component import ComponentSession

log = Logger()

_SAVE_AFTER = 0.3
_MOST = 5000
_MOST_UNDONE = 50
_MOST_BYTES = 2 * 2**20


class _PlacesFile(msgspec.Struct):
    order: dict[Lane, list[str]] = {}
    views: dict[str, dict[int, int]] = {}
    expanded: list[str] = []
    places: dict[str, Any] = {}
    """Of older boards, on which cards lay anywhere."""


@dataclass
class Places:
    """The order of cards in each lane, open cards, and how groups of tasks are shown.

    `strays` is how many cards lay outside of their lanes when that was possible.
    """

    order: dict[Lane, list[str]] = field(default_factory=dict)
    views: dict[str, dict[int, int]] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)
    strays: int = 0

    def to_json(self) -> bytes:
        """The file's content; of absurdly many the first are kept."""
        order = {lane: names[:_MOST] for lane, names in self.order.items()}
        views = dict(list(self.views.items())[-_MOST:])
        return msgspec.json.encode(_PlacesFile(order, views, sorted(self.expanded)[:_MOST]))


def read_places(path: Path) -> Places:
    """Read the file; none, or one that can't be read, gives no places."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return Places()
        stored = msgspec.json.decode(path.read_bytes(), type=_PlacesFile)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return Places()
    return Places(stored.order, stored.views, set(stored.expanded), len(stored.places))


def write_places(path: Path, content: bytes) -> None:
    """Replace the file in one step; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    os.replace(beside, path)  # noqa: PTH105 - says better what it does


class CardPlaces:
    """The places and open cards of one board; without a file nothing outlives it."""

    def __init__(self, session: ComponentSession, file: Path | None) -> None:
        self._session = session
        self._file = file
        self._places = Places()
        self._before: deque[tuple[Lane, list[str] | None]] = deque(maxlen=_MOST_UNDONE)
        self._saving: Any = None

    def arrangement(self, fresh: Mapping[str, int], now_ms: int) -> Arrangement:
        """Give what people made of the board, and when it is."""
        places = self._places
        return Arrangement(
            frozenset(places.expanded),
            {name: dict(views) for name, views in places.views.items()},
            {lane: tuple(names) for lane, names in places.order.items()},
            dict(fresh),
            now_ms,
        )

    async def load(self) -> None:
        """Begin with what is on disk."""
        if self._file is None:
            return
        self._places = await self._session.in_thread(read_places, self._file)
        if self._places.strays:
            count, self._places.strays = self._places.strays, 0
            log.info("{count} cards that lay elsewhere stand in their lanes again", count=count)
            self.save()

    def put(self, lane: Lane, names: list[str]) -> None:
        """Keep the order of a lane's cards."""
        self._before.append((lane, self._places.order.get(lane)))
        self._places.order[lane] = names
        self.save()

    def undo(self) -> bool:
        """Take the last `put` back; false: there is none that is remembered."""
        if not self._before:
            return False
        lane, names = self._before.pop()
        if names is None:
            del self._places.order[lane]
        else:
            self._places.order[lane] = names
        self.save()
        return True

    def open_or_close(self, action: OpenCard | ShowGroup) -> None:
        """Note that a card is open or closed, or that a group of it is shown otherwise."""
        if isinstance(action, ShowGroup):
            self._places.views.setdefault(action.change, {})[action.group] = action.view
        elif action.opened:
            self._places.expanded.add(action.change)
        else:
            self._places.expanded.discard(action.change)
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
