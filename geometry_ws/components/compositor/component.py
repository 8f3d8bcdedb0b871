"""The Compositor component: the world's surfaces, its stream, its seats, its outputs.

The world decides what a request changes (scene), the stream decides what each viewer gets of it
(stream); this session does what they say. It needs nothing in ``extra``.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from geometry_ws.components.compositor.asked_faces import AskedFaces
from geometry_ws.components.compositor.commits import Commits, SeenFrame
from geometry_ws.components.compositor.drops import Dropping
from geometry_ws.components.compositor.feed import Kind, SurfaceFeed
from geometry_ws.components.compositor.frames import Frames
from geometry_ws.components.compositor.freeing import FreeMemory
from geometry_ws.components.compositor.outputs import DESKTOP, Screens
from geometry_ws.components.compositor.pointers import Pointers
from geometry_ws.components.compositor.pools import CAN_SHARE, Pools
from geometry_ws.components.compositor.seats import Seating
from geometry_ws.components.compositor.windows import Windows
from geometry_ws.components.compositor.wire import (
    cursor_picture,
    declared,
    dock,
    is_for,
    scene_areas,
    shown_when,
    surface_info,
)
from geometry_ws.protocol import compositor as meta
from geometry_ws.protocol import drops, outputs, seats, streams, surfaces
from geometry_ws.protocol.declare import Caller, Done
from geometry_ws.protocol.names import MESSAGE_BYTES, MESSAGE_TOPIC
from geometry_ws.protocol.rights import COMPONENT_ROLE
from geometry_ws.protocol.stream_stats import StreamStats
from geometry_ws.render.decode import PICTURE_CODECS
from geometry_ws.render.video import encodable
from geometry_ws.scene import limits
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.world import World
from geometry_ws.stream.frame import Cause
from geometry_ws.stream.wire import CODECS
from geometry_ws.wamp.binding import announce, bind
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.fast_json import JSON_BYTES
from geometry_ws.wamp.payload import MOST_DEPTH, MOST_VALUES
from geometry_ws.wamp.upstream.guard import MOST_CALLS, MOST_SUBSCRIPTIONS
from geometry_ws.wamp.versions import (
    SOFTWARE,
    VERSION,
    check_version,
    description,
    new_epoch,
)

log = Logger()
T = TypeVar("T")

_SWITCH_SECONDS = 0.001
"""Threads that draw hold the interpreter: the event loop shall not wait long for its turn."""


class Compositor(
    ComponentSession,
    meta.CompositorMeta,
    surfaces.Surfaces,
    outputs.Outputs,
    streams.Streams,
    seats.Seats,
    drops.Drops,
):
    """Stacks the surfaces of programs in one world and sends what changes to viewers."""

    names_callers = True

    async def start(self) -> None:
        """Make an empty world and serve it."""
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))
        self._epoch = new_epoch()
        self._world = World()
        self._screens = Screens(self._world)
        self._feed = SurfaceFeed(self.clock, self._tell)
        self._surface_seq = 0
        self._output_seq = 0
        self._frames = Frames(self, self._world, self._screens, self._epoch)
        self._asked_faces = AskedFaces(self.clock, self._world, self._frames.owners)
        self._windows = Windows(self, self._world)
        self._memory = FreeMemory(self)
        self._commits = Commits(
            self, self._world, self._screens, self._committed, self._memory.give_back_later
        )
        self._shared = Pools()
        self._seating = Seating(self, self._world, self._frames)
        self._pointers = Pointers(self, self._seating, self.clock)
        self._drops = Dropping(self, self._world, self._frames, self._seating.name_of)
        await self.listen("wamp.session.on_leave", self._hear_leave)
        self._messages = 0
        # A node of somebody's own needs no rights for it.
        with suppress(ApplicationError):
            await self.listen(MESSAGE_TOPIC, self._hear_message)
        await bind(self, self)
        self.in_thread(encodable)  # loads libraries before the first viewer asks for a video

    def stop(self) -> None:
        """Forget everything: the world ends with its session."""
        self._commits.stop()
        self._shared.stop()
        self._memory.stop()
        self._feed.stop()
        self._asked_faces.stop()
        self._pointers.stop()
        self._drops.stop()
        self._frames.stop()

    def compositor_hello(self, caller: Caller, request: meta.Hello) -> meta.CompositorHello:
        """`compositor.hello`: agree on the version and say what this node can do."""
        check_version(request)
        return meta.CompositorHello(
            version=VERSION,
            software=SOFTWARE,
            epoch=self._epoch,
            features=[
                "world-stream",
                "quality",
                "resume",
                "presented",
                "cause",
                "thumbnails",
                "faces",
                *(["pools"] if CAN_SHARE else []),
            ],
            limits=meta.Limits(
                message_bytes=MESSAGE_BYTES,
                surface_side=limits.SIDE_PX,
                surface_pixels=limits.SURFACE_PX,
                surfaces_per_session=limits.SURFACES_PER_OWNER,
                bytes_per_session=limits.BYTES_PER_OWNER,
                json_message_bytes=JSON_BYTES,
                message_values=MOST_VALUES,
                message_depth=MOST_DEPTH,
                calls_per_session=MOST_CALLS,
                subscriptions_per_session=MOST_SUBSCRIPTIONS,
            ),
            frame_codecs=list(CODECS),
            picture_codecs=list(PICTURE_CODECS),
            streams=[self._frames.name],
            outputs=[DESKTOP],
            messages=self._messages,
        )

    def compositor_describe(self, caller: Caller, request: meta.Describe) -> meta.Description:
        """`compositor.describe`: give the whole protocol as data."""
        return description()

    # Surfaces

    def create_surface(self, caller: Caller, request: surfaces.CreateSurface) -> surfaces.Created:
        """`surface.create`: make a surface of the caller; gives its id and its place."""
        x, y = request.x, request.y
        if request.place == "free":
            x, y = self._world.free_place(request.width, request.height)
        with declared():
            surface, changes = self._world.create(
                caller.session,
                request.width,
                request.height,
                x=x,
                y=y,
                scale=request.scale,
                max_scale=request.max_scale,
                opacity=request.opacity,
                opaque=request.opaque,
                title=request.title,
                text=request.text,
                cursor=request.cursor,
                keyboard=request.keyboard,
                wheel=request.wheel,
                areas=scene_areas(request.areas),
                pointer=request.pointer,
                content=request.content,
                presented=request.presented,
                shown_when=shown_when(request.shown_when),
                dock=dock(request.dock),
                cursor_picture=cursor_picture(request.cursor_picture),
                files=request.files,
                component=caller.authrole == COMPONENT_ROLE,
            )
        self._windows.made(caller)
        self._changed(changes)
        return surfaces.Created(surface=surface, x=x, y=y)

    def configure_surface(self, caller: Caller, request: surfaces.ConfigureSurface) -> Done:
        """`surface.configure`: change the description and opacity of a surface."""
        with declared():
            changes = self._world.configure(
                caller.session,
                request.surface,
                title=request.title,
                text=request.text,
                cursor=request.cursor,
                keyboard=request.keyboard,
                wheel=request.wheel,
                opacity=request.opacity,
                max_scale=request.max_scale,
                content=request.content,
                presented=request.presented,
                areas=None if request.areas is None else scene_areas(request.areas),
                pointer=request.pointer,
                shown_when=None if request.shown_when is None else shown_when(request.shown_when),
                dock=None if request.dock is None else dock(request.dock),
                cursor_picture=None
                if request.cursor_picture is None
                else cursor_picture(request.cursor_picture),
                files=request.files,
            )
        return self._changed(changes)

    async def commit_surfaces(self, caller: Caller, request: surfaces.Commit) -> surfaces.Committed:
        """`surface.commit`: change pixels, sizes and places of surfaces in one step.

        Gives the frame that shows it.
        """
        cause = self._seating.cause(caller.session, request.cause)
        filled = self._shared.with_pixels(caller.session, request)
        return await self._commits.commit(caller, filled, cause)

    def share_memory(self, caller: Caller, request: surfaces.ShareMemory) -> surfaces.Pool:
        """`surface.share`: give the caller memory for its pixels, on this machine."""
        return self._shared.create(caller.session, request.bytes)

    def move_surface(self, caller: Caller, request: surfaces.MoveSurface) -> Done:
        """`surface.move`: move a surface of the caller."""
        with declared():
            changes = self._world.move(caller.session, request.surface, request.x, request.y)
        return self._changed(changes)

    def raise_surface(self, caller: Caller, request: surfaces.OneSurface) -> Done:
        """`surface.raise`: put a surface of the caller above all others."""
        with declared():
            return self._changed(self._world.raise_surface(caller.session, request.surface))

    def lower_surface(self, caller: Caller, request: surfaces.OneSurface) -> Done:
        """`surface.lower`: put a surface of the caller below all others."""
        with declared():
            return self._changed(self._world.lower_surface(caller.session, request.surface))

    def destroy_surface(self, caller: Caller, request: surfaces.OneSurface) -> Done:
        """`surface.destroy`: remove a surface of the caller."""
        with declared():
            return self._changed(self._world.destroy(caller.session, request.surface))

    def place_surface(self, caller: Caller, request: surfaces.PlaceSurface) -> Done:
        """`surface.place`: move a program's surface, or bring it to the front."""
        with declared():
            for changes in self._windows.place(request):
                self._changed(changes)
        return Done()

    def close_surface(self, caller: Caller, request: surfaces.OneSurface) -> Done:
        """`surface.close`: remove a program's surface, and tell the program."""
        for changes in self._windows.close(caller, request):
            self._changed(changes)
        return Done()

    def list_surfaces(self, caller: Caller, request: surfaces.ListSurfaces) -> surfaces.SurfaceList:
        """`surface.list`: list the surfaces that are asked for, the lowest first."""
        stack = self._world.stack()
        asked = [surface for surface in stack if is_for(surface, request.theme, request.scale)]
        infos = [surface_info(surface, caller.session) for surface in asked]
        if request.mine:
            infos = [info for info in infos if info.mine]
        return surfaces.SurfaceList(epoch=self._epoch, surfaces=infos)

    def _changed(self, changes: Changes) -> Done:
        """Pass a change of the world on to subscribers and to the stream."""
        if changes:
            self._describe(changes)
            self._frames.changed(changes)
        return Done()

    def _committed(self, changes: Changes, cause: Cause | None) -> SeenFrame:
        self._describe(changes)
        return self._frames.changed_awaited(changes, cause)

    def _describe(self, changes: Changes) -> None:
        """Tell subscribers which surfaces came, went or are described differently."""
        for surface in changes.created:
            self._feed.created(surface)
        if changes.removed:
            self._memory.give_back_later()
        for surface in changes.removed:
            self._feed.destroyed(surface)
            self._drops.gone(surface)
        for surface in changes.described.difference(changes.created, changes.removed):
            self._feed.changed(surface)

    def _tell(self, change: Kind, surface: str) -> None:
        self._surface_seq += 1
        current = self._world.get(surface)
        event = surfaces.SurfaceChanged(
            epoch=self._epoch,
            seq=self._surface_seq,
            change=change,
            id=surface,
            surface=None if current is None else surface_info(current),
        )
        announce(self, surfaces.Surfaces.on_changed, event)

    # Outputs

    def list_outputs(self, caller: Caller, request: outputs.ListOutputs) -> outputs.OutputList:
        """`output.list`: list all outputs with their sizes and cameras."""
        return outputs.OutputList(outputs=self._screens.infos())

    def set_output(self, caller: Caller, request: outputs.SetOutput) -> outputs.OutputResult:
        """`output.set`: change an output's size or camera and give the result."""
        info, different = self._screens.set(request)
        if different:
            self._output_seq += 1
            event = outputs.OutputChanged(epoch=self._epoch, seq=self._output_seq, output=info)
            announce(self, outputs.Outputs.on_changed, event)
        return outputs.OutputResult(output=info)

    async def screenshot_output(
        self, caller: Caller, request: outputs.Screenshot
    ) -> outputs.Picture:
        """`output.screenshot`: give a PNG of what an output shows. Raises NoSuchOutput, Busy."""
        await self._asked_faces.drawn(self._screens.look(request))
        return await self._made(self._screens.begin(request).make)

    async def screenshot_surface(
        self, caller: Caller, request: surfaces.OneSurface
    ) -> surfaces.SurfacePicture:
        """`surface.screenshot`: give a PNG of what is drawn on a surface."""
        return await self._made(self._screens.begin_surface(request.surface).make)

    async def _made(self, make: Callable[[], T]) -> T:
        # Cancelling the call cancels the answer alone: a thread that reads can't be stopped.
        answer: Deferred[T] = Deferred()
        Deferred.fromCoroutine(self._make(make)).addCallbacks(answer.callback, answer.errback)
        return await answer

    async def _make(self, make: Callable[[], T]) -> T:
        try:
            made: T = await self.thread_of("pictures", make)
            return made
        finally:
            self._screens.end()

    # Streams and seats: see frames.py and seats.py

    def attach_stream(self, caller: Caller, request: streams.Attach) -> streams.Attached:
        """`stream.attach`: make the caller a viewer of the stream."""
        return self._frames.attach(caller, request)

    def refresh_stream(self, caller: Caller, request: streams.Refresh) -> Done:
        """`stream.refresh`: send the calling viewer a keyframe."""
        return self._frames.refresh(caller, request)

    def pause_stream(self, caller: Caller, request: streams.Pause) -> Done:
        """`stream.pause`: send no frames to the calling viewer until it goes on."""
        return self._frames.pause(caller, request)

    def detach_stream(self, caller: Caller, request: streams.OneStream) -> Done:
        """`stream.detach`: stop sending frames to the calling viewer."""
        return self._frames.detach(caller, request)

    def stream_stats(self, caller: Caller, request: streams.OneStream) -> StreamStats:
        """`stream.stats`: give numbers of the stream and of each viewer."""
        return self._frames.stats(request)

    def hear_ack(self, caller: Caller, event: streams.Ack) -> None:
        """`stream.ack`: a viewer has painted a message of the stream."""
        self._frames.ack(caller, event)

    def hear_look(self, caller: Caller, event: streams.Look) -> None:
        """`stream.look`: a viewer shows another part of the world."""
        self._frames.look(caller, event)

    def hear_pointer(self, caller: Caller, event: seats.PointerInput) -> None:
        """`seat.pointer`: a viewer's pointer moved, or a button changed."""
        self._seating.pointer(caller, event)

    def hear_wheel(self, caller: Caller, event: seats.WheelInput) -> None:
        """`seat.wheel`: a viewer's wheel turned."""
        self._seating.wheel(caller, event)

    def hear_key(self, caller: Caller, event: seats.KeyInput) -> None:
        """`seat.key`: a key of a viewer went down or up."""
        self._seating.key(caller, event)

    def hear_text(self, caller: Caller, event: seats.TextInput) -> None:
        """`seat.text`: a viewer typed text."""
        self._seating.text(caller, event)

    def offer_text(self, caller: Caller, request: seats.OfferText) -> Done:
        """`seat.clipboard`: offer text to the clipboard of whoever did something."""
        return self._seating.offer(caller, request)

    def share_pointers(self, caller: Caller, request: seats.SharePointers) -> seats.PointersShared:
        """`seat.share`: a viewer sees others' pointers, or shows its own."""
        return self._pointers.share(caller, request)

    def hear_pointer_at(self, caller: Caller, event: seats.PointerAt) -> None:
        """`seat.at`: a viewer points elsewhere."""
        self._pointers.point(caller, event)

    def offer_files(self, caller: Caller, request: drops.OfferFiles) -> drops.FilesOffered:
        """`drop.offer`: a viewer has files for the program of a surface."""
        return self._drops.offer(caller, request)

    async def fetch_piece(self, caller: Caller, request: drops.FetchPiece) -> drops.FilePiece:
        """`drop.fetch`: a program wants a piece of a file."""
        return await self._drops.fetch(caller, request)

    def give_piece(self, caller: Caller, request: drops.GivePiece) -> Done:
        """`drop.give`: a viewer gives it."""
        return self._drops.give(caller, request)

    def end_drop(self, caller: Caller, request: drops.EndDrop) -> Done:
        """`drop.end`: a program has what it wants, or refuses it."""
        return self._drops.end(caller, request)

    def _hear_message(self, args: Any, keywords: Any, details: Any) -> None:
        """A client without WAMP has said something; its sender can see that it arrived."""
        self._messages += 1

    def _hear_leave(self, args: Any, keywords: Any, details: Any) -> None:
        """Remove all that a session had, however it ended."""
        session = args[0] if args else None
        if not isinstance(session, int):
            return
        self._commits.left(session)
        self._shared.left(session)
        self._pointers.left(session)
        self._drops.left(session)
        self._seating.left(session)
        self._frames.left(session)
        self._windows.left(session)
        self._changed(self._world.remove_owner(session))
