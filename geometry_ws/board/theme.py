"""The colours of the board: those of the design's tokens, in light and in dark.

Nothing is dimmed or inverted: every picture is drawn for the theme that it is looked at in.
"""

from enum import StrEnum

from geometry_ws.board.model import Lane, State, Tone
from geometry_ws.design.tokens import TOKENS

Rgb = tuple[int, int, int]

_FILLS = {
    State.NOT_STARTED: "idle",
    State.IN_PROGRESS: "accent",
    State.COMPLETE: "ok-fill",
    State.INVALID: "bad-fill",
    State.UNREADABLE: "bad-fill",
}
_WORDS = {Tone.BAD: "bad", Tone.WARN: "warn", Tone.GOOD: "ok", Tone.BUSY: "accent"}
LANE_ICONS = {
    Lane.ATTENTION: "attention",
    Lane.NOT_STARTED: "not-started",
    Lane.IN_PROGRESS: "in-progress",
    Lane.COMPLETE: "complete",
}


class Theme(StrEnum):
    """For whom a picture is drawn: who looks at light things or at dark ones."""

    LIGHT = "light"
    DARK = "dark"

    def rgb(self, token: str) -> Rgb:
        """Give the colour of a token, such as ``text-2``."""
        red, green, blue, _ = TOKENS.colours[self.value][token]
        return red, green, blue

    def of(self, state: State) -> Rgb:
        """Give the colour of a state's sign."""
        return self.rgb(_FILLS[state])

    def ink(self, tone: Tone | None) -> Rgb:
        """Give the colour of words in a tone; without one that of quiet words."""
        return self.rgb("text-2" if tone is None else _WORDS[tone])

    def wash(self, tone: Tone | None) -> Rgb:
        """Give the ground below words in a tone."""
        return self.rgb("idle-wash" if tone is None else f"{_WORDS[tone]}-wash")


LIGHT, DARK = Theme.LIGHT, Theme.DARK
