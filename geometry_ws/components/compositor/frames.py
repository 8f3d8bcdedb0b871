"""The world's stream on the event loop: wakes it when it is due, encodes, publishes.

The stream decides what each viewer gets, and when; this module has its clock, its threads and its
messages. One tick is under way at a time: plan, encode (in a thread, unless that is less work than
a message), publish.
"""

import time
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, gatherResults
from twisted.logger import Logger

from geometry_ws.components.compositor.awaited import Awaited
from geometry_ws.components.compositor.joining import (
    JoiningViewers,
    acked_bytes,
    all_codecs,
    encode_as_wished,
)
from geometry_ws.components.compositor.outputs import Screens
from geometry_ws.components.compositor.owners import Owners
from geometry_ws.components.compositor.wire import stream_stats_info
from geometry_ws.protocol import streams as wire
from geometry_ws.protocol.declare import Caller, Done
from geometry_ws.protocol.errors import Busy, NoSuchStream
from geometry_ws.protocol.stream_stats import StreamStats
from geometry_ws.render.video import VideoEncoder
from geometry_ws.scene.attention import EVERYTHING, Look
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.places import PlaceHistory
from geometry_ws.scene.world import World
from geometry_ws.stream.flow import STUCK_SECONDS
from geometry_ws.stream.frame import Cause
from geometry_ws.stream.plan import Encoded, Plan, interleaved
from geometry_ws.stream.roster import Resume
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.wire import to_wire
from geometry_ws.wamp.binding import announce
from geometry_ws.wamp.component import ComponentSession

log = Logger()

NAME = "world"

_QUICK_PIXELS = 64 * 1024
_MANY_PIXELS = 1024 * 1024
_MOST_VIEWERS = 2000


class Frames:
    """The world's stream and the messages of its viewers."""

    name = NAME

    def __init__(
        self,
        session: ComponentSession,
        world: World,
        screens: Screens,
        epoch: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._world = world
        self._screens = screens
        self._epoch = epoch
        self.now = now
        self._stream = Stream(epoch, world.surfaces, now(), VideoEncoder)
        self._joining_viewers = JoiningViewers()
        self.owners = self._owners = Owners(session, world, self._stream, self.wall)
        self._timer: Any = None
        self._ticking = False
        self._awaited = Awaited(session.clock)
        self.places = PlaceHistory(world.stacking)

    def wall(self, moment: float) -> int:
        """A moment on the wall's clock, in microseconds."""
        return time.time_ns() // 1000 - int((self.now() - moment) * 1e6)

    def stop(self) -> None:
        """Publish nothing more."""
        self._owners.stop()
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._awaited.stop()

    # What the compositor says

    def changed(
        self, changes: Changes, token: object = None, cause: Cause | None = None
    ) -> None:  # fmt: skip
        """The world has changed."""
        self._stream.changed(changes, token, self.now(), cause)
        if changes.created or changes.removed or changes.described:
            self._owners.looks_changed()
        self._wake()

    def changed_awaited(
        self, changes: Changes, cause: Cause | None = None
    ) -> "Deferred[tuple[int, bool]]":  # fmt: skip
        """The world has changed; fires with the frame that shows it, and whether a viewer sees it.

        After SEEN_SECONDS it fires anyway: no program waits for viewers that aren't there.
        """
        token, waiting = self._awaited.wait()
        self.changed(changes, token, cause)
        return waiting.addCallback(self._answer_commit, token)

    def _answer_commit(self, frame: int | None, token: object) -> tuple[int, bool]:
        if frame is not None:
            return frame, True
        self._stream.drop_token(token)
        return self._stream.seq, False

    def left(self, session: int) -> None:
        """Forget the viewer of a session that left."""
        self._stream.forget(session, self.now())
        self._owners.looks_changed()

    # What viewers say

    def attach(self, caller: Caller, request: wire.Attach) -> wire.Attached:
        """Let a viewer join; gives what it must know."""
        self._check_name(request.stream)
        if len(self._stream.viewers) >= _MOST_VIEWERS:
            raise Busy("This node has as many viewers as it can serve.", retry_ms=5000)
        look = None if request.look is None else _look(request.look)
        joining = self._joining_viewers.joining(
            request.codecs, self._stream, thumbnails=request.thumbnails
        )
        resumed = self._stream.attach(
            caller.session, look, self.now(), joining, _resume(request.resume)
        )
        self._owners.looks_changed()
        # The frame must not overtake the answer.
        self._session.clock.callLater(0, self._wake)
        return wire.Attached(
            stream=NAME,
            epoch=self._epoch,
            seq=self._stream.seq,
            window_bytes=acked_bytes(len(self._stream.viewers) - 1),
            acks_per_second=joining.acks_per_second,
            codecs=all_codecs(joining),
            token=joining.token,
            resumed=resumed,
        )

    def stats(self, request: wire.OneStream) -> StreamStats:
        """Numbers of the stream and its viewers."""
        self._check_name(request.stream)
        stats = self._stream.stats(self.now())
        return stream_stats_info(NAME, self._epoch, len(self._world.surfaces), stats)

    def refresh(self, caller: Caller, request: wire.Refresh) -> Done:
        """Send a keyframe to a viewer that couldn't apply a frame."""
        self._check_name(request.stream)
        attached = self._stream.refresh(caller.session)
        log.debug("refresh for {viewer}: {why}", viewer=caller.session, why=request.reason)
        return self._answer(request.stream, attached)

    def pause(self, caller: Caller, request: wire.Pause) -> Done:
        """Send nothing to a viewer until it goes on, or go on."""
        self._check_name(request.stream)
        attached = self._stream.pause(caller.session, self.now(), paused=request.paused)
        return self._answer(request.stream, attached)

    def detach(self, caller: Caller, request: wire.OneStream) -> Done:
        """Stop sending to a viewer."""
        self._check_name(request.stream)
        return self._answer(request.stream, self._stream.detach(caller.session))

    def ack(self, caller: Caller, event: wire.Ack) -> None:
        """A viewer has painted something."""
        if event.stream == NAME and self._stream.ack(
            caller.session, event.epoch, event.seq, event.part, event.draw_us, self.now()
        ):
            self._owners.painted()
            self._wake_for(caller.session)

    def look(self, caller: Caller, event: wire.Look) -> None:
        """A viewer shows something else."""
        if event.stream == NAME and self._stream.look(caller.session, _look(event), self.now()):
            self._owners.looks_changed()
            self._wake()

    def look_of(self, session: int) -> Look:
        """What a session shows; everything, where it isn't a viewer."""
        return self._stream.look_of(session) or EVERYTHING

    def _answer(self, stream: str, attached: bool) -> Done:
        if not attached:
            raise NoSuchStream("You aren't attached to this stream.", stream=stream)
        self._owners.looks_changed()
        self._wake()
        return Done()

    def _check_name(self, stream: str) -> None:
        if stream != NAME:
            raise NoSuchStream(f"There is no stream {stream!r}.", stream=stream)

    # Ticks

    def _wake(self) -> None:
        """Tick if a tick is due, else set the timer for when it will be."""
        if self._ticking:
            return
        now = self.now()
        due = self._stream.next_due(now)
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
            self._timer = None
        if due is None:
            return
        if due <= now:
            self._tick(now)
        else:
            self._timer = self._session.clock.callLater(due - now, self._wake)

    def _wake_for(self, viewer: int) -> None:
        """Do the same for one viewer after its ack, without asking the many others."""
        now = self.now()
        due = None if self._ticking else self._stream.due_for(viewer, now)
        if due is None:
            return
        if due <= now:
            self._wake()
        elif self._timer is None or not self._timer.active():
            self._timer = self._session.clock.callLater(due - now, self._wake)
        elif self._timer.getTime() > self._session.clock.seconds() + due - now:
            self._timer.reset(due - now)

    def _tick(self, now: float) -> None:
        for viewer in self._stream.expire(now):
            self._tell_stuck(viewer)
        plan = self._stream.plan(now, time.time_ns() // 1000)
        if plan.moves:
            self.places.note(plan.seq)
        if plan.pixels <= _QUICK_PIXELS and not plan.video_frames:
            self._finish(plan, plan.encode(encode_as_wished))
            # The next tick isn't due at once: a frame has just gone.
            self._wake_later()
            return
        self._ticking = True
        if plan.borrowed:
            self._screens.hold(plan.borrowed)
        work = self._encoded(plan)
        work.addCallbacks(
            lambda encoded: self._finish(plan, encoded), self._failed, (), {}, (plan,)
        )
        work.addErrback(lambda failure: log.failure("a frame could not be published", failure))
        work.addBoth(self._ticked, bool(plan.borrowed))

    def _encoded(self, plan: Plan) -> "Deferred[Encoded]":
        """Encode in a thread, or in two where there is much to encode."""
        encoder = encode_as_wished
        threads = 2 if plan.pixels >= _MANY_PIXELS else 1
        work = [
            self._session.thread_of("frames", plan.encode, encoder, first, threads)
            for first in range(threads)
        ]
        return gatherResults(work, consumeErrors=True).addCallback(interleaved)

    def _finish(self, plan: Plan, encoded: Encoded) -> None:
        outcome = self._stream.commit(plan, encoded, self.now())
        for publish in outcome.publishes:
            announce(
                self._session,
                wire.Streams.on_frame,
                to_wire(publish.frame),
                NAME,
                eligible=publish.eligible,
            )
        for seen in outcome.seen:
            self._awaited.seen(seen.token, seen.seq)

    def _failed(self, failure: Any, plan: Plan) -> None:
        problem = failure.value
        self._stream.abandon(plan, getattr(problem, "subFailure", failure).value)
        log.failure("a frame could not be encoded", failure)

    def _ticked(self, _: Any, held: bool) -> None:
        self._ticking = False
        if held:
            self._screens.let_go()
        self._wake_later()

    def _wake_later(self) -> None:
        """Call `_wake` from the event loop, so that one tick never nests in another."""
        if self._timer is None or not self._timer.active():
            self._timer = self._session.clock.callLater(0, self._wake)

    def _tell_stuck(self, viewer: int) -> None:
        text = f"No ack for {STUCK_SECONDS:g} s; attach again to go on."
        event = wire.Detached(stream=NAME, epoch=self._epoch, reason="stuck", text=text)
        announce(self._session, wire.Streams.on_detached, event, NAME, eligible=[viewer])
        self._owners.looks_changed()


def _look(view: wire.View) -> Look:
    return Look(
        view.x,
        view.y,
        view.width,
        view.height,
        view.scale,
        view.hidden,
        view.theme,
        view.face_scale,
    )


def _resume(resume: wire.Resume | None) -> Resume | None:
    return None if resume is None else Resume(resume.token, resume.epoch, resume.seq)
