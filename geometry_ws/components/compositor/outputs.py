"""Outputs: their sizes and cameras, and pictures of what they show.

A picture is composed in a thread from the surfaces' own buffers. While one is being made, a commit
must not write into a buffer that it reads: `keep_pictures` gives such surfaces a buffer of
their own first, so that a picture is of one moment and no commit waits for it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from geometry_ws.protocol import outputs as wire
from geometry_ws.protocol.errors import Busy, NoSuchOutput, NoSuchSurface
from geometry_ws.protocol.surfaces import SurfacePicture
from geometry_ws.render.compose import Camera, Layer, compose, fit
from geometry_ws.render.png import encode_png
from geometry_ws.scene.attention import Look, shown_surfaces
from geometry_ws.scene.faces import Theme
from geometry_ws.scene.surface import Surface
from geometry_ws.scene.world import World

DESKTOP = "desktop"
BACKGROUNDS = {"light": (237, 239, 243, 255), "dark": (12, 14, 17, 255)}
"""Straight RGBA: what lies behind everything in a picture, by its theme."""

_MARGIN = 32
_AT_ONCE = 2
_NOTHING = (0, 0, 0, 0)


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
            theme=request.theme or before.theme,
            scale=before.scale if request.scale is None else request.scale or None,
        )
        self._outputs[before.output] = after
        return after, after != before

    def begin(self, request: wire.Screenshot) -> "OutputPicture":
        """Take hold of what an output shows now; `end` must follow. Raises NoSuchOutput, Busy."""
        output = self._get(request.output)
        self._count_picture()
        view = self._view(output, request)
        surfaces = shown_surfaces(self._world.stack(), view.theme, view.scale)
        self._reading.update(surface.id for surface in surfaces)
        return OutputPicture(output.output, view, surfaces)

    def begin_surface(self, surface: str) -> "OwnPicture":
        """Take hold of what a surface shows now; `end` must follow. Raises NoSuchSurface, Busy."""
        shown = self._world.get(surface)
        if shown is None:
            raise NoSuchSurface(f"There is no surface {surface!r}.", surface=surface)
        self._count_picture()
        self._reading.add(shown.id)
        return OwnPicture(shown)

    def _count_picture(self) -> None:
        if self._pictures >= _AT_ONCE:
            raise Busy("Other pictures are being made; ask again in a moment.", retry_ms=200)
        self._pictures += 1

    def look(self, request: wire.Screenshot) -> Look:
        """What the picture that is asked for will show. Raises NoSuchOutput."""
        view = self._view(self._get(request.output), request)
        (x, y, zoom), (width, height) = view.camera, view.size
        return Look(
            x,
            y,
            width / zoom,
            height / zoom,
            zoom,
            theme=view.theme,
            face_scale=view.scale,
        )

    def _view(self, output: wire.OutputInfo, request: wire.Screenshot) -> "View":
        size = (request.width or output.width, request.height or output.height)
        wanted = request.camera or output.camera
        camera = _fitting(self._world.stack(), size) if wanted is None else _centred(wanted, size)
        scale = request.scale or output.scale or camera.zoom
        return View(size, camera, request.theme or output.theme, scale)

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


class View(NamedTuple):
    """How a picture sees the world: surfaces are chosen by ``theme`` and ``scale``."""

    size: tuple[int, int]
    camera: Camera
    theme: Theme
    scale: float


class OutputPicture:
    """One picture to be made: everything it needs, taken at one moment."""

    def __init__(self, output: str, view: View, surfaces: Iterable[Surface]) -> None:
        self.output = output
        self._view = view
        self._layers = [_layer(surface) for surface in surfaces]

    def make(self) -> wire.Picture:
        """Compose and encode; takes its time, so do it in a thread."""
        (width, height), camera, theme, _ = self._view
        pixels = compose(self._layers, camera, (width, height), BACKGROUNDS[theme])
        return wire.Picture(
            output=self.output,
            width=width,
            height=height,
            codec="png",
            data=encode_png(pixels),
        )


class OwnPicture:
    """A picture of one surface to be made: its buffer as it is now."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface.id
        self._pixels = surface.buffer
        self._opaque = surface.opaque

    def make(self) -> SurfacePicture:
        """Encode; takes its time, so do it in a thread."""
        height, width = self._pixels.shape[:2]
        layer = Layer(self._pixels, 0, 0, width, height, 1, 1.0, self._opaque, 0)
        pixels = compose([layer], Camera(), (width, height), _NOTHING)
        return SurfacePicture(
            surface=self._surface,
            width=width,
            height=height,
            codec="png",
            data=encode_png(pixels),
        )


def _centred(camera: wire.Camera, size: tuple[int, int]) -> Camera:
    """The camera's point is in the middle; composing asks for the top left."""
    x, y = camera.x - size[0] / 2 / camera.zoom, camera.y - size[1] / 2 / camera.zoom
    return Camera(x, y, camera.zoom)


def _fitting(surfaces: Sequence[Surface], size: tuple[int, int]) -> Camera:
    """Show everything that lies in the world, for whomever it is."""
    if not surfaces:
        return Camera()
    left = min(surface.x for surface in surfaces)
    top = min(surface.y for surface in surfaces)
    right = max(surface.x + surface.width for surface in surfaces)
    bottom = max(surface.y + surface.height for surface in surfaces)
    return fit((left, top, right - left, bottom - top), size, _MARGIN)


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
