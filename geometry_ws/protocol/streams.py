"""Streams: frames for viewers, and what viewers say back."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    Done,
    Event,
    Interface,
    Request,
    Result,
    listens,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import Busy, NoSuchStream
from geometry_ws.protocol.frames import Frame
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.stream_stats import StreamStats
from geometry_ws.protocol.values import Counter, Identifier, Place, Theme

Viewed = Annotated[float, Meta(ge=0.001, le=64, description="screen pixels per world pixel")]


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a viewer shows of the world, and how large.

    Surfaces with `shown_when` are chosen by `theme` and `face_scale`, or `scale` where that is left
    out. A page says CSS pixels there, whatever its screen's density, and lets it lag a little, so
    that no surface flickers while somebody zooms.
    """

    x: Place
    y: Place
    width: Annotated[float, Meta(ge=0, le=1e7)]
    height: Annotated[float, Meta(ge=0, le=1e7)]
    scale: Viewed = 1.0
    hidden: bool = False
    theme: Theme = "light"
    face_scale: Viewed | None = None


class Resume(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a viewer that lost its session still has: the last frame that it painted wholly."""

    token: Annotated[str, Meta(max_length=64, description="of the attachment before")]
    epoch: Annotated[str, Meta(max_length=32)]
    seq: Counter


Codec = Annotated[str, Meta(max_length=16)]


class Attach(Request, frozen=True, kw_only=True):
    """Which stream, and what of it is looked at; everything where that is left out.

    ``codecs`` are those of ``frame_codecs`` that the viewer decodes beside raw and deflate, and
    h264 and vp8 where it shows videos; ``thumbnails`` says that it paints shrunk images.
    """

    stream: Identifier = "world"
    look: View | None = None
    codecs: Annotated[list[Codec], Meta(max_length=16)] = []
    resume: Resume | None = None
    thumbnails: bool = False


class Attached(Result, frozen=True, kw_only=True):
    """What the viewer needs to know before the first frame."""

    stream: Identifier
    epoch: str
    seq: Counter
    window_bytes: int
    acks_per_second: int
    codecs: Annotated[list[str], Meta(description="of operations that may come")] = []
    token: Annotated[str, Meta(description="for resume; keep it secret")] = ""
    resumed: Annotated[bool, Meta(description="frames go on; else a keyframe comes")] = False


class OneStream(Request, frozen=True, kw_only=True):
    """A stream that the caller is attached to."""

    stream: Identifier = "world"


class Refresh(Request, frozen=True, kw_only=True):
    """Why a keyframe is needed; for our log."""

    stream: Identifier = "world"
    reason: Annotated[str, Meta(max_length=200)] = ""


class Pause(Request, frozen=True, kw_only=True):
    """Pause, or with false go on."""

    stream: Identifier = "world"
    paused: bool = True


class Ack(Event, frozen=True, kw_only=True):
    """The last frame, and the last part of it, that the viewer has received and painted."""

    stream: Identifier = "world"
    epoch: Annotated[str, Meta(max_length=32)]
    seq: Counter
    part: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    draw_us: Annotated[int, Meta(ge=0, le=10**9)] = 0


class Look(View, Event, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A view, and of which stream."""

    stream: Identifier = "world"


class Detached(Event, frozen=True, kw_only=True):
    """Why frames stopped."""

    stream: Identifier
    epoch: str
    reason: Literal["stuck"]
    text: str


class Streams(Interface):
    """Procedures and topics to follow a stream of frames, each viewer at its own pace."""

    @procedure(
        "stream.attach",
        right=Right.LOOK,
        errors=(NoSuchStream, Busy),
        example={
            "stream": "world",
            "look": {"x": 0, "y": 0, "width": 1280, "height": 800, "scale": 1.0},
        },
        session=True,
    )
    def attach_stream(self, caller: Caller, request: Attach) -> Answer[Attached]:
        """Become a viewer. Subscribe to the stream's frames first: a keyframe follows at once.

        Attaching again begins again with a keyframe. A viewer that lost its session for less than
        half a minute may say with `resume` what it still has. Where `resumed` is true in the
        answer, only what has changed since comes.
        """

    @procedure(
        "stream.refresh",
        right=Right.LOOK,
        errors=(NoSuchStream,),
        example={"stream": "world", "reason": "base 12 is newer than my frame 9"},
        session=True,
    )
    def refresh_stream(self, caller: Caller, request: Refresh) -> Answer[Done]:
        """Ask for a keyframe, because a frame could not be applied."""

    @procedure(
        "stream.pause",
        right=Right.LOOK,
        errors=(NoSuchStream,),
        example={"stream": "world", "paused": True},
        session=True,
    )
    def pause_stream(self, caller: Caller, request: Pause) -> Answer[Done]:
        """Stop frames for a while (a hidden page), or let them go on."""

    @procedure(
        "stream.detach",
        right=Right.LOOK,
        errors=(NoSuchStream,),
        example={"stream": "world"},
        session=True,
    )
    def detach_stream(self, caller: Caller, request: OneStream) -> Answer[Done]:
        """Stop being a viewer; no more frames come."""

    @procedure(
        "stream.stats",
        right=Right.LOOK,
        errors=(NoSuchStream,),
        example={"stream": "world"},
        reads=True,
    )
    def stream_stats(self, caller: Caller, request: OneStream) -> Answer[StreamStats]:
        """Get numbers of a stream and its viewers, for people and for monitoring."""

    @listens(
        "stream.ack",
        right=Right.LOOK,
        example={"stream": "world", "epoch": "k3f9", "seq": 12, "part": 0, "draw_us": 900},
    )
    def hear_ack(self, caller: Caller, event: Ack) -> None:
        """A viewer has painted everything up to this frame and part.

        Publish it after painting, at most `acks_per_second` times a second (as `stream.attach` or
        a frame said last), but at once when half of `window_bytes` has come. Publish the last one
        again after a second. Publish with `acknowledge` off.
        """

    @listens(
        "stream.look",
        right=Right.LOOK,
        example={"stream": "world", "x": 0, "y": 0, "width": 900, "height": 600, "scale": 1.5},
    )
    def hear_look(self, caller: Caller, event: Look) -> None:
        """A viewer shows another part of the world, or another size of it.

        Planes outside are not sent to it; it gets their newest content when it looks again.
        """

    on_frame = publishes(
        "stream.on_frame.<stream>",
        Frame,
        right=Right.LOOK,
        example={
            "epoch": "k3f9",
            "seq": 13,
            "base": 12,
            "time_us": 1_790_000_000_000_000,
            "planes": [{"plane": "s1", "x": 44, "y": 40, "z": 1, "width": 320, "height": 200}],
            "ops": [["fill", "s1", [0, 0, 8, 8], [255, 255, 255, 255]]],
        },
        text="A frame, or a part of one; it goes to attached viewers that are ready and look.",
    )
    on_detached = publishes(
        "stream.on_detached.<stream>",
        Detached,
        right=Right.LOOK,
        example={
            "stream": "world",
            "epoch": "k3f9",
            "reason": "stuck",
            "text": "No ack for 10 s; attach again to go on.",
        },
        text="The viewer is no longer attached, and why; it goes to this viewer alone."
        " The viewer may attach again.",
    )
