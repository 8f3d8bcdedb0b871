"""Videos at random: whatever viewers do, all end with the very pixels."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.scene.world import Update
from tests.stream.playing import BOTH, FRAME, H264, NONE, VP8, screen, step
from tests.stream.streaming import EPOCH, EVERYTHING, Node, draw, noise


class Videos(RuleBasedStateMachine):
    """Two videos and a clock; viewers of all sorts come, skip, look away, lose their sessions.

    A picture that can't follow makes the painter ask for a refresh, which no rule catches.
    """

    def __init__(self) -> None:
        super().__init__()
        self.node = Node()
        self.viewers = 0
        self.screens: list[str] = []

    @initialize(viewers=st.lists(st.sampled_from([H264, H264, VP8, BOTH, NONE]), min_size=1))
    def first(self, viewers) -> None:
        self.screens = [screen(self.node), screen(self.node, 71, 65, x=400)]
        for viewer in viewers[:4]:
            self.join(viewer)
        self.node.settle()

    def join(self, viewer) -> None:
        self.viewers += 1
        self.node.join(self.viewers, joining=viewer)

    @rule(
        seed=st.integers(0, 99),
        shown=st.sampled_from([(0,), (0,), (1,), (0, 1)]),
        encoded=st.sampled_from([False, False, True]),
        absent=st.sets(st.integers(1, 6), max_size=2),
        wait=st.sampled_from([0.017, FRAME, FRAME, 0.3]),
        count=st.integers(1, 5),
    )
    @precondition(lambda self: self.node.hold is None)
    def play(self, seed, shown, encoded, absent, wait, count) -> None:
        """Pictures of one or both; some viewers don't read what comes, the others do."""
        for number in range(count):
            for index in shown:
                step(self.node, self.screens[index], seed + number, encoded=encoded)
            self.node.now += wait
            self.node.tick()
            for viewer in self.node.clients:
                if viewer not in absent:
                    self.read(viewer)

    def read(self, viewer) -> None:
        while (done := self.node.clients[viewer].read()) is not None:
            self.node.stream.ack(viewer, EPOCH, *done, 100, self.node.now)

    @rule(wait=st.sampled_from([0.0, 0.05, 1.2]), fails=st.sampled_from([False, False, True]))
    @precondition(lambda self: self.node.hold is None)
    def take_time_to_encode(self, wait, fails) -> None:
        step(self.node, self.screens[0], 7)
        self.node.now += FRAME
        due = self.node.stream.next_due(self.node.now)
        if due is not None and due <= self.node.now:
            self.node.begin()
            self.fails = fails
            self.node.now += wait

    @rule()
    @precondition(lambda self: self.node.hold is not None)
    def encoded(self) -> None:
        if not self.fails:
            self.node.finish()
            return
        for job in self.node.hold.jobs:
            if job.video_frame is not None:
                job.video_frame.encoder.encode(job.pixels, key=job.video_frame.key)
        self.node.stream.abandon(self.node.hold)
        self.node.hold = None

    @rule(x=st.integers(0, 60), seed=st.integers(0, 9))
    def tick_a_clock(self, x, seed) -> None:
        draw(self.node, self.screens[0], Image(Rect(x, 3, 9, 20), noise(9, 20, seed)))

    @rule(width=st.sampled_from([70, 100, 131]))
    def resize(self, width) -> None:
        whole = Image(Rect(0, 0, width, 80), noise(width, 80, width))
        self.node.act("commit", "a", [Update(self.screens[0], width=width, ops=(whole,))])

    @rule(viewer=st.sampled_from([H264, VP8, BOTH, NONE]))
    @precondition(lambda self: self.viewers < 6)
    def come(self, viewer) -> None:
        self.join(viewer)

    @rule(
        choice=st.integers(0, 9),
        what=st.sampled_from(["pause", "refresh", "rejoin", "fast", "away", "back", "detach"]),
    )
    @precondition(lambda self: self.node.stream.viewers)
    def behave(self, choice, what) -> None:
        node = self.node
        viewer = node.stream.viewers[choice % len(node.stream.viewers)]
        client = node.clients[viewer]
        if what == "pause":
            client.paused = not client.paused
            node.stream.pause(viewer, node.now, paused=client.paused)
        elif what == "refresh":
            node.stream.refresh(viewer)
        elif what == "rejoin":
            node.rejoin(viewer)
        elif what == "fast":
            quality = node.stream._viewers[viewer].quality
            quality.fast = not quality.fast
        elif what == "detach":
            client.attached = False
            node.stream.detach(viewer)
        else:
            node.look(viewer, Look(390, 0, 50, 50) if what == "away" else EVERYTHING)

    @rule(choice=st.integers(0, 9), count=st.integers(0, 3), noticed=st.booleans())
    @precondition(lambda self: self.node.hold is None and self.node.stream.viewers)
    def lose_the_session(self, choice, count, noticed) -> None:
        viewer = self.node.stream.viewers[choice % len(self.node.stream.viewers)]
        for _ in range(count):
            self.node.clients[viewer].read()
        self.viewers += 1
        self.node.lose(viewer, 100 + self.viewers, noticed=noticed)

    @rule()
    @precondition(lambda self: self.node.hold is None)
    def rest(self) -> None:
        self.node.settle()
        self.node.check_pictures()
        assert len(self.node.stream._planner.video_encoders) == 0
        self.node.now += 5
        assert self.node.stream.next_due(self.node.now) is None

    def teardown(self) -> None:
        if self.node.hold is not None:
            self.node.finish()
        self.rest()


TestVideos = pytest.mark.slow(Videos.TestCase)

TestVideos.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
