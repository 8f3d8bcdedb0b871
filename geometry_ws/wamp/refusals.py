"""Events that can't be read: who is told, and what the log says, without end and yet bounded. Pure.

Nobody waits for an answer to an event, so its sender is told on a topic. Whoever sends nothing but
such events is told once a second, and the log has a line a minute, or for every power of ten.
"""

from collections import OrderedDict
from typing import Final

TELL_SECONDS: Final = 1.0
"""A session is told no more often."""

MOST_TOLD: Final = 20
"""All sessions together are told no more often in that time."""

LOG_SECONDS: Final = 60.0
"""The log has no more lines, but for the first, tenth, hundredth and so on."""

MOST_SESSIONS: Final = 1024
"""Sessions whose count is remembered; of more, those refused longest ago are forgotten."""


class Refusals:
    """Counts what was refused. Times are seconds on whatever clock the caller has."""

    def __init__(self) -> None:
        self.total = 0
        self._by_session: OrderedDict[int, tuple[int, float]] = OrderedDict()
        self._logged = float("-inf")
        self._second = float("-inf")
        self._told_in_second = 0

    def count(self, session: int) -> int:
        """Count an event of a session; gives how many of its events were refused."""
        self.total += 1
        count, told_at = self._by_session.pop(session, (0, float("-inf")))
        self._by_session[session] = count + 1, told_at
        if len(self._by_session) > MOST_SESSIONS:
            self._by_session.popitem(last=False)
        return count + 1

    def may_tell(self, session: int, now: float) -> bool:
        """Whether the session may be told now; it is taken to be told then."""
        count, told_at = self._by_session.get(session, (0, float("-inf")))
        if now - self._second >= TELL_SECONDS:
            self._second, self._told_in_second = now, 0
        if now - told_at < TELL_SECONDS or self._told_in_second >= MOST_TOLD:
            return False
        self._told_in_second += 1
        self._by_session[session] = count, now
        return True

    def may_log(self, now: float) -> bool:
        """Whether the log may have a line now; it is taken to have it then."""
        is_round = str(self.total).rstrip("0") == "1"
        if now - self._logged < LOG_SECONDS and not is_round:
            return False
        self._logged = now
        return True
