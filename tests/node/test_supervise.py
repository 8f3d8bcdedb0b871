"""What a supervisor does about processes that end, with processes that are made up."""

from types import SimpleNamespace

import pytest

from geometry_ws.node import supervise
from geometry_ws.node.supervise import FIRST_DELAY, Stops
from geometry_ws.node.supervise import supervise as run


class MadeUpNode:
    """A node whose life is a list of steps; a step is taken at each wait."""

    story = ()
    """For each start of a node: what happens at its waits."""

    nodes = ()

    def __init__(self, folders, log):
        type(self).nodes = (*self.nodes, self)
        self.steps = list(self.story[len(self.nodes) - 1])
        self.has_ended = False
        self.gone = {}
        self.started_again = []
        self.answers = self.is_drawn = True

    def step(self):
        if self.has_ended:
            return "between two nodes"
        step = self.steps.pop(0) if self.steps else "stop"
        if step == "node ends":
            self.has_ended = True
        elif step == "openspec ends":
            self.gone, self.answers = {"openspec": False}, False
        elif step == "openspec loses the router":
            self.gone, self.answers = {"openspec": True}, False
        elif step == "all answer":
            self.answers = True
        elif step == "nothing is drawn":
            self.answers, self.is_drawn = True, False
        return step

    def ended(self):
        return self.has_ended

    def fallen(self):
        return dict(self.gone)

    def start_again(self, name):
        self.started_again.append(name)
        del self.gone[name]

    def stop(self, hurry):
        self.has_ended = True

    def clear(self):
        self.has_ended = True


class MadeUpStops(Stops):
    """A wait takes no time: it is the next step of the node's story."""

    def __init__(self):
        super().__init__(-1)
        self.waits = []
        self.now = 0.0

    def wait(self, seconds):
        self.waits.append(seconds)
        self.now += seconds or 0.0
        if MadeUpNode.nodes[-1].step() == "stop":
            self.count = 1
        return self.count > 0


@pytest.fixture
def story(monkeypatch, tmp_path):
    """Plays a story; gives the nodes, the waits, what was said, and how it ended."""
    stops = MadeUpStops()
    monkeypatch.setattr(supervise, "adopt_orphans", lambda: None)
    monkeypatch.setattr(supervise, "Node", MadeUpNode)
    monkeypatch.setattr(supervise, "time", SimpleNamespace(monotonic=lambda: stops.now))
    monkeypatch.setattr(
        supervise, "missing", lambda port, timeout: [] if MadeUpNode.nodes[-1].answers else ["x"]
    )
    monkeypatch.setattr(supervise, "drawn", lambda port, timeout: MadeUpNode.nodes[-1].is_drawn)

    def play(*starts):
        MadeUpNode.story, MadeUpNode.nodes = starts, ()
        said = []
        folders = SimpleNamespace(logs=tmp_path)
        came_up = run(folders, 1, stops, said.append, said.append)
        return MadeUpNode.nodes, stops.waits, said, came_up

    return play


def test_a_process_that_can_be_is_started_again_alone(story):
    """However often, always at once: the node itself stays."""
    nodes, waits, said, came_up = story(["openspec ends", "all answer"] * 6)
    assert len(nodes) == 1
    assert nodes[0].started_again == ["openspec"] * 6
    assert said.count("openspec is back.") == 6
    assert came_up
    assert max(wait or 0 for wait in waits) < FIRST_DELAY


def test_a_process_that_never_becomes_ready_is_started_ever_more_slowly(story):
    nodes, waits, _, _ = story(["openspec ends"] * 12)
    assert len(nodes) == 1
    delays = [wait for wait in waits if wait and wait >= FIRST_DELAY / 2]
    assert delays == sorted(delays)
    assert delays[-1] > 5 * delays[0]


def test_a_router_that_is_lost_ends_the_node(story):
    """The component notices first; it isn't started alone in vain."""
    nodes, _, said, _ = story(["openspec loses the router", "node ends"], [])
    assert len(nodes) == 2
    assert nodes[0].started_again == []
    assert "openspec has ended by itself; it is started again." not in said


def test_a_connection_that_the_router_has_closed_costs_that_process_alone(story):
    nodes, _, said, _ = story(["openspec loses the router", "all answer"])
    assert len(nodes) == 1
    assert nodes[0].started_again == ["openspec"]
    assert "openspec is back." in said


def test_a_node_that_ends_is_started_again_at_once(story):
    nodes, waits, said, came_up = story(*[["node ends"]] * 6, [])
    assert len(nodes) == 7
    assert max(wait or 0 for wait in waits) == 0
    assert said.count("The node has ended by itself; it is started again.") == 6
    assert came_up


def test_a_process_that_ends_before_the_board_is_drawn_is_started_again_at_once(story):
    """What waits for the first picture doesn't wait for it in vain."""
    nodes, waits, _, _ = story(["openspec ends", "nothing is drawn", "openspec ends"])
    assert nodes[0].started_again == ["openspec"] * 2
    assert sum(wait or 0 for wait in waits) < 1
