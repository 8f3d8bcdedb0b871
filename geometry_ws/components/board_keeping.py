"""Keeps where people put a board's cards and which they opened: at once here, soon on disk."""

from pathlib import Path
from typing import Any

from twisted.logger import Logger

from geometry_ws.board.hit import Collapse, Expand
from geometry_ws.components.board_places import Places, read_places, write_places
from geometry_ws.components.session import ComponentSession

log = Logger()

_SAVE_AFTER = 0.3


class Keeping:
    """The places, open cards and pages of one board; without a file nothing outlives it.

    Places are the board's own: where it stands in the world doesn't matter.
    """

    def __init__(self, session: ComponentSession, file: Path | None) -> None:
        self.pages: dict[str, int] = {}
        self._session = session
        self._file = file
        self._kept = Places()
        self._saving: Any = None

    @property
    def places(self) -> dict[str, tuple[int, int]]:
        """Where dragged cards lie, by the change's name."""
        return self._kept.places

    @property
    def expanded(self) -> set[str]:
        """The changes whose cards are open."""
        return self._kept.expanded

    async def load(self) -> None:
        """Begin with what is on disk."""
        if self._file is not None:
            self._kept = await self._session.in_thread(read_places, self._file)

    def put(self, change: str, x: int, y: int) -> None:
        """Note where a card lies; `save` when it has been let go."""
        # A new entry goes to the end: what was put down last lies on top.
        self._kept.places.pop(change, None)
        self._kept.places[change] = (x, y)

    def open_or_close(self, action: Expand | Collapse) -> None:
        """Note that a card is open, or closed again."""
        if isinstance(action, Expand):
            self._kept.expanded.add(action.change)
            self.pages[action.change] = action.page
        else:
            self._kept.expanded.discard(action.change)
            self.pages.pop(action.change, None)
        self.save()

    def save(self) -> None:
        """Write it soon: more may follow."""
        if self._file is not None and self._saving is None:
            self._saving = self._session.clock.callLater(_SAVE_AFTER, self._write)

    def stop(self) -> None:
        """Write what isn't written yet, now and here."""
        if self._cease() and self._file is not None:
            write_places(self._file, self._kept.to_json())

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
            content = self._kept.to_json()
            self._session.in_thread(write_places, self._file, content).addErrback(
                lambda failure: log.failure("places of cards can't be kept", failure)
            )
