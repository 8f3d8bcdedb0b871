"""Files that a person drops on a surface: its program is told, and fetches them in pieces."""

from typing import Annotated

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
    procedure,
    publishes,
)
from geometry_ws.protocol.errors import (
    Busy,
    InvalidContent,
    LimitExceeded,
    NoFilesTaken,
    NoSuchDrop,
)
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.seats import Alone
from geometry_ws.protocol.values import Counter, Identifier, Place

PIECE_BYTES = 2**18
MOST_FILES = 16
FILE_BYTES = 2**30

Piece = Annotated[bytes, Meta(max_length=PIECE_BYTES)]
FileNumber = Annotated[int, Meta(ge=0, lt=MOST_FILES, description="of the drop's files, from 0 on")]
Reason = Annotated[str, Meta(max_length=200, description="a sentence; empty: none")]


class DroppedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person's page says of a file; ``name`` is that of the file alone, without a folder."""

    name: Annotated[str, Meta(min_length=1, max_length=255, description="without a folder")]
    type: Annotated[str, Meta(max_length=100, description="as MIME has it, or empty")] = ""
    bytes: Annotated[int, Meta(ge=0, le=FILE_BYTES)]


class OfferFiles(Request, frozen=True, kw_only=True):
    """Files that were dropped at a place of the world, in the frame that the person saw.

    ``surface`` is the one that is meant, where the place alone doesn't say it.
    """

    x: Place = 0.0
    y: Place = 0.0
    frame: Counter = 0
    surface: Alone = None
    files: Annotated[list[DroppedFile], Meta(min_length=1, max_length=MOST_FILES)]


class FilesOffered(Result, frozen=True, kw_only=True):
    """The offer's name, and the surface whose program has heard of it."""

    drop: Identifier
    surface: Identifier


class FetchPiece(Request, frozen=True, kw_only=True):
    """From which byte on the program wants the next piece of a file."""

    drop: Identifier
    file: FileNumber = 0
    at: Counter = 0


class FilePiece(Result, frozen=True, kw_only=True):
    """Bytes of a file: as many as a piece has, fewer at its end."""

    data: Piece


class GivePiece(Request, frozen=True, kw_only=True):
    """The piece that was asked for; a ``problem`` says why there is none, and ends the drop."""

    drop: Identifier
    file: FileNumber
    at: Counter
    data: Piece = b""
    problem: Reason = ""


class EndDrop(Request, frozen=True, kw_only=True):
    """The program is done with the files, or has refused them."""

    drop: Identifier
    refused: Reason = ""


class FilesDropped(Event, frozen=True, kw_only=True):
    """Files for a surface; ``x`` and ``y`` are in its own pixels, before its buffer scale."""

    surface: Identifier
    drop: Identifier
    seat: Identifier
    files: list[DroppedFile]
    x: float
    y: float
    by: By | None = None


class PieceWanted(Event, frozen=True, kw_only=True):
    """A program wants a piece of a file that was offered here."""

    drop: Identifier
    file: FileNumber
    at: Counter
    bytes: Annotated[int, Meta(ge=0, le=PIECE_BYTES)]


class DropEnded(Event, frozen=True, kw_only=True):
    """An offer has ended: the program is done, or has ``refused`` it."""

    drop: Identifier
    surface: Identifier
    refused: Reason = ""


class Drops(Interface):
    """Files on their way from a person's page to the program of a surface.

    The node keeps none: it hands on one piece of a drop at a time. An offer ends with the session
    of either side, with the surface, and when nothing was fetched for a minute.
    """

    @procedure(
        "drop.offer",
        right=Right.OPERATE,
        errors=(NoFilesTaken, LimitExceeded, InvalidContent),
        example={
            "x": 52.0,
            "y": 70.5,
            "files": [{"name": "otter.png", "type": "image/png", "bytes": 4711}],
        },
        session=True,
        since=1,
    )
    def offer_files(self, caller: Caller, request: OfferFiles) -> Answer[FilesOffered]:
        """Offer files to the program of a surface that takes them (`files`).

        Its owner hears `surface.on_drop`, and fetches what it wants.
        """

    @procedure(
        "drop.fetch",
        right=Right.DRAW,
        errors=(NoSuchDrop, Busy),
        example={"drop": "d3", "file": 0, "at": 0},
        session=True,
        since=1,
    )
    def fetch_piece(self, caller: Caller, request: FetchPiece) -> Answer[FilePiece]:
        """Fetch a piece of a file that was dropped on a surface of the caller's.

        A piece has 262,144 bytes, the last one fewer. One of a drop at a time.
        """

    @procedure(
        "drop.give",
        right=Right.OPERATE,
        errors=(NoSuchDrop,),
        example={"drop": "d3", "file": 0, "at": 0, "data": b"otter"},
        session=True,
        since=1,
    )
    def give_piece(self, caller: Caller, request: GivePiece) -> Answer[Done]:
        """Give the piece that `drop.on_fetch` asks for, whole."""

    @procedure(
        "drop.end",
        right=Right.DRAW,
        errors=(NoSuchDrop,),
        example={"drop": "d3", "refused": "Only pictures are taken here."},
        session=True,
        since=1,
    )
    def end_drop(self, caller: Caller, request: EndDrop) -> Answer[Done]:
        """Say that the program has what it wants of a drop, or that it refuses it, and why."""

    on_drop = publishes(
        "surface.on_drop.<surface>",
        FilesDropped,
        right=Right.DRAW,
        example={
            "surface": "s1",
            "drop": "d3",
            "seat": "v77",
            "files": [{"name": "otter.png", "type": "image/png", "bytes": 4711}],
            "x": 12.0,
            "y": 30.5,
        },
        text="Files were dropped on a surface that takes them; it goes to the owner alone. What a"
        " page says of a file needn't be true.",
        since=1,
    )
    on_fetch = publishes(
        "drop.on_fetch",
        PieceWanted,
        right=Right.OPERATE,
        example={"drop": "d3", "file": 0, "at": 0, "bytes": 4711},
        text="A program wants a piece of a file that this session has offered: answer it by"
        " `drop.give` within 30 s.",
        since=1,
    )
    on_end = publishes(
        "drop.on_end",
        DropEnded,
        right=Right.OPERATE,
        example={"drop": "d3", "surface": "s1", "refused": "Only pictures are taken here."},
        text="What this session has offered is taken, or was refused; nothing more is fetched.",
        since=1,
    )
