"""The Board component: an ordinary client that draws a project as cards.

``extra``: ``project`` (an id; the first project that is served where it is left out), ``state`` (a
folder in which places of cards are kept; without it they are forgotten at the end), ``theme``
(``light`` or ``dark``).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from autobahn.wamp.exception import ApplicationError
from twisted.internet.task import deferLater
from twisted.logger import Logger

from geometry_ws.board.hit import Collapse, Expand, ToggleTask, hit
from geometry_ws.board.layout import lay_out_board
from geometry_ws.board.model import BoardModel, CardFace, ChangeCard, State, TaskLine
from geometry_ws.board.theme import DARK, LIGHT
from geometry_ws.client.follow import ProjectState, Taken
from geometry_ws.components.binding import bind
from geometry_ws.components.board_places import Places, read_places, write_places
from geometry_ws.components.board_press import Click, Dragged, Pointer, Presses
from geometry_ws.components.board_surfaces import BoardSurfaces
from geometry_ws.components.calls import call, call_patiently
from geometry_ws.components.session import ComponentSession
from geometry_ws.components.versions import SOFTWARE, VERSION, check_version, new_epoch
from geometry_ws.protocol.boards import BoardHello, BoardMeta
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.compositor import CompositorHello, Hello
from geometry_ws.protocol.declare import Caller, DeclaredError
from geometry_ws.protocol.happenings import ProjectChanged
from geometry_ws.protocol.openspec import OpenSpecHello
from geometry_ws.protocol.project_values import ChangeDetail
from geometry_ws.protocol.projects import Projects, ProjectSnapshot
from geometry_ws.protocol.surfaces import SurfaceInput, SurfaceLooked, Surfaces
from geometry_ws.protocol.tasks import TaskSet

log = Logger()

_SAVE_AFTER = 0.3
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0


class Board(ComponentSession, BoardMeta):
    """Draws the open changes of one project and does what is clicked."""

    # One thread: what draws and measures text is used by one at a time.
    workers = 1

    async def start(self) -> None:
        """Find the compositor and the project, draw everything, then follow both."""
        self._epoch = new_epoch()
        self._mirror = ProjectState()
        self._presses = Presses()
        self._saving: Any = None
        self._fetching = self._fetch_again = False
        self._theme = DARK if self.extra.get("theme") == "dark" else LIGHT
        self._surfaces = BoardSurfaces(self, self._theme, self._presses.forget)
        state = self.extra.get("state")
        self._file = Path(state) / "board.json" if state else None
        self._places = Places()
        self._pages: dict[str, int] = {}
        if self._file is not None:
            self._places = await self.in_thread(read_places, self._file)
        await bind(self, self)
        self.spawn("following the project", self._follow())

    def stop(self) -> None:
        """Keep what wasn't kept yet."""
        self._surfaces.stop()
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
            if self._file is not None:
                write_places(self._file, self._places.to_json())

    def board_hello(self, caller: Caller, request: Hello) -> BoardHello:
        """Answer board.hello."""
        check_version(request)
        return BoardHello(
            version=VERSION,
            software=SOFTWARE,
            epoch=self._epoch,
            drawn=self._surfaces.drawn,
            cards=len(self._mirror.changes),
        )

    async def _follow(self) -> None:
        # Components start in any order, so both are asked until they answer.
        await call_patiently(self, self.clock, "compositor.hello", CompositorHello)
        hello = await call_patiently(self, self.clock, "openspec.hello", OpenSpecHello)
        project = self.extra.get("project") or hello.projects[0]
        await self.listen(Surfaces.on_input.uri, self._hear_input, match="prefix")
        await self.listen(Surfaces.on_looked.uri, self._hear_look, match="prefix")
        await self.listen(Projects.on_changed.at(project), self._hear_change)
        await self._fetch(project)

    async def _fetch(self, project: str) -> None:
        """Take a snapshot, also again after a gap; asks again where it is refused."""
        if self._fetching:
            # The snapshot that is on its way may be older than this gap.
            self._fetch_again = True
            return
        self._fetching = self._fetch_again = True
        try:
            while self._fetch_again:
                self._fetch_again = False
                self._mirror.load(await self._snapshot(project))
                await self._show()
        finally:
            self._fetching = False

    async def _snapshot(self, project: str) -> ProjectSnapshot:
        wait = _FIRST_WAIT
        while True:
            try:
                return await call(self, "project.get", ProjectSnapshot, project=project)
            except ApplicationError as problem:
                log.warn("project.get: {problem}", problem=problem.error_message())
            await deferLater(self.clock, wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    def _hear_change(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        event = _read(ProjectChanged, args, keywords)
        if event is None:
            return
        taken = self._mirror.apply(event)
        if taken is Taken.APPLIED:
            self.spawn("showing the project", self._show())
        elif taken is Taken.GAP:
            self.spawn("reading the project", self._fetch(event.project))

    async def _show(self) -> None:
        model = board_model(self._mirror)
        places, expanded = dict(self._places.places), set(self._places.expanded)
        layout = await self.in_thread(
            lay_out_board, model, expanded, places, self._theme, dict(self._pages)
        )
        self._surfaces.want(layout)

    def _hear_look(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        look = _read(SurfaceLooked, args, keywords)
        if look is not None:
            self._surfaces.want_scale(look.surface, look.scale, looked=look.looked)

    def _hear_input(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        event = _read(SurfaceInput, args, keywords)
        if event is None or event.kind != "pointer":
            return
        key = self._surfaces.keys.get(event.surface)
        if key is None:
            return
        shown = self._surfaces.shown[key]
        placed = shown.placed
        pointer = Pointer(
            event.seat,
            event.phase,
            event.x,
            event.y,
            event.world_x,
            event.world_y,
            event.button,
            event.frame,
        )
        movable = isinstance(placed.face, CardFace)
        meaning = self._presses.pointer(key, (placed.x, placed.y), movable, pointer)
        if isinstance(meaning, Dragged):
            self._drag(meaning)
        elif isinstance(meaning, Click):
            # What a click means is what the person saw, though the card may look different now.
            face = shown.face_at(meaning.frame)
            if isinstance(face, CardFace):
                self.spawn("a click on a card", self._click(face, meaning))

    def _drag(self, dragged: Dragged) -> None:
        if dragged.begun:
            self._surfaces.raise_(dragged.key)
        self._surfaces.drag(dragged.key, dragged.x, dragged.y)
        placed = self._surfaces.shown[dragged.key].placed
        if isinstance(placed.face, CardFace):
            # A new entry goes to the end: what was put down last lies on top.
            self._places.places.pop(placed.face.card.name, None)
            self._places.places[placed.face.card.name] = (dragged.x, dragged.y)
        if dragged.ended:
            self._keep()
            self.spawn("showing the project", self._show())

    async def _click(self, face: CardFace, click: Click) -> None:
        action = await self.in_thread(hit, face, click.x, click.y, self._theme)
        if isinstance(action, ToggleTask):
            await self._tick(action)
        elif isinstance(action, Expand | Collapse):
            names = self._places.expanded
            if isinstance(action, Expand):
                names.add(action.change)
                self._pages[action.change] = action.page
            else:
                names.discard(action.change)
                self._pages.pop(action.change, None)
            self._keep()
            await self._show()

    async def _tick(self, action: ToggleTask) -> None:
        try:
            await call(
                self,
                "task.set",
                TaskSet,
                project=self._mirror.project,
                change=action.change,
                task=self._number_of(action),
                done=action.done,
                expect=action.text,
            )
        except ApplicationError as problem:
            # What the person saw is not so any more: the event that says so redraws the card.
            log.info(
                "a tick on {change} was refused: {problem}",
                change=action.change,
                problem=problem.error_message(),
            )

    def _number_of(self, action: ToggleTask) -> int:
        """Give the number that the task which was clicked has now: lines may have come above it."""
        change = self._mirror.changes.get(action.change)
        tasks = change.tasks if change is not None else []
        same = [task.id for task in tasks if task.text == action.text]
        return same[0] if len(same) == 1 else action.task

    def _keep(self) -> None:
        if self._file is not None and self._saving is None:
            self._saving = self.clock.callLater(_SAVE_AFTER, self._save)

    def _save(self) -> None:
        self._saving = None
        if self._file is not None:
            content = self._places.to_json()
            self.in_thread(write_places, self._file, content).addErrback(
                lambda failure: log.failure("places of cards can't be kept", failure)
            )


def board_model(mirror: ProjectState) -> BoardModel:
    """What the board shows of a project."""
    cards = [_card(mirror.changes[name]) for name in sorted(mirror.changes)]
    return BoardModel(
        project=mirror.title or mirror.project,
        changes=tuple(cards),
        archived=len(mirror.archived),
        specs=len(mirror.specs),
        problem=mirror.problem or None,
    )


def _card(change: ChangeDetail) -> ChangeCard:
    tasks = tuple(TaskLine(t.id, t.text, t.done, t.section or None) for t in change.tasks)
    return ChangeCard(
        name=change.change,
        state=State(change.state),
        title=change.title,
        done=change.done,
        total=change.total,
        tasks=tasks,
        problem=change.problem or None,
        issues=change.findings,
    )


def _read(kind: type[Any], args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """An event's keywords, typed; None where they aren't what was declared."""
    try:
        return decode(kind, args, keywords)
    except (DeclaredError, msgspec.ValidationError):
        log.warn("an event of {kind} can't be read", kind=kind.__name__)
        return None
