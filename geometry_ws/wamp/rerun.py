"""Work that is asked for more often than it can be done: the last wish counts."""

from collections.abc import Awaitable, Callable

from twisted.internet.defer import CancelledError


class Rerun:
    """Does work when called; called again meanwhile, it does it once more afterwards."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._running = self._again = False

    @property
    def wanted_again(self) -> bool:
        """Whether it was asked for again since the work began, which may then stop early."""
        return self._again

    async def __call__(self) -> None:
        """Do it now, or leave it to the call that is at it; raises what the last work raises.

        Work that was asked for meanwhile is done even if the work before it fails.
        """
        self._again = True
        if self._running:
            return
        self._running = True
        try:
            while self._again:
                self._again = False
                try:
                    await self._work()
                except CancelledError:
                    raise
                except Exception:
                    if not self._again:
                        raise
        finally:
            self._running = False
