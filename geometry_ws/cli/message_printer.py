"""The session of ``geometry-ws connect``: what it subscribes to, and how it prints that."""

import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred

from geometry_ws.cli.messages import json_line, summarise, summarise_frame, text_line
from geometry_ws.cli.values import escape
from geometry_ws.client.address import Address
from geometry_ws.client.client import Client, Message
from geometry_ws.client.connection import LONGEST_WAIT, Connection, Notices
from geometry_ws.client.errors import CallError
from geometry_ws.client.failure_reasons import Closed
from geometry_ws.client.viewer import PaintedMessage, Viewer
from geometry_ws.protocol.names import APP_PREFIX
from geometry_ws.protocol.outputs import Outputs
from geometry_ws.protocol.projects import Projects
from geometry_ws.protocol.streams import Streams
from geometry_ws.protocol.surfaces import Surfaces

_AGAIN_SECONDS = 1.0


class MessagePrinter(Notices):
    """Prints messages on stdout, and what becomes of the connection on stderr."""

    def __init__(
        self, address: Address, *, frames: bool, as_json: bool, data: bool, colour: bool
    ) -> None:
        self.connection = Connection(address, notices=self, name="geometry-ws connect", needs=())
        self._frames = frames
        self._as_json = as_json
        self._data = data
        self._colour = colour
        self._last_sentence = ""

    async def main(self, client: Client) -> None:
        """Follow everything for as long as the session lasts."""
        await client.subscribe(Projects.on_changed.uri, self._heard, prefix=True)
        await client.subscribe(Surfaces.on_changed.uri, self._heard)
        await client.subscribe(Outputs.on_changed.uri, self._heard)
        await client.subscribe(APP_PREFIX, self._heard, prefix=True)
        await self._greet(client)
        if self._frames:
            viewer = Viewer(on_frame=self._frame)
            await viewer.attach(client)
        await Deferred()

    async def _greet(self, client: Client) -> None:
        """Say what answers, as soon as it does."""
        while True:
            with suppress(CallError):
                hello = await client.say_hello("geometry-ws connect")
                self._say(f"{escape(hello.software)} answers")
                self._say("listening; tick a task, or publish a message, to see something")
                return
            await client.sleep(_AGAIN_SECONDS)

    def opened(self, client: Client) -> None:
        """Say that there is a session."""
        self._say(f"connected to {self.connection.address.place}, session {client.session}")
        self._last_sentence = ""

    def closed(self, closed: Closed) -> None:
        """Say that the session has ended, and why."""
        self._say(f"closed: {escape(closed.sentence)}")

    def waiting(self, reason: str, seconds: float) -> None:
        """Say when the next attempt comes; only once when waits no longer grow."""
        words = f"{escape(reason)}; " if reason else ""
        sentence = f"{words}trying again in {seconds:.1f} s"
        if seconds >= LONGEST_WAIT:
            sentence += ", and every 5 s from then on"
        if sentence != self._last_sentence:
            self._say(sentence)
        self._last_sentence = sentence

    def _heard(self, message: Message) -> None:
        summary = "" if self._as_json else summarise(message.topic, message.keywords, message.args)
        self._print(message.topic, message.keywords, message.args, message.size, summary)

    def _frame(self, painted: PaintedMessage) -> None:
        topic = Streams.on_frame.at(painted.stream)
        summary = summarise_frame(painted.frame, painted.damage, painted.size)
        self._print(topic, painted.frame, (), painted.size, summary)

    def _print(
        self, topic: str, keywords: Mapping[str, Any], args: Any, size: int, summary: str
    ) -> None:
        now = time.time()
        if self._as_json:
            line = json_line(now, topic, keywords, args, size, self._data)
        else:
            line = text_line(now, topic, summary, self._colour)
        try:
            print(line, flush=True)
        except BrokenPipeError:
            # The reader has left, as `head` does.
            sys.stdout = sys.__stderr__
            self.connection.stop()

    def _say(self, sentence: str) -> None:
        with suppress(OSError):
            print(f"geometry-ws: {sentence}", file=sys.stderr, flush=True)
