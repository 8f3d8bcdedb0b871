"""What the board says of itself; all else it does as an ordinary client."""

from geometry_ws.protocol.compositor import Hello
from geometry_ws.protocol.declare import Answer, Caller, Interface, Result, procedure
from geometry_ws.protocol.errors import UnsupportedVersion
from geometry_ws.protocol.rights import Right
from geometry_ws.protocol.values import Counter, Version


class BoardHello(Result, frozen=True):
    """The board's answer to hello: ``drawn`` when every card has been drawn once."""

    version: Version
    software: str
    epoch: str
    drawn: bool
    cards: Counter


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
