"""Seats of viewers: a viewer's input goes to the owner of the surface that it is meant for."""

from typing import TYPE_CHECKING, NamedTuple

from geometry_ws.components.compositor.frames import Frames
from geometry_ws.protocol import seats, surfaces
from geometry_ws.protocol.declare import Caller, Done
from geometry_ws.protocol.errors import NoSuchInput
from geometry_ws.protocol.project_values import By
from geometry_ws.scene.seat import InputEvent, Seat
from geometry_ws.scene.world import World
from geometry_ws.stream.frame import Cause
from geometry_ws.wamp.binding import announce
from geometry_ws.wamp.session import QuietSession

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_SEATS = 10_000
_MOST_INPUTS = 4096
"""Inputs whose time is remembered; what answers an older one says nothing of lags."""
CLIPBOARD_SECONDS = 5.0
"""So long after an input its program may offer text to the clipboard of whoever did it."""


class _Whose(NamedTuple):
    """A seat's name on the wire, and who sits there."""

    name: str
    by: By


class _Heard(NamedTuple):
    """An input that a program was told."""

    owner: int
    time: float
    session: int
    surface: str
    asks: bool
    """Whether a person may have asked for something by it, which a movement doesn't."""


class Seating:
    """All seats, by the session whose pointer and keyboard they are."""

    def __init__(self, session: QuietSession, world: World, frames: Frames) -> None:
        self._session = session
        self._world = world
        self._frames = frames
        self._seats: dict[int, tuple[_Whose, Seat]] = {}
        self._made = 0
        self._inputs: dict[int, _Heard] = {}
        self._answered: dict[int, None] = {}
        """Inputs for which a clipboard was filled."""
        self._heard = 0

    def pointer(self, caller: Caller, event: seats.PointerInput) -> None:
        """The pointer moved, or a button went down or up."""
        whose, seat = self._seat(caller)
        self._send(
            whose,
            seat.pointer(
                event.phase,
                event.x,
                event.y,
                button=event.button,
                buttons=event.buttons,
                modifiers=tuple(event.modifiers),
                frame=event.frame,
                look=self._frames.look_of(caller.session),
                alone=event.surface,
                device=event.device,
                pressure=event.pressure,
            ),
        )

    def wheel(self, caller: Caller, event: seats.WheelInput) -> None:
        """The wheel turned."""
        whose, seat = self._seat(caller)
        modifiers = tuple(event.modifiers)
        events = seat.wheel(
            event.x,
            event.y,
            event.dx,
            event.dy,
            modifiers=modifiers,
            frame=event.frame,
            look=self._frames.look_of(caller.session),
            alone=event.surface,
        )
        self._send(whose, events)

    def key(self, caller: Caller, event: seats.KeyInput) -> None:
        """A key went down or up."""
        whose, seat = self._seat(caller)
        modifiers = tuple(event.modifiers)
        events = seat.key(
            event.phase, event.key, event.code, modifiers=modifiers, frame=event.frame
        )
        self._send(whose, events)

    def text(self, caller: Caller, event: seats.TextInput) -> None:
        """Text was typed."""
        whose, seat = self._seat(caller)
        events = seat.text(event.text, modifiers=tuple(event.modifiers), frame=event.frame)
        self._send(whose, events)

    def left(self, session: int) -> None:
        """Release the keys and buttons of a session that left."""
        if (held := self._seats.pop(session, None)) is not None:
            self._send(held[0], held[1].close())

    def name_of(self, caller: Caller) -> str:
        """What owners and other viewers hear a session's seat called."""
        return self._seat(caller)[0].name

    def cause(self, owner: int, number: int) -> Cause | None:
        """The input that a commit says it answers; None unless its session was sent that input."""
        heard = self._inputs.get(number)
        if heard is None or heard.owner != owner:
            return None
        return Cause(number, heard.time, self._frames.now())

    def offer(self, caller: Caller, request: seats.OfferText) -> Done:
        """Offer text to whoever did something with a surface of the caller's; see the protocol.

        Raises NoSuchInput.
        """
        number, heard = request.input, self._inputs.get(request.input)
        is_late = heard is None or self._frames.now() - heard.time > CLIPBOARD_SECONDS
        if heard is None or is_late or heard.owner != caller.session or not heard.asks:
            raise NoSuchInput(
                "No press, key or text of the last 5 s has this number and was yours to answer.",
                input=number,
            )
        if number in self._answered:
            raise NoSuchInput("A clipboard was filled for this input already.", input=number)
        self._answered[number] = None
        if len(self._answered) > _MOST_INPUTS:
            del self._answered[next(iter(self._answered))]
        event = seats.TextOffered(surface=heard.surface, text=request.text)
        announce(self._session, seats.Seats.on_clipboard, event, eligible=[heard.session])
        return Done()

    def _number(self, event: InputEvent, owner: int, session: int) -> int:
        self._heard += 1
        asks = event.phase in ("down", "up") or event.kind == "text"
        now = self._frames.now()
        self._inputs[self._heard] = _Heard(owner, now, session, event.surface, asks)
        if len(self._inputs) > _MOST_INPUTS:
            del self._inputs[next(iter(self._inputs))]
        return self._heard

    def _seat(self, caller: Caller) -> tuple[_Whose, Seat]:
        held = self._seats.get(caller.session)
        if held is None:
            if len(self._seats) >= _MOST_SEATS:
                self.left(next(iter(self._seats)))
            self._made += 1
            whose = _Whose(f"v{self._made}", By.of(caller))
            held = whose, Seat(self._world.surfaces, self._frames.places)
            self._seats[caller.session] = held
        return held

    def _send(self, whose: _Whose, events: "Iterable[InputEvent]") -> None:
        for event in events:
            if not isinstance(event.owner, int):
                continue
            payload = surfaces.SurfaceInput(
                surface=event.surface,
                kind=event.kind,
                seat=whose.name,
                phase=event.phase,
                x=event.x,
                y=event.y,
                world_x=event.world_x,
                world_y=event.world_y,
                button=event.button,
                buttons=event.buttons,
                device=event.device,
                pressure=event.pressure,
                dx=event.dx,
                dy=event.dy,
                key=event.key,
                code=event.code,
                text=event.text,
                modifiers=list(event.modifiers),
                frame=event.frame,
                input=self._number(event, event.owner, whose.by.session),
                by=whose.by,
            )
            announce(
                self._session,
                surfaces.Surfaces.on_input,
                payload,
                event.surface,
                eligible=[event.owner],
            )
