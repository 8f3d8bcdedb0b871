"""Who gets what: sizes, groups, joiners and transfers."""

import msgspec
import numpy as np
import pytest

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Copy, Fill, Image
from geometry_ws.scene.world import Update
from geometry_ws.stream.flow import STUCK_SECONDS, WINDOW_BYTES
from geometry_ws.stream.frame import CopyOp, FillOp, ImageOp
from geometry_ws.stream.stream import EARLY_SECONDS, INTERVAL_SECONDS
from geometry_ws.stream.viewer import Joining
from geometry_ws.stream.wire import to_wire
from tests.stream.streaming import (
    BLUE,
    EPOCH,
    RED,
    Node,
    draw,
    encode,
    late_node,
    noise,
    picture,
    sent,
)


def test_a_moved_surface_costs_less_than_300_bytes() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    node.act("move", "a", surface, 400, 300)
    (publish,) = sent(node, 1)
    wire = to_wire(publish.frame)
    assert set(wire) == {"epoch", "seq", "base", "time_us", "planes"}
    assert wire["planes"] == [
        {"plane": "s1", "x": 400, "y": 300, "z": 1, "width": 100, "height": 80}
    ]
    assert len(msgspec.msgpack.encode(wire)) < 150


def test_fills_and_copies_travel_as_such_to_those_who_are_level() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    draw(
        node,
        surface,
        Copy(Rect(0, 10, 100, 70), (0, 0)),
        Fill(Rect(0, 70, 100, 10), RED),
        Image(Rect(5, 72, 4, 4), noise(4, 4)),
    )
    (publish,) = sent(node, 1)
    kinds = [type(op) for op in publish.frame.ops]
    assert kinds == [CopyOp, FillOp, ImageOp]
    assert sum(len(op.data) for op in publish.frame.ops if isinstance(op, ImageOp)) == 64
    node.settle()
    node.check_pictures()


def test_a_copy_of_what_changed_in_the_same_frame_is_sent_as_pixels() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    draw(node, surface, Fill(Rect(0, 0, 20, 20), RED))
    draw(node, surface, Copy(Rect(10, 10, 20, 20), (60, 40)))
    draw(node, surface, Copy(Rect(60, 0, 10, 10), (0, 60)))
    (publish,) = sent(node, 1)
    copies = [op for op in publish.frame.ops if isinstance(op, CopyOp)]
    assert [op.rect for op in copies] == [Rect(60, 0, 10, 10)]
    node.settle()
    node.check_pictures()


def test_one_colour_is_a_fill_even_when_drawn_as_an_image() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    pixels = noise(50, 50)
    pixels[:] = BLUE
    draw(node, surface, Image(Rect(0, 0, 50, 50), pixels))
    (publish,) = sent(node, 1)
    assert publish.frame.ops == (FillOp("s1", Rect(0, 0, 50, 50), (0, 0, 255, 255)),)


def scattered(page: np.ndarray, *, drawn: bool) -> list:
    """The rectangles of a frame with dots that were drawn here and there on a page."""
    node = Node()
    height, width = page.shape[:2]
    surface = node.act("create", "a", width, height, opaque=True)
    draw(node, surface, Image(Rect(0, 0, width, height), page))
    node.join(1, joining=Joining(frozenset(("palette",)), "w1", "token"))
    node.settle()
    spots = [Rect(x, y, 8, 8) for x, y in ((0, 0), (140, 0), (0, 140), (140, 140))]
    dots = noise(8, 8)
    if drawn:
        dots[...] = 7
        dots[::2, ::2] = 40
    dots[..., 3] = 255
    draw(node, surface, *(Image(spot, dots) for spot in spots))
    (publish,) = sent(node, 1)
    node.settle()
    node.check_pictures()
    return [op.rect for op in publish.frame.ops]


def test_what_was_drawn_here_and_there_is_one_picture_with_one_palette() -> None:
    white = np.full((200, 200, 4), 255, np.uint8)
    assert scattered(white, drawn=True) == [Rect(0, 0, 148, 148)]


def test_what_changed_of_a_photo_is_sent_alone() -> None:
    page = noise(200, 200)
    page[..., 3] = 255
    assert len(scattered(page, drawn=False)) == 4


def test_the_newest_of_equal_rectangles_wins() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    for colour in (RED, BLUE, RED, BLUE):
        draw(node, surface, Fill(Rect(0, 0, 50, 50), colour))
    (publish,) = sent(node, 1)
    assert publish.frame.ops == (FillOp("s1", Rect(0, 0, 50, 50), (0, 0, 255, 255)),)


def test_many_viewers_who_are_level_share_one_message() -> None:
    node = Node()
    surface = picture(node)
    for viewer in range(1, 101):
        node.join(viewer)
    node.settle()
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED))
    (publish,) = sent(node, 1)
    assert publish.eligible == tuple(range(1, 101))


def test_a_late_viewer_gets_the_newest_pixels_from_its_own_base() -> None:
    node, surface = late_node()
    base = node.clients[2].store.seq
    draw(node, surface, Copy(Rect(0, 0, 30, 30), (60, 40)))
    level, late = sorted(sent(node, 2))
    assert (late.eligible, level.eligible) == ((2,), (1,))
    assert late.frame.seq == level.frame.seq
    assert late.frame.base == base
    assert not any(isinstance(op, CopyOp) for op in late.frame.ops)
    assert any(isinstance(op, CopyOp) for op in level.frame.ops)
    node.settle()
    node.check_pictures()


def test_late_and_level_viewers_share_a_frame_where_that_is_enough() -> None:
    node, surface = late_node()
    draw(node, surface, Fill(Rect(0, 0, 40, 40), BLUE))
    (publish,) = sent(node, 1)
    assert publish.eligible == (1, 2)
    assert publish.frame.base == node.clients[2].store.seq
    node.settle()
    node.check_pictures()


def test_idle_costs_nothing() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    assert node.stream.next_due(node.now + 1000) is None
    draw(node, surface, Image(Rect(0, 0, 100, 80), noise(100, 80, 5)))
    before = node.messages
    node.settle()
    assert node.messages == before, "the same pixels again are no change"


def test_what_nobody_looks_at_is_not_sent_and_comes_when_looked_at() -> None:
    node = Node()
    picture(node)
    far = picture(node, x=5000)
    node.join(1, Look(0, 0, 500, 500))
    node.settle()
    assert not node.clients[1].store.planes[far].pixels.any()
    draw(node, far, Fill(Rect(0, 0, 9, 9), RED))
    assert node.stream.next_due(node.now) is None
    node.look(1, Look(5000, 0, 500, 500))
    (publish,) = sent(node, 1)
    assert {op.plane for op in publish.frame.ops} == {far}
    node.settle()
    node.check_pictures()


def test_a_thousand_joiners_cost_one_encoding() -> None:
    node = Node()
    surface = picture(node, 600, 500)
    encodings = 0

    def counted(pixels, encoding):
        nonlocal encodings
        encodings += 1
        return encode(pixels, encoding)

    for viewer in range(1000):
        node.join(viewer)
        if viewer % 100 == 99:
            node.now += 0.02
            plan = node.stream.plan(node.now)
            outcome = node.stream.commit(plan, plan.encode(counted), node.now)
            assert len(outcome.publishes[0].eligible) == 100
    assert encodings == 5
    draw(node, surface, Fill(Rect(0, 0, 3, 3), RED))
    node.join(2000)
    plan = node.stream.plan(node.now + 0.02)
    assert len(plan.jobs) == 1, "only the tile that changed is encoded again"


def test_a_large_frame_goes_in_parts_at_the_viewers_pace() -> None:
    node = Node()
    picture(node, 800, 600)
    client = node.join(1)
    node.now += 0.02
    node.tick()
    assert 2 <= len(client.inbox) <= 3, "no more than the window holds"
    assert node.stream.next_due(node.now) > node.now + 1
    while (done := client.read()) is not None:
        assert client.store.seq == 0, "shown when the last part is there"
        node.stream.ack(1, EPOCH, *done, 0, node.now)
    assert node.stream.next_due(node.now) == node.now
    node.settle()
    assert client.applied == 1
    node.check_pictures()


def test_while_a_transfer_lasts_its_viewer_gets_nothing_else_and_others_everything() -> None:
    node = Node()
    surface = picture(node, 800, 600)
    node.join(1)
    node.settle()
    slow = node.join(2)
    node.now += 0.02
    node.tick()
    waiting = len(slow.inbox)
    for step in range(20):
        draw(node, surface, Fill(Rect(step, 0, 1, 9), RED))
        (publish,) = sent(node, 1)
        assert publish.eligible == (1,)
        node.stream.ack(1, EPOCH, publish.frame.seq, 0, 0, node.now)
    assert len(slow.inbox) == waiting
    node.settle()
    node.check_pictures()


def test_a_stalled_viewer_costs_nobody_anything() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    stalled = node.join(2)
    node.settle()
    for step in range(300):
        draw(node, surface, Image(Rect(0, 0, 100, 80), noise(100, 80, step)))
        node.now += 0.02
        node.tick()
        client = node.clients[1]
        while (done := client.read()) is not None:
            node.stream.ack(1, EPOCH, *done, 0, node.now)
        assert client.store.seq == node.stream.seq, "the other viewer is never behind"
    assert len(stalled.inbox) * 32_000 < WINDOW_BYTES + 64_000
    stats = {viewer.viewer: viewer for viewer in node.stream.stats(node.now).viewers}
    assert stats[2].messages < 20 < stats[1].messages
    node.settle()
    node.check_pictures()


def test_a_stuck_viewer_is_detached_and_may_come_back() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED))
    sent(node, 1)
    due = node.stream.next_due(node.now)
    assert due == pytest.approx(node.now + STUCK_SECONDS)
    assert node.stream.expire(due - 0.01) == ()
    assert node.stream.expire(due) == (1,)
    assert node.stream.viewers == ()
    node.now = due
    node.join(1)
    node.settle()
    node.check_pictures()


def test_attaching_again_is_no_way_round_the_window() -> None:
    node = Node()
    picture(node, 800, 600)
    for _ in range(50):
        client = node.join(1)
        node.now += 0.02
        node.tick()
    assert node.flow(1).in_flight_bytes <= WINDOW_BYTES + 256 * 1024
    assert not client.inbox
    for _ in range(50):
        node.stream.detach(1)
        node.join(1)
        node.now += 0.001
        node.tick()
    assert node.flow(1).in_flight_bytes <= WINDOW_BYTES + 256 * 1024


def test_refreshes_in_a_row_are_one_keyframe_at_a_time() -> None:
    node = Node()
    picture(node)
    node.join(1)
    node.settle()
    before = node.messages
    start = node.now
    while node.now < start + 2:
        node.stream.refresh(1)
        node.now += 0.02
        node.tick()
        client = node.clients[1]
        while (done := client.read()) is not None:
            node.stream.ack(1, EPOCH, *done, 0, node.now)
    assert 2 <= node.messages - before <= 5


def test_frames_go_out_at_once_and_in_the_long_run_not_faster_than_the_interval() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    node.now += 1
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED))
    assert node.stream.next_due(node.now) == node.now
    node.tick()
    node.clients[1].read()
    began = node.now
    for count in range(1, 40):
        draw(node, surface, Fill(Rect(0, 0, 9, 9), BLUE if count % 2 else RED))
        due = node.stream.next_due(node.now + 0.001)
        assert due is not None
        assert due >= node.now + INTERVAL_SECONDS - EARLY_SECONDS - 1e-9
        assert due >= began + count * INTERVAL_SECONDS - EARLY_SECONDS - 1e-9
        node.now = due
        node.tick()
        node.stream.ack(1, EPOCH, *node.clients[1].read(), 0, node.now)


def test_a_steady_program_never_waits_for_the_interval() -> None:
    """Its steps come a little early and a little late; each goes out at once."""
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    node.now += 1
    began = node.now
    for count in range(60):
        node.now = began + count / 60 + (0.003 if count % 2 else -0.003)
        draw(node, surface, Fill(Rect(0, 0, 9, 9), BLUE if count % 2 else RED))
        assert node.stream.next_due(node.now) == node.now
        node.tick()
        node.stream.ack(1, EPOCH, *node.clients[1].read(), 0, node.now)


def test_one_frame_never_shows_half_a_commit() -> None:
    node = Node()
    first, second = picture(node), picture(node, x=200)
    node.join(1)
    node.settle()
    fill = Fill(Rect(0, 0, 9, 9), RED)
    node.act("commit", "a", [Update(first, ops=(fill,)), Update(second, ops=(fill,), x=70)])
    (publish,) = sent(node, 1)
    assert {op.plane for op in publish.frame.ops} == {first, second}
    assert [place.plane for place in publish.frame.planes] == [second]
