"""The table of a viewer's states: a real stream is driven through every transition in it.

`WatchedStream` asserts of each step that the table has it; so does the random machine, for steps
that no story has.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from geometry_ws.stream.flow import STUCK_SECONDS
from geometry_ws.stream.viewer import (
    BEHIND,
    DETACHED,
    JOINING,
    LEVEL,
    LOSSY,
    RECEIVING,
    STATES,
    WAITING,
    Event,
    State,
)
from tests.stream import stories
from tests.stream.stories import AWAY, Story

TRANSITIONS = [
    (before, event, after)
    for before, meaning in STATES.items()
    for event, afters in meaning.leads.items()
    for after in afters
]
PAGE = Path(__file__).parent.parent.parent / "docs" / "streams.md"

DO: dict[Event, Callable[[Story], object]] = {
    Event.ATTACH: stories.attach,
    Event.LEAVE: lambda story: story.node.stream.detach(1),
    Event.PAUSE: lambda story: story.node.stream.pause(1, story.node.now, paused=True),
    Event.GO_ON: lambda story: story.node.stream.pause(1, story.node.now, paused=False),
    Event.HIDE: lambda story: story.node.look(1, AWAY),
    Event.LOOK: stories.look_at_it,
    Event.REFRESH: lambda story: story.node.stream.refresh(1),
    Event.ACK: Story.hear_nothing_new,
    Event.CHANGE: Story.draw,
    Event.PLAN: lambda story: story.node.begin(),
    Event.SEND: Story.send,
    Event.WAIT: lambda story: story.wait(0.001),
}
"""What is done for an event, unless a transition has its own way in `WAYS`."""


Way: TypeAlias = tuple[Callable[["Story"], object], Callable[["Story"], object]]

WAYS: dict[tuple[State, Event, State], Way] = {
    (JOINING, Event.SEND, JOINING): (stories.refreshed_just_now, Story.send),
    (JOINING, Event.SEND, WAITING): (stories.planned(stories.join_large), Story.finish),
    (JOINING, Event.SEND, BEHIND): (stories.planned(stories.join_two_planes), Story.finish),
    (JOINING, Event.SEND, LOSSY): (stories.planned(stories.join_photo), Story.finish),
    (WAITING, Event.ACK, WAITING): (Story.waiting, Story.hear_nothing_new),
    **{
        (WAITING, Event.ACK, after): (Story.waiting, Story.deliver)
        for after in (RECEIVING, BEHIND, LOSSY, LEVEL)
    },
    (WAITING, Event.SEND, JOINING): (stories.stalled, Story.send),
    (RECEIVING, Event.SEND, JOINING): (stories.second, Story.send),
    (RECEIVING, Event.SEND, WAITING): (stories.two_parts_to_come, Story.send),
    (RECEIVING, Event.SEND, BEHIND): (stories.receiving_what_changed, Story.send),
    (RECEIVING, Event.SEND, LOSSY): (stories.receiving_photo, Story.send),
    **{
        (state, Event.WAIT, WAITING): (
            lambda story, state=state: stories.late(story, state),
            lambda story: story.wait(1 if story.state is not RECEIVING else 3),
        )
        for state in (RECEIVING, BEHIND, LOSSY, LEVEL)
    },
    **{
        (state, Event.ACK, WAITING): (
            lambda story, state=state: stories.slow(story, state),
            stories.hear_that_it_was_the_painting,
        )
        for state in (RECEIVING, BEHIND, LOSSY, LEVEL)
    },
    (BEHIND, Event.LOOK, LEVEL): (Story.behind, stories.look_away),
    (BEHIND, Event.LOOK, LOSSY): (stories.lossy_behind, stories.look_at_the_photo),
    (BEHIND, Event.CHANGE, LEVEL): (stories.behind_in_a_window, stories.move_out_of_view),
    (BEHIND, Event.CHANGE, LOSSY): (stories.lossy_behind, stories.move_out_of_view),
    (BEHIND, Event.PLAN, JOINING): (stories.forgotten, DO[Event.PLAN]),
    (BEHIND, Event.SEND, BEHIND): (stories.planned(stories.miss_two_planes), Story.finish),
    (BEHIND, Event.SEND, WAITING): (stories.planned(stories.miss_large), Story.finish),
    (BEHIND, Event.SEND, LOSSY): (stories.planned(stories.miss_photo), Story.finish),
    (LOSSY, Event.LOOK, BEHIND): (stories.unseen(Story.lossy), stories.look_at_it),
    (LOSSY, Event.CHANGE, BEHIND): (stories.unseen(Story.lossy), stories.move_into_view),
    (LOSSY, Event.PLAN, BEHIND): (lambda story: (story.lossy(), story.draw()), DO[Event.PLAN]),
    (LOSSY, Event.PLAN, LEVEL): (stories.smaller_photo, DO[Event.PLAN]),
    (LOSSY, Event.SEND, LEVEL): (stories.rested(Story.lossy), Story.finish),
    (LOSSY, Event.SEND, WAITING): (stories.rested(stories.large_photos), Story.finish),
    (LEVEL, Event.LOOK, BEHIND): (stories.unseen(Story.level), stories.look_at_it),
    (LEVEL, Event.CHANGE, BEHIND): (stories.unseen(Story.level), stories.move_into_view),
    (LEVEL, Event.PLAN, BEHIND): (lambda story: (story.level(), story.draw()), DO[Event.PLAN]),
    (LEVEL, Event.SEND, LOSSY): (stories.then_look_away(stories.change_photo), Story.finish),
    (LEVEL, Event.SEND, WAITING): (stories.then_look_away(stories.change_large), Story.finish),
    (WAITING, Event.LEAVE, DETACHED): (
        Story.waiting,
        lambda story: story.wait(STUCK_SECONDS),
    ),
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
    begin, end = "<!-- viewer states -->\n", "<!-- /viewer states -->\n"
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
