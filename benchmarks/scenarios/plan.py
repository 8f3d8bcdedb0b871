"""What a run measures, in which order, and how the command line selects from it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.loads.catalogue import LOADS
from benchmarks.report.rows import Row
from benchmarks.scenarios import (
    agents,
    board_page,
    doors,
    drawing,
    growth,
    hard_cases,
    joined,
    openspec,
    saving,
    starting,
    vnc,
)
from benchmarks.systems.doors import PROXY, TLS

VIEWERS = (1, 10, 50)
SAVES = 16
SMALL, MIDDLE, BIG = 6, 22, 204
"""Open changes of the projects that the board shows."""

PROJECTS = {"node": SMALL, "middle": MIDDLE, "big": BIG}
"""The places that are nodes, and what they show."""

PLACES = ("start", "node", "doors", "specs", "bare", "screen", "middle", "big")
"""What has to run for a measurement, in the order in which they do."""


@dataclass(frozen=True)
class Job:
    """One measurement; `run` gets what runs at its place, and gives one row or several."""

    place: str
    system: str
    load: str
    viewers: int
    run: Callable[[Any], Row | list[Row]]


@dataclass(frozen=True)
class Choice:
    """What of all is wanted; empty means everything."""

    only: Collection[str] = ()
    systems: Collection[str] = ()
    viewers: Collection[int] = ()
    seconds: float = 2.0
    tools: Collection[str] = ()
    """Other people's programs that are here: "tigervnc"."""

    def wants(self, job: Job) -> bool:
        if job.system == "tigervnc" and "tigervnc" not in self.tools:
            return False
        load = not self.only or job.load in self.only
        system = not self.systems or job.system in self.systems
        # A hard case has a number of viewers of its own.
        viewers = not self.viewers or job.viewers in self.viewers or job.load not in _PLAIN
        return load and system and viewers


_PLAIN = (*LOADS, "W5")


def jobs(choice: Choice, project: Path | None = None) -> list[Job]:
    """All that is wanted, place after place; `project` is one more to compare on."""
    chosen = [job for job in _all(choice.seconds) if choice.wants(job)]
    if project is not None:
        on = project.resolve()
        chosen.append(Job("specs", "geometry_ws", "specs", 1, lambda at: openspec.compared(at, on)))
    return sorted(chosen, key=lambda job: PLACES.index(job.place))


def tiny() -> list[Job]:
    """A moment of each kind, to see that the benchmark still works."""
    return [
        _drawing("W1", "raw", 2, 0.5),
        Job("node", "geometry_ws", "save", 1, lambda node: saving.saving(node, "rename", 1, 1)),
    ]


def _all(seconds: float) -> Iterator[Job]:
    for viewers in VIEWERS:
        yield Job("node", "geometry_ws", "W5", viewers, _idle(viewers, seconds))
    for name, load in LOADS.items():
        for form in load.forms:
            # A page that is repainted is 3.6 MB of pixels a step: one viewer tells all of it.
            for viewers in VIEWERS[:1] if form in ("repaint", "png") else VIEWERS:
                yield _drawing(name, form, viewers, seconds)
        for how in ("relay", "publish"):
            for viewers in VIEWERS if how == "relay" else (VIEWERS[0], VIEWERS[-1]):
                yield _bare(how, name, viewers, seconds)
        for viewers in VIEWERS:
            yield _screened(name, viewers, seconds)
    yield Job(
        "node", "geometry_ws", "input", 1, lambda node: drawing.pointing(node, max(seconds, 2.0))
    )
    yield Job("start", "geometry_ws", "start", 0, lambda folder: starting.starting(folder, SMALL))
    yield from _hard(seconds)
    yield from _files()
    yield from _pages(seconds)
    yield from _agents()


def _hard(seconds: float) -> Iterator[Job]:
    yield Job("node", "geometry_ws", "S1", 10, hard_cases.stalled)
    yield Job("bare", "relay", "S1", 10, lambda node: hard_cases.stalled(node, "relay"))
    yield Job("node", "geometry_ws", "S2", 1, hard_cases.late)
    yield Job("screen", "tigervnc", "S2", 1, lambda screen: vnc.late(screen, hard_cases.JOINS))
    yield Job("node", "geometry_ws", "S3", hard_cases.CROWD, hard_cases.crowd)
    long = max(seconds, 5.0)
    for form in LOADS["W3"].forms:
        yield Job(
            *("node", "geometry_ws", "S4", 1),
            lambda node, form=form: hard_cases.distant(node, form, long),
        )
    yield Job(
        *("node", "geometry_ws", "S4", 1),
        lambda node: hard_cases.distant(node, "jpeg", long, rate=0),
    )
    yield Job(
        *("bare", "publish", "S4", 1),
        lambda node: hard_cases.distant(node, "jpeg", long, how="publish"),
    )
    yield Job("screen", "tigervnc", "W5", 1, lambda screen: vnc.idle(screen, 1, seconds))


def _files() -> Iterator[Job]:
    for how in ("set", "rename", "write"):
        yield Job(
            *("node", "geometry_ws", "save", 1),
            lambda node, how=how: saving.saving(node, how, 1, SAVES),
        )
    for how in ("set", "rename"):
        yield Job(
            *("big", "geometry_ws", "save", 1),
            lambda node, how=how: _named(saving.saving(node, how, 1, SAVES)),
        )

    yield Job("node", "geometry_ws", "joined", 1, joined.joined)
    for way in (TLS, PROXY):
        yield Job(
            "doors",
            "geometry_ws",
            "door",
            1,
            lambda folder, way=way: doors.doors_of(folder / way[:3], way),
        )
    for measure in (openspec.loaded, openspec.saved, openspec.compared):
        yield Job("specs", "geometry_ws", "specs", 1, measure)
    for factor in growth.FACTORS:
        yield Job(
            *("specs", "geometry_ws", "growth", 1),
            lambda at, factor=factor: growth.grown(at, factor),
        )


def _pages(seconds: float) -> Iterator[Job]:
    for place, changes in (("middle", MIDDLE), ("big", BIG)):
        yield Job(
            *(place, "geometry_ws", "page", 1),
            lambda node, changes=changes: board_page.opened(node, changes),
        )
    yield Job("big", "geometry_ws", "page", 1, lambda node: board_page.used(node, BIG, seconds))


def _agents() -> Iterator[Job]:
    yield Job("start", "geometry_ws", "agents", 0, agents.claiming)
    yield Job("start", "geometry_ws", "agents", 0, lambda _: agents.tools_starting())
    for megabytes in (0.002, 5.0):
        yield Job(
            *("node", "geometry_ws", "agents", 0),
            lambda node, megabytes=megabytes: agents.storming(node, megabytes),
        )


def _named(row: Row) -> Row:
    return row | {"load": f"{row['load']} ({BIG})"}


def _drawing(name: str, form: str, viewers: int, seconds: float) -> Job:
    return Job(
        *("node", "geometry_ws", name, viewers),
        lambda node: drawing.drawing(node, name, form, viewers, seconds),
    )


def _bare(how: str, name: str, viewers: int, seconds: float) -> Job:
    return Job(
        *("bare", how, name, viewers),
        lambda node: drawing.bare(node, how, name, viewers, seconds),
    )


def _screened(name: str, viewers: int, seconds: float) -> Job:
    return Job(
        *("screen", "tigervnc", name, viewers),
        lambda screen: vnc.drawing(screen, name, vnc.FORMS[name], viewers, seconds),
    )


def _idle(viewers: int, seconds: float) -> Callable[[Any], Row]:
    return lambda node: drawing.idle(node, viewers, seconds)
