"""A real Firefox for tests, driven over WebDriver BiDi; one window.

What tests of both browsers use is called as it is for Chromium.
"""

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
CALM = {"prefers_reduced_motion": "reduce"}
PREFERENCES = 'user_pref("ui.prefersReducedMotion", 1);\n'


def find() -> str | None:
    """The path of a Firefox of this machine; None where there is none."""
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


def plain(value: dict[str, Any]) -> Any:
    """A value as WebDriver BiDi writes it, as JSON has it; {} for what JSON can't say."""
    kind, inner = value["type"], value.get("value")
    if kind == "array":
        return [plain(each) for each in inner]
    if kind == "object":
        return {key: plain(each) for key, each in inner}
    if kind in ("undefined", "null"):
        return None
    return inner if kind in ("string", "number", "boolean") else {}


class Firefox:
    """One Firefox process with a profile of its own, and its one window."""

    def __init__(self, program: str, profile: pathlib.Path) -> None:
        profile.mkdir(exist_ok=True)
        (profile / "user.js").write_text(PREFERENCES)
        self.messages: list[str] = []
        command = [program, "--headless", "--no-remote", "--remote-debugging-port", "0"]
        self.process = subprocess.Popen(
            [*command, "--profile", str(profile)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.count = 0
        try:
            # No pings: a thread that sends one draws a number, beside Hypothesis, which minds it.
            self.socket = connect(
                self._address(profile), max_size=None, proxy=None, ping_interval=None
            )
            self.send("session.new", capabilities={})
            self.send("session.subscribe", events=["log.entryAdded"])
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
        """One command and its answer; console errors that come meanwhile are kept."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(PATIENCE))
            entry = message.get("params", {})
            if message.get("method") == "log.entryAdded" and entry["level"] == "error":
                self.messages.append(str(entry["text"]))
            if message.get("id") == self.count:
                if message["type"] == "error":
                    raise Failed(f"{method}: {message['message']}")
                return message["result"]

    def open(self) -> "Firefox":
        """The window, blank and without what was said before."""
        self.go("about:blank")
        self.messages.clear()
        return self

    def prefer(self, **features: str) -> None:
        """Only what every page of this profile prefers can be preferred."""
        if features != CALM:
            raise Failed(f"Firefox prefers {CALM} here, not {features}")

    def size(self, width: int, height: int, density: float = 1, *, touch: bool = False) -> None:
        """Set the window's size in CSS pixels."""
        if (density, touch) != (1, False):
            raise Failed("Firefox has one pixel for one here, and no finger")
        viewport = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.context, viewport=viewport)

    def go(self, address: str) -> None:
        """Open an address."""
        self.send("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def run(self, expression: str) -> Any:
        """The value of a script's last expression; promises are awaited."""
        answer = self.send(
            "script.evaluate",
            expression=expression,
            target={"context": self.context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise Failed(answer["exceptionDetails"]["text"])
        return plain(answer["result"])

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

    def key(
        self, key: str, code: str = "", text: str = "", number: int = 0, *, modifiers: int = 0
    ) -> None:
        """As `chromium.Page.key`: the browser itself knows code, text and number of a key."""
        self.type_key(key, modifiers)

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
