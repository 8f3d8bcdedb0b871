"""What a source and a stage are, and when pictures are due. Pure."""

from collections.abc import Callable
from typing import Any, Final, Protocol

LATE_SECONDS: Final = 0.04
"""A picture that is later isn't shown: the next one is due already."""
LOST_SECONDS: Final = 0.5
"""What is later still can't be caught up with: it goes on from there."""


class SourceError(Exception):
    """A source can't be shown, or not to its end; the text is one sentence for a person."""


class Stage(Protocol):
    """Where a source shows its pictures."""

    @property
    def looked(self) -> bool:
        """Whether somebody looks."""

    def show(self, picture: Any, text: str = "") -> None:
        """Show a picture in the place of the last, and wait until it was sent.

        ``text`` says what it shows.
        """

    def wait_until_looked(self, unless: Callable[[], bool] = lambda: False) -> None:
        """Wait until somebody looks, or until ``unless``; not before there is a picture."""

    def stay(self) -> None:
        """Keep what is shown until Ctrl-C."""

    def say(self, sentence: str) -> None:
        """Tell the person who runs the program; without the full stop."""

    def now(self) -> float:
        """Seconds of a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Source(Protocol):
    """Something that can be shown."""

    title: str
    """What its surface is called unless the person says otherwise."""
    doing: str
    """What the program does: `Showing clip.mp4`."""
    until: str
    """When it ends: `until Ctrl-C`."""
    content: str
    """What a surface's field `content` says of it."""

    def play(self, stage: Stage) -> None:
        """Show it to its end; raises SourceError."""


class Pace:
    """When pictures are due. While nobody looks, time stands still."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._began: float | None = None

    def wait(self, due: float) -> bool:
        """Wait until so many seconds after the beginning; says whether it isn't too late then."""
        stage = self._stage
        if not stage.looked:
            stage.wait_until_looked()
            self._began = None
        now = stage.now()
        if self._began is None:
            self._began = now - due
        late = now - self._began - due
        if late < 0:
            stage.sleep(-late)
        elif late > LOST_SECONDS:
            self._began = now - due
            return True
        return late <= LATE_SECONDS
