"""Follows a stream of frames: paints them, acknowledges them, asks for what is missing.

A viewer outlives sessions: attach it to the next client and it goes on where it was, or a keyframe
brings it up to date; until then it shows what it had. How frames are painted is decided in `canvas`
and below it, when they are acknowledged in `acks`; here are the timers and calls.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from geometry_ws.client.acks import Acks, Position
from geometry_ws.client.canvas import Canvas, MessageOutcome
from geometry_ws.client.errors import CallError, Lost
from geometry_ws.client.loops import Promise, running_loop
from geometry_ws.client.viewer_statistics import PaintedMessage as PaintedMessage
from geometry_ws.client.viewer_statistics import Statistics as Statistics
from geometry_ws.protocol.errors import NoSuchStream
from geometry_ws.protocol.streams import Ack, Attached, Detached, Look, Streams
from geometry_ws.render.codecs import FRAME_CODECS
from geometry_ws.render.video import decodable
from geometry_ws.scene.faces import Theme
from geometry_ws.stream.painter import Plane

if TYPE_CHECKING:
    from geometry_ws.client.client import Client, Message, Subscription

REFRESH_SECONDS = 0.5
LOOK_SECONDS = 0.1
ATTACH_SECONDS = 1.0

Painted = PaintedMessage
"""The first name of `PaintedMessage`; programs may use either."""


class Viewer:
    """A viewer of one stream.

    ``on_frame`` is called with a `PaintedMessage` for every message of the stream, ``on_detached``
    with the reason when the compositor stopped sending; the viewer then attaches again by itself.
    A viewer whose look has a small scale gets fewer pixels, painted as squares; without
    ``thumbnails`` it always gets all of them.
    ``codecs`` may come beside raw and deflate; empty: all that is decoded here, videos by PyAV too.
    """

    def __init__(
        self,
        stream: str = "world",
        on_frame: Callable[[PaintedMessage], Any] | None = None,
        on_detached: Callable[[Detached], Any] | None = None,
        codecs: Sequence[str] = (),
        *,
        thumbnails: bool = True,
    ) -> None:
        self.stream = stream
        self.canvas = Canvas()
        self.statistics = Statistics()
        decodable_codecs = [*codecs] or [*FRAME_CODECS, *decodable()]
        self._able = {"codecs": decodable_codecs, "thumbnails": thumbnails}
        self._on_frame = on_frame
        self._on_detached = on_detached or (lambda _: None)
        self._acks = Acks()
        self._client: Client | None = None
        self._heard_over: Client | None = None
        self._subscriptions: list[Subscription] = []
        self._attached = False
        self._token = ""
        self._paused = False
        self._look: dict[str, Any] | None = None
        self._timers: dict[str, Any] = {}
        self._done_at: dict[str, float] = {}
        self._waiting: list[tuple[Callable[[Viewer], bool], Promise]] = []

    @property
    def attached(self) -> bool:
        """Whether the compositor sends frames to this viewer."""
        return self._attached and self._client is not None and self._client.connected

    @property
    def planes(self) -> Mapping[str, Plane]:
        """The planes by their ids, as the last frame left them."""
        return self.canvas.planes

    @property
    def shown(self) -> Mapping[str, Plane]:
        """The planes that are for what `look` said, the lowest first."""
        return self.canvas.shown

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each plane's bytes; equal in all viewers that show the same."""
        return self.canvas.hashes

    async def attach(self, client: "Client") -> Attached:
        """Follow the stream over a session. Raises CallError.

        A keyframe follows; or, soon after a session was lost, what has changed since.
        """
        from geometry_ws.client.client import convert

        resume: dict[str, Any] | None = None
        self._say_rest()
        if client is not self._client:
            if self._attached and self._token and self.canvas.whole:
                seq, epoch = self.canvas.seq, self.canvas.epoch
                resume = {"token": self._token, "epoch": epoch, "seq": seq}
            self._drop_timers()
            self._client = client
        if client is not self._heard_over:
            self._heard_over = client
            self._subscriptions = [
                await client.subscribe(Streams.on_frame.at(self.stream), self._heard),
                await client.subscribe(Streams.on_detached.at(self.stream), self._was_detached),
            ]
        self._attached = False
        if resume is None:
            self.canvas.restart()
        self._acks.forget()
        look = self._look
        keywords: dict[str, Any] = {"stream": self.stream, **self._able}
        if look:
            keywords["look"] = look
        if resume:
            keywords["resume"] = resume
        attached = convert(await client.call_with("stream.attach", keywords), Attached)
        if resume and not attached.resumed:
            self.canvas.restart()
        self._token = attached.token
        self.statistics.resumes += attached.resumed
        self._acks.begin(attached.window_bytes, attached.acks_per_second)
        self.statistics.attaches += 1
        self._attached = True
        if self._look is not look:
            self._say_look()
        if self._paused:
            await self.pause()
        return attached

    async def detach(self) -> None:
        """Stop following; the planes stay as they are."""
        self._say_rest()
        client, self._client = self._client, None
        self._attached = False
        self._drop_timers()
        self._heard_over = None
        subscriptions, self._subscriptions = self._subscriptions, []
        if client is not None and client.connected:
            for subscription in subscriptions:
                # The session would keep this viewer with all of its planes, as long as it lasts.
                await subscription.end()
            await client.call("stream.detach", stream=self.stream)

    async def pause(self, paused: bool = True) -> None:
        """Let no frames come for a while, or with False go on."""
        self._paused = paused
        if self.attached and self._client is not None:
            await self._client.call("stream.pause", stream=self.stream, paused=paused)

    def look(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        scale: float = 1.0,
        hidden: bool = False,
        theme: Theme = "light",
        face_scale: float | None = None,
    ) -> None:
        """Say which part of the world is shown (world pixels) and how large; often is fine.

        Surfaces that are for some looks only are chosen by ``theme`` and ``face_scale``, which is
        ``scale`` where it is left out: see ``shown``.
        """
        self._look = {
            "x": float(x),
            "y": float(y),
            "width": float(width),
            "height": float(height),
            "scale": float(scale),
            "hidden": hidden,
            "theme": theme,
        }
        if face_scale is not None:
            self._look["face_scale"] = float(face_scale)
        self.canvas.theme, self.canvas.face_scale = theme, self._look.get("face_scale", scale)
        self._at_most("look", LOOK_SECONDS, self._say_look)

    async def until(self, holds: "Callable[[Viewer], bool]") -> None:
        """Wait until something holds, asked now and after every frame."""
        if holds(self):
            return
        waiting = self._client.promise() if self._client else running_loop().promise()
        entry = (holds, waiting)
        self._waiting.append(entry)
        try:
            await waiting
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)

    def _heard(self, message: "Message") -> None:
        if self._client is None:
            return
        started = time.perf_counter()
        took = self.canvas.take(message.keywords)
        draw_us = int((time.perf_counter() - started) * 1e6)
        self._count(message, took.outcome, draw_us)
        if took.outcome is MessageOutcome.REFUSED:
            self._at_most("refresh", REFRESH_SECONDS, lambda: self._ask_for_keyframe(took.reason))
        if took.position is not None:
            if took.acks_per_second:
                self._acks.pace(took.acks_per_second)
            self._acks.took(took.position, message.size)
            self._acknowledge()
        if self._on_frame is not None:
            painted = PaintedMessage(
                stream=self.stream,
                frame=message.keywords,
                damage=took.damage,
                size=message.size,
                outcome=took.outcome,
                reason=took.reason,
            )
            self._on_frame(painted)
        for holds, waiting in list(self._waiting):
            try:
                if not waiting.done and holds(self):
                    waiting.resolve()
            except Exception as problem:  # noqa: BLE001 - it belongs to the waiting code
                waiting.reject(problem)

    def _count(self, message: "Message", outcome: MessageOutcome, draw_us: int) -> None:
        self.statistics.messages += 1
        self.statistics.bytes += message.size
        if outcome is MessageOutcome.SHOWN:
            self.statistics.frames += 1
            self.statistics.keyframes += bool(message.keywords.get("keyframe"))
            self.statistics.draw_us = draw_us

    def _acknowledge(self) -> None:
        """Send the ack that is due, and come back for the next."""
        client = self._client
        if client is None or not client.connected:
            return
        if position := self._acks.next(client.now()):
            self._tell_ack(client, position)
        when = self._acks.when()
        if when is not None:
            self._later("ack", when - client.now(), self._acknowledge)

    def _say_rest(self) -> None:
        """Acknowledge what has come before that is forgotten."""
        client = self._client
        position = self._acks.rest()
        if position is not None and client is not None and client.connected:
            self._tell_ack(client, position)

    def _tell_ack(self, client: "Client", position: Position) -> None:
        draw_us = self.statistics.draw_us
        ack = Ack(stream=self.stream, draw_us=draw_us, **position._asdict())
        client.tell("stream.ack", msgspec.to_builtins(ack))

    def _say_look(self) -> None:
        client = self._client
        if client is None or not self.attached or self._look is None:
            return
        look = Look(stream=self.stream, **self._look)
        client.tell("stream.look", msgspec.to_builtins(look))

    def _ask_for_keyframe(self, reason: str) -> None:
        if self._client is None or not self.attached:
            return
        self.statistics.refreshes += 1
        self._client.spawn(self._refresh(self._client, reason))

    async def _refresh(self, client: "Client", reason: str) -> None:
        try:
            await client.call("stream.refresh", stream=self.stream, reason=reason[:200])
        except CallError as problem:
            if problem.uri != NoSuchStream.uri:
                raise
            await self._attach_again(client)

    def _was_detached(self, message: "Message") -> None:
        from geometry_ws.client.client import convert

        self._attached = False
        self._on_detached(convert(message.keywords, Detached))
        if self._client is not None:
            self._client.spawn(self._attach_again(self._client))

    async def _attach_again(self, client: "Client") -> None:
        while client is self._client and client.connected:
            await client.sleep(ATTACH_SECONDS)
            try:
                await self.attach(client)
            except (CallError, Lost):
                continue
            return

    def _at_most(self, name: str, seconds: float, action: Callable[[], Any]) -> None:
        """Do something now, or as soon as it was not done for so long; the newest wins."""
        if self._client is None:
            return
        now = self._client.now()
        wait = self._done_at.get(name, float("-inf")) + seconds - now

        def act() -> None:
            if self._client is not None:
                self._done_at[name] = self._client.now()
                action()

        if wait <= 0:
            act()
        else:
            self._later(name, wait, act)

    def _later(self, name: str, seconds: float, action: Callable[[], Any]) -> None:
        if name in self._timers:
            self._timers.pop(name).cancel()
        if self._client is not None:
            # Not a task: a cancelled one lies about as a ring of frames, with this viewer in it.
            self._timers[name] = self._client.later(
                max(seconds, 0.001), partial(self._act, name, action)
            )

    def _act(self, name: str, action: Callable[[], Any]) -> None:
        self._timers.pop(name, None)
        action()

    def _drop_timers(self) -> None:
        for timer in list(self._timers.values()):
            timer.cancel()
        self._timers.clear()
