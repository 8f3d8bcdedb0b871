"""From which machine each session comes, as the router tells the node's own components.

The gate says so of every session that it lets in: in what the router tells when one joins. A
component that was started again asks for the sessions that were there before it. Pure but for that
question.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from autobahn.wamp.exception import ApplicationError

from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.protocol.rights import BRIDGE_ROLE

_LOCAL: Final = Origin("localhost")
"""A guest's calls by HTTP come from the node's own machine: elsewhere nobody is a guest."""

_LONGEST: Final = 60
"""Of an address; those of IPv6 with a zone have so many characters at most."""

Call = Callable[..., Awaitable[Any]]
"""Calls a procedure of the router with positional arguments; raises ApplicationError."""


class Origins:
    """Where the sessions of a router come from, by their ids."""

    def __init__(self) -> None:
        self._known: dict[int, Origin] = {}

    def of(self, session: int, role: str) -> Origin:
        """Where a session comes from; empty where that isn't known."""
        return _LOCAL if role == BRIDGE_ROLE else self._known.get(session, NOWHERE)

    def joined(self, args: Sequence[Any]) -> None:
        """A session has joined: `wamp.session.on_join`, or what `wamp.session.get` answers."""
        info = args[0] if args and isinstance(args[0], Mapping) else {}
        extra = info.get("authextra")
        number = info.get("session")
        if isinstance(number, int) and isinstance(extra, Mapping) and extra.get("machine"):
            self._known[number] = Origin(_text(extra, "machine"), _text(extra, "forwarded"))

    def left(self, args: Sequence[Any]) -> None:
        """A session has ended: `wamp.session.on_leave`."""
        if args and isinstance(args[0], int):
            self._known.pop(args[0], None)

    async def learn(self, call: Call) -> None:
        """Ask for the sessions that were there before; a router that tells nobody has none."""
        try:
            for number in await call("wamp.session.list"):
                if number not in self._known:
                    await self._ask(call, number)
        except ApplicationError as problem:
            if problem.error not in _NOBODY:
                raise

    async def _ask(self, call: Call, number: int) -> None:
        try:
            self.joined([await call("wamp.session.get", number)])
        except ApplicationError as problem:
            if problem.error != "wamp.error.no_such_session":
                raise


_NOBODY: Final = (
    ApplicationError.NOT_AUTHORIZED,
    ApplicationError.NO_SUCH_PROCEDURE,
    ApplicationError.CANCELED,
)


def _text(extra: Mapping[str, Any], name: str) -> str:
    value = extra.get(name, "")
    return value[:_LONGEST] if isinstance(value, str) else ""
