"""The Compositor component: the world's surfaces, its stream, its seats, its outputs.

Thin: the world decides what a request changes (scene), the stream who gets what of it (stream),
this session does what they say. It needs nothing in ``extra``.
"""

from typing import Any

from twisted.logger import Logger

from geometry_ws.components.binding import announce, bind
from geometry_ws.components.commits import Commits, Shown
from geometry_ws.components.feed import Kind, SurfaceFeed
from geometry_ws.components.frames import Frames
from geometry_ws.components.scene_wire import declared, surface_info
from geometry_ws.components.screens import DESKTOP, Screens
from geometry_ws.components.seating import Seating
from geometry_ws.components.session import ComponentSession
from geometry_ws.components.versions import (
    SOFTWARE,
    VERSION,
    check_version,
    description,
    new_epoch,
)
from geometry_ws.protocol import compositor as meta
from geometry_ws.protocol import outputs, seats, streams, surfaces
from geometry_ws.protocol.declare import Caller, Done
from geometry_ws.protocol.names import MESSAGE_BYTES
from geometry_ws.protocol.stream_stats import StreamStats
from geometry_ws.render.decode import PICTURE_CODECS
from geometry_ws.render.video import encodable
from geometry_ws.scene import limits
from geometry_ws.scene.changes import Changes
from geometry_ws.scene.world import World
from geometry_ws.stream.frame import Cause
from geometry_ws.stream.wire import CODECS

log = Logger()


class Compositor(
    ComponentSession,
    meta.CompositorMeta,
    surfaces.Surfaces,
    outputs.Outputs,
    streams.Streams,
    seats.Seats,
):
    """Stacks the surfaces of programs in one world and sends what changes to viewers."""

    async def start(self) -> None:
        """Make an empty world and serve it."""
        self._epoch = new_epoch()
        self._world = World()
        self._screens = Screens(self._world)
        self._feed = SurfaceFeed(self.clock, self._tell)
        self._told_surfaces = 0
        self._told_outputs = 0
        self._frames = Frames(self, self._world, self._screens, self._epoch)
        self._commits = Commits(self, self._world, self._screens, self._committed)
        self._seating = Seating(self, self._world, self._frames)
        await self.listen("wamp.session.on_leave", self._hear_leave)
        await bind(self, self)
        self.in_thread(encodable)  # loads libraries before the first viewer asks for a video

    def stop(self) -> None:
        """Forget everything: the world ends with its session."""
        self._commits.stop()
        self._feed.stop()
        self._frames.stop()

    def compositor_hello(self, caller: Caller, request: meta.Hello) -> meta.CompositorHello:
        """Answer compositor.hello."""
        check_version(request)
        return meta.CompositorHello(
            version=VERSION,
            software=SOFTWARE,
            epoch=self._epoch,
            features=["world-stream", "quality", "resume", "presented", "cause", "thumbnails"],
            limits=meta.Limits(
                message_bytes=MESSAGE_BYTES,
                surface_side=limits.SIDE_PX,
                surface_pixels=limits.SURFACE_PX,
                surfaces_per_session=limits.SURFACES_PER_OWNER,
                bytes_per_session=limits.BYTES_PER_OWNER,
            ),
            frame_codecs=list(CODECS),
            picture_codecs=list(PICTURE_CODECS),
            streams=[self._frames.name],
            outputs=[DESKTOP],
        )

    def compositor_describe(self, caller: Caller, request: meta.Describe) -> meta.Description:
        """Answer compositor.describe."""
        return description()

    # Surfaces

    def create_surface(self, caller: Caller, request: surfaces.CreateSurface) -> surfaces.Created:
        """Answer surface.create."""
        with declared():
            surface, changes = self._world.create(
                caller.session,
                request.width,
                request.height,
                x=request.x,
                y=request.y,
                scale=request.scale,
                max_scale=request.max_scale,
                opacity=request.opacity,
                opaque=request.opaque,
                title=request.title,
                text=request.text,
                cursor=request.cursor,
                content=request.content,
                presented=request.presented,
            )
        self._changed(changes)
        return surfaces.Created(surface=surface)

    def configure_surface(self, caller: Caller, request: surfaces.ConfigureSurface) -> Done:
        """Answer surface.configure."""
        with declared():
            changes = self._world.configure(
                caller.session,
                request.surface,
                title=request.title,
                text=request.text,
                cursor=request.cursor,
                opacity=request.opacity,
                max_scale=request.max_scale,
                content=request.content,
                presented=request.presented,
            )
        return self._changed(changes)

    async def commit_surfaces(self, caller: Caller, request: surfaces.Commit) -> surfaces.Committed:
        """Answer surface.commit."""
        cause = self._seating.cause(caller.session, request.cause)
        return await self._commits.commit(caller, request, cause)

    def move_surface(self, caller: Caller, request: surfaces.MoveSurface) -> Done:
        """Answer surface.move."""
        with declared():
            changes = self._world.move(caller.session, request.surface, request.x, request.y)
        return self._changed(changes)

    def raise_surface(self, caller: Caller, request: surfaces.OneSurface) -> Done:
        """Answer surface.raise."""
        with declared():
            return self._changed(self._world.raise_surface(caller.session, request.surface))

    def lower_surface(self, caller: Caller, request: surfaces.OneSurface) -> Done:
        """Answer surface.lower."""
        with declared():
            return self._changed(self._world.lower_surface(caller.session, request.surface))

    def destroy_surface(self, caller: Caller, request: surfaces.OneSurface) -> Done:
        """Answer surface.destroy."""
        with declared():
            return self._changed(self._world.destroy(caller.session, request.surface))

    def list_surfaces(self, caller: Caller, request: surfaces.ListSurfaces) -> surfaces.SurfaceList:
        """Answer surface.list."""
        infos = [surface_info(surface, caller.session) for surface in self._world.stack()]
        if request.mine:
            infos = [info for info in infos if info.mine]
        return surfaces.SurfaceList(epoch=self._epoch, surfaces=infos)

    def _changed(self, changes: Changes) -> Done:
        """Tell everybody who has to know of a step of the world."""
        if changes:
            self._describe(changes)
            self._frames.changed(changes)
        return Done()

    def _committed(self, changes: Changes, cause: Cause | None) -> Shown:
        self._describe(changes)
        return self._frames.changed_awaited(changes, cause)

    def _describe(self, changes: Changes) -> None:
        """Tell those who follow what there is."""
        for surface in changes.created:
            self._feed.created(surface)
        for surface in changes.removed:
            self._feed.destroyed(surface)
        for surface in changes.told.difference(changes.created, changes.removed):
            self._feed.changed(surface)

    def _tell(self, change: Kind, surface: str) -> None:
        self._told_surfaces += 1
        found = self._world.get(surface)
        event = surfaces.SurfaceChanged(
            epoch=self._epoch,
            seq=self._told_surfaces,
            change=change,
            id=surface,
            surface=None if found is None else surface_info(found),
        )
        announce(self, surfaces.Surfaces.on_changed, event)

    # Outputs

    def list_outputs(self, caller: Caller, request: outputs.ListOutputs) -> outputs.OutputList:
        """Answer output.list."""
        return outputs.OutputList(outputs=self._screens.infos())

    def set_output(self, caller: Caller, request: outputs.SetOutput) -> outputs.OutputResult:
        """Answer output.set."""
        info, different = self._screens.set(request)
        if different:
            self._told_outputs += 1
            event = outputs.OutputChanged(epoch=self._epoch, seq=self._told_outputs, output=info)
            announce(self, outputs.Outputs.on_changed, event)
        return outputs.OutputResult(output=info)

    async def screenshot_output(
        self, caller: Caller, request: outputs.Screenshot
    ) -> outputs.Picture:
        """Answer output.screenshot."""
        shot = self._screens.begin(request)
        try:
            return await self.thread_of("pictures", shot.make)
        finally:
            self._screens.end()

    # Streams and seats: see frames.py and seating.py

    def attach_stream(self, caller: Caller, request: streams.Attach) -> streams.Attached:
        """Answer stream.attach."""
        return self._frames.attach(caller, request)

    def refresh_stream(self, caller: Caller, request: streams.Refresh) -> Done:
        """Answer stream.refresh."""
        return self._frames.refresh(caller, request)

    def pause_stream(self, caller: Caller, request: streams.Pause) -> Done:
        """Answer stream.pause."""
        return self._frames.pause(caller, request)

    def detach_stream(self, caller: Caller, request: streams.OneStream) -> Done:
        """Answer stream.detach."""
        return self._frames.detach(caller, request)

    def stream_stats(self, caller: Caller, request: streams.OneStream) -> StreamStats:
        """Answer stream.stats."""
        return self._frames.stats(request)

    def hear_ack(self, caller: Caller, event: streams.Ack) -> None:
        """Hear stream.ack."""
        self._frames.ack(caller, event)

    def hear_look(self, caller: Caller, event: streams.Look) -> None:
        """Hear stream.look."""
        self._frames.look(caller, event)

    def hear_pointer(self, caller: Caller, event: seats.PointerInput) -> None:
        """Hear seat.pointer."""
        self._seating.pointer(caller, event)

    def hear_wheel(self, caller: Caller, event: seats.WheelInput) -> None:
        """Hear seat.wheel."""
        self._seating.wheel(caller, event)

    def hear_key(self, caller: Caller, event: seats.KeyInput) -> None:
        """Hear seat.key."""
        self._seating.key(caller, event)

    def hear_text(self, caller: Caller, event: seats.TextInput) -> None:
        """Hear seat.text."""
        self._seating.text(caller, event)

    def _hear_leave(self, args: Any, keywords: Any, details: Any) -> None:
        """A session left, however it ended: nothing of it stays."""
        session = args[0] if args else None
        if not isinstance(session, int):
            return
        self._commits.left(session)
        self._seating.left(session)
        self._frames.left(session)
        self._changed(self._world.remove_owner(session))
