"""The table of a viewer's states: a real stream is driven through every transition in it.

`WatchedStream` asserts of each step that the table has it; so does the random machine, for steps
that nobody thought of.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from streaming import EPOCH, JPEG, RED, Node, draw, noise, picture
from watching import WatchedStream

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill, Image
from geometry_ws.scene.world import Update
from geometry_ws.stream import builder, history, transfers
from geometry_ws.stream.flow import SLIDING_SECONDS
from geometry_ws.stream.viewer import REFINE_SECONDS, STATES, Event, Joining, State

DETACHED, PAUSED, HIDDEN, JOINING, WAITING, RECEIVING, BEHIND, LOSSY, LEVEL = State
TRANSITIONS = [
    (before, event, after)
    for before, meaning in STATES.items()
    for event, afters in meaning.leads.items()
    for after in afters
]
EXACT = Joining(frozenset(), "w1", "token")
UNDERNEATH = (JOINING, WAITING, BEHIND, LOSSY, LEVEL)
NOTHING = Look(5000, 5000, 10, 10)
AWAY = Look(0, 0, 300, 300, hidden=True)
PAGE = Path(__file__).parent.parent.parent / "docs" / "streams.md"


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


DO: dict[Event, Callable[[Story], object]] = {
    Event.ATTACH: attach,
    Event.LEAVE: lambda story: story.node.stream.detach(1),
    Event.PAUSE: lambda story: story.node.stream.pause(1, story.node.now, paused=True),
    Event.GO_ON: lambda story: story.node.stream.pause(1, story.node.now, paused=False),
    Event.HIDE: lambda story: story.node.look(1, AWAY),
    Event.LOOK: look_at_it,
    Event.REFRESH: lambda story: story.node.stream.refresh(1),
    Event.ACK: Story.hear_nothing_new,
    Event.CHANGE: Story.draw,
    Event.PLAN: lambda story: story.node.begin(),
    Event.SEND: Story.send,
    Event.WAIT: lambda story: story.wait(0.001),
}
"""What is done for an event, unless a transition has its own way in `WAYS`."""


def late(story: Story, state: State) -> None:
    """Something is in flight; soon its ack is late."""
    story.begin(state if state is not BEHIND else LEVEL)
    if state is not RECEIVING:
        story.draw()
        story.tick()
    if state is BEHIND:
        story.draw()
        story.miss()
    if state is RECEIVING:
        story.node = Node(WatchedStream)
        story.receiving_slowly()


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


def finish(story: Story) -> None:
    story.node.finish()


def two_planes(story: Story) -> None:
    """Of which one tick copies but one."""
    story.patch.setattr(builder, "GROUP_PIXELS", 1)
    story.show()
    story.show(x=200)


def join_two_planes(story: Story) -> None:
    two_planes(story)
    story.join()


def miss_two_planes(story: Story) -> None:
    two_planes(story)
    story.join()
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


def miss_large(story: Story) -> None:
    join_large(story)
    story.node.settle()
    story.draw(all_of_it=True)
    story.miss()


def change_photo(story: Story) -> None:
    """A viewer without any loss is about to get a photo."""
    story.show(content="photo", opaque=True)
    story.join(JPEG)
    story.node.settle()
    story.draw(all_of_it=True)


def change_large(story: Story) -> None:
    join_large(story)
    story.node.settle()
    story.draw(all_of_it=True)


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
    size = {"width": 50, "height": 80}
    fill = Fill(Rect(0, 0, 50, 80), RED)
    story.node.act("commit", "a", [Update(story.surface, ops=[fill], **size)])
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
    """A photo has loss, and something else is missed."""
    story.lossy()
    story.show(x=200)
    story.tick()
    story.deliver()
    story.draw()
    story.miss()


def lossy_behind_in_a_window(story: Story) -> None:
    lossy_behind(story)
    story.node.look(1, Look(0, 0, 1000, 1000))


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


def two_parts_to_come(story: Story) -> None:
    story.show(600, 600)
    story.join()
    story.tick()
    story.deliver()


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


Way: TypeAlias = tuple[Callable[["Story"], object], Callable[["Story"], object]]

WAYS: dict[tuple[State, Event, State], Way] = {
    (JOINING, Event.SEND, JOINING): (refreshed_just_now, Story.send),
    (JOINING, Event.SEND, WAITING): (planned(join_large), finish),
    (JOINING, Event.SEND, BEHIND): (planned(join_two_planes), finish),
    (JOINING, Event.SEND, LOSSY): (planned(join_photo), finish),
    (WAITING, Event.ACK, WAITING): (Story.waiting, Story.hear_nothing_new),
    **{
        (WAITING, Event.ACK, after): (Story.waiting, Story.deliver)
        for after in (RECEIVING, BEHIND, LOSSY, LEVEL)
    },
    (WAITING, Event.SEND, JOINING): (stalled, Story.send),
    (RECEIVING, Event.SEND, JOINING): (second, Story.send),
    (RECEIVING, Event.SEND, WAITING): (two_parts_to_come, Story.send),
    (RECEIVING, Event.SEND, BEHIND): (receiving_what_changed, Story.send),
    (RECEIVING, Event.SEND, LOSSY): (receiving_photo, Story.send),
    **{
        (state, Event.WAIT, WAITING): (
            lambda story, state=state: late(story, state),
            lambda story: story.wait(1 if story.state is not RECEIVING else 3),
        )
        for state in (RECEIVING, BEHIND, LOSSY, LEVEL)
    },
    **{
        (state, Event.ACK, WAITING): (
            lambda story, state=state: slow(story, state),
            hear_that_it_was_the_painting,
        )
        for state in (RECEIVING, BEHIND, LOSSY, LEVEL)
    },
    (BEHIND, Event.LOOK, LEVEL): (Story.behind, look_away),
    (BEHIND, Event.LOOK, LOSSY): (lossy_behind, look_at_the_photo),
    (BEHIND, Event.CHANGE, LEVEL): (behind_in_a_window, move_out_of_view),
    (BEHIND, Event.CHANGE, LOSSY): (lossy_behind_in_a_window, move_out_of_view),
    (BEHIND, Event.PLAN, JOINING): (forgotten, DO[Event.PLAN]),
    (BEHIND, Event.SEND, BEHIND): (planned(miss_two_planes), finish),
    (BEHIND, Event.SEND, WAITING): (planned(miss_large), finish),
    (BEHIND, Event.SEND, LOSSY): (planned(miss_photo), finish),
    (LOSSY, Event.LOOK, BEHIND): (unseen(Story.lossy), look_at_it),
    (LOSSY, Event.CHANGE, BEHIND): (unseen(Story.lossy), move_into_view),
    (LOSSY, Event.PLAN, BEHIND): (lambda story: (story.lossy(), story.draw()), DO[Event.PLAN]),
    (LOSSY, Event.PLAN, LEVEL): (smaller_photo, DO[Event.PLAN]),
    (LOSSY, Event.SEND, LEVEL): (rested(Story.lossy), finish),
    (LOSSY, Event.SEND, WAITING): (rested(large_photos), finish),
    (LEVEL, Event.LOOK, BEHIND): (unseen(Story.level), look_at_it),
    (LEVEL, Event.CHANGE, BEHIND): (unseen(Story.level), move_into_view),
    (LEVEL, Event.PLAN, BEHIND): (lambda story: (story.level(), story.draw()), DO[Event.PLAN]),
    (LEVEL, Event.SEND, LOSSY): (then_look_away(change_photo), finish),
    (LEVEL, Event.SEND, WAITING): (then_look_away(change_large), finish),
    (BEHIND, Event.PLAN, BEHIND): (Story.behind, DO[Event.PLAN]),
}
"""How a story begins and what is done then, where the plainest way doesn't lead there."""


@pytest.mark.parametrize(
    ("before", "event", "after"),
    TRANSITIONS,
    ids=[f"{before.value}-{event.name}-{after.value}" for before, event, after in TRANSITIONS],
)
def test_each_transition_of_the_table_happens(before, event, after, monkeypatch) -> None:
    story = Story(after, monkeypatch)
    plainest = (lambda story: story.begin(before), DO[event])
    begin, do = WAYS.get((before, event, after), plainest)
    begin(story)
    assert story.state is before
    story.node.stream.transitions.clear()
    do(story)
    assert story.state is after
    assert (before, event, after) in story.node.stream.transitions


def test_states_and_events_are_all_in_the_table() -> None:
    assert set(STATES) == set(State)
    assert {event for _, event, _ in TRANSITIONS} == set(Event)
    assert {after for _, _, after in TRANSITIONS} == set(State)


def test_the_documents_have_the_same_tables() -> None:
    text = PAGE.read_text()
    begin, end = "<!-- states -->\n", "<!-- end of states -->\n"
    assert text.split(begin)[1].split(end)[0] == f"\n{table_of_states()}\n{table_of_ways()}\n"


def table_of_states() -> str:
    """What each state means, as Markdown."""
    lines = ["| state | what it means | what the viewer gets next |", "| --- | --- | --- |"]
    for state, meaning in STATES.items():
        lines.append(f"| {state.value} | {meaning.means} | {meaning.gets} |")
    return "\n".join(lines) + "\n"


def table_of_ways() -> str:
    """Which event leads from where to where, as Markdown; equal ways share a line."""
    froms: dict[tuple[Event, tuple[State, ...], bool], list[State]] = {}
    for event in Event:
        for state, meaning in STATES.items():
            afters = meaning.leads.get(event, ())
            others = tuple(after for after in afters if after is not state)
            if others:
                froms.setdefault((event, others, state in afters), []).append(state)
    lines = ["| event | from | to |", "| --- | --- | --- |"]
    for (event, others, stays), states in froms.items():
        attached = [state for state in State if state is not DETACHED]
        source = "all but detached" if states == attached else names(states)
        lines.append(f"| {event.value} | {source} | {names(others)}{' (or stays)' * stays} |")
    return "\n".join(lines)


def names(states) -> str:
    return ", ".join(state.value for state in states)
