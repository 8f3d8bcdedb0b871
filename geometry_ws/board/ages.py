"""How long ago something was, in words that change in steps; time is an argument. Pure.

Steps grow, so that a card that rests is drawn again some times in its first hour, then hourly,
then daily.
"""

from bisect import bisect_right

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
_MINUTES = (1, 2, 3, 4, 5, 10, 15, 20, 30, 45)
LATELY_MS = _DAY
OLD_MS = 30 * _DAY


def age_words(now_ms: int, moved_ms: int) -> str:
    """Say when something moved: "just now", "4 min ago", "3 h ago", "12 d ago"; "": not known."""
    if moved_ms <= 0:
        return ""
    age = max(now_ms - moved_ms, 0)
    if age < _MINUTE:
        return "just now"
    if age < _HOUR:
        return f"{_MINUTES[bisect_right(_MINUTES, age // _MINUTE) - 1]} min ago"
    return f"{age // _HOUR} h ago" if age < _DAY else f"{age // _DAY} d ago"


def next_step(now_ms: int, moved_ms: int) -> int:
    """Give in how many milliseconds the words change next; 0: they never do."""
    if moved_ms <= 0:
        return 0
    age = max(now_ms - moved_ms, 0)
    if age < _HOUR:
        steps = [minutes * _MINUTE for minutes in (*_MINUTES, 60)]
        return steps[bisect_right(steps, age)] - age
    unit = _HOUR if age < _DAY else _DAY
    return unit - age % unit
