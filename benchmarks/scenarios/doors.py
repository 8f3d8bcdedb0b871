"""What the doors cost: a call, a frame, joining and a refusal by TLS and a proxy, beside plain.

Both ways lead to the same node, by turns or at once, so that ratios hold on a busy machine too.
Then: what a call of somebody else takes while an address guesses tokens.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchmarks.processes.children import Children, Failed
from benchmarks.processes.usage import usage
from benchmarks.report.rows import Row, row, seen
from benchmarks.report.times import Window, milliseconds
from benchmarks.systems.doors import PROXY, Doors, doors, installed
from benchmarks.systems.system import GEOMETRY_WS
from benchmarks.viewers.asking import AskingSession, Refused, Way

ROUNDS, CALLS, JOINS = 5, 100, 15
REFUSALS = 8
"""By each way; who is refused twenty times in a minute is answered late."""

FRAME_SECONDS, FRAME_WARM_UP = 3.0, 0.8
GUESS_SECONDS, GUESS_WARM_UP = 4.0, 1.5
GUESSES, GUESSERS = 300, 360
"""A second, and connections at once: each is answered a second late."""


def doors_of(folder: Path, way: str) -> list[Row]:
    """All figures of one way in. Raises Failed."""
    if not installed(way):
        raise Failed("there is no nginx on this machine")
    folder.mkdir(exist_ok=True)
    with doors(folder, way) as both:
        rows = [
            _row("door, call", way, *_calls(both)),
            _frames(both, way),
            _row("door, joining", way, *_by_turns(_join, both, JOINS)),
            _row("door, refusal", way, *_by_turns(_be_refused, both, REFUSALS)),
        ]
        if way == PROXY:
            # What such a port does by itself, without the work of the proxy and of TLS.
            rows += [guessed(both, how) for how in ("requests", "sessions")]
    return rows


def _row(load: str, form: str, taken: list[float], beside: list[float]) -> Row:
    """Seconds by a way, and beside them those without it."""
    p50, plain = milliseconds(taken, 50), milliseconds(beside, 50)
    figures = row(GEOMETRY_WS, load, 1, form)
    figures |= {"p50_ms": p50, "p95_ms": milliseconds(taken, 95), "beside_p50_ms": plain}
    figures["beside_p95_ms"] = milliseconds(beside, 95)
    return figures | {"times": round(p50 / plain, 2) if p50 and plain else None}


def _calls(both: Doors) -> tuple[list[float], list[float]]:
    """Calls by both ways, in rounds."""
    taken: list[list[float]] = [[], []]
    sessions = [way.open() for way in (both.other, both.plain)]
    for session in sessions:
        session.call()
    for _ in range(ROUNDS):
        for session, times in zip(sessions, taken, strict=True):
            times += [_time(session.call) for _ in range(CALLS)]
    for session in sessions:
        session.close()
    return taken[0], taken[1]


def _by_turns(work: Callable[[Way], None], both: Doors, count: int) -> tuple[list[float], ...]:
    taken: tuple[list[float], ...] = ([], [])
    for _ in range(count):
        for way, times in zip((both.other, both.plain), taken, strict=True):
            times.append(_time(lambda way=way: work(way)))
    return taken


def _join(way: Way) -> None:
    way.open().close()


def _be_refused(way: Way) -> None:
    with suppress(Refused):
        Way(way.port, way.context, "x" * 43).open()
        raise Failed("a wrong token is let in")


def _frames(both: Doors, way: str) -> Row:
    """A video is drawn; a viewer sees it by the way in, and at once one without it."""
    with Children() as children:
        program = children.start(
            *("loads.programs",), do="draw", to="node", load="W3", form="jpeg", desktop=False,
            address=both.node.address,
        )  # fmt: skip
        surface = program.ready()["surface"]
        viewers = [
            children.start(
                "viewers.painting", address=address, token=token, count=1, see="step",
                surface=surface,
            )
            for address, token in (
                (both.address, both.other.token), (both.node.address, both.plain.token)
            )
        ]  # fmt: skip
        for viewer in viewers:
            viewer.ready()
        time.sleep(FRAME_WARM_UP)
        begin = time.monotonic()
        time.sleep(FRAME_SECONDS)
        window = Window(begin, time.monotonic())
        made = program.finish()
        reports = [viewer.finish()[0] for viewer in viewers]
    by_way, plain = (seen(made, [report], window) for report in reports)
    figures = row(GEOMETRY_WS, "door, frame", 1, way)
    figures |= {name: by_way[name] for name in ("steps_per_s", "p50_ms", "p95_ms")}
    figures |= {f"beside_{name}": plain[name] for name in ("p50_ms", "p95_ms")}
    if by_way["p50_ms"] and plain["p50_ms"]:
        figures["times"] = round(by_way["p50_ms"] / plain["p50_ms"], 2)
    return figures


def guessed(both: Doors, how: str) -> Row:
    """Calls of somebody else, alone and while one address guesses."""
    session = both.plain.open()
    session.call()
    quiet = _called_for(session, GUESS_SECONDS)
    with Children() as children:
        guesser = children.start(
            *("loads.guesser",), port=both.behind, how=how, rate=GUESSES, connections=GUESSERS
        )
        guesser.ready()
        time.sleep(GUESS_WARM_UP)
        router = {"router": both.node.workers["router"]}
        before, begin = usage(router), time.monotonic()
        taken = _called_for(session, GUESS_SECONDS)
        end, used = time.monotonic(), usage(router).percent_since(before)
        refused = guesser.finish()
    session.close()
    count = sum(begin <= moment < end for moment in refused)
    figures = _row("door, guesses", how, taken, quiet)
    figures["cpu_router"] = used.get("router")
    return figures | {"guesses_per_s": round(count / (end - begin))}


def _called_for(session: AskingSession, seconds: float) -> list[float]:
    """How long calls take, one a hundredth of a second: more would be a load of their own."""
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        taken.append(_time(session.call))
        time.sleep(0.01)
    return taken


def _time(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
