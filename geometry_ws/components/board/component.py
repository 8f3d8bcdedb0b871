"""The Board component: an ordinary client that draws projects as cards, side by side.

``extra``: ``project`` (an id; every project that is served where it is left out), ``state`` (a
folder in which the order of cards is kept; without it it is forgotten at the end).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import DeferredSemaphore
from twisted.logger import Logger

from geometry_ws.board.budget import MOST_BOARDS, WHOLE
from geometry_ws.board.layout import side_by_side
from geometry_ws.board.press import Presses
from geometry_ws.components.board.docks import Docks
from geometry_ws.components.board.painter import COMMITS_AT_ONCE
from geometry_ws.components.board.project_board import BoardContext, ProjectBoard
from geometry_ws.components.board.team import NOTE_MS, Team
from geometry_ws.protocol.activity import ActivityList, ActivityMeta, Happened
from geometry_ws.protocol.attention import Attention, AttentionChanged, AttentionList
from geometry_ws.protocol.boards import (
    BoardHello,
    BoardList,
    BoardMeta,
    BoardPlace,
    BoardsPlaced,
    DragUndone,
    ListBoards,
    UndoDrag,
)
from geometry_ws.protocol.compositor import CompositorHello, Hello
from geometry_ws.protocol.declare import Caller
from geometry_ws.protocol.errors import NoSuchProject
from geometry_ws.protocol.openspec import OpenSpecHello
from geometry_ws.protocol.presence import Presence, PresenceChanged, PresenceMeta
from geometry_ws.protocol.projects import Projects, ProjectsListed
from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked, Surfaces
from geometry_ws.wamp.binding import announce, bind, read_event
from geometry_ws.wamp.calls import call, call_patiently
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.versions import SOFTWARE, VERSION, check_version, new_epoch

log = Logger()

_SNAPSHOTS_AT_ONCE = 2
"""Whole projects on their way to us: a hundred of them at once would fill the memory."""


class Board(ComponentSession, BoardMeta):
    """Draws the open changes of every project and does what is clicked."""

    # One thread: what draws and measures text is used by one at a time.
    workers = 1

    async def start(self) -> None:
        """Answer, then find the compositor and the projects and follow them."""
        self._epoch = new_epoch()
        self._only = self.extra.get("project") or None
        self._state = Path(self.extra["state"]) if self.extra.get("state") else None
        self._boards: dict[str, ProjectBoard] = {}
        self._leaving: set[ProjectBoard] = set()
        self._first: str | None = None
        self._placed: list[BoardPlace] = []
        self._docks = Docks(self, self._dock)
        self._context = BoardContext(
            self,
            self._docks,
            Presses(),
            DeferredSemaphore(COMMITS_AT_ONCE),
            DeferredSemaphore(_SNAPSHOTS_AT_ONCE),
            self._arrange,
            Team(),
        )
        await bind(self, self)
        self.spawn("following the projects", self._follow())

    def stop(self) -> None:
        """Keep what wasn't kept yet."""
        for board in (*self._boards.values(), *self._leaving):
            board.stop()

    def board_hello(self, caller: Caller, request: Hello) -> BoardHello:
        """Answer board.hello."""
        check_version(request)
        boards = self._boards.values()
        return BoardHello(
            version=VERSION,
            software=SOFTWARE,
            epoch=self._epoch,
            drawn=self._first is not None and all(board.drawn for board in boards),
            cards=sum(board.cards for board in boards),
        )

    def list_boards(self, caller: Caller, request: ListBoards) -> BoardList:
        """Answer board.list."""
        return BoardList(epoch=self._epoch, boards=self._placed)

    def undo_drag(self, caller: Caller, request: UndoDrag) -> DragUndone:
        """Answer board.undo."""
        names = list(self._boards)
        name = request.project or (names[0] if len(names) == 1 else "")
        board = self._boards.get(name)
        if board is None:
            sentence = (
                f"There is no board of a project {name!r}; board.list has them."
                if name
                else f"There are {len(names)} boards; name the project."
            )
            raise NoSuchProject(sentence, project=name)
        return DragUndone(undone=board.undo())

    async def _follow(self) -> None:
        # Components start in any order, so both are asked until they answer.
        await call_patiently(self, self.clock, "compositor.hello", CompositorHello)
        await self.listen(Surfaces.on_input.uri, self._hear_input, match="prefix")
        await self.listen(Surfaces.on_looked.uri, self._hear_look, match="prefix")
        await self._docks.begin()
        await self.listen(Projects.on_listed.uri, self._hear_listed)
        await self.listen(PresenceMeta.on_changed.uri, self._hear_presence)
        await self.listen(ActivityMeta.on_happened.uri, self._hear_happened)
        await self.listen(Attention.on_changed.uri, self._hear_attention, match="prefix")
        hello = await call_patiently(self, self.clock, "openspec.hello", OpenSpecHello)
        self._show_projects(hello.projects)
        await self._ask_about_people()

    def _hear_listed(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        listed = read_event(ProjectsListed, args, keywords)
        if listed is not None:
            before = list(self._boards.values())
            self._show_projects([info.project for info in listed.projects])
            away = {info.project: info.away for info in listed.projects}
            for board in before:
                board.be_away(away.get(board.project, 0))
                if not away.get(board.project):
                    # Another project may have the name of one that is gone.
                    board.read_again()
            self._context.team.forget(self._boards)
            self.spawn("asking who is there", self._ask_about_people())

    async def _ask_about_people(self) -> None:
        """Who is there, what they ask, and what was noted within a day; a node may not tell."""
        team, now_ms = self._context.team, int(self.clock.seconds() * 1000)
        since = max(now_ms - NOTE_MS, 0)
        try:
            presence = await call(self, "presence.list", Presence)
            attention = await call(self, "attention.list", AttentionList)
            happened = await call(self, "activity.list", ActivityList, since=since, limit=500)
        except ApplicationError as problem:
            log.info("who is there isn't known: {problem}", problem=problem.error_message())
            return
        team.take_members(presence.members)
        for project in self._boards:
            items = [item for item in attention.items if item.project == project]
            team.take_needs(project, items)
        team.take_happened(reversed(happened.runs))
        self._look_at_people()

    def _look_at_people(self) -> None:
        for board in self._boards.values():
            board.look_at_people()

    def _hear_presence(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        event = read_event(PresenceChanged, args, keywords)
        if event is not None:
            self._context.team.take_members(event.members)
            self._look_at_people()

    def _hear_attention(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        event = read_event(AttentionChanged, args, keywords)
        if event is not None and (board := self._boards.get(event.project)):
            self._context.team.take_needs(event.project, event.items)
            board.look_at_people()

    def _hear_happened(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        event = read_event(Happened, args, keywords)
        if event is not None and any(each.what == "noted" for each in event.events):
            self._context.team.take_happened(event.events)
            self._look_at_people()

    def _show_projects(self, served: Sequence[str]) -> None:
        """Begin the boards of new projects, end those of projects that are served no more."""
        projects = [name for name in served if self._only in (None, name)]
        if len(projects) > MOST_BOARDS:
            log.warn("{count} projects have no board", count=len(projects) - MOST_BOARDS)
        projects = projects[:MOST_BOARDS]
        if self._first is None:
            self._first = self._only or (projects[0] if projects else "")
        for name in self._boards.keys() - set(projects):
            self.spawn("removing a board", self._remove(self._boards.pop(name)))
        new = [name for name in projects if name not in self._boards]
        known = {**self._boards, **{name: self._new_board(name) for name in new}}
        self._boards = {name: known[name] for name in projects}
        budget = WHOLE.shared(len(projects))
        for board in self._boards.values():
            board.share(budget)
        for name in new:
            self.spawn("following a project", self._boards[name].begin())
        self._dock()
        self._arrange()

    def _new_board(self, project: str) -> ProjectBoard:
        file = None
        if self._state is not None:
            name = "board.json" if project == self._first else f"board-{project}.json"
            file = self._state / name
        return ProjectBoard(self._context, project, file)

    async def _remove(self, board: ProjectBoard) -> None:
        self._leaving.add(board)
        try:
            await board.close()
        finally:
            self._leaving.discard(board)

    def _arrange(self) -> None:
        boards = list(self._boards.values())
        for board, left in zip(boards, side_by_side([b.width for b in boards]), strict=True):
            board.place(left)
        placed = [
            BoardPlace(project=board.project, rect=board.area)
            for board in boards
            if board.area is not None
        ]
        if placed != self._placed:
            self._placed = placed
            announce(self, BoardMeta.on_placed, BoardsPlaced(epoch=self._epoch, boards=placed))

    def _dock(self) -> None:
        """Tell the boards which windows want to lie at their cards."""
        for place, (name, board) in enumerate(self._boards.items()):
            board.dock(self._docks.windows_of(name, first=not place))

    def _hear_look(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        look = read_event(SurfaceLooked, args, keywords)
        if look is not None and (board := self._board_of(look.surface)):
            board.look(look.surface, look.scale, looked=look.looked)

    def _hear_input(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        event = read_event(SurfaceInput, args, keywords)
        if (
            event is not None
            and event.kind == "pointer"
            and (board := self._board_of(event.surface))
        ):
            board.point(event)

    def _board_of(self, surface: str) -> ProjectBoard | None:
        return next((each for each in self._boards.values() if each.holds(surface)), None)
