"""Which cards moved lately, and how lately; and when the board has to be drawn again for it.

Time is an argument. Pure.
"""

from collections.abc import Iterable

from geometry_ws.board.ages import next_step
from geometry_ws.board.model import ChangeCard

FULL_S = 6.0
STEP_S = 0.25
LEVELS = 5
_SOONEST_S = 1.0


class Lately:
    """What each card was like, and when it last became another."""

    def __init__(self) -> None:
        self._cards: dict[str, ChangeCard] | None = None
        self._moved: dict[str, float] = {}

    def note(self, cards: Iterable[ChangeCard], now: float) -> None:
        """Compare with the cards before; what is known first hasn't moved."""
        before, self._cards = self._cards, {card.name: card for card in cards}
        if before is None:
            return
        for name, card in self._cards.items():
            old = before.get(name)
            if old is not card and (old is None or _progress(old) != _progress(card)):
                self._moved[name] = now
        self._moved = {name: at for name, at in self._moved.items() if name in self._cards}

    def levels(self, now: float) -> dict[str, int]:
        """Give how lately cards moved, from 5 down to 1; those that aren't named didn't."""
        self._moved = {name: at for name, at in self._moved.items() if level(now - at)}
        return {name: level(now - at) for name, at in self._moved.items()}

    def wait(self, now: float) -> float:
        """Give in how many seconds something about times looks different; 0: never."""
        waits = [_until_next(now - at) for at in self._moved.values()]
        now_ms = int(now * 1000)
        ages = [next_step(now_ms, card.moved_at) / 1000 for card in (self._cards or {}).values()]
        waits += [max(age, _SOONEST_S) for age in ages if age]
        return min(waits, default=0.0)


def level(age: float) -> int:
    """Give how strongly a card glows so many seconds after it moved."""
    if age < FULL_S:
        return LEVELS
    return max(LEVELS - 1 - int((age - FULL_S) / STEP_S + 1e-6), 0)


def _until_next(age: float) -> float:
    if age < FULL_S:
        return FULL_S - age
    past = age - FULL_S
    return STEP_S - past % STEP_S or STEP_S


def _progress(card: ChangeCard) -> tuple[object, ...]:
    return card.state, card.done, card.total, card.lane, card.tasks
