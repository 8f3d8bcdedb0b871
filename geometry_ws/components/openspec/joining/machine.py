"""The component on another machine: without a router of its own, over one outgoing connection.

The component is the one that a node runs. It stays while the connection comes and goes: what
people hold and what was read is not lost with the network.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import ComponentConfig
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from geometry_ws.client.client import Client
from geometry_ws.client.errors import ClientError
from geometry_ws.components.openspec.component import OpenSpec
from geometry_ws.components.openspec.joining.serving import find_error, find_procedure, told
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.declare import Caller, DeclaredError
from geometry_ws.protocol.errors import NotAuthorized
from geometry_ws.protocol.joining import (
    BEAT_SECONDS,
    HERE,
    LEFT,
    MOST_PROJECTS,
    WELCOME,
    Here,
    HereProject,
    JoinedAnswer,
    JoinedCall,
    JoinedEvent,
    SessionLeft,
    Welcome,
    calls_of,
    events_of,
    slot_of,
)
from geometry_ws.protocol.names import MAJOR, REALM
from geometry_ws.protocol.rights import COMPONENT_ROLE, MACHINE_ROLE
from geometry_ws.wamp.lone_router import LoneRouter

_SOON_SECONDS = 0.2
"""After an event the numbers of its project are told so soon."""


class Told(Protocol):
    """Who is told what becomes of it."""

    def welcomed(self, name: str, projects: Mapping[str, str]) -> None:
        """The node has taken the projects, by their ids here, under these names."""


class _StartedOpenSpec(OpenSpec):
    """The component, which tells when it has started."""

    def __init__(self, config: ComponentConfig, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def start(self) -> None:
        """Open every project, then serve them, then tell."""
        await super().start()
        self._started()


class ThisMachine:
    """Projects on this machine, at a node elsewhere."""

    def __init__(
        self,
        reactor: Any,
        projects: Sequence[Path],
        state: Path | None,
        listener: Told,
        *,
        read_only: bool = False,
    ) -> None:
        self._reactor = reactor
        self._listener = listener
        self._read_only = read_only
        self._ready: Deferred[None] = Deferred()
        self._ended: Deferred[None] = Deferred()
        self._router = LoneRouter(reactor, self._happened, self._left)
        extra = {
            "projects": [{"path": str(path)} for path in projects],
            "state": None if state is None else str(state),
        }
        self._component = _StartedOpenSpec(ComponentConfig(REALM, extra), self._begin)
        self._client: Client | None = None
        self._topic = ""
        self._beating: LoopingCall | None = None
        self._soon: Any = None

    async def start(self) -> None:
        """Read the projects. Raises ClientError where that can't be done."""
        self._router.open(self._component)
        await self._ready

    def end(self) -> "Deferred[None]":
        """Stop watching; done when nothing is left."""
        if self._component.is_attached():
            self._component.leave()
        elif not self._ended.called:
            self._ended.callback(None)
        return self._ended

    @staticmethod
    def check(client: Client) -> None:
        """Raise ClientError where somebody of this role can't join."""
        if client.role != MACHINE_ROLE:
            raise ClientError(
                f"To join needs a token with the role machine, not {client.role or 'none'}: whoever"
                f" runs the node gets one by geometry-ws access add NAME --role {MACHINE_ROLE}"
                " --token."
            )

    async def serve(self, client: Client) -> None:
        """Answer the node, and tell it what happens, for as long as its session lasts.

        Raises ClientError where another machine has joined with the same token.
        """
        slot = slot_of(client.name)
        over: Deferred[None] = Deferred()

        def replaced() -> None:
            if not over.called:
                sentence = (
                    f"Another machine has joined as {client.name}: each needs access of its own."
                )
                over.errback(Failure(ClientError(sentence)))

        await client.serve(calls_of(slot), self._called, replaced)
        self._client, self._topic = client, events_of(slot)
        self._beating = LoopingCall(self._beat)
        self._beating.clock = self._reactor
        self._beating.start(BEAT_SECONDS)
        try:
            await over
        finally:
            # If this is the end, and the connection is there still: the projects go at once.
            self._say_here([])
            self._client = None
            self._beating.stop()
            if self._soon is not None:
                self._soon.cancel()
                self._soon = None

    # --- what the node asks ------------------------------------------------------------------

    async def _called(self, args: Sequence[Any], keywords: Mapping[str, Any], details: Any) -> Any:
        try:
            if details.caller_authrole != COMPONENT_ROLE:
                raise NotAuthorized("Only the node itself calls a machine that has joined.")
            asked = decode(JoinedCall, args, keywords)
            if asked.procedure == WELCOME:
                return self._welcomed(decode(Welcome, (), asked.kwargs))
            if asked.procedure == LEFT:
                left = decode(SessionLeft, (), asked.kwargs)
                self._router.tell("wamp.session.on_leave", (left.session,))
                return {}
            procedure = find_procedure(asked, read_only=self._read_only)
        except DeclaredError as problem:
            uri, sentence, fields = find_error(problem)
            raise ApplicationError(uri, sentence, **fields) from None
        # Who acts for whom is the node's to know: it says for whom it calls.
        given = {name: value for name, value in asked.kwargs.items() if name != "acting"}
        caller = asked.caller
        result = await self._router.call(
            procedure.uri, given, Caller(caller.session, caller.authid, caller.authrole)
        )
        return msgspec.structs.asdict(JoinedAnswer(packed=msgspec.msgpack.encode(result)))

    def _welcomed(self, welcome: Welcome) -> dict[str, Any]:
        """The node knows this machine now; who has called and is gone holds nothing any more."""
        for session in self._component.callers - set(welcome.callers):
            self._router.tell("wamp.session.on_leave", (session,))
        self._listener.welcomed(welcome.name, welcome.projects)
        return {}

    # --- what the node is told ---------------------------------------------------------------

    def _happened(self, topic: str, keywords: Mapping[str, Any]) -> None:
        for event in told(topic, keywords):
            self._tell(event)
        if self._client is not None and self._soon is None:
            self._soon = self._reactor.callLater(_SOON_SECONDS, self._beat_soon)

    def _beat_soon(self) -> None:
        self._soon = None
        self._beat()

    def _beat(self) -> None:
        served = self._component.serving[:MOST_PROJECTS]
        self._say_here([HereProject(info=info, seq=seq) for info, seq in served])

    def _say_here(self, projects: list[HereProject]) -> None:
        here = Here(major=MAJOR, epoch=self._component.epoch, projects=projects)
        self._tell(JoinedEvent(topic=HERE, packed=msgspec.msgpack.encode(here)))

    def _tell(self, event: JoinedEvent) -> None:
        if self._client is not None:
            self._client.tell(self._topic, msgspec.structs.asdict(event))

    # --- how the component begins and ends ---------------------------------------------------

    def _begin(self) -> None:
        if not self._ready.called:
            self._ready.callback(None)

    def _left(self, sentence: str) -> None:
        if not self._ready.called:
            self._ready.errback(Failure(ClientError(f"The projects can't be read: {sentence}")))
        if not self._ended.called:
            self._ended.callback(None)
