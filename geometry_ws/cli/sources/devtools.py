"""A tab of a browser, by the Chrome DevTools Protocol: commands, answers, events."""

import asyncio
import json
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

from geometry_ws.cli.sources.source import SourceError

_LARGEST: Final = 64 << 20
"""Bytes of a message; a picture of a large screen is far smaller."""
_PATIENCE: Final = 10.0


class Gone(Exception):
    """The tab is closed, or its browser."""


def find_tab(port: int, words: str) -> dict[str, Any]:
    """A tab by its id, or by what is in its title or address; the first one without words.

    Raises SourceError. It waits for the browser: call it in a thread.
    """
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=_PATIENCE) as answer:
            listed = json.loads(answer.read(_LARGEST))
        tabs = [tab for tab in listed if tab["type"] == "page" and "webSocketDebuggerUrl" in tab]
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(
            f"No browser answers at port {port}: start one with --remote-debugging-port={port}."
        ) from None
    for tab in tabs:
        if not words or words == tab["id"] or words in f"{tab['title']}\n{tab['url']}":
            return dict(tab)
    known = ", ".join(repr(tab["title"] or tab["url"]) for tab in tabs[:5]) or "none"
    raise SourceError(f"The browser has no tab with {words!r} in its title or address: {known}.")


class Tab:
    """A connection to one tab; events go to ``heard`` with their name and parameters."""

    def __init__(self, heard: Callable[[str, dict[str, Any]], None]) -> None:
        self._heard = heard
        self._socket: Any = None
        self._count = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.gone = asyncio.Event()

    async def open(self, address: str) -> None:
        """Connect. Raises SourceError."""
        tab = self
        opened = asyncio.get_running_loop().create_future()

        class Protocol(WebSocketClientProtocol):  # type: ignore[misc]
            def onOpen(self) -> None:  # noqa: N802
                opened.set_result(self)

            def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, ARG002
                tab._take(payload)

            def onClose(self, *_: Any) -> None:  # noqa: N802
                tab._close()
                if not opened.done():
                    opened.set_exception(OSError("refused"))

        factory = WebSocketClientFactory(address)
        factory.protocol = Protocol
        factory.setProtocolOptions(maxMessagePayloadSize=_LARGEST, autoPingInterval=0)
        place = urlsplit(address)
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(factory, "127.0.0.1", place.port or 80)
            self._socket = await asyncio.wait_for(opened, _PATIENCE)
        except (OSError, TimeoutError):
            raise SourceError("The browser refuses to show its tab.") from None

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command and its result; empty where the browser refuses. Raises Gone."""
        if self.gone.is_set():
            raise Gone
        number = self.tell(method, **parameters)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            return await answer
        finally:
            self._answers.pop(number, None)

    def tell(self, method: str, **parameters: Any) -> int:
        """A command whose result doesn't matter; gives its number."""
        self._count += 1
        if not self.gone.is_set():
            text = json.dumps({"id": self._count, "method": method, "params": parameters})
            self._socket.sendMessage(text.encode())
        return self._count

    def close(self) -> None:
        """Leave the tab as it is."""
        if self._socket is not None and not self.gone.is_set():
            self._socket.sendClose()

    def _take(self, payload: bytes) -> None:
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            message = json.loads(payload)
            if "id" in message:
                answer = self._answers.get(message["id"])
                if answer is not None and not answer.done():
                    answer.set_result(message.get("result", {}))
            else:
                self._heard(message["method"], message.get("params", {}))

    def _close(self) -> None:
        self.gone.set()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(Gone())
