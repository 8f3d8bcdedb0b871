"""The Board component: an ordinary client of the other two, which draws projects as cards.

What is drawn, where, and what a press means is decided in `geometry_ws.board`; the modules here
call, listen and keep.

component.py       the WAMP session: a board for each listed project
project_board.py   one project's board: from events to cards, from presses to calls
model.py           a project's state -> the board's model
docks.py           programs' windows that want to lie beside a card
surfaces.py        the surfaces of one board, brought to what shall be shown
painter.py         draws cards in the component's drawing thread
shown.py           what each surface shows at present
places.py          the order of cards and which are open, kept in the state folder
team.py            who is at which change, and what is said of it
lately.py          which cards moved lately, and when that is seen next
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geometry_ws.components.board.component import Board

__all__ = ["Board"]


def __getattr__(name: str) -> object:
    # Imported when it is used: other modules here are used without the session.
    if name == "Board":
        from geometry_ws.components.board.component import Board

        return Board
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
