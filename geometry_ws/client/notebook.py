"""Pictures in notebooks: below the cell that shows them, and in its place when it runs again.

IPython is never imported here: who runs in it has it.
"""

import json
import sys
import urllib.request
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import quote, urlencode

from geometry_ws.client.errors import ClientError

if TYPE_CHECKING:
    from geometry_ws.client.address import Address

KEY_SECONDS = 3.0
SENT_SECONDS = 3.0
"""How long a cell waits until its picture is on the board, so that the frame finds it."""


class Run(NamedTuple):
    """One run of a cell."""

    cell: str
    number: str


def running_cell() -> Run | None:
    """The cell that runs, by what the notebook calls it; None elsewhere, or where it says none."""
    parent: Any = getattr(_shell(), "get_parent", dict)()
    try:
        cell, number = parent["metadata"]["cellId"], parent["header"]["msg_id"]
    except (KeyError, TypeError):
        return None
    return Run(str(cell), str(number))


class Cells:
    """Which picture of a cell is the first, the second and so on, in each of its runs."""

    def __init__(self) -> None:
        self._run: Run | None = None
        self._count = 0

    def next_place(self) -> tuple[str, int] | None:
        """Where the picture that is shown now stands; the same in the next run. None elsewhere."""
        run = running_cell()
        if run is None:
            return None
        self._count = self._count + 1 if run == self._run else 0
        self._run = run
        return run.cell, self._count


class Shown(Protocol):
    """What a picture's handle says of it."""

    @property
    def address(self) -> "Address":
        """Of its node."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""

    @property
    def rect(self) -> tuple[int, int, int, int] | None:
        """Where it lies in the world, once it does."""

    @property
    def surface(self) -> str:
        """The id of the surface that shows it now."""

    @property
    def closed(self) -> bool:
        """Whether it is gone."""

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until it was sent."""


class Inline:
    """What a notebook shows of a picture that is the last value of a cell: the live picture."""

    def __repr__(self: Shown) -> str:
        width, height = self.size
        return f"<{self.title!r}, {width} × {height}{', closed' if self.closed else ''}>"

    def _repr_mimebundle_(self: Shown, **_: Any) -> dict[str, str]:
        words = {"text/plain": repr(self)}
        if self.closed or not hasattr(_shell(), "kernel"):
            return words  # a terminal shows no frames
        with suppress(ClientError, TimeoutError):
            self.flush(SENT_SECONDS)
        address = _view_of(self.address, self.title)
        if self.closed or self.rect is None or not address:
            return words
        width, height = self.rect[2:]
        source = f"{address}&{urlencode({'id': self.surface}, quote_via=quote)}"
        frame = (
            f'<iframe src="{escape(source)}" title="{escape(self.title)}" width="{width}" '
            f'height="{height}" style="border: 0; max-width: 100%; height: auto; '
            f'aspect-ratio: {width} / {height}"></iframe>'
        )
        return {**words, "text/html": frame}


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return getattr(ipython, "get_ipython", lambda: None)()


def _view_of(address: "Address", title: str) -> str:
    """The address of a surface's view that a notebook may frame; empty where none is had."""
    below = address.path.partition("?")[0].removesuffix("/ws")
    base = f"{'https' if address.secure else 'http'}://{address.place}{below}"
    words = urlencode({"surface": title}, quote_via=quote)
    request = urllib.request.Request(f"{base}/view/key?{words}", headers=address.headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=KEY_SECONDS) as answer:  # noqa: S310
            path = json.loads(answer.read(1 << 16))["address"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return f"{base}{path}" if isinstance(path, str) and path.startswith("/") else ""
