"""Memory of pictures is given back to the system when it isn't used any more.

The C library keeps what was freed for the next large picture. After twenty programs that drew large
ones had left, the compositor kept 400 MB.
"""

from typing import Any, Final

from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.memory import give_memory_back

SECONDS: Final = 5.0
"""So long after something may have been freed, since more may follow; it takes milliseconds."""


class FreeMemory:
    """Gives back what is free, some time after something may have become free."""

    def __init__(self, session: ComponentSession) -> None:
        self._session = session
        self._later: Any = None

    def give_back_later(self) -> None:
        """A surface is gone, or a large picture has been drawn."""
        if self._later is None:
            self._later = self._session.clock.callLater(SECONDS, self._give_back)

    def stop(self) -> None:
        """Give nothing back any more."""
        if self._later is not None:
            self._later.cancel()
            self._later = None

    def _give_back(self) -> None:
        self._later = None
        self._session.thread_of("memory", give_memory_back)
