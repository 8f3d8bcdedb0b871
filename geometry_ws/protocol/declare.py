"""How a procedure, a topic and an error are declared.

A component's contract is an abstract class (an ``Interface``). Its methods are the procedures it
serves and the topics it listens to, its class attributes the topics it publishes. The component
implements the class; the binding reads the declarations from the interface, never from the
implementation, so an override can't lose them.

    class Surfaces(Interface):
        @procedure("surface.move", right=Right.DRAW, errors=(NoSuchSurface,), example={...})
        def move_surface(self, caller: Caller, request: MoveSurface) -> Answer[Placed]:
            \"\"\"Move a surface.\"\"\"

        @listens("stream.ack", right=Right.LOOK, example={...})
        def acknowledge(self, caller: Caller, event: Ack) -> None: ...

        on_changed = publishes("surface.on_changed", SurfaceChanged, right=Right.LOOK, text="…")
"""

import abc
import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias, TypeVar, get_args, get_type_hints

import msgspec

from geometry_ws.protocol.names import uri
from geometry_ws.protocol.rights import Right

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Answer: TypeAlias = T | Awaitable[T]
"""What a procedure returns: a result at once, or one to wait for."""

_NAME = re.compile(r"^[0-9a-z_]+(\.[0-9a-z_]+)+$")
_SLOT = re.compile(r"\.<([a-z]+)>$")


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keywords of a call. Unknown names are refused, so that a typing error is found at once."""


class Result(msgspec.Struct, frozen=True):
    """The one dictionary that a call answers."""


class Event(msgspec.Struct, frozen=True):
    """Keywords of an event. Receivers ignore names that they don't know."""


class EventRefused(Event, frozen=True, kw_only=True):
    """An event that its receiver couldn't read; ``topic`` is the whole URI.

    ``field`` is what is wrong in it, ``count`` how many events of the session were refused so far:
    it is told of one in a second at most.
    """

    topic: str
    field: str
    text: str
    count: int


class Done(Result, frozen=True):
    """Nothing to tell but that it is done."""


class Origin(NamedTuple):
    """From which machine a session comes, as the node sees it; what a proxy there says of it."""

    machine: str = ""
    forwarded: str = ""


NOWHERE: Final = Origin()
"""Where a session comes from of which that isn't known."""


@dataclass(frozen=True)
class Caller:
    """The session that called or published, as the router disclosed it, and where it is."""

    session: int
    authid: str = ""
    authrole: str = ""
    origin: Origin = NOWHERE


class DeclaredError(Exception):
    """An error that may cross the wire. Subclasses declare their fields as annotations."""

    name: ClassVar[str] = ""
    uri: ClassVar[str] = ""
    status: ClassVar[int] = 500
    remedy: ClassVar[str] = ""

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        declared = self.fields()
        if set(fields) != set(declared):
            raise TypeError(f"{type(self).__name__} takes the fields {sorted(declared)}")
        self.message = message
        self.values = fields

    @classmethod
    def fields(cls) -> dict[str, Any]:
        """The machine-readable fields, name to type."""
        hints = get_type_hints(cls)
        return {name: hints[name] for name in cls.__annotations__ if not name.startswith("_")}


E = TypeVar("E", bound=type[DeclaredError])


def error(name: str, *, status: int, remedy: str) -> Callable[[E], E]:
    """Declare an error. ``status`` is what HTTP answers, ``remedy`` what the caller can do."""

    def decorate(cls: E) -> E:
        cls.name = name
        cls.uri = name if name.startswith("wamp.") else uri(f"error.{name}")
        cls.status = status
        cls.remedy = remedy
        return cls

    return decorate


@dataclass(frozen=True)
class Procedure:
    """One procedure, as declared."""

    name: str
    method: str
    right: Right
    request: type[Request]
    result: type[Result]
    errors: tuple[type[DeclaredError], ...]
    example: Mapping[str, Any]
    text: str
    since: int
    session: bool
    reads: bool
    named: bool = False

    @property
    def uri(self) -> str:
        """The full URI."""
        return uri(self.name)


@dataclass(frozen=True)
class Topic:
    """One topic, as declared; ``slot`` names the id that ends it, if one does."""

    name: str
    slot: str | None
    payload: type[Event]
    publishers: Right
    subscribers: Right
    example: Mapping[str, Any]
    text: str
    since: int
    method: str | None = None

    @property
    def uri(self) -> str:
        """The full URI; of a topic with a slot, the part before the id, with its dot."""
        return uri(self.name + ("." if self.slot else ""))

    def at(self, identifier: str = "") -> str:
        """The URI to publish on or subscribe to, for one id where the topic has a slot."""
        return self.uri + identifier if self.slot else self.uri

    @property
    def is_for_everybody(self) -> bool:
        """Whether all who may look are told the same, and not each viewer its own."""
        return self.subscribers is Right.LOOK and not self.name.startswith(("stream.", "seat."))

    @property
    def title(self) -> str:
        """The name with its slot, for documents."""
        return f"{self.name}.<{self.slot}>" if self.slot else self.name


@dataclass(frozen=True)
class _Declaration:
    kind: str
    name: str
    right: Right
    errors: tuple[type[DeclaredError], ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)
    since: int = 0
    session: bool = False
    reads: bool = False
    named: bool = False


def procedure(
    name: str,
    *,
    right: Right,
    errors: tuple[type[DeclaredError], ...] = (),
    example: Mapping[str, Any],
    since: int = 0,
    session: bool = False,
    reads: bool = False,
    named: bool = False,
) -> Callable[[F], F]:
    """Declare a method as a procedure.

    ``session``: makes sense only for a caller with a session of its own (it owns or receives
    something), so HTTP doesn't offer it. ``reads``: changes nothing. ``named``: only for somebody
    with a name of access, whatever a guest may. ``since``: minor version.
    """
    return _mark(
        _Declaration("procedure", name, right, errors, example, since, session, reads, named)
    )


def listens(
    name: str, *, right: Right, example: Mapping[str, Any], since: int = 0
) -> Callable[[F], F]:
    """Declare a method as the receiver of a topic that viewers publish."""
    return _mark(_Declaration("listens", name, right, (), example, since))


def _mark(declaration: _Declaration) -> Callable[[F], F]:
    if not _NAME.match(declaration.name):
        raise TypeError(f"{declaration.name!r} is no strict URI")

    def decorate(function: F) -> F:
        function._declaration = declaration  # type: ignore[attr-defined]
        return abc.abstractmethod(function)

    return decorate


def publishes(
    title: str,
    payload: type[Event],
    *,
    right: Right,
    example: Mapping[str, Any],
    text: str,
    since: int = 0,
) -> Topic:
    """Declare a topic that the component publishes; ``.<slot>`` at its end stands for an id."""
    slot = _SLOT.search(title)
    name = title[: slot.start()] if slot else title
    if not _NAME.match(name):
        raise TypeError(f"{title!r} is no strict URI")
    return Topic(name, slot[1] if slot else None, payload, Right.SERVE, right, example, text, since)


class Interface(abc.ABC):  # noqa: B024 - its subclasses have the abstract methods
    """The contract of a component; subclasses declare, components implement."""

    @classmethod
    def procedures(cls) -> tuple[Procedure, ...]:
        """The procedures that this interface declares, its bases' included."""
        return tuple(_procedure(method) for method in _declared(cls, "procedure"))

    @classmethod
    def heard(cls) -> tuple[Topic, ...]:
        """The topics that this interface listens to."""
        return tuple(_heard(method) for method in _declared(cls, "listens"))

    @classmethod
    def published(cls) -> tuple[Topic, ...]:
        """The topics that this interface publishes."""
        topics = (value for base in cls.__mro__ for value in vars(base).values())
        return tuple(topic for topic in topics if isinstance(topic, Topic))


def _declared(cls: type, kind: str) -> list[Callable[..., Any]]:
    methods: dict[str, Callable[..., Any]] = {}
    for base in reversed(cls.__mro__):
        for value in vars(base).values():
            declaration = getattr(value, "_declaration", None)
            if declaration is not None and declaration.kind == kind:
                methods[declaration.name] = value
    return list(methods.values())


def _procedure(method: Callable[..., Any]) -> Procedure:
    declaration: _Declaration = method._declaration  # type: ignore[attr-defined]
    hints = get_type_hints(method)
    return Procedure(
        name=declaration.name,
        method=method.__name__,
        right=declaration.right,
        request=hints["request"],
        result=get_args(hints["return"])[0],
        errors=declaration.errors,
        example=declaration.example,
        text=inspect.getdoc(method) or "",
        since=declaration.since,
        session=declaration.session,
        reads=declaration.reads,
        named=declaration.named,
    )


def _heard(method: Callable[..., Any]) -> Topic:
    declaration: _Declaration = method._declaration  # type: ignore[attr-defined]
    return Topic(
        name=declaration.name,
        slot=None,
        payload=get_type_hints(method)["event"],
        publishers=declaration.right,
        subscribers=Right.SERVE,
        example=declaration.example,
        text=inspect.getdoc(method) or "",
        since=declaration.since,
        method=method.__name__,
    )
