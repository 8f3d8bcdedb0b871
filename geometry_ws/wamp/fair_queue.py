"""Work that waits, of many who ask for it: who was given the least lately comes first. Pure.

A queue by arrival lets one who asks three hundred times keep everybody else waiting for all of it.
Here each has a queue of its own, and a ledger says what everybody has been given: what was given
counts half after `HALF_SECONDS`. Work of an unknown owner is judged by what work of its kind took
before, so something small comes before much that is dear.
"""

from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf, log2
from typing import Final, Generic, TypeVar

HALF_SECONDS: Final = 2.0
"""What somebody was given counts half after so long."""

MOST_OWNERS: Final = 4096
"""Owners that a ledger remembers; those that were charged longest ago are forgotten."""

_FIRST_GUESS: Final = 0.001
_NEWEST_PART: Final = 0.25

J = TypeVar("J")


class Ledger:
    """What everybody was given lately, and what each kind of work takes, in seconds.

    What was given is kept as the logarithm of a sum in which later seconds weigh more, so that two
    owners are compared without regard to the time of the comparison.
    """

    def __init__(self) -> None:
        self._given: OrderedDict[Hashable, float] = OrderedDict()
        self._costs: dict[Hashable, float] = {}

    def charge(self, owner: Hashable, kind: Hashable, seconds: float, now: float) -> None:
        """Note that work of a kind was done for an owner."""
        seconds = max(seconds, 1e-6)
        cost = self._costs.get(kind, seconds)
        self._costs[kind] = cost + _NEWEST_PART * (seconds - cost)
        self._given[owner] = _sum(self._given.get(owner, -inf), _weight(seconds, now))
        self._given.move_to_end(owner)
        if len(self._given) > MOST_OWNERS:
            self._given.popitem(last=False)

    def cost(self, kind: Hashable) -> float:
        """What work of a kind takes, by what it took lately; little where nobody knows."""
        return self._costs.get(kind, _FIRST_GUESS)

    def rank(self, owner: Hashable, seconds: float, since: float) -> float:
        """Of two works that wait, the one with the smaller rank comes first.

        `seconds` is what it will take, and `since` is when it began to wait: who waits long comes
        before those who come later. A rank rises when the owner is charged, and never falls.
        """
        return _sum(self._given.get(owner, -inf), _weight(seconds, since))


def _weight(seconds: float, now: float) -> float:
    return log2(seconds) + now / HALF_SECONDS


def _sum(first: float, second: float) -> float:
    """The logarithm of a sum, of the logarithms of what is added."""
    large, small = max(first, second), min(first, second)
    return large if small == -inf else large + log2(1 + 2 ** (small - large))


@dataclass(eq=False)
class Entry(Generic[J]):
    """Something that waits."""

    owner: Hashable
    kind: Hashable
    work: J
    since: float
    seconds: float = 0.0
    """What it will take, as it was expected when it began to wait."""


class FairQueue(Generic[J]):
    """What waits, by owner; those of one owner come in their order.

    At most `most` may wait.
    """

    def __init__(self, ledger: Ledger, most: int) -> None:
        self._ledger = ledger
        self._most = most
        self._count = self._number = 0
        self._waiting: dict[Hashable, deque[Entry[J]]] = {}
        # Owners that have something waiting, each once; a rank may have risen since.
        self._heap: list[tuple[float, int, Hashable]] = []

    def __len__(self) -> int:
        return self._count

    def put(self, entry: Entry[J]) -> Entry[J] | None:
        """Let something wait; gives what has no room then: of whoever has the most waiting."""
        refused = None
        entry.seconds = self._ledger.cost(entry.kind)
        if self._count >= self._most:
            refused = self._newest_of_most(entry)
            if refused is entry:
                return entry
            self.remove(refused)
        self._count += 1
        waiting = self._waiting.get(entry.owner)
        if waiting is None:
            self._waiting[entry.owner] = deque([entry])
            self._push(entry)
        else:
            waiting.append(entry)
        return refused

    def take(self, most_seconds: float = inf) -> Entry[J] | None:
        """Whose turn it is; None where nothing waits, or what comes first will take longer."""
        while self._heap:
            rank, _, owner = self._heap[0]
            waiting = self._waiting[owner]
            first = waiting[0]
            if self._rank(first) > rank:
                heappop(self._heap)
                self._push(first)
                continue
            if first.seconds > most_seconds:
                return None
            heappop(self._heap)
            waiting.popleft()
            self._count -= 1
            if waiting:
                self._push(waiting[0])
            else:
                del self._waiting[owner]
            return first
        return None

    def remove(self, entry: Entry[J]) -> bool:
        """Let something wait no more; False where it doesn't."""
        waiting = self._waiting.get(entry.owner)
        if waiting is None or entry not in waiting:
            return False
        waiting.remove(entry)
        self._count -= 1
        if not waiting:
            del self._waiting[entry.owner]
            self._heap = [each for each in self._heap if each[2] != entry.owner]
        return True

    def _newest_of_most(self, entry: Entry[J]) -> Entry[J]:
        most = max(self._waiting.values(), key=len)
        return most[-1] if len(most) > len(self._waiting.get(entry.owner, ())) + 1 else entry

    def _rank(self, entry: Entry[J]) -> float:
        return self._ledger.rank(entry.owner, entry.seconds, entry.since)

    def _push(self, entry: Entry[J]) -> None:
        self._number += 1
        heappush(self._heap, (self._rank(entry), self._number, entry.owner))
