"""One headless Chromium at 1280 × 800: what it costs, and what reaches its page."""

import base64
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.processes.children import Failed
from benchmarks.processes.usage import children
from tests.browser.chromium import Browser, Page, find

PICTURE_BYTES = 1000
"""A message of at least so many bytes brings a picture, or a part of it."""


class Reached(NamedTuple):
    """What came to a page: bytes, and pictures, each a second."""

    bytes_per_s: float
    pictures_per_s: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that is gone when the block ends. Raises Failed where there is none."""
    program = find()
    if program is None:
        raise Failed("there is no Chromium: CHROMIUM names the program")
    with tempfile.TemporaryDirectory(
        prefix="geometry-ws-bench-", ignore_cleanup_errors=True
    ) as profile:
        browser = Browser(program, Path(profile), "--window-size=1280,800")
        try:
            yield browser
        finally:
            browser.close()


def processes(browser: Browser) -> list[int]:
    """All of its processes."""
    return [browser.process.pid, *children(browser.process.pid)]


def reached(page: Page, seconds: float) -> Reached:
    """Watch what reaches a page for some seconds; watching itself costs the browser time."""
    page.send("Network.enable")
    begun = time.monotonic()
    sizes: list[int] = []
    within: set[str] = set()
    while (left := begun + seconds - time.monotonic()) > 0:
        try:
            message = json.loads(page.socket.recv(left))
        except TimeoutError:
            break
        event = message.get("params", {})
        if event.get("request", {}).get("url", "").startswith(("blob:", "data:")):
            within.add(event["requestId"])  # what the page makes an image of came before
        elif event.get("requestId") not in within:
            sizes.append(_size(message))
    span = time.monotonic() - begun
    page.send("Network.disable")
    large = sum(size >= PICTURE_BYTES for size in sizes)
    return Reached(sum(sizes) / span, large / span)


def first_picture(page: Page, patience: float) -> None:
    """Wait until a WebSocket brings the page a picture. Raises Failed."""
    deadline = time.monotonic() + patience
    while (left := deadline - time.monotonic()) > 0:
        message = json.loads(page.socket.recv(left))
        if message.get("method", "").startswith("Network.webSocket") and (
            _size(message) >= PICTURE_BYTES
        ):
            return
    raise Failed(f"no picture within {patience:g} s")


def _size(message: dict[str, Any]) -> int:
    """The bytes that an event tells of."""
    event = message.get("params", {})
    if message.get("method") == "Network.webSocketFrameReceived":
        response = event["response"]
        data = response["payloadData"]
        return len(base64.b64decode(data)) if response["opcode"] == 2 else len(data.encode())
    if message.get("method") == "Network.dataReceived":
        return int(event["encodedDataLength"] or event["dataLength"])
    return 0
