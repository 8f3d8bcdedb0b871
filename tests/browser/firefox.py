"""A real Firefox for tests, driven over WebDriver BiDi; one window."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.browser.chromium import PATIENCE, Failed, until_true

NAMES = ("firefox", "firefox-esr")
MODIFIERS = {1: "\ue00a", 2: "\ue009", 4: "\ue03d", 8: "\ue008"}
"""Alt, Control, Meta and Shift, as WebDriver names keys."""
KEYS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue006",
    "Escape": "\ue00c",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "F1": "\ue031",
    "F5": "\ue035",
}
BUTTONS = {"left": 0, "middle": 1, "right": 2, "back": 3}


def find() -> str | None:
    """The path of a Firefox of this machine; None where there is none."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One Firefox process with a profile of its own, and its one window."""

    def __init__(self, program: str, profile: pathlib.Path) -> None:
        profile.mkdir(exist_ok=True)
        command = [program, "--headless", "--no-remote", "--remote-debugging-port", "0"]
        self.process = subprocess.Popen(
            [*command, "--profile", str(profile)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.count = 0
        try:
            self.socket = connect(self._address(profile), max_size=None, proxy=None)
            self.send("session.new", capabilities={})
            (tree,) = self.send("browsingContext.getTree")["contexts"]
        except BaseException:
            self.process.kill()
            raise
        self.context = tree["context"]

    def _address(self, profile: pathlib.Path) -> str:
        said = profile / "WebDriverBiDiServer.json"
        deadline = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                server = json.loads(said.read_text())
                return f"ws://{server['ws_host']}:{server['ws_port']}/session"
            time.sleep(0.05)
        raise Failed("Firefox did not start")

    def send(self, method: str, **params: Any) -> Any:
        """One command and its answer."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(PATIENCE))
            if message.get("id") == self.count:
                if message["type"] == "error":
                    raise Failed(f"{method}: {message['message']}")
                return message["result"]

    def size(self, width: int, height: int) -> None:
        """Set the window's size in CSS pixels."""
        viewport = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.context, viewport=viewport)

    def go(self, address: str) -> None:
        """Open an address."""
        self.send("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression; promises are awaited."""
        answer = self.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression}) ?? null))()",
            target={"context": self.context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise Failed(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait(self, expression: str) -> Any:
        """Ask until the expression is true; gives its value."""
        return until_true(self.run, expression)

    def act(self, kind: str, *actions: dict[str, Any]) -> None:
        """Actions of one device: key, pointer or wheel."""
        device: dict[str, Any] = {"type": kind, "id": kind, "actions": list(actions)}
        if kind == "pointer":
            device["parameters"] = {"pointerType": "mouse"}
        self.send("input.performActions", context=self.context, actions=[device])

    def move(self, x: float, y: float) -> None:
        """Move the pointer there."""
        self.act("pointer", {"type": "pointerMove", "x": round(x), "y": round(y)})

    def press(self, button: str = "left") -> None:
        """A button goes down."""
        self.act("pointer", {"type": "pointerDown", "button": BUTTONS[button]})

    def lift(self, button: str = "left") -> None:
        """A button comes up."""
        self.act("pointer", {"type": "pointerUp", "button": BUTTONS[button]})

    def click(self, x: float, y: float) -> None:
        """Move there, press and release the main button."""
        self.move(x, y)
        self.press()
        self.lift()

    def turn(self, x: float, y: float, dy: int) -> None:
        """Turn the wheel there."""
        where = {"x": round(x), "y": round(y)}
        self.act("wheel", {"type": "scroll", **where, "deltaX": 0, "deltaY": dy})

    def type_key(self, key: str, modifiers: int = 0) -> None:
        """Press and release a key with modifiers (1 Alt, 2 Control, 4 Meta, 8 Shift)."""
        held = [value for bit, value in MODIFIERS.items() if bit & modifiers]
        down = [*held, KEYS.get(key, key)]
        self.act(
            "key",
            *({"type": "keyDown", "value": value} for value in down),
            *({"type": "keyUp", "value": value} for value in reversed(down)),
        )

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(Failed, OSError, TimeoutError, WebSocketException):
            self.send("browser.close")
        self.socket.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
