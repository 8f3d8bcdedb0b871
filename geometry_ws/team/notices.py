"""Which items of attention are told to a person elsewhere, and which are taken back. Pure.

Each is told once, after a moment in which somebody may be faster; what was told is withdrawn when
it is dealt with. Times are in seconds.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from geometry_ws.protocol.attention import AttentionItem
from geometry_ws.team.text import clean

WAIT_SECONDS = 2.0
"""An item is told when it has been there for so long: what goes by itself disturbs nobody."""

MOST_AT_ONCE = 5
"""When more become due in the same moment, one notice sums them up."""

_TEXT = 500
_WORDS = {"moved_base": "moved base"}


class Notice(NamedTuple):
    """What is told, or with the event ``gone`` taken back; ``id`` is the same for both."""

    event: Literal["new", "gone"]
    id: str
    title: str
    text: str
    kind: str = ""
    project: str = ""
    about: str = ""
    who: str = ""

    @property
    def is_urgent(self) -> bool:
        """Whether an agent waits for it."""
        return self.kind in ("question", "permission")


class Notices:
    """What was told so far."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[float, AttentionItem]] = {}
        self._told: dict[str, tuple[str, Notice]] = {}
        """By an item's id: the id of its notice, which may sum up several, and the notice."""
        self._begun = False
        self._sums = 0

    def take(self, items: Sequence[AttentionItem], now: float) -> list[Notice]:
        """All items as they are now; gives what is to be done at once, in this order."""
        present = {item.id: item for item in items}
        gone = self._take_back(present)
        self._waiting = {key: entry for key, entry in self._waiting.items() if key in present}
        for key, item in present.items():
            if key not in self._told and key not in self._waiting:
                self._waiting[key] = now, item
        due = [
            item
            for since, item in self._waiting.values()
            if now - since >= WAIT_SECONDS or not self._begun
        ]
        # What is there at the start may have been told before: it is summed up.
        summed = len(due) > (MOST_AT_ONCE if self._begun else 1)
        self._begun = True
        for item in due:
            del self._waiting[item.id]
        return [*gone, *(self._sum_up(due) if summed else map(self._tell, due))]

    @property
    def next_due(self) -> float | None:
        """When something may be due without news."""
        times = [since + WAIT_SECONDS for since, _ in self._waiting.values()]
        return min(times, default=None)

    def _take_back(self, present: dict[str, AttentionItem]) -> list[Notice]:
        over = [key for key in self._told if key not in present]
        notices = {notice.id: notice for key in over for _, notice in [self._told.pop(key)]}
        left = {notice.id for _, notice in self._told.values()}
        return [each._replace(event="gone") for key, each in notices.items() if key not in left]

    def _tell(self, item: AttentionItem) -> Notice:
        about = item.task or item.change or item.project
        who = f" ({item.who})" if item.who else ""
        notice = Notice(
            "new",
            item.id,
            clean(f"{_WORDS.get(item.kind, item.kind)}: {about}{who}", _TEXT),
            clean(item.why, _TEXT),
            item.kind,
            item.project,
            about,
            item.who,
        )
        self._told[item.id] = notice.id, notice
        return notice

    def _sum_up(self, items: Sequence[AttentionItem]) -> list[Notice]:
        self._sums += 1
        kinds: dict[str, int] = {}
        for item in items:
            kind = _WORDS.get(item.kind, item.kind)
            kinds[kind] = kinds.get(kind, 0) + 1
        listed = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        urgent = next((item.kind for item in items if item.kind in ("question", "permission")), "")
        name = f"several_{self._sums}"
        notice = Notice("new", name, f"{len(items)} need you", f"{listed}.", urgent)
        for item in items:
            self._told[item.id] = name, notice
        return [notice]
