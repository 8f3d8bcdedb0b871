"""A real Chromium for tests, driven over its DevTools protocol; one connection for each tab."""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from websockets.sync.client import connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-allow-origins=*",
    "--remote-debugging-port=0",
)
PATIENCE = 20.0


def find() -> str | None:
    """The path of a Chromium of this machine; None where there is none."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Failed(Exception):
    """The page's script threw, or a condition never became true."""


def until_true(
    run: Callable[[str], Any], expression: str, patience: float = PATIENCE, said: object = ""
) -> Any:
    """Ask a page until an expression is true; gives its value. ``said`` is for the failure."""
    deadline = time.monotonic() + patience
    value = None
    while time.monotonic() < deadline:
        with contextlib.suppress(Failed):  # the page may not be there yet
            value = run(expression)
            if value:
                return value
        time.sleep(0.03)
    raise Failed(f"not within {patience} s: {expression} (last {value!r}) {said}")


class Browser:
    """One Chromium process with a profile of its own."""

    def __init__(self, program: str, profile: pathlib.Path, *flags: str) -> None:
        self.pages: list[Page] = []
        command = [program, *FLAGS, *flags, f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        port_file = profile / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while not (port_file.exists() and port_file.read_text().count("\n")):
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.close()
                raise Failed("Chromium did not start")
            time.sleep(0.02)
        self.port = int(port_file.read_text().split()[0])

    def open(self, address: str = "about:blank") -> "Page":
        """A new tab."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/json/new?about:blank", method="PUT"
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            page = Page(json.load(answer)["webSocketDebuggerUrl"])
        page.send("Page.bringToFront")  # a page in the background is sent no frames
        self.pages.append(page)
        if address != "about:blank":
            page.go(address)
        return page

    def forget(self, page: "Page") -> None:
        """Close a tab."""
        with contextlib.suppress(Failed, OSError):
            page.send("Page.close")
        page.close()
        self.pages.remove(page)

    def close(self) -> None:
        """End the process."""
        for page in self.pages:
            page.close()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


class Page:
    """One tab."""

    def __init__(self, address: str) -> None:
        # Ours alone and on this machine: no proxy, no pings, pictures of any size.
        self.socket = connect(
            address, open_timeout=PATIENCE, max_size=None, proxy=None, ping_interval=None
        )
        self.count = 0
        self.messages: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> Any:
        """One command and its answer; console errors that come meanwhile are kept."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(PATIENCE))
            self._keep(message)
            if message.get("id") == self.count:
                if "error" in message:
                    raise Failed(f"{method}: {message['error']['message']}")
                return message["result"]

    def _keep(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.messages.append(details.get("exception", {}).get("description", str(details)))
        elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.messages.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif message.get("method") == "Runtime.consoleAPICalled" and params["type"] == "error":
            self.messages.append(str(params["args"]))

    def go(self, address: str) -> None:
        """Open an address."""
        self.send("Page.navigate", url=address)

    def script(self, source: str) -> None:
        """Run this in every document that the tab opens from now on, before its own scripts."""
        self.send("Page.addScriptToEvaluateOnNewDocument", source=source)

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression; promises are awaited."""
        result = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise Failed(details.get("exception", {}).get("description", str(details)))
        return result["result"].get("value")

    def wait(self, expression: str, patience: float = PATIENCE) -> Any:
        """Ask until the expression is true; gives its value."""
        return until_true(self.run, expression, patience, self.messages)

    def size(self, width: int, height: int, density: float = 1, *, touch: bool = False) -> None:
        """Set the window's size in CSS pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=density,
            mobile=touch,
        )
        self.send("Emulation.setTouchEmulationEnabled", enabled=touch)

    def prefer(self, **features: str) -> None:
        """Set media features, `prefers_color_scheme="dark"` for example."""
        listed = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self.send("Emulation.setEmulatedMedia", features=listed)

    def mouse(self, kind: str, x: float, y: float, buttons: int = 0, **more: Any) -> None:
        """One mouse event: mousePressed, mouseReleased, mouseMoved or mouseWheel."""
        event = {"type": kind, "x": x, "y": y, "buttons": buttons, **more}
        self.send("Input.dispatchMouseEvent", **event)

    def click(self, x: float, y: float) -> None:
        """Move there, press and release the main button."""
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, 1, button="left", clickCount=1)
        self.mouse("mouseReleased", x, y, 0, button="left", clickCount=1)

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        """Press, move in steps, release."""
        self.mouse("mouseMoved", *start)
        self.mouse("mousePressed", *start, 1, button="left", clickCount=1)
        for step in range(1, steps + 1):
            share = step / steps
            x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
            self.mouse("mouseMoved", x, y, 1, button="left")
        self.mouse("mouseReleased", *end, 0, button="left", clickCount=1)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        """One touch event: touchStart, touchMove or touchEnd."""
        listed = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.send("Input.dispatchTouchEvent", type=kind, touchPoints=listed)

    def key(
        self, key: str, code: str = "", text: str = "", number: int = 0, *, modifiers: int = 0
    ) -> None:
        """Press and release a key; of the modifiers, Control is 2."""
        event = {
            "key": key,
            "code": code or key,
            "windowsVirtualKeyCode": number,
            "modifiers": modifiers,
        }
        with_text = {"text": text} if text else {}
        kind = "keyDown" if text else "rawKeyDown"
        self.send("Input.dispatchKeyEvent", type=kind, **event, **with_text)
        self.send("Input.dispatchKeyEvent", type="keyUp", **event)

    def picture(self) -> bytes:
        """What the tab shows, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot")["data"])

    def close(self) -> None:
        """Leave the tab to its browser."""
        self.socket.close()
