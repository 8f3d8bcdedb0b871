"""The colours of the board. Cards are opaque, so either theme stands on any page.

One accent; red is kept for what is broken, amber for what somebody has to decide, green
for what is done. Text colours
have a contrast of at least 4.5 to what they stand on, which a test checks.
"""

from dataclasses import dataclass, replace

from geometry_ws.board.model import State, Tone

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Theme:
    """Straight RGB colours; `world` is what the plane behind the cards should be painted."""

    card: Rgb
    border: Rgb
    text: Rgb
    muted: Rgb
    faint: Rgb
    accent: Rgb
    on_accent: Rgb
    good: Rgb
    good_wash: Rgb
    bad: Rgb
    bad_wash: Rgb
    warn: Rgb
    warn_wash: Rgb
    box: Rgb
    world: Rgb

    def of(self, state: State) -> Rgb:
        """Give the colour of a state."""
        return {
            State.NOT_STARTED: self.muted,
            State.IN_PROGRESS: self.accent,
            State.COMPLETE: self.good,
            State.INVALID: self.bad,
            State.UNREADABLE: self.bad,
        }[state]

    def ink(self, tone: Tone) -> Rgb:
        """Give the colour of a note's text and sign."""
        return {Tone.BAD: self.bad, Tone.WARN: self.warn, Tone.GOOD: self.good}[tone]

    def wash(self, tone: Tone) -> Rgb:
        """Give the colour of a note's panel."""
        return {
            Tone.BAD: self.bad_wash,
            Tone.WARN: self.warn_wash,
            Tone.GOOD: self.good_wash,
        }[tone]

    def quiet(self) -> "Theme":
        """Give the same theme with every state in the quiet colour: nothing is to be done."""
        return replace(self, accent=self.muted, good=self.muted, bad=self.muted)


LIGHT = Theme(
    card=(255, 255, 255),
    border=(216, 221, 230),
    text=(27, 33, 46),
    muted=(91, 99, 116),
    faint=(233, 236, 242),
    accent=(50, 87, 214),
    on_accent=(255, 255, 255),
    good=(19, 116, 77),
    good_wash=(229, 244, 236),
    bad=(196, 44, 40),
    bad_wash=(253, 241, 240),
    warn=(135, 82, 0),
    warn_wash=(252, 243, 224),
    box=(150, 158, 174),
    world=(237, 239, 243),
)

DARK = Theme(
    card=(30, 34, 43),
    border=(52, 58, 72),
    text=(232, 235, 242),
    muted=(158, 167, 184),
    faint=(48, 54, 66),
    accent=(128, 158, 255),
    on_accent=(18, 22, 32),
    good=(86, 200, 146),
    good_wash=(21, 48, 42),
    bad=(255, 128, 120),
    bad_wash=(58, 36, 38),
    warn=(238, 180, 85),
    warn_wash=(50, 39, 20),
    box=(112, 121, 140),
    world=(18, 20, 26),
)
