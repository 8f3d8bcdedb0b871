"""Child: programs that change something, and note when.

``draw``: a surface of a load in a form, committed at its rate until told to end; ``to`` says where:
"node" (surface.commit), "relay" (a call of the bare component), "publish" (straight to the
viewers). ``echo``: a surface that answers each move of a pointer with a picture of its number.
``show``: the desktop and a page, and nothing more.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from twisted.internet.defer import Deferred

from benchmarks.loads.catalogue import DESKTOP, LOADS, Load, desktop
from benchmarks.loads.steps import place, write_step
from benchmarks.processes.children import say, serve
from benchmarks.systems.bare_components import PROCEDURE, TOPIC
from geometry_ws.client import CallError, Client, Connection
from geometry_ws.client.program import run_connection

ECHO_PX = 256
PATIENCE_SECONDS = 10.0


class Steps:
    """Calls a step at a rate, each after the one before; what is late is left out."""

    def __init__(self) -> None:
        self.made: list[tuple[int, float]] = []
        self.answered: list[tuple[int, float]] = []

    async def run(
        self,
        client: Client,
        rate: float,
        draw: Callable[[int], Any],
        send: Callable[[int, Any], Awaitable[Any]],
    ) -> None:
        number, begun, tick = 0, time.monotonic(), 0
        while True:
            number += 1
            drawn = draw(number)
            self.made.append((number, time.monotonic()))
            await send(number, drawn)
            self.answered.append((number, time.monotonic()))
            tick = max(tick + 1, int((time.monotonic() - begun) * rate))
            wait = begun + tick / rate - time.monotonic()
            await client.sleep(max(wait, 0))

    def report(self) -> dict[str, Any]:
        return {"made": self.made, "answered": self.answered}


def draw(settings: dict[str, Any]) -> Callable[[], Any]:
    load, form = LOADS[settings["load"]], settings["form"]
    steps = Steps()
    drawn = load.forms[form]()
    where = {"node": _to_node, "relay": _to_relay, "publish": _to_viewers}[settings["to"]]

    async def main(client: Client) -> None:
        sends = await where(client, load, form, settings)
        await steps.run(client, load.rate, drawn, sends)

    _run(main, settings)
    return steps.report


async def _to_node(client: Client, load: Load, form: str, settings: dict[str, Any]) -> Any:
    if settings.get("desktop"):
        await _show_desktop(client)
    surface = await client.create_surface(
        width=load.width,
        height=load.height,
        title=load.what,
        opaque=True,
        content=load.content,
    )
    await surface.commit(ops=[*load.before(), write_step(0)])
    say({"surface": surface.id})
    if form != "move":
        return lambda number, ops: surface.commit(ops=ops)
    return lambda number, ops: surface.move(*place(number))


async def _to_relay(client: Client, load: Load, form: str, settings: dict[str, Any]) -> Any:
    deadline = client.now() + PATIENCE_SECONDS
    while True:
        try:
            await client.call(PROCEDURE, step=0, ops=[])
            break
        except CallError:
            if client.now() > deadline:
                raise
            await client.sleep(0.05)
    say({"surface": ""})
    return lambda number, ops: client.call(PROCEDURE, **_bare(number, ops))


async def _to_viewers(client: Client, load: Load, form: str, settings: dict[str, Any]) -> Any:
    say({"surface": ""})
    return lambda number, ops: client.publish(TOPIC, **_bare(number, ops))


def _bare(number: int, ops: Any) -> dict[str, Any]:
    """What a bare program would send: the operations, or the new place."""
    return {"step": number, "ops": ops or [["move", *place(number)]]}


def echo(settings: dict[str, Any]) -> Callable[[], Any]:
    async def main(client: Client) -> None:
        surface = await client.create_surface(
            width=ECHO_PX, height=ECHO_PX, title="echo", opaque=True
        )
        count = 0

        async def answer(event: Any) -> None:
            nonlocal count
            count += 1
            colour = [count * 40 % 256, 90, 160, 255]
            ops = [["fill", [0, 0, ECHO_PX, ECHO_PX], colour], write_step(int(event.x))]
            await surface.commit(ops=ops)

        await surface.on_input(answer)
        await surface.fill((40, 90, 160))
        say({"surface": surface.id})
        await Deferred()

    _run(main, settings)
    return dict


def show(settings: dict[str, Any]) -> Callable[[], Any]:
    async def main(client: Client) -> None:
        await _show_desktop(client)
        page = LOADS["W4"]
        surface = await client.create_surface(
            width=page.width, height=page.height, title="page", opaque=True, content="text"
        )
        await surface.commit(ops=page.before())
        say({"surface": surface.id})
        await Deferred()

    _run(main, settings)
    return dict


async def _show_desktop(client: Client) -> None:
    width, height = DESKTOP
    surface = await client.create_surface(
        width=width, height=height, title="desktop", opaque=True, content="photo"
    )
    await surface.commit(ops=desktop())


def _run(main: Callable[[Client], Awaitable[Any]], settings: dict[str, Any]) -> None:
    needs = ("compositor.hello",) if settings.get("to", "node") == "node" else ()
    problem = run_connection(Connection(settings["address"], needs=needs), main)
    if problem is not None:
        raise problem


def main(settings: dict[str, Any]) -> Callable[[], Any]:
    return {"draw": draw, "echo": echo, "show": show}[settings["do"]](settings)


if __name__ == "__main__":
    serve(main)
