"""What the compositor says of itself."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from geometry_ws.protocol.declare import (
    Answer,
    Caller,
    EventRefused,
    Interface,
    Request,
    Result,
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import UnsupportedVersion
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Identifier, Version


class Hello(Request, frozen=True, kw_only=True):
    """What a client says first; all of it may be left out."""

    major: Annotated[int, Meta(ge=0, le=9999)] | None = None
    client: Annotated[str, Meta(max_length=100)] = ""


class Limits(msgspec.Struct, frozen=True):
    """What this node accepts at the most; 0 where an older node doesn't say it.

    `message_values` counts the entries of all lists and maps of a message, and `message_depth` how
    many of them lie within one another.
    """

    message_bytes: int
    surface_side: int
    surface_pixels: int
    surfaces_per_session: int
    bytes_per_session: int
    json_message_bytes: int = 0
    message_values: int = 0
    message_depth: int = 0
    calls_per_session: int = 0
    subscriptions_per_session: int = 0


class CompositorHello(Result, frozen=True):
    """The compositor's answer to hello.

    `messages` counts what came on the topic `app.message` since the compositor was started.
    """

    version: Version
    software: str
    epoch: str
    features: list[str]
    limits: Limits
    frame_codecs: list[str]
    picture_codecs: list[str]
    streams: list[Identifier]
    outputs: list[Identifier]
    messages: int = 0


class Describe(Request, frozen=True):
    """Nothing to say."""


class Description(Result, frozen=True):
    """The protocol's JSON schema, as in docs/protocol.schema.json."""

    schema: dict[str, Any]


class CompositorMeta(Interface):
    """Version, limits and schema of the compositor."""

    @procedure(
        "compositor.hello",
        right=Right.LOOK,
        errors=(UnsupportedVersion,),
        example={"major": 1, "client": "my viewer 1.0"},
        reads=True,
    )
    def compositor_hello(self, caller: Caller, request: Hello) -> Answer[CompositorHello]:
        """Agree on the version and learn what this node can do.

        Call it first, with the major version that the client speaks: another one is refused with
        the versions that are supported. A new `epoch` means that the compositor was started anew:
        surfaces are gone, streams begin again.
        """

    @procedure("compositor.describe", right=Right.LOOK, example={}, reads=True)
    def compositor_describe(self, caller: Caller, request: Describe) -> Answer[Description]:
        """Get the schema of everything that this protocol declares."""

    on_refused = publishes(
        "compositor.on_refused",
        EventRefused,
        right=Right.LOOK,
        example={
            "topic": "io.geometry_ws.v1.seat.pointer",
            "field": "x",
            "text": "`x` must be a number, not a text.",
            "count": 1,
        },
        text="An event that the session published to the compositor (input, acks, looks) can't be"
        " read, and why; it goes to this session alone, at most once a second.",
    )
