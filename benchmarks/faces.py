"""What a tick on a board costs for one viewer, and for five in both themes at all distances.

200 cards of six faces each: near, middle and far, light and dark. All are in view. A task is ticked
sixty times, each on another card: a box, a line of text, a bar and a number change on some of the
card's faces, in one commit. Counted is everything from the commit to the messages, with the
encoding, and all that wakes the stream until the next tick; no router. Processor time is measured,
so that other programs matter little.

*The same commit*: the program draws the same faces whoever looks; so this is what viewers cost.
*As looked at*: it draws the faces that somebody looks at, which are five times the pixels.
"""

import statistics
import time
from typing import Final

import numpy as np

from geometry_ws.components.compositor.joining import encode_as_wished
from geometry_ws.scene.attention import Attention, Look
from geometry_ws.scene.faces import ShownWhen, Theme
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.scene.surface import Pixels
from geometry_ws.scene.world import Update, World
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.viewer import Joining
from geometry_ws.stream.wire import to_wire

CARDS: Final = 200
TICKS: Final = 60
ROUNDS: Final = 5
WIDTH, HEIGHT = 256, 180
BOX, TEXT = Rect(12, 80, 14, 14), Rect(32, 76, 210, 22)
BAR, COUNT = Rect(12, 48, 200, 4), Rect(216, 42, 30, 16)
ENDS: Final = ((0.85, float("inf")), (0.5, 0.85), (0.0, 0.5))
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")


def _look(theme: Theme, scale: float) -> Look:
    return Look(-100, -100, 20 * 300, 10 * 300, scale, theme=theme)


ONE: Final = (_look("light", 1.0),)
THEMES_FIVE: Final = (*ONE * 3, *(_look("dark", 1.0),) * 2)
ALL_FIVE: Final = (
    *ONE,
    _look("light", 0.6),
    _look("light", 0.3),
    _look("dark", 1.0),
    _look("dark", 0.6),
)


class Board:
    """The cards' surfaces, and a stream with its viewers."""

    def __init__(self, looks: tuple[Look, ...], drawn_for: tuple[Look, ...]) -> None:
        self.world = World()
        self.stream = Stream("e", self.world.surfaces, 0.0)
        self.now, self.seconds, self.drawing = 1.0, 0.0, 0.0
        self.looks, self.drawn_for = looks, drawn_for
        self.sent: dict[int, tuple[int, int]] = {}
        self.cards: list[list[str]] = []
        random = np.random.default_rng(1)
        self.page = _words(random, HEIGHT, WIDTH)
        self.lines = [_words(random, TEXT.h, TEXT.w) for _ in range(8)]
        for card in range(CARDS):
            faces = []
            for theme in THEMES:
                for least, below in ENDS:
                    place = {"x": card % 20 * 300, "y": card // 20 * 300}
                    face = ShownWhen(theme, least, below)
                    # Owners of programs have fewer; here all are one's.
                    owner = f"board {card // 100}"
                    surface, changes = self.world.create(
                        owner, WIDTH, HEIGHT, opaque=True, content="text", shown_when=face, **place
                    )
                    self.stream.changed(changes, None, 0.0)
                    self._commit(owner, [_picture(surface, self.page)])
                    faces.append(surface)
            self.cards.append(faces)
        for viewer, look in enumerate(looks):
            self.stream.attach(viewer, look, 0.0, Joining(frozenset()))
        self._settle()

    def tick(self, number: int) -> None:
        """A task of a card is ticked: from the commit until nothing is due any more."""
        card = number * 37 % CARDS
        line = self.lines[number % len(self.lines)]
        begun = time.thread_time()
        looked = [
            self.world.surfaces[face]
            for face in self.cards[card]
            if any(look.shows(self.world.surfaces[face]) for look in self.drawn_for)
        ]
        updates = [
            Update(
                surface.id,
                ops=tuple(
                    Image(rect, np.ascontiguousarray(line[: rect.h, : rect.w]))
                    for rect in (BOX, TEXT, BAR, COUNT)
                ),
            )
            for surface in looked
        ]
        changes = self.world.commit(f"board {card // 100}", updates)
        drawn = time.thread_time()
        self.stream.changed(changes, None, self.now)
        self._send()
        self.drawing += drawn - begun
        self.seconds += time.thread_time() - drawn
        self._settle()
        self.now += 1.0

    def _commit(self, owner: str, updates: list[Update]) -> None:
        self.stream.changed(self.world.commit(owner, updates), None, self.now)

    def _send(self) -> None:
        while (due := self.stream.next_due(self.now)) is not None and due < self.now + 0.5:
            self.now = max(self.now, due)
            plan = self.stream.plan(self.now)
            outcome = self.stream.commit(plan, plan.encode(encode_as_wished), self.now)
            for publish in outcome.publishes:
                to_wire(publish.frame)
                for viewer in publish.eligible:
                    self.sent[viewer] = publish.frame.seq, publish.frame.part[0]

    def _settle(self) -> None:
        """All viewers have painted everything."""
        for _ in range(500):
            for viewer, (seq, part) in self.sent.items():
                self.stream.ack(viewer, "e", seq, part, 100, self.now)
            due = self.stream.next_due(self.now)
            if due is None:
                return
            self.now = max(self.now + 0.02, due)
            self._send()
        raise RuntimeError("the viewers never come to rest")


def _words(random: np.random.Generator, height: int, width: int) -> Pixels:
    """Something like text: dark strokes on white."""
    pixels = np.full((height, width, 4), 255, np.uint8)
    strokes = random.random((height, width)) < 0.2
    strokes[np.arange(height) % 20 > 12] = False
    pixels[strokes] = (30, 25, 20, 255)
    return pixels


def _picture(surface: str, pixels: Pixels) -> Update:
    return Update(surface, ops=(Image(Rect(0, 0, WIDTH, HEIGHT), pixels.copy()),))


def measured(board: Board, begin: int) -> tuple[float, float]:
    """Microseconds of a tick, and of the program's commit before it."""
    board.seconds = board.drawing = 0.0
    for number in range(begin, begin + TICKS):
        board.tick(number)
    return board.seconds / TICKS * 1e6, board.drawing / TICKS * 1e6


def looking(board: Board) -> float:
    """Microseconds to find out which faces are looked at."""
    attention = Attention()
    begun = time.thread_time()
    for _ in range(20):
        attention.update(board.looks, board.world.stack())
    return (time.thread_time() - begun) / 20 * 1e6


PAIRS: Final = {
    "the same commit, both themes": ((ONE, THEMES_FIVE), (THEMES_FIVE, THEMES_FIVE)),
    "the same commit, all distances": ((ONE, ALL_FIVE), (ALL_FIVE, ALL_FIVE)),
    "as looked at, both themes": ((ONE, ONE), (THEMES_FIVE, THEMES_FIVE)),
    "as looked at, all distances": ((ONE, ONE), (ALL_FIVE, ALL_FIVE)),
}
"""Who looks, and for whom the program draws: at first one viewer, then five."""


def main() -> None:
    """Print medians of some rounds, each of which measures all."""
    boards = {choice: Board(*choice) for pair in PAIRS.values() for choice in pair}
    for board in boards.values():
        measured(board, 0)
    rounds = [
        {choice: measured(board, turn * TICKS) for choice, board in boards.items()}
        for turn in range(1, ROUNDS + 1)
    ]
    for name, (few, many) in PAIRS.items():
        whole = statistics.median(sum(each[many]) / sum(each[few]) for each in rounds)
        stream = statistics.median(each[many][0] / each[few][0] for each in rounds)
        alone, together = (
            statistics.median(sum(each[choice]) for each in rounds) for choice in (few, many)
        )
        print(
            f"{name}: {alone:.0f} µs, {together:.0f} µs: {whole:.2f} ({stream:.2f} without drawing)"
        )
    print(f"who looks at what, 5 viewers: {looking(boards[ALL_FIVE, ALL_FIVE]):.0f} µs")


if __name__ == "__main__":
    main()
