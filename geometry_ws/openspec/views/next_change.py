"""Which open change comes next: what others need comes first, then by priority. Pure.

A change waits for the open ones that it depends on, and for those that must be archived before it
because both touch a requirement. What an urgent change needs is as urgent as that change.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.model import ChangeState, Planning, Status
from geometry_ws.openspec.format.planning import read_planning
from geometry_ws.openspec.format.sources import ChangeFiles
from geometry_ws.openspec.views.history import split_archived

_MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Planned:
    """A change in its turn: the open changes that it waits for, and what is wrong with its plan."""

    change: ChangeState
    waits_for: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def plan_changes(
    changes: Mapping[str, ChangeState],
    archived: Collection[str],
    orders: Iterable[tuple[str, ...]] = (),
) -> tuple[Planned, ...]:
    """All open changes in the order in which they are best worked on.

    `archived` has the folders in the archive; `orders` are orders in which conflicting changes can
    be archived.
    """
    plannings = {name: change.planning for name, change in changes.items()}
    begun = {name for name, each in changes.items() if each.status is Status.IN_PROGRESS}
    needed, problems = _needed(plannings, archived)
    circles = _circles(needed)
    for before, after in (pair for order in orders for pair in pairwise(order)):
        # An order of archiving never stands against what somebody has written down.
        if before in needed and after in needed and not _leads_to(needed, before, after):
            needed[after].setdefault(before)
    for name, circle in circles.items():
        problems[name].append(f"It depends on itself: {' → '.join(circle)}.")
    return tuple(
        Planned(changes[name], tuple(needed[name]), tuple(problems[name]))
        for name in _in_order(plannings, needed, begun)
    )


def urgency(
    changes: Mapping[str, ChangeState], archived: Collection[str]
) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Each change's rank, that of the most urgent one that needs it; and what it depends on.

    That is open changes with open tasks alone, and nothing where a change would wait for itself.
    """
    plannings = {name: change.planning for name, change in changes.items()}
    needed, _ = _needed(plannings, archived)
    ranks, circles = _ranks(plannings, needed), _circles(needed)
    return {
        name: (
            ranks[name],
            tuple(
                other
                for other in others
                if name not in circles and changes[other].status is not Status.COMPLETE
            ),
        )
        for name, others in needed.items()
    }


def preferred_order(changes: Mapping[str, ChangeFiles], archived: Collection[str]) -> list[str]:
    """The names of open changes in the order that their metadata alone say."""
    plannings = {name: read_planning(change) for name, change in changes.items()}
    return _in_order(plannings, _needed(plannings, archived)[0], ())


def next_of(planned: Iterable[Planned]) -> str:
    """The change that is to be worked on next; empty where there is none."""
    for each in planned:
        state = each.change.status
        if not each.waits_for and state not in (Status.COMPLETE, Status.UNREADABLE):
            return each.change.name
    return ""


def _needed(
    changes: Mapping[str, Planning], archived: Collection[str]
) -> tuple[dict[str, dict[str, None]], dict[str, list[str]]]:
    """The open changes that each one depends on, and what is wrong with what it says."""
    done = {*archived, *(split_archived(folder)[1] for folder in archived)}
    needed: dict[str, dict[str, None]] = {}
    problems: dict[str, list[str]] = {}
    for name, planning in changes.items():
        problems[name] = list(planning.problems)
        needed[name] = {}
        for other in planning.depends_on:
            if other in changes:
                needed[name][other] = None
            elif other not in done:
                problems[name].append(f'It depends on "{other}", which there is none of.')
    return needed, problems


def _leads_to(needed: Mapping[str, Mapping[str, None]], name: str, wanted: str) -> bool:
    """Say whether a change needs another, by whatever way."""
    seen, pending = {name}, [name]
    while pending:
        for other in needed[pending.pop()]:
            if other == wanted:
                return True
            if other not in seen:
                seen.add(other)
                pending.append(other)
    return name == wanted


def _circles(needed: Mapping[str, Mapping[str, None]]) -> dict[str, list[str]]:
    """For each change that needs itself, the shortest way round."""
    circles = {}
    for name in needed:
        came_from = dict.fromkeys(needed[name], name)
        pending = list(came_from)
        for other in pending:
            if other == name:
                break
            for further in needed[other]:
                if further not in came_from:
                    came_from[further] = other
                    pending.append(further)
        if name in came_from:
            way = [name, came_from[name]]
            while way[-1] != name:
                way.append(came_from[way[-1]])
            way.reverse()
            circles[name] = way if len(way) <= _MOST_SHOWN else [*way[:3], "…", *way[-2:]]
    return circles


def _ranks(
    changes: Mapping[str, Planning], needed: Mapping[str, Mapping[str, None]]
) -> dict[str, int]:
    """Each change's rank, or that of the most urgent one that needs it."""
    ranks = {name: planning.rank for name, planning in changes.items()}
    pending = sorted(ranks, key=ranks.__getitem__)
    for name in pending:
        for other in needed[name]:
            if ranks[other] > ranks[name]:
                ranks[other] = ranks[name]
                pending.append(other)
    return ranks


def _in_order(
    changes: Mapping[str, Planning],
    needed: Mapping[str, Mapping[str, None]],
    begun: Collection[str],
) -> list[str]:
    ranks = _ranks(changes, needed)

    def key(name: str) -> tuple[int, bool, Any, str]:
        return ranks[name], name not in begun, collation_key(name), name

    waiting = {name: len(others) for name, others in needed.items()}
    followers: dict[str, list[str]] = {name: [] for name in needed}
    for name, others in needed.items():
        for other in others:
            followers[other].append(name)
    free = [key(name) for name, count in waiting.items() if not count]
    heapq.heapify(free)
    order: list[str] = []
    left = set(waiting)
    while left:
        if not free:
            # A circle: the most urgent of it goes first, so that the rest is told too.
            heapq.heappush(free, min(key(name) for name in left))
        name = heapq.heappop(free)[-1]
        if name not in left:
            continue
        left.remove(name)
        order.append(name)
        for follower in followers[name]:
            waiting[follower] -= 1
            if not waiting[follower] and follower in left:
                heapq.heappush(free, key(follower))
    return order
