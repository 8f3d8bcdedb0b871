"""The stage at a node: one surface, which shows what a source gives."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from geometry_ws.client.errors import ClientError

if TYPE_CHECKING:
    from geometry_ws.client.picture_handle import PictureHandle
    from geometry_ws.client.screen import Screen

_LOOK_SECONDS = 0.25


class NodeStage:
    """See `Stage`; ``where`` is for `Screen.show`.

    All of it raises ClientError where the node shows it no more.
    """

    def __init__(self, screen: "Screen", title: str, content: str, **where: Any) -> None:
        self._screen = screen
        self._options: dict[str, Any] = {"title": title, "content": content, **where}
        self._handle: PictureHandle | None = None
        self._text = ""

    @property
    def looked(self) -> bool:
        """See `Stage.looked`."""
        return self._handle is not None and self._handle.looked

    def show(self, picture: Any, text: str = "") -> None:
        """See `Stage.show`."""
        if self._handle is None:
            self._handle = self._screen.show(picture, text=text, **self._options)
        else:
            self._handle.update(picture, text=None if text == self._text else text)
        self._text = text
        while True:
            try:
                self._handle.flush(_LOOK_SECONDS)
            except TimeoutError:
                self._check()  # it waits for the node to come back
            else:
                return

    def wait_until_looked(self, unless: Callable[[], bool] = lambda: False) -> None:
        """See `Stage.wait_until_looked`."""
        if self._handle is None:
            return
        while not self._handle.wait_until_looked(_LOOK_SECONDS) and not unless():
            self._check()

    def stay(self) -> None:
        """See `Stage.stay`."""
        self._screen.stay()
        self._check()

    def say(self, sentence: str) -> None:
        """See `Stage.say`."""
        self._screen.say(sentence)

    def now(self) -> float:
        """See `Stage.now`."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """See `Stage.sleep`."""
        time.sleep(seconds)

    def _check(self) -> None:
        handle = self._handle
        if self._screen.closed or handle is None or handle.closed:
            problem = handle.problem if handle is not None else ""
            raise ClientError(problem or "Nothing is shown any more.")
