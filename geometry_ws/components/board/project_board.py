"""The board of one project: follows it, draws its cards, and does what is clicked on them.

Knows nothing of the other boards beside it: it is told where it begins and how much it may take.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred, DeferredSemaphore
from twisted.logger import Logger

from geometry_ws.board.budget import WHOLE, Budget
from geometry_ws.board.docks import dock_key
from geometry_ws.board.dropping import place_in_lane
from geometry_ws.board.hit import OpenCard, ShowGroup, ToggleTask, hit
from geometry_ws.board.layout import BoardLayout, card_key, lay_out_board
from geometry_ws.board.model import CardFace, DockedWindow, Face, Said
from geometry_ws.board.press import Click, Dragged, Pointer, Presses
from geometry_ws.board.theme import LIGHT
from geometry_ws.board.variants import Variant
from geometry_ws.client.follow import ProjectReplica, ProjectState
from geometry_ws.components.board.docks import Docks
from geometry_ws.components.board.lately import Lately
from geometry_ws.components.board.model import (
    CardMemo,
    away_model,
    board_model,
    refused_model,
)
from geometry_ws.components.board.places import CardPlaces
from geometry_ws.components.board.surfaces import BoardSurfaces
from geometry_ws.components.board.team import People, ShownPeople, Team
from geometry_ws.protocol.errors import Away
from geometry_ws.protocol.happenings import ProjectChanged
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.projects import Projects, ProjectSnapshot
from geometry_ws.protocol.surfaces import SurfaceInput
from geometry_ws.protocol.tasks import TaskSet
from geometry_ws.wamp.binding import read_event
from geometry_ws.wamp.calls import call
from geometry_ws.wamp.component import ComponentSession
from geometry_ws.wamp.rerun import Rerun

log = Logger()

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0


@dataclass(frozen=True)
class BoardContext:
    """What all boards of a component share; `arrange` is told of a board with other bounds."""

    session: ComponentSession
    docks: Docks
    presses: Presses
    commits: DeferredSemaphore
    snapshots: DeferredSemaphore
    arrange: Callable[[], None]
    team: Team


class ProjectBoard:
    """One project as cards; `file` is where the order of cards is kept, if anywhere."""

    def __init__(self, context: BoardContext, project: str, file: Path | None) -> None:
        self.project = project
        self.width = 0
        self._context = context
        self._session = context.session
        self._replica = ProjectReplica(self._snapshot, self._changed, self._ask_again_soon)
        self._refused = ""
        self._away = 0
        self._retry: Any = None
        self._wait = _FIRST_WAIT
        self._events: Any = None
        self._card_memo = CardMemo()
        self._card_places = CardPlaces(context.session, file)
        self._budget = WHOLE
        self._left = 0
        self._bounds: tuple[int, int, int, int] | None = None
        self._layout: BoardLayout | None = None
        self._dragged: dict[str, tuple[int, int]] = {}
        self._docked: Mapping[str, tuple[DockedWindow, ...]] = {}
        self._lately = Lately()
        self._people = ShownPeople(project, context.team)
        self._said: dict[str, Said] = {}
        self._there: People = {}
        self._later: Any = None
        self._closed = False
        self._fetch, self._show = Rerun(self._read), Rerun(self._lay_out)
        self._surfaces = BoardSurfaces(
            context.session,
            context.presses.forget,
            context.commits,
            lambda: context.docks.cover(project),
        )

    @property
    def drawn(self) -> bool:
        """Whether everything has been drawn once."""
        return self._surfaces.drawn

    @property
    def cards(self) -> int:
        """How many open changes there are."""
        return len(self._replica.state.changes)

    @property
    def area(self) -> tuple[int, int, int, int] | None:
        """The world's rectangle that it takes, dragged cards included; None before the first."""
        if self._bounds is None:
            return None
        x, y, width, height = self._bounds
        return x + self._left, y, width, height

    async def begin(self) -> None:
        """Follow the project and draw it."""
        await self._card_places.load()
        topic = Projects.on_changed.at(self.project)
        self._events = await self._session.listen(topic, self._hear_change)
        if self._closed:
            await self._unsubscribe()
        else:
            await self._fetch()

    def read_again(self) -> None:
        """Take a snapshot, unless the first one isn't due yet."""
        if self._events is not None and not self._closed:
            self._session.spawn("reading the project", self._fetch())

    def be_away(self, since: int) -> None:
        """The machine where the project lies is away since then (0: it is there)."""
        if since != self._away:
            self._away = since
            self._session.spawn("showing the project", self._show())

    def look_at_people(self) -> None:
        """Show who is there now, and what they say, where that is something else."""
        if self._closed or not self._replica.state.epoch:
            return
        before = self._there, self._said
        now = self._session.clock.seconds()
        self._see_people(int(now * 1000))
        if before != (self._there, self._said):
            self._session.spawn("showing who is there", self._show())
        else:
            self._look_again_later(now)

    def _see_people(self, now_ms: int) -> None:
        changes = self._replica.state.changes
        self._there = self._people.people(changes, now_ms)
        self._said = self._people.said(changes, now_ms)

    def place(self, left: int) -> None:
        """Begin at this place of the world."""
        if left != self._left:
            self._left = left
            self._put()

    def share(self, budget: Budget) -> None:
        """Take no more than this."""
        if budget == self._budget:
            return
        self._budget = budget
        self._surfaces.allow(budget)
        if self._layout is not None:
            self._session.spawn("showing the project", self._show())

    def dock(self, windows: Mapping[str, tuple[DockedWindow, ...]]) -> None:
        """Have these programs' windows beside the cards of changes."""
        if windows != self._docked:
            self._docked = windows
            if self._layout is not None:
                self._session.spawn("docking windows", self._show())

    def stop(self) -> None:
        """Try nothing again; keep what wasn't kept yet, at once."""
        self._closed = True
        self._surfaces.stop()
        self._calm()
        self._card_places.stop()

    async def close(self) -> None:
        """Remove everything that was drawn; done when nothing of it is left."""
        self._closed = True
        self._calm()
        self._card_places.close()
        await self._unsubscribe()
        await self._surfaces.clear()

    async def _unsubscribe(self) -> None:
        events, self._events = self._events, None
        if events is not None:
            await events.unsubscribe()

    def _calm(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._closed and self._later is not None:
            self._later.cancel()
            self._later = None

    async def _read(self) -> None:
        """Take a snapshot; where it is refused, say so and ask again later."""
        self._calm()
        try:
            await self._replica.load()
        except ApplicationError as problem:
            if problem.error == Away.uri:
                self._away = int((problem.kwargs or {}).get("since") or 0)
            else:
                log.warn("project.get: {problem}", problem=problem.error_message())
                self._refused = str(problem.args[0] if problem.args else problem.error)
            if not self._closed:
                self._retry = self._session.clock.callLater(self._wait, self._ask_again)
                self._wait = min(self._wait * 2, _LONGEST_WAIT)
        else:
            self._refused, self._away = "", 0
            self._wait = _FIRST_WAIT
        await self._show()

    async def _snapshot(self) -> ProjectSnapshot:
        async def fetch() -> ProjectSnapshot:
            return await call(self._session, "project.get", ProjectSnapshot, project=self.project)

        snapshot: ProjectSnapshot = await self._context.snapshots.run(
            lambda: Deferred.fromCoroutine(fetch())
        )
        return snapshot

    def _changed(self, _: ProjectState, event: ProjectChanged | None) -> None:
        if event is not None:
            self._session.spawn("showing the project", self._show())

    def _ask_again_soon(self) -> None:
        """An event is missing; where the project is refused it is asked for again anyway."""
        if self._retry is None:
            self.read_again()

    def _ask_again(self) -> None:
        self._retry = None
        self.read_again()

    def _hear_change(self, args: Sequence[Any], keywords: Mapping[str, Any], _: Any) -> None:
        event = read_event(ProjectChanged, args, keywords)
        if event is not None and not self._closed:
            self._replica.take(event)

    async def _lay_out(self) -> None:
        """Lay out what is known now."""
        if self._closed:
            return
        if self._refused:
            model = refused_model(self._replica.state, self.project, self._refused)
        elif self._away:
            state = self._replica.state
            model = away_model(state, self.project, self._away, self._card_memo)
        else:
            model = board_model(self._replica.state, self._card_memo)
        now = self._session.clock.seconds()
        if self._replica.state.epoch:
            self._lately.note(model.changes, now)
        self._see_people(int(now * 1000))
        how = self._card_places.arrangement(self._lately.levels(now), int(now * 1000))
        how = replace(how, people=self._there, said=self._said, docked=self._docked)
        layout = await self._session.in_thread(lay_out_board, model, how, LIGHT, self._budget)
        if self._closed:
            return
        self._layout = layout
        self._put()
        bounds = layout.bounds()
        if self.width != layout.width or self._bounds != bounds:
            self.width, self._bounds = layout.width, bounds
            self._context.arrange()
        self._look_again_later(now)

    def _look_again_later(self, now: float) -> None:
        """Ages grow and what moved lately fades: lay out again when that is seen next."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        waits = (self._lately.wait(now), self._people.wait)
        if wait := min(filter(None, waits), default=0.0):
            self._later = self._session.clock.callLater(wait, self._look_again)

    def _look_again(self) -> None:
        self._later = None
        self._session.spawn("showing how time goes by", self._show())

    def _put(self) -> None:
        if self._layout is not None and not self._closed:
            layout = self._layout.shifted(self._left).with_cards_at(self._dragged)
            self._surfaces.want(layout)
            self._context.docks.put(self.project, layout.windows())

    def holds(self, surface: str) -> bool:
        """Whether a surface is one of this board's."""
        return surface in self._surfaces.keys

    def look(self, surface: str, scale: int, *, looked: bool) -> None:
        """Draw a surface as sharply as its viewers would like, or plainly without any."""
        self._surfaces.want_scale(surface, scale, looked=looked)

    def point(self, event: SurfaceInput) -> None:
        """Do what the pointer means on one of this board's surfaces."""
        key = self._surfaces.keys[event.surface]
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
        face = placed.face
        movable = isinstance(face, CardFace) and not face.raised
        place = placed.x, placed.y
        meaning = self._context.presses.pointer(event.surface, place, movable, pointer)
        if isinstance(meaning, Dragged):
            self._drag(shown.piece.item, meaning)
        elif isinstance(meaning, Click):
            # What a click means is what the person saw, though the card may look different now.
            face = shown.face_at(meaning.frame)
            click = self._click(face, meaning, shown.variant, event.by)
            self._session.spawn("a click on a card", click)

    def undo(self) -> bool:
        """Put the card that was dragged last back to where it was; false: there is none."""
        undone = self._card_places.undo()
        if undone:
            self._session.spawn("showing the project", self._show())
        return undone

    def _drag(self, item: str, dragged: Dragged) -> None:
        """Move a card with the pointer; let go in its lane it stays there, else it goes back."""
        if dragged.begun:
            self._surfaces.raise_(item)
        self._surfaces.drag(item, dragged.x, dragged.y)
        if not dragged.ended:
            self._dragged[item] = dragged.x, dragged.y
            self._take_along(item)
            return
        self._dragged.pop(item, None)
        placed = self._layout.items.get(item) if self._layout else None
        if self._layout and placed and isinstance(placed.face, CardFace):
            card = placed.face.card
            names = place_in_lane(self._layout, card.name, dragged.x - self._left, dragged.y)
            if names is not None:
                self._card_places.put(card.lane, names)
        self._session.spawn("showing the project", self._show())

    def _take_along(self, item: str) -> None:
        """What is docked at a card that is dragged goes with it."""
        dock = item.replace(card_key(""), dock_key(""), 1)
        if self._layout is None or dock not in self._layout.items:
            return
        layout = self._layout.shifted(self._left).with_cards_at(self._dragged)
        self._surfaces.drag(dock, layout.items[dock].x, layout.items[dock].y)
        self._context.docks.put(self.project, layout.windows())

    async def _click(self, face: Face, click: Click, variant: Variant, by: By | None) -> None:
        action = await self._session.in_thread(hit, face, click.x, click.y, *variant)
        if isinstance(action, ToggleTask):
            await self._tick(action, by)
        elif isinstance(action, OpenCard | ShowGroup):
            self._card_places.open_or_close(action)
            await self._show()

    async def _tick(self, action: ToggleTask, by: By | None) -> None:
        try:
            await call(
                self._session,
                "task.set",
                TaskSet,
                project=self.project,
                change=action.change,
                task=self._number_of(action),
                done=action.done,
                expect=action.text,
                acting=msgspec.to_builtins(by),
            )
        except ApplicationError as problem:
            # What the person saw is not so any more, and the event that says so redraws the card;
            # or that role may not tick.
            log.info(
                "a tick on {change} was refused: {problem}",
                change=action.change,
                problem=problem.error_message(),
            )

    def _number_of(self, action: ToggleTask) -> int:
        """Give the number that the task which was clicked has now: lines may have come above it."""
        change = self._replica.state.changes.get(action.change)
        tasks = change.tasks if change is not None else []
        same = [task.id for task in tasks if task.text == action.text]
        return same[0] if len(same) == 1 else action.task
