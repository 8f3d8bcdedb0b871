"""Sources that live in an event loop: they change by themselves, and hear what persons do."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from geometry_ws.client.address import Address
from geometry_ws.client.client import Client
from geometry_ws.client.connection import Connection, Notices, Stopped
from geometry_ws.client.errors import Unreachable
from geometry_ws.client.failure_reasons import Closed
from geometry_ws.client.showing import WAIT_SECONDS


class LiveSource(Protocol):
    """Something that lives; made within the event loop."""

    until: str
    """When it ends: `until Ctrl-C`."""
    failure: str
    """What went wrong with it, in a sentence; empty where nothing did."""

    @property
    def doing(self) -> str:
        """What the program does: `Showing htop`."""

    async def serve(self, client: Client) -> None:
        """Show it in a session, to its end; called again in the next one where that was lost."""

    async def end(self) -> None:
        """Let nothing of it stay."""


def run_live(make: Callable[[], LiveSource], address: Address) -> str:
    """Show a source until it ends or a signal comes; gives its failure, or an empty text.

    Raises Unreachable where no node answers, and what the source raises.
    """
    return asyncio.run(_run(make, address))


def place_for(at: tuple[int, int] | None, dock: dict[str, str] | None) -> dict[str, Any]:
    """Where `create_surface` puts what is shown: there, beside a card, or where it is free."""
    where = {"place": "free"} if at is None else {"x": at[0], "y": at[1]}
    return {**where, "dock": dock}


async def first_of(*works: Coroutine[Any, Any, Any]) -> None:
    """Wait until the first of them is through, end the others, and raise what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _run(make: Callable[[], LiveSource], address: Address) -> str:
    source = make()
    notices = _Notices()
    connection = Connection(address, name="geometry-ws show", notices=notices)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, connection.stop)
    url = f"{'https' if address.secure else 'http'}://{address.place}/"

    async def served(client: Client) -> None:
        again = "Connected again" if notices.was_served else f"{source.doing} at {url}"
        _say(again if notices.was_served else f"{again} {source.until}")
        notices.was_served = True
        await source.serve(client)

    def give_up() -> None:
        if not notices.was_opened:
            notices.gave_up = True
            connection.stop()

    patience = loop.call_later(WAIT_SECONDS, give_up)
    try:
        await connection.serve(served)
    except Stopped:
        if notices.gave_up:
            reason = notices.reason or f"{address.place} does not answer"
            raise Unreachable(f"No node answers: {reason}; `geometry-ws up` starts one.") from None
    finally:
        patience.cancel()
        await source.end()
    return source.failure


class _Notices(Notices):
    """What a connection says, to the person who runs the program."""

    def __init__(self) -> None:
        self.was_opened = self.was_served = self.gave_up = False
        self.reason = ""

    def opened(self, client: Client) -> None:  # noqa: ARG002
        self.was_opened = True

    def closed(self, closed: Closed) -> None:
        if closed.reason != "wamp.close.normal" and self.was_served:
            _say(f"{closed.sentence[0].upper()}{closed.sentence[1:]}; connecting again")

    def waiting(self, reason: str, seconds: float) -> None:  # noqa: ARG002
        self.reason = reason or self.reason


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}.\n")
    sys.stderr.flush()
