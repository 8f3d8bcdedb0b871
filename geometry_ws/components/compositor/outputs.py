"""Outputs: their sizes and cameras, and pictures of what they show.

A picture is composed in a thread from the surfaces' own buffers. While one is being made, a commit
must not write into a buffer that it reads: `keep_pictures` gives such surfaces a buffer of
their own first, so that a picture is of one moment and no commit waits for it.
"""

from collections.abc import Iterable

from geometry_ws.protocol import outputs as wire
from geometry_ws.protocol.errors import Busy, NoSuchOutput
from geometry_ws.render.compose import Camera, Layer, compose, fit
from geometry_ws.render.png import encode_png
from geometry_ws.scene.surface import Surface
from geometry_ws.scene.world import World

DESKTOP = "desktop"
BACKGROUND = (237, 239, 243, 255)
"""Straight RGBA: what lies behind everything in a picture."""

_MARGIN = 32
_AT_ONCE = 2


class Screens:
    """The outputs of a world. This version has one, ``desktop``."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._outputs = {
            DESKTOP: wire.OutputInfo(output=DESKTOP, title="Desktop", width=1920, height=1080)
        }
        self._reading: set[str] = set()
        self._pictures = 0
        self._holders = 0

    def infos(self) -> list[wire.OutputInfo]:
        """All outputs."""
        return list(self._outputs.values())

    def set(self, request: wire.SetOutput) -> tuple[wire.OutputInfo, bool]:
        """Change an output; says whether anything is different. Raises NoSuchOutput."""
        before = self._get(request.output)
        camera = None if request.fit else (request.camera or before.camera)
        after = wire.OutputInfo(
            output=before.output,
            title=before.title,
            width=request.width or before.width,
            height=request.height or before.height,
            camera=camera,
        )
        self._outputs[before.output] = after
        return after, after != before

    def begin(self, request: wire.Screenshot) -> "OutputPicture":
        """Take hold of what an output shows now; `end` must follow. Raises NoSuchOutput, Busy."""
        output = self._get(request.output)
        if self._pictures >= _AT_ONCE:
            raise Busy("Other pictures are being made; ask again in a moment.", retry_ms=200)
        self._pictures += 1
        surfaces = self._world.stack()
        self._reading.update(surface.id for surface in surfaces)
        size = (request.width or output.width, request.height or output.height)
        return OutputPicture(output.output, size, request.camera or output.camera, surfaces)

    def end(self) -> None:
        """Note that the picture is made, or has failed."""
        self._pictures -= 1
        self._end_reading()

    def hold(self, surfaces: Iterable[str]) -> None:
        """Note that a thread reads these buffers; `let_go` must follow."""
        self._holders += 1
        self._reading.update(surfaces)

    def let_go(self) -> None:
        """Note that the thread has read them."""
        self._holders -= 1
        self._end_reading()

    def _end_reading(self) -> None:
        if not self._pictures and not self._holders:
            self._reading.clear()

    def kept_pixels(self, surfaces: Iterable[str]) -> int:
        """How many pixels `keep_pictures` would copy."""
        return sum(
            surface.buffer_bytes // 4
            for name in self._reading.intersection(surfaces)
            if (surface := self._world.get(name)) is not None
        )

    def keep_pictures(self, surfaces: Iterable[str]) -> None:
        """Give these surfaces new buffers where a thread reads theirs; call it before writing."""
        if not self._reading:
            return
        for name in self._reading.intersection(surfaces):
            if surface := self._world.get(name):
                surface.buffer = surface.buffer.copy()
            self._reading.discard(name)

    def _get(self, output: str) -> wire.OutputInfo:
        if output not in self._outputs:
            raise NoSuchOutput(f"There is no output {output!r}.", output=output)
        return self._outputs[output]


class OutputPicture:
    """One picture to be made: everything it needs, taken at one moment."""

    def __init__(
        self,
        output: str,
        size: tuple[int, int],
        camera: wire.Camera | None,
        surfaces: Iterable[Surface],
    ) -> None:
        self.output = output
        self.size = size
        self._layers = [_layer(surface) for surface in surfaces]
        self._camera = self._fitting() if camera is None else self._centred(camera)

    def make(self) -> wire.Picture:
        """Compose and encode; takes its time, so do it in a thread."""
        pixels = compose(self._layers, self._camera, self.size, BACKGROUND)
        return wire.Picture(
            output=self.output,
            width=self.size[0],
            height=self.size[1],
            codec="png",
            data=encode_png(pixels),
        )

    def _centred(self, camera: wire.Camera) -> Camera:
        """The camera's point is in the middle; composing asks for the top left."""
        width, height = self.size
        x, y = camera.x - width / 2 / camera.zoom, camera.y - height / 2 / camera.zoom
        return Camera(x, y, camera.zoom)

    def _fitting(self) -> Camera:
        """Show everything that lies in the world."""
        if not self._layers:
            return Camera()
        left = min(layer.x for layer in self._layers)
        top = min(layer.y for layer in self._layers)
        right = max(layer.x + layer.width for layer in self._layers)
        bottom = max(layer.y + layer.height for layer in self._layers)
        return fit((left, top, right - left, bottom - top), self.size, _MARGIN)


def _layer(surface: Surface) -> Layer:
    return Layer(
        surface.buffer,
        surface.x,
        surface.y,
        surface.width,
        surface.height,
        surface.scale,
        surface.opacity,
        surface.opaque,
        surface.z,
    )
