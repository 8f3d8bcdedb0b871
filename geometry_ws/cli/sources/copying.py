"""What is copied in a shown program goes to the clipboard of whoever did something there last."""

from contextlib import suppress
from typing import TYPE_CHECKING

from geometry_ws.client.errors import ClientError
from geometry_ws.protocol.seats import CLIPBOARD_CHARACTERS
from geometry_ws.protocol.surfaces import SurfaceInput

if TYPE_CHECKING:
    from geometry_ws.client.client import Client
    from geometry_ws.client.surface import Surface


class Copying:
    """Knows what a person did last, and answers it with text, once."""

    def __init__(self) -> None:
        self._where: tuple[Client, Surface] | None = None
        self._event: SurfaceInput | None = None

    def begin(self, client: "Client", surface: "Surface") -> None:
        """From now on it is this surface."""
        self._where, self._event = (client, surface), None

    def hear(self, event: SurfaceInput) -> None:
        """A person did something; a movement asks for nothing."""
        if event.phase in ("down", "up") or event.kind == "text":
            self._event = event

    def copy(self, text: str) -> None:
        """The program has copied something; without a person that is nobody's."""
        event, where = self._event, self._where
        if event is None or where is None or not 0 < len(text) <= CLIPBOARD_CHARACTERS:
            return
        self._event = None
        client, surface = where
        client.spawn(_offer(surface, text, event))


async def _offer(surface: "Surface", text: str, event: SurfaceInput) -> None:
    with suppress(ClientError):  # it came too late
        await surface.offer_text(text, event)
