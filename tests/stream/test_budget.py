"""A tick copies a bounded number of pixels for who catches up; the rest comes with the next."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.scene.world import Update
from geometry_ws.stream import builder as plans
from tests.stream.streaming import Node, noise
from tests.stream.test_machine import Viewers

SIDE = 40


@pytest.fixture
def node(monkeypatch) -> Node:
    """Six surfaces of noise; two of them are as much as a group may have in one tick."""
    monkeypatch.setattr(plans, "GROUP_PIXELS", 2 * SIDE * SIDE)
    node = Node()
    for place in range(6):
        node.act("create", "a", SIDE, SIDE, x=100 * place)
    draw(node, 1)
    return node


def draw(node: Node, seed: int, height: int = SIDE) -> None:
    image = Image(Rect(0, 0, SIDE, height), noise(SIDE, height, seed))
    node.act("commit", "a", [Update(surface, ops=[image]) for surface in node.world.surfaces])


def painted(node: Node) -> list[list[str]]:
    """Planes that each message since the last time painted."""
    planes = [[op.plane for op in publish.frame.ops] for publish in node.frames]
    node.frames.clear()
    return planes


def test_a_joiner_gets_a_large_world_in_several_frames(node) -> None:
    node.join(1)
    node.settle()
    assert painted(node) == [["s1", "s2"], ["s3", "s4"], ["s5", "s6"]]
    node.check_pictures()


def test_a_large_commit_comes_to_level_viewers_whole(node) -> None:
    node.join(1)
    node.settle()
    painted(node)
    draw(node, 2)
    node.settle()
    assert [len(planes) for planes in painted(node)] == [6]
    node.check_pictures()


def test_more_than_any_commit_comes_to_level_viewers_in_several_frames(node, monkeypatch) -> None:
    """As after a time in which nobody looked."""
    monkeypatch.setattr(plans, "LEVEL_PIXELS", 3 * SIDE * SIDE)
    node.join(1)
    node.settle()
    painted(node)
    draw(node, 2)
    node.settle()
    assert [len(planes) for planes in painted(node)] == [3, 2, 1]
    node.check_pictures()


def test_a_late_viewer_gets_much_that_it_missed_in_several_frames(node) -> None:
    """Only whole tiles are kept encoded, which need no copy: so it misses a little less."""
    node.join(1)
    node.join(2, Look(0, 0, 1000, 1000))
    node.settle()
    painted(node)
    for paused in (True, False):
        node.stream.pause(1, node.now, paused=paused)
        node.clients[1].paused = paused
        node.settle()
        if paused:
            draw(node, 3, SIDE - 1)
            node.settle()
    assert [len(planes) for planes in painted(node)] == [6, 3, 3]
    node.check_pictures()


def test_what_is_drawn_all_the_time_keeps_nothing_else_from_coming(node) -> None:
    """What is missed longest comes first."""
    node.join(1)
    image = [Image(Rect(0, 0, SIDE, SIDE), noise(SIDE, SIDE, seed)) for seed in (7, 8)]
    for step in range(12):
        for plane in ("s1", "s2", "s3"):
            node.act("commit", "a", [Update(plane, ops=[image[step % 2]])])
        node.now += 0.02
        node.tick()
        while (done := node.clients[1].read()) is not None:
            node.stream.ack(1, "e1", *done, 100, node.now)
    assert {plane for planes in painted(node) for plane in planes} == set(node.world.surfaces)
    node.settle()
    node.check_pictures()


@pytest.mark.slow
def test_every_viewer_ends_with_the_picture_however_little_a_tick_may_copy(monkeypatch) -> None:
    monkeypatch.setattr(plans, "GROUP_PIXELS", 1000)
    monkeypatch.setattr(plans, "LEVEL_PIXELS", 2000)
    run_state_machine_as_test(
        Viewers, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )
