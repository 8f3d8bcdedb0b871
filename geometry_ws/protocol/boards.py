"""What the board says of itself; all else it does as an ordinary client."""

import msgspec

from geometry_ws.protocol.compositor import Hello
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
from geometry_ws.protocol.errors import NoSuchProject, UnsupportedVersion
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, ProjectId, Rect, Version


class BoardHello(Result, frozen=True):
    """The board's answer to hello: ``drawn`` when every card has been drawn once."""

    version: Version
    software: str
    epoch: str
    drawn: bool
    cards: Counter


class ListBoards(Request, frozen=True):
    """Nothing to say."""


class BoardPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a project's board lies in the world, its dragged cards included."""

    project: ProjectId
    rect: Rect


class BoardList(Result, frozen=True, kw_only=True):
    """The boards, from left to right; one that isn't laid out yet is left out."""

    epoch: str
    boards: list[BoardPlace]


class BoardsPlaced(Event, frozen=True, kw_only=True):
    """Where the boards lie from now on."""

    epoch: str
    boards: list[BoardPlace]


class UndoDrag(Request, frozen=True, kw_only=True):
    """On which project's board."""

    project: ProjectId | None = None


class DragUndone(Result, frozen=True, kw_only=True):
    """Whether there was a drag to take back."""

    undone: bool


class BoardMeta(Interface):
    """The board that draws projects as cards."""

    @procedure(
        "board.hello",
        right=Right.LOOK,
        errors=(UnsupportedVersion,),
        example={"major": 1},
        reads=True,
    )
    def board_hello(self, caller: Caller, request: Hello) -> Answer[BoardHello]:
        """Learn whether the board has been drawn, and how many cards it has."""

    @procedure("board.list", right=Right.LOOK, example={}, reads=True, since=1)
    def list_boards(self, caller: Caller, request: ListBoards) -> Answer[BoardList]:
        """Learn where each project's board lies in the world, to look at one of several."""

    @procedure(
        "board.undo",
        right=Right.OPERATE,
        errors=(NoSuchProject,),
        example={"project": "shop"},
        since=1,
    )
    def undo_drag(self, caller: Caller, request: UndoDrag) -> Answer[DragUndone]:
        """Put the card that was dragged last back to where it was in its lane.

        The board remembers some drags, whoever did them, until it ends.
        """

    on_placed = publishes(
        "board.on_placed",
        BoardsPlaced,
        right=Right.LOOK,
        example={"epoch": "b3f1", "boards": [{"project": "shop", "rect": [0, 0, 1400, 900]}]},
        text="A board came, went, moved, grew or shrank; these are all of them.",
        since=1,
    )
