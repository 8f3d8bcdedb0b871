"""Flow control on a simulated clock: whatever happens to acks, viewers and the world, every
viewer that keeps acknowledging ends with exactly the picture of what it looks at.

The rules that must hold at every moment (no empty list, nothing past a window, nothing that can't
be applied, no empty frame) are asserted by the simulated node in streaming.py. A frame that can't
be applied raises NeedsRefresh out of `Client.read`, and no rule catches it.
"""

import random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from geometry_ws.scene.attention import Look
from geometry_ws.scene.faces import ALWAYS, ShownWhen
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Image
from geometry_ws.scene.world import Update
from geometry_ws.stream.flow import STUCK_SECONDS, WINDOW_BYTES
from geometry_ws.stream.viewer import MOST_UNDONE, Joining
from tests.stream.streaming import EPOCH, EVERYTHING, Node, noise, random_ops, random_rect
from tests.stream.watching import WatchedStream

LOOKS = st.sampled_from(
    [
        EVERYTHING,
        Look(0, 0, 300, 300),
        Look(250, 250, 300, 300, 2.0),
        Look(-100, -100, 700, 700, 0.5),
        Look(-100, -100, 1200, 1200, 0.25),
        Look(0, 0, 400, 400, 0.6),
        Look(-500, -500, 10, 10),
        Look(0, 0, 300, 300, hidden=True),
        Look(-100, -100, 700, 700, theme="dark"),
        Look(-100, -100, 700, 700, 2.0, theme="dark", face_scale=0.4),
        Look(-100, -100, 700, 700, 0.6, face_scale=0.85),
    ]
)
FACES = st.sampled_from(
    [
        ALWAYS,
        ALWAYS,
        ShownWhen("light"),
        ShownWhen("dark"),
        ShownWhen(None, 0.5, 0.85),
        ShownWhen("dark", 0.85),
        ShownWhen("light", below=0.5),
    ]
)
SIZES = st.sampled_from([(16, 12), (60, 50), (300, 260), (420, 420)])
PLACES = st.tuples(st.integers(-60, 500), st.integers(-60, 500))
CONTENTS = ("auto", "text", "photo", "video", "lossless")
CODECS = st.sampled_from(
    [(), ("jpeg",), ("jpeg", "h264"), ("jpeg", "h264", "vp8"), ("jpeg", "vp8"), ("h264",)]
).map(frozenset)
WAITS = st.sampled_from([0.0, 0.001, 0.017, 0.1, 0.4])


class Viewers(RuleBasedStateMachine):
    """Programs draw, viewers come, look around, stall, and go; acks travel badly."""

    def __init__(self) -> None:
        super().__init__()
        self.node = Node(WatchedStream)
        self.acks: list = []
        self.next_viewer = 1
        self.next_session = 1000
        self.resumed = 0

    @initialize()
    def first(self) -> None:
        self.node.act("create", "a", 60, 50, x=20, y=20)
        self.node.join(900)
        far = Joining(frozenset(("jpeg",)), "w0", "token 0", thumbnails=True)
        self.node.join(901, Look(-100, -100, 1200, 1200, 0.25), far)

    # Programs

    @rule(
        size=SIZES,
        place=PLACES,
        opaque=st.booleans(),
        scale=st.sampled_from([1, 1, 2]),
        content=st.sampled_from(CONTENTS),
        presented=st.booleans(),
        shown_when=FACES,
    )
    @precondition(lambda self: len(self.node.world.surfaces) < 6)
    def create(self, size, place, scale, **more) -> None:
        scale = scale if size[0] < 100 else 1
        self.node.act("create", "a", *size, x=place[0], y=place[1], scale=scale, **more)

    @rule(seed=st.integers(0, 99), content=st.sampled_from(CONTENTS))
    @precondition(lambda self: self.node.world.surfaces)
    def show_something_else(self, seed, content) -> None:
        surface = random.Random(seed).choice(list(self.node.world.surfaces))
        self.node.act("configure", "a", surface, content=content)

    @rule(seed=st.integers(0, 99), shown_when=FACES)
    @precondition(lambda self: self.node.world.surfaces)
    def show_to_others(self, seed, shown_when) -> None:
        surface = random.Random(seed).choice(list(self.node.world.surfaces))
        self.node.act("configure", "a", surface, shown_when=shown_when)

    @rule(
        seed=st.integers(0, 10**6),
        resize=st.sampled_from([False] * 6 + [True]),
        count=st.sampled_from([0, 1, 1, 2, 5, 80]),
        clipped=st.booleans(),
        several=st.booleans(),
    )
    @precondition(lambda self: self.node.world.surfaces)
    def commit(self, seed, resize, count, clipped, several) -> None:
        rng = random.Random(seed)
        updates = []
        for surface in rng.sample(
            list(self.node.world.surfaces.values()),
            min(len(self.node.world.surfaces), 2 if several else 1),
        ):
            width = rng.randint(1, 300) if resize else surface.width
            fresh = width != surface.width
            size = width * surface.scale, surface.height * surface.scale
            ops = random_ops(
                rng, *size, count if size[0] * size[1] < 4000 else min(count, 2), copies=not fresh
            )
            damage = [random_rect(rng, *size) for _ in range(2)] if clipped else None
            updates.append(Update(surface.id, width=width, damage=damage, ops=ops))
        self.node.act("commit", "a", updates, token=object())

    @rule(
        what=st.sampled_from(["move", "raise_surface", "lower_surface", "destroy"]),
        seed=st.integers(0, 99),
        place=PLACES,
    )
    @precondition(lambda self: self.node.world.surfaces)
    def arrange(self, what, seed, place) -> None:
        surface = random.Random(seed).choice(list(self.node.world.surfaces))
        self.node.act(what, "a", surface, *(place if what == "move" else ()))

    @rule(
        seed=st.integers(0, 10**6),
        count=st.integers(1, 6),
        place=PLACES,
        size=st.sampled_from([(64, 64), (101, 71), (300, 260)]),
        wait=st.sampled_from([0.017, 0.04, 0.3]),
        read=st.integers(0, 3),
    )
    @precondition(lambda self: self.node.hold is None)
    def play_video(self, seed, count, place, size, wait, read) -> None:
        """Some pictures of a video; viewers read and acknowledge some of what comes, or nothing."""
        rng = random.Random(seed)
        world = self.node.world
        shown = [surface.id for surface in world.surfaces.values() if surface.content == "video"]
        if not shown and len(world.surfaces) < 6:
            more = {"x": place[0], "y": place[1], "opaque": True, "content": "video"}
            shown = [self.node.act("create", "a", *size, **more)]
        for step in range(count):
            for surface in (world.surfaces[name] for name in shown):
                whole = Rect(0, 0, surface.width * surface.scale, surface.height * surface.scale)
                picture = Image(whole, noise(whole.w, whole.h, seed % 7 + step) & 0xC0)
                self.node.act("commit", "a", [Update(surface.id, ops=(picture,))])
            self.node.now += wait
            self.node.tick()
            for viewer, client in self.node.clients.items():
                for _ in range(rng.randint(0, read)):
                    if (done := client.read()) is not None:
                        self.node.stream.ack(viewer, EPOCH, *done, 100, self.node.now)

    # Viewers

    @rule(look=st.none() | LOOKS, codecs=CODECS, thumbnails=st.booleans())
    @precondition(lambda self: self.next_viewer < 6)
    def join(self, look, codecs, thumbnails) -> None:
        number = self.next_viewer
        joining = Joining(codecs, f"w{number}", f"token {number}", thumbnails=thumbnails)
        self.node.join(self.next_viewer, look, joining)
        self.next_viewer += 1

    @rule(seed=st.integers(0, 99))
    @precondition(lambda self: self.node.stream.viewers)
    def become_slow_or_fast(self, seed) -> None:
        viewer = random.Random(seed).choice(self.node.stream.viewers)
        quality = self.node.stream._viewers[viewer].quality
        quality.fast = not quality.fast

    @rule(seed=st.integers(0, 99), read=st.integers(0, 6), noticed=st.booleans())
    @precondition(lambda self: self.node.clients and self.node.hold is None)
    def lose_the_session(self, seed, read, noticed) -> None:
        """Some of what is on its way arrives, the rest never; then it goes on elsewhere."""
        viewer = random.Random(seed).choice(list(self.node.clients))
        for _ in range(read):
            self.node.clients[viewer].read()
        self.acks = [ack for ack in self.acks if ack[0] != viewer]
        self.resumed += self.node.lose(viewer, self.next_session, noticed=noticed)
        self.next_session += 1

    @rule(seed=st.integers(0, 99), look=LOOKS)
    @precondition(lambda self: self.node.stream.viewers)
    def look(self, seed, look) -> None:
        self.node.look(random.Random(seed).choice(self.node.stream.viewers), look)

    @rule(seed=st.integers(0, 99), what=st.sampled_from(["pause", "refresh", "detach", "rejoin"]))
    @precondition(lambda self: self.node.stream.viewers)
    def wish(self, seed, what) -> None:
        viewer = random.Random(seed).choice(self.node.stream.viewers)
        client = self.node.clients[viewer]
        if what == "pause":
            client.paused = not client.paused
            self.node.stream.pause(viewer, self.node.now, paused=client.paused)
        elif what == "refresh":
            self.node.stream.refresh(viewer)
        elif what == "rejoin":
            self.node.rejoin(viewer)
        else:
            client.attached = False
            self.node.stream.detach(viewer)

    @rule(seed=st.integers(0, 99), count=st.integers(1, 6), lost=st.booleans())
    def read(self, seed, count, lost) -> None:
        viewer = random.Random(seed).choice(list(self.node.clients))
        for _ in range(count):
            done = self.node.clients[viewer].read()
            if done is not None and not lost:
                self.acks.append((viewer, done))

    @rule(seed=st.integers(0, 99), twice=st.booleans(), draw_us=st.integers(0, 10**9))
    @precondition(lambda self: self.acks)
    def hear_ack(self, seed, twice, draw_us) -> None:
        """Some ack arrives, not in order, and perhaps again later."""
        viewer, done = self.acks.pop(random.Random(seed).randrange(len(self.acks)))
        self.node.stream.ack(viewer, EPOCH, *done, draw_us, self.node.now)
        if twice:
            self.acks.append((viewer, done))

    @rule(seed=st.integers(0, 99), seq=st.integers(0, 2**53), part=st.integers(0, 10**6))
    def hear_nonsense(self, seed, seq, part) -> None:
        viewer = random.Random(seed).choice(list(self.node.clients))
        future = self.node.stream.seq + 1 + seq
        assert not self.node.stream.ack(viewer, EPOCH, future, part, 0, self.node.now)
        assert not self.node.stream.ack(viewer, "e0", seq, part, 0, self.node.now)
        assert not self.node.stream.ack(77_777, EPOCH, seq, part, 0, self.node.now)

    # Time

    @rule(wait=WAITS)
    def tick(self, wait) -> None:
        self.node.now += wait
        if self.node.hold is None:
            self.node.tick()

    @rule(wait=WAITS)
    def encode_for_a_while(self, wait) -> None:
        """A tick that takes its time: other rules run between plan and commit."""
        if self.node.hold is not None:
            self.node.now += wait
            self.node.finish()
            return
        due = self.node.stream.next_due(self.node.now)
        if due is not None and due <= self.node.now:
            self.node.begin()

    @rule()
    @precondition(lambda self: self.node.hold is not None)
    def fail_to_encode(self) -> None:
        """Nothing comes of it, but encoders of videos may have had their pictures."""
        for video_frame in self.node.hold.video_frames[::2]:
            job = next(job for job in self.node.hold.jobs if job.video_frame is video_frame)
            video_frame.encoder.encode(job.pixels, key=video_frame.key)
        self.node.stream.abandon(self.node.hold)
        self.node.hold = None

    @rule()
    @precondition(lambda self: self.node.hold is None)
    def rest(self) -> None:
        """Everybody who is there catches up, and then nothing more is due."""
        self.node.settle()
        self.node.check_pictures()
        before = self.node.messages
        self.node.now += 5
        assert self.node.stream.next_due(self.node.now) is None
        assert self.node.messages == before

    @rule()
    @precondition(lambda self: self.node.hold is None and self.node.stream.viewers)
    def look_closer(self) -> None:
        """Everybody looks at all of it in its own size, and gets exactly that."""
        for viewer in self.node.stream.viewers:
            self.node.look(viewer, EVERYTHING)
        self.rest()

    @invariant()
    def knows_for_whom_planes_are(self) -> None:
        stream, surfaces = self.node.stream, self.node.world.surfaces
        for viewer in stream._viewers.values():
            look = viewer.look
            names = {
                name
                for name, surface in surfaces.items()
                if not surface.waits and surface.shown_when.matches(look.theme, look.faces_at)
            }
            assert stream._planner.for_looks.names(look) == names

    @invariant()
    def bounded(self) -> None:
        """What is kept for a viewer doesn't grow with what it misses."""
        for viewer in self.node.stream._viewers.values():
            assert len(viewer.stale) <= 8
            assert len(viewer.lossy) <= 8
            assert len(viewer.downscaled) <= 16
            assert len(viewer._undo) <= MOST_UNDONE
            assert viewer.flow.in_flight_bytes <= WINDOW_BYTES + 300 * 1024
            assert viewer.flow.stuck_at is None or STUCK_SECONDS > 0

    def teardown(self) -> None:
        if self.node.hold is not None:
            self.node.finish()
        self.rest()
        self.look_closer()


TestViewers = pytest.mark.slow(Viewers.TestCase)
TestViewers.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
