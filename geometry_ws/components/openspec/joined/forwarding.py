"""A call on its way to a machine and back: with it goes who calls, and it waits only so long."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.defer import TimeoutError as TooLate

from geometry_ws.components.openspec.authorship import author
from geometry_ws.components.openspec.joined.answers import read_error, read_result
from geometry_ws.components.openspec.joined.machines import (
    MOST_CALL_BYTES,
    MOST_CALLS,
    JoinedProject,
    Machine,
)
from geometry_ws.protocol.declare import Caller, DeclaredError, Origin, Procedure, Request, Result
from geometry_ws.protocol.errors import Away, Busy
from geometry_ws.protocol.joining import JoinedCall, JoinedCaller, calls_of
from geometry_ws.protocol.project_values import By
from geometry_ws.protocol.projects import ProjectSnapshot

CALL_SECONDS: Final = 10.0
"""So long an answer is waited for."""

_UNREAD_SECONDS: Final = 30.0
"""What wasn't answered counts for so long as something that waits on its way."""

_RETRY_MS: Final = 1000
_SMALL_BYTES: Final = 2**16
"""A larger answer is read in a thread."""

Ask = Callable[[str, Mapping[str, Any]], "Deferred[Any]"]
"""Calls a procedure with keywords; the answer may be anything."""

InThread = Callable[..., "Deferred[Any]"]


class Forwarding:
    """Hands calls on to the machines where their projects lie."""

    def __init__(
        self, ask: Ask, clock: Any, in_thread: InThread, seconds: float = CALL_SECONDS
    ) -> None:
        self._seconds = seconds
        self._ask = ask
        self._clock = clock
        self._in_thread = in_thread

    async def call(
        self, project: JoinedProject, procedure: Procedure, caller: Caller, request: Request
    ) -> Result:
        """Ask a project's machine; raises what it answers, Away, Busy or BadAnswer.

        Who acts for somebody else is known here; the machine hears of that `caller` alone.
        """
        machine = project.machine
        if machine.away:
            raise self._away(project)
        now = self._clock.seconds()
        machine.note_caller(caller.session)
        if not procedure.reads:
            machine.note_writer(By.of(caller), now)
        asked = JoinedCall(
            procedure=procedure.name,
            kwargs=given_keywords(request, project),
            caller=JoinedCaller.of(caller),
        )
        try:
            raw = await self.send(machine, asked)
        except ApplicationError as problem:
            raise self._failed(procedure, project, problem) from None
        packed = raw.get("packed") if isinstance(raw, Mapping) else None
        size = len(packed) if isinstance(packed, bytes) else 0
        result: Result
        if size > _SMALL_BYTES:
            result = await self._in_thread(read_result, procedure, project, packed)
        else:
            result = read_result(procedure, project, packed)
        if isinstance(result, ProjectSnapshot) and not result.brief:
            project.load(result, size)
        return result

    async def send(self, machine: Machine, asked: JoinedCall) -> Any:
        """Send a call and wait for what is answered, as it came. Raises Busy, ApplicationError."""
        now = self._clock.seconds()
        keywords = msgspec.to_builtins(asked, builtin_types=(bytes,))
        size = len(msgspec.msgpack.encode(asked))
        if (
            machine.calls >= MOST_CALLS
            or machine.call_bytes + size > MOST_CALL_BYTES
            or not machine.may_be_asked(now)
        ):
            raise Busy(
                f"{machine.person} hasn't answered what it was asked before; call again later.",
                retry_ms=_RETRY_MS,
            )
        machine.asked = now
        session = machine.session
        machine.calls += 1
        machine.call_bytes += size
        lasting = 0.0
        try:
            answer = self._ask(calls_of(machine.slot), keywords)
            answer.addTimeout(self._seconds, self._clock)
            raw = await answer
        except TooLate:
            lasting = _UNREAD_SECONDS
            machine.silent += 1
            raise Busy(
                f"{machine.person} doesn't answer; whether it was done isn't known.",
                retry_ms=_RETRY_MS,
            ) from None
        except ApplicationError as problem:
            if problem.error not in _NOBODY:
                machine.silent = 0
            raise
        except CancelledError:
            lasting = _UNREAD_SECONDS
            raise
        else:
            machine.silent = 0
        finally:
            self._clock.callLater(lasting, _uncount, machine, session, size)
        return raw

    def _failed(
        self, procedure: Procedure, project: JoinedProject, problem: ApplicationError
    ) -> DeclaredError:
        if problem.error in _NOBODY:
            return self._away(project)
        return read_error(procedure, project, problem.error, problem.args, problem.kwargs)

    def _away(self, project: JoinedProject) -> Away:
        since = project.machine.away or int(self._clock.seconds() * 1000)
        return Away(
            f"{project.machine.person}, where this project lies, is away just now.",
            project=project.id,
            since=since,
        )


_NOBODY: Final = (ApplicationError.NO_SUCH_PROCEDURE, ApplicationError.CANCELED)
"""What the router answers for a machine that is gone, or goes meanwhile."""


def _uncount(machine: Machine, session: int, size: int) -> None:
    if machine.session == session:
        machine.calls -= 1
        machine.call_bytes -= size


def acting_for(caller: Caller, request: Request) -> Caller:
    """Who calls, or for whom a component of the node does; raises InvalidArgument as `author`."""
    acting = getattr(request, "acting", None)
    if acting is None:
        return caller
    by = author(caller, acting)
    return Caller(by.session, by.authid, by.role, Origin(by.machine, by.forwarded))


def given_keywords(request: Request, project: JoinedProject) -> dict[str, Any]:
    """A request as keywords for the machine: what is as usual is left out, so that versions may
    differ, and the project has its name there."""
    given = {}
    for each in msgspec.structs.fields(type(request)):
        value = getattr(request, each.name)
        if not each.required:
            usual = each.default
            if usual is msgspec.NODEFAULT:
                usual = each.default_factory()
            if value == usual:
                continue
        given[each.encode_name] = msgspec.to_builtins(value, builtin_types=(bytes,))
    given.pop("acting", None)
    if "project" in type(request).__struct_fields__:
        given["project"] = project.there
    return given
