"""How a component calls another one: by a declared name, and patiently at the start."""

from typing import Any, TypeVar

import msgspec
from autobahn.wamp.exception import ApplicationError
from twisted.internet.task import deferLater

from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES
from geometry_ws.wamp.session import QuietSession

R = TypeVar("R", bound=msgspec.Struct)

_FIRST_WAIT, _LONGEST_WAIT = 0.05, 1.0


async def call(session: QuietSession, name: str, result: type[R], /, **keywords: Any) -> R:
    """Call a procedure and give its result typed; raises autobahn's ApplicationError."""
    answer = await session.call_with(PROCEDURES[uri(name)].uri, (), keywords)
    return msgspec.convert(answer, result)


async def call_patiently(
    session: QuietSession, clock: Any, name: str, result: type[R], /, **keywords: Any
) -> R:
    """Call a procedure that may not be there yet: components start in any order."""
    wait = _FIRST_WAIT
    while True:
        try:
            return await call(session, name, result, **keywords)
        except ApplicationError as problem:
            if problem.error != ApplicationError.NO_SUCH_PROCEDURE:
                raise
        await deferLater(clock, wait)
        wait = min(wait * 2, _LONGEST_WAIT)
