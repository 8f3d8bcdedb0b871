"""Outputs: devices that look at a part of the world."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Event,
    Interface,
    Request,
    Result,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import Busy, NoSuchOutput
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import FaceScale, Identifier, Place, Theme

Pixels = Annotated[int, Meta(ge=16, le=4096, description="pixels")]
Zoom = Annotated[float, Meta(ge=0.01, le=16)]


class Camera(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The world point in the middle of the output, and output pixels per world pixel."""

    x: Place = 0.0
    y: Place = 0.0
    zoom: Zoom = 1.0


class OutputInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An output; without a camera it shows everything that lies in the world.

    Surfaces with `shown_when` are chosen by `theme` and `scale`, or the camera's zoom without that.
    """

    output: Identifier
    title: str
    width: int
    height: int
    camera: Camera | None = None
    theme: Theme = "light"
    scale: FaceScale | None = None


class ListOutputs(Request, frozen=True):
    """Nothing to say."""


class OutputList(Result, frozen=True):
    """The outputs."""

    outputs: list[OutputInfo]


class SetOutput(Request, frozen=True, kw_only=True):
    """What shall be different; what is left out stays."""

    output: Identifier
    width: Pixels | None = None
    height: Pixels | None = None
    camera: Camera | None = None
    fit: bool = False
    theme: Theme | None = None
    scale: Annotated[float, Meta(ge=0, le=64, description="0: the camera's zoom")] | None = None


class OutputResult(Result, frozen=True):
    """The output as it is now."""

    output: OutputInfo


class Screenshot(Request, frozen=True, kw_only=True):
    """Which output, and what shall differ from its own: size, camera, theme, scale of faces."""

    output: Identifier = "desktop"
    width: Pixels | None = None
    height: Pixels | None = None
    camera: Camera | None = None
    theme: Theme | None = None
    scale: FaceScale | None = None


class Picture(Result, frozen=True, kw_only=True):
    """A picture; ``data`` is a PNG file."""

    output: Identifier
    width: int
    height: int
    codec: Literal["png"]
    data: bytes


class OutputChanged(Event, frozen=True, kw_only=True):
    """The output as it is now."""

    epoch: str
    seq: int
    output: OutputInfo


class Outputs(Interface):
    """Procedures and topics for a device's view of the world."""

    @procedure("output.list", right=Right.LOOK, example={}, reads=True)
    def list_outputs(self, caller: Caller, request: ListOutputs) -> Answer[OutputList]:
        """List the outputs with their sizes and cameras."""

    @procedure(
        "output.set",
        right=Right.OPERATE,
        errors=(NoSuchOutput,),
        example={"output": "desktop", "width": 1280, "height": 800},
    )
    def set_output(self, caller: Caller, request: SetOutput) -> Answer[OutputResult]:
        """Change an output's size, camera, theme or scale; `fit` lets it show everything again."""

    @procedure(
        "output.screenshot",
        right=Right.LOOK,
        errors=(NoSuchOutput, Busy),
        example={"output": "desktop", "width": 640, "height": 400},
        reads=True,
    )
    def screenshot_output(self, caller: Caller, request: Screenshot) -> Answer[Picture]:
        """Compose what an output shows now, as a PNG.

        Owners of faces that nobody looks at get up to 2 s to draw them. In the place of one that
        isn't drawn then lies another that was.
        """

    on_changed = publishes(
        "output.on_changed",
        OutputChanged,
        right=Right.LOOK,
        example={
            "epoch": "k3f9",
            "seq": 3,
            "output": {
                "output": "desktop",
                "title": "Desktop",
                "width": 1280,
                "height": 800,
                "camera": {"x": 0.0, "y": 0.0, "zoom": 1.0},
            },
        },
        text="An output has another size or camera.",
    )
