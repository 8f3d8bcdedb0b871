"""Stories of one viewer, for the test of the table of states: ways into a state, and onwards."""

from collections.abc import Callable

import pytest

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill, Image
from geometry_ws.scene.world import Update
from geometry_ws.stream import builder, history, transfers
from geometry_ws.stream.flow import SLIDING_SECONDS
from geometry_ws.stream.viewer import (
    BEHIND,
    DETACHED,
    HIDDEN,
    JOINING,
    LEVEL,
    LOSSY,
    PAUSED,
    RECEIVING,
    REFINE_SECONDS,
    WAITING,
    Joining,
    State,
)
from tests.stream.streaming import EPOCH, JPEG, RED, Node, draw, noise, picture
from tests.stream.watching import WatchedStream

EXACT = Joining(frozenset(), "w1", "token")
UNDERNEATH = (JOINING, WAITING, BEHIND, LOSSY, LEVEL)
NOTHING = Look(5000, 5000, 10, 10)
AWAY = Look(0, 0, 300, 300, hidden=True)


class Story:
    """A node and the viewer that is told of; ``before`` and ``after`` are where it shall go."""

    def __init__(self, after: State, monkeypatch: pytest.MonkeyPatch) -> None:
        self.node = Node(WatchedStream)
        self.viewer = 1
        self.after = after
        self.patch = monkeypatch
        self.surface = ""
        self.drawn = 0

    @property
    def state(self) -> State:
        return self.node.stream.state(self.viewer)

    # Steps

    def show(self, width: int = 100, height: int = 80, **more) -> None:
        self.surface = picture(self.node, width, height, **more)

    def join(self, joining: Joining = EXACT, look: Look | None = None) -> None:
        self.node.join(self.viewer, look, joining)

    def send(self) -> None:
        """A tick, due or not."""
        self.node.begin()
        self.node.finish()

    def finish(self) -> None:
        self.node.finish()

    def tick(self) -> None:
        self.node.now += 0.02
        self.send()

    def deliver(self, messages: int = 1000, draw_us: int = 0, viewer: int | None = None) -> None:
        """The viewer reads and acknowledges so many messages."""
        viewer = viewer or self.viewer
        for _ in range(messages):
            done = self.node.clients[viewer].read()
            if done is None:
                return
            self.node.stream.ack(viewer, EPOCH, *done, draw_us, self.node.now)

    def draw(self, *, all_of_it: bool = False) -> None:
        """A small change, or all pixels of the surface."""
        surface = self.node.world.surfaces[self.surface]
        height, width = surface.buffer.shape[:2]
        self.drawn += 1
        image = Image(Rect(0, 0, width, height), noise(width, height, self.drawn))
        fill = Fill(Rect(0, 0, 9, 9), (*RED[:2], self.drawn, 255))
        draw(self.node, self.surface, image if all_of_it else fill)

    def miss(self) -> None:
        """A tick's changes become history, but its frame comes to nothing."""
        self.node.begin()
        self.node.stream.abandon(self.node.hold)
        self.node.hold = None

    def wait(self, seconds: float) -> None:
        self.node.now += seconds
        self.node.stream.expire(self.node.now)

    def hear_nothing_new(self) -> None:
        self.node.stream.ack(self.viewer, EPOCH, 0, 0, 0, self.node.now)

    # Where a story begins

    def level(self) -> None:
        self.show()
        self.join()
        self.tick()
        self.deliver()

    def lossy(self, width: int = 100, height: int = 80, count: int = 1) -> None:
        for number in range(count):
            self.show(width, height, x=400 * number, content="photo", opaque=True)
        self.join(JPEG)
        self.tick()
        while self.node.clients[1].inbox:
            self.deliver()
            self.tick()

    def behind(self) -> None:
        self.level()
        self.draw()
        self.miss()

    def receiving(self) -> None:
        """The rest of the frame is small, and nothing else is in flight."""
        self.large_and_small()
        self.join()
        self.tick()
        self.deliver()

    def large_and_small(self, width: int = 250, **more) -> None:
        """A frame of two parts, of which the first fills the window."""
        self.show(width, 250, **more)
        self.show(40, 40, x=400)

    def receiving_slowly(self) -> None:
        """Two more parts of the frame are in flight, as for two seconds before each ack."""
        self.show(1000, 1000)
        self.join()
        self.tick()
        while len(self.node.clients[1].inbox) < 3:
            self.node.now += 2
            self.deliver()
            self.send()
        self.node.now += 2
        self.deliver(1)

    def in_flight(self, *, all_of_it: bool) -> None:
        """Two messages are in flight over a line that seems slow."""
        self.node.now += SLIDING_SECONDS + 1
        self.draw(all_of_it=all_of_it)
        self.send()
        self.node.now += 2
        self.deliver()
        for _ in range(2):
            self.node.now += 0.02
            self.draw(all_of_it=all_of_it)
            self.send()

    def waiting(self) -> None:
        """An ack is late; when it comes, ``after`` is the state."""
        if self.after is RECEIVING:
            self.large_and_small()
            self.join()
            self.tick()
        elif self.after is LOSSY:
            self.show(content="photo", opaque=True)
            self.join(JPEG)
            self.tick()
        else:
            self.show()
            self.join()
            self.tick()
        self.node.now += 1
        if self.after is BEHIND:
            self.node.join(2)
            self.draw()
            self.miss()
        self.wait(0)

    def begin(self, state: State) -> None:
        """The plainest way into a state."""
        if state is JOINING:
            self.show()
            self.join()
        elif state is HIDDEN:
            self.begin(self.after if self.after in UNDERNEATH else LEVEL)
            self.node.look(1, AWAY)
        elif state is PAUSED:
            self.begin(self.after if self.after in (*UNDERNEATH, HIDDEN) else LEVEL)
            self.node.stream.pause(1, self.node.now, paused=True)
        elif state is DETACHED:
            if self.after in (BEHIND, LOSSY, LEVEL):
                self.begin(self.after)
                self.deliver()
            self.viewer = 7
        else:
            getattr(self, state.value)()


def attach(story: Story) -> None:
    look = AWAY if story.after is HIDDEN else None
    if story.viewer == 7 and story.after in (BEHIND, LOSSY, LEVEL):
        assert story.node.lose(1, 7)
    else:
        story.node.stream.attach(story.viewer, look, story.node.now)


def look_at_it(story: Story) -> None:
    story.node.look(1, Look(0, 0, 5000, 5000))


def look_away(story: Story) -> None:
    story.node.look(1, NOTHING)


def late(story: Story, state: State) -> None:
    """Something is in flight; soon its ack is late."""
    if state is RECEIVING:
        story.receiving_slowly()
        return
    story.begin(LOSSY if state is LOSSY else LEVEL)
    story.draw()
    story.tick()
    if state is BEHIND:
        story.draw()
        story.miss()


def slow(story: Story, state: State) -> None:
    """Two messages are in flight: an ack of the first says that the line is fast after all."""
    if state is RECEIVING:
        story.receiving_slowly()
        return
    story.begin(LOSSY if state is LOSSY else LEVEL)
    story.in_flight(all_of_it=state is LOSSY)
    if state is BEHIND:
        story.draw()
        story.miss()
    story.wait(1)


def hear_that_it_was_the_painting(story: Story) -> None:
    story.deliver(1, draw_us=1_990_000 if story.state is RECEIVING else 1_000_000)


def planned(before: Callable[[Story], None]) -> Callable[[Story], None]:
    """A story whose tick is planned."""

    def begin(story: Story) -> None:
        before(story)
        story.node.now += 0.02
        story.node.begin()

    return begin


def join_two_planes(story: Story) -> None:
    """Of which one tick copies but one."""
    story.patch.setattr(builder, "GROUP_PIXELS", 1)
    story.show()
    story.show(x=200)
    story.join()


def miss_two_planes(story: Story) -> None:
    join_two_planes(story)
    story.node.settle()
    updates = [
        Update(surface, ops=[Fill(Rect(0, 0, 9, 9), RED)]) for surface in story.node.world.surfaces
    ]
    story.node.act("commit", "a", updates)
    story.miss()


def join_photo(story: Story) -> None:
    story.show(content="photo", opaque=True)
    story.join(JPEG)


def join_large(story: Story) -> None:
    story.show(800, 800)
    story.join()


def refreshed_just_now(story: Story) -> None:
    story.level()
    story.node.stream.refresh(1)


def miss_photo(story: Story) -> None:
    story.lossy()
    story.draw(all_of_it=True)
    story.miss()


def change_photo(story: Story) -> None:
    """A viewer without any loss is about to get a photo."""
    join_photo(story)
    story.node.settle()
    story.draw(all_of_it=True)


def change_large(story: Story) -> None:
    join_large(story)
    story.node.settle()
    story.draw(all_of_it=True)


def miss_large(story: Story) -> None:
    change_large(story)
    story.miss()


def then_look_away(before: Callable[[Story], None]) -> Callable[[Story], None]:
    def begin(story: Story) -> None:
        planned(before)(story)
        look_away(story)

    return begin


def rested(before: Callable[[Story], None]) -> Callable[[Story], None]:
    """A story in which what has loss is at rest, and its refinement planned."""

    def begin(story: Story) -> None:
        before(story)
        story.node.now += 2 * REFINE_SECONDS
        story.deliver()
        story.node.begin()

    return begin


def large_photos(story: Story) -> None:
    story.lossy(350, 250, count=4)


def smaller_photo(story: Story) -> None:
    """What had loss isn't in the picture any more."""
    story.lossy()
    fill = Fill(Rect(0, 0, 50, 80), RED)
    story.node.act("commit", "a", [Update(story.surface, width=50, height=80, ops=[fill])])
    story.tick()
    story.deliver()
    story.node.now += 2 * REFINE_SECONDS
    story.wait(0)


def see_nothing_of_a_change(story: Story) -> None:
    """While it looks elsewhere, another viewer gets something new."""
    look_away(story)
    story.node.join(2)
    story.draw()
    story.tick()
    story.deliver(viewer=2)
    story.draw()
    story.tick()


def unseen(before: Callable[[Story], None]) -> Callable[[Story], None]:
    def begin(story: Story) -> None:
        before(story)
        see_nothing_of_a_change(story)

    return begin


def move_into_view(story: Story) -> None:
    story.node.act("move", "a", story.surface, 5000, 5000)


def move_out_of_view(story: Story) -> None:
    story.node.act("move", "a", story.surface, 90_000, 90_000)


def behind_in_a_window(story: Story) -> None:
    """Behind with a plane that can leave its view."""
    story.show()
    story.join(look=Look(0, 0, 300, 300))
    story.node.settle()
    story.draw()
    story.miss()


def lossy_behind(story: Story) -> None:
    """A photo in its window has loss, and something else there is missed."""
    story.lossy()
    story.node.look(1, Look(0, 0, 1000, 1000))
    story.show(x=200)
    story.tick()
    story.deliver()
    story.draw()
    story.miss()


def look_at_the_photo(story: Story) -> None:
    story.node.look(1, Look(0, 0, 100, 80))


def forgotten(story: Story) -> None:
    """So many planes went that it isn't known any more which of them the viewer had."""
    story.patch.setattr(history, "MOST_REMOVALS", 2)
    surfaces = [picture(story.node, 10, 10) for _ in range(4)]
    story.join()
    story.node.settle()
    for surface in surfaces:
        story.node.act("destroy", "a", surface)
    story.miss()


def stalled(story: Story) -> None:
    """Nobody takes parts of a frame any more, and all frames on their way are too large."""
    join_large(story)
    story.tick()
    story.patch.setattr(transfers, "TRANSFER_BYTES", 0)
    story.wait(2 * transfers.STALLED_SECONDS)


def two_parts_to_come(story: Story) -> None:
    join_large(story)
    story.tick()
    story.deliver()


def second(story: Story) -> None:
    """Another viewer's frame is older, and there is room for one."""
    story.show(600, 600)
    story.node.join(2)
    story.tick()
    story.deliver(1, viewer=2)
    story.join()
    story.tick()
    story.deliver()
    story.patch.setattr(transfers, "TRANSFER_BYTES", 0)


def receiving_photo(story: Story) -> None:
    story.large_and_small(350, content="photo", opaque=True)
    story.join(JPEG)
    story.tick()
    story.deliver()


def receiving_what_changed(story: Story) -> None:
    story.receiving()
    story.draw()
    story.node.join(2)
    story.miss()
