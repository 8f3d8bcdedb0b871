"""A simulated node for tests: a world, its stream, viewers over an ordered network, a clock.

Frames arrive in order and all of them (the router's promise); acks may be lost, late, doubled and
out of order. Every rule that must hold at every moment is checked here.
"""

import random
import zlib
from collections import Counter, deque
from dataclasses import replace

import numpy as np

from geometry_ws.scene.attention import EVERYTHING, Look
from geometry_ws.scene.geometry import Rect, Region
from geometry_ws.scene.ops import Fill, Image
from geometry_ws.scene.world import Update, World
from geometry_ws.stream.flow import WINDOW_BYTES
from geometry_ws.stream.painter import PlaneStore
from geometry_ws.stream.quality import shown_shrink
from geometry_ws.stream.roster import Resume
from geometry_ws.stream.stream import Stream
from geometry_ws.stream.tiles import Encoding
from geometry_ws.stream.viewer import Joining
from geometry_ws.stream.wire import from_wire, to_wire
from tests.stream import filming

EPOCH = "e1"
LOST_BITS = {"fast": 0xF0, "low": 0xC0}
JPEG = Joining(frozenset(("jpeg",)), "w1", "token")


def encode(pixels: np.ndarray, encoding: Encoding) -> tuple[str, bytes, bool]:
    """Without loss, or where it is wished coarsely: with the lowest bits gone."""
    exact = encoding.quality == "sharp"
    raw = (pixels if exact else pixels & LOST_BITS[encoding.quality]).tobytes()
    packed = zlib.compress(raw, 1)
    small = len(raw) >= 1024 and len(packed) < len(raw)
    return ("deflate", packed, exact) if small else ("raw", raw, exact)


class Client:
    """A viewer at the far end: frames wait in its line until it reads them."""

    def __init__(self, look: Look | None = None, joining: Joining | None = None) -> None:
        self.joining = joining or Joining()
        self.store = PlaneStore(EPOCH, filming.Decoder)
        self.inbox: deque = deque()
        self.shown = look or EVERYTHING
        self.paused = False
        self.attached = True
        self.applied = 0
        self.fresh = True
        self.last: tuple[int, int] | None = None

    def read(self) -> tuple[int, int] | None:
        """Apply the next message; gives what to acknowledge. NeedsRefresh flies."""
        if not self.inbox:
            return None
        frame = from_wire(self.inbox.popleft())
        self.last = (frame.seq, frame.part[0])
        if self.fresh and not (frame.keyframe and frame.part[0] == 0):
            return self.last  # left over from before it attached again
        self.fresh = False
        if self.store.apply(frame) is not None:
            self.applied += 1
        return self.last


class Node:
    """World and stream, and what is between them and the clients."""

    def __init__(self, stream_type: type[Stream] = Stream) -> None:
        self.world = World()
        self.stream = stream_type(EPOCH, self.world.surfaces, new_encoder=filming.Encoder)
        self.clients: dict[int, Client] = {}
        self.now = 100.0
        self.messages = 0
        self.seen: list = []
        self.frames: list = []
        self.hold = None

    def act(self, method, *args, token=None, **kwargs):
        """A step of the world, told to the stream."""
        result = getattr(self.world, method)(*args, **kwargs)
        value, changes = result if isinstance(result, tuple) else (None, result)
        self.stream.changed(changes, token)
        return value

    def join(
        self, viewer: int, look: Look | None = None, joining: Joining | None = None
    ) -> Client:  # fmt: skip
        self.clients[viewer] = Client(look, joining)
        self.stream.attach(viewer, look, self.now, self.clients[viewer].joining)
        return self.clients[viewer]

    def lose(self, viewer: int, anew: int, *, noticed: bool = True) -> bool:
        """A viewer's session ends with all that is on its way; it goes on in another."""
        client = self.clients.pop(viewer)
        client.inbox.clear()
        if noticed:
            self.stream.forget(viewer, self.now)
        resume = Resume(client.joining.token, EPOCH, client.store.seq)
        client.joining = replace(client.joining, token=f"token {anew}")
        self.clients[anew] = client
        shown = client.shown
        resumed = self.stream.attach(anew, shown, self.now, client.joining, resume)
        if not noticed:
            self.stream.forget(viewer, self.now)
        client.fresh, client.last, client.attached = not resumed, None, True
        client.paused = False
        return resumed

    def rejoin(self, viewer: int) -> None:
        """Attach again with empty hands; what is on its way still arrives."""
        old = self.clients[viewer]
        client = self.join(viewer, old.shown, old.joining)
        client.inbox = old.inbox

    def look(self, viewer: int, look: Look) -> None:
        self.clients[viewer].shown = look
        self.stream.look(viewer, look, self.now)

    def flow(self, viewer: int):
        return self.stream._viewers[viewer].flow

    def tick(self) -> int:
        """One tick if one is due now; says how many messages went out."""
        due = self.stream.next_due(self.now)
        if due is None or due > self.now:
            return 0
        for viewer in self.stream.expire(self.now):
            self.clients[viewer].attached = False
        self.begin()
        return self.finish()

    def begin(self) -> None:
        self.hold = self.stream.plan(self.now)
        kinds = Counter((group.profile, group.head.keyframe) for group in self.hold.groups)
        assert all(count <= 2 - keyframe for (_, keyframe), count in kinds.items())

    def finish(self) -> int:
        plan = self.last = self.hold
        self.hold = None
        flows = {viewer: self.flow(viewer) for viewer in self.stream.viewers}
        full = {viewer: (flow.in_flight_bytes, flow.window) for viewer, flow in flows.items()}
        outcome = self.stream.commit(plan, plan.encode(encode), self.now)
        for publish in outcome.publishes:
            self._check(publish, full)
            wire = to_wire(publish.frame)
            self.frames.append(publish)
            for viewer in publish.eligible:
                self.clients[viewer].inbox.append(wire)
        self.messages += len(outcome.publishes)
        self.seen.extend(outcome.seen)
        return len(outcome.publishes)

    def _check(self, publish, full) -> None:
        frame = publish.frame
        assert publish.eligible, "an empty list means everybody to the router"
        assert list(publish.eligible) == sorted(set(publish.eligible))
        assert frame.planes or frame.removed or frame.ops or frame.keyframe, "an empty frame"
        assert sum(len(op.data) for op in frame.ops if hasattr(op, "data")) <= 256 * 1024
        for viewer in publish.eligible:
            client = self.clients[viewer]
            assert client.attached
            assert not client.paused
            assert not client.shown.hidden
            in_flight, window = full[viewer]
            assert in_flight < window <= WINDOW_BYTES, "sent past a full window"
            full[viewer] = in_flight + frame.cost_bytes, window

    def settle(self, rounds: int = 400) -> None:
        """Everybody reads and acknowledges at once until nothing is due any more."""
        for _ in range(rounds):
            for viewer, client in self.clients.items():
                while (done := client.read()) is not None:
                    self.stream.ack(viewer, EPOCH, *done, 100, self.now)
                if client.last is not None:
                    self.stream.ack(viewer, EPOCH, *client.last, 100, self.now)
            due = self.stream.next_due(self.now)
            if due is None:
                return
            self.now = max(self.now, due)
            self.tick()
        raise AssertionError("the stream never comes to rest")

    def check_pictures(self) -> None:
        """Every attached viewer has exactly the world, as far as it looks."""
        for viewer in self.stream.viewers:
            client = self.clients[viewer]
            if client.shown.hidden or client.paused:
                continue
            planes = client.store.planes
            assert set(planes) == set(self.world.surfaces), viewer
            for name, surface in self.world.surfaces.items():
                place = planes[name].place
                assert (place.x, place.y, place.z) == (surface.x, surface.y, surface.z)
                assert (place.width, place.height) == (surface.width, surface.height)
                assert (place.opacity, place.opaque) == (surface.opacity, surface.opaque)
                assert place.shown_when == surface.shown_when
                if client.shown.shows(surface):
                    self._check_pixels(viewer, surface, planes[name].pixels)

    def _check_pixels(self, viewer: int, surface, pixels: np.ndarray) -> None:
        """Exact, or as far as it may be shrunk and is known to be; never coarser than shown."""
        state, joining = self.stream._viewers[viewer], self.clients[viewer].joining
        shown = shown_shrink(self.clients[viewer].shown) if joining.thumbnails else 1
        differs = (pixels != surface.buffer).any(axis=2)
        if shown > 1:
            for rect in state.lossy.get(surface.id, Region()).rects:
                differs[rect.y : rect.bottom, rect.x : rect.right] = False
            shrinks = [shrink for plane, shrink in state.downscaled if plane == surface.id]
            assert surface.content == "lossless" or max(shrinks, default=1) <= shown * surface.scale
        else:
            assert not state.lossy.get(surface.id)
            assert not any(plane == surface.id for plane, _ in state.downscaled)
        assert not differs.any(), f"viewer {viewer} has a wrong {surface.id}"


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)


def random_rect(rng: random.Random, width: int, height: int):
    from geometry_ws.scene.geometry import Rect

    x, y = rng.randrange(width), rng.randrange(height)
    return Rect(x, y, rng.randint(1, width - x), rng.randint(1, height - y))


def random_ops(rng: random.Random, width: int, height: int, count: int, *, copies: bool = True):
    """Fills, copies and images in a buffer of that size."""
    from geometry_ws.scene.ops import Copy, Fill, Image

    ops = []
    for _ in range(count):
        rect = random_rect(rng, width, height)
        kind = rng.choice("fffcccii" if copies else "fffii")
        if kind == "f":
            level = rng.choice([0, 128, 255])
            ops.append(Fill(rect, (level, 0, level // 2, 255)))
        elif kind == "c":
            to = rng.randint(0, width - rect.w), rng.randint(0, height - rect.h)
            ops.append(Copy(rect, to))
        else:
            ops.append(Image(rect, noise(rect.w, rect.h, rng.randrange(99))))
    return ops


RED, BLUE = (0, 0, 255, 255), (255, 0, 0, 255)


def picture(node: Node, width: int = 100, height: int = 80, **more) -> str:
    """A surface full of noise."""
    surface = node.act("create", "a", width, height, **more)
    draw(node, surface, Image(Rect(0, 0, width, height), noise(width, height, 5)))
    return surface


def draw(node: Node, surface: str, *ops, token=None) -> None:
    node.act("commit", "a", [Update(surface, ops=ops)], token=token)


def sent(node: Node, count: int) -> list:
    """The publishes of the next tick, which must be so many."""
    node.now += 0.02
    node.frames.clear()
    assert node.tick() == count
    return list(node.frames)


def late_node() -> tuple[Node, str]:
    """Viewer 2 missed a fill at the left while it was away; 1 didn't."""
    node = Node()
    surface = picture(node)
    node.join(1)
    node.join(2)
    node.settle()
    node.stream.pause(2, node.now, paused=True)
    node.clients[2].paused = True
    draw(node, surface, Fill(Rect(0, 0, 30, 30), RED))
    node.settle()
    node.stream.pause(2, node.now, paused=False)
    node.clients[2].paused = False
    return node, surface
