"""Who gets what: sizes, groups, joiners, transfers, pace, and silence."""

import msgspec
import pytest
from streaming import EPOCH, Node, encode, noise

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Copy, Fill, Image
from geometry_ws.scene.world import Update
from geometry_ws.stream.flow import STUCK_SECONDS, WINDOW_BYTES
from geometry_ws.stream.frame import CopyOp, FillOp, ImageOp
from geometry_ws.stream.history import MOST_REMOVALS
from geometry_ws.stream.stream import SHORTEST_INTERVAL_SECONDS
from geometry_ws.stream.transfers import KEYFRAME_INTERVAL_SECONDS
from geometry_ws.stream.wire import to_wire

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

    def counted(pixels):
        nonlocal encodings
        encodings += 1
        return encode(pixels)

    for viewer in range(1000):
        node.join(viewer)
        if viewer % 100 == 99:
            node.now += 0.02
            plan = node.stream.plan(node.now)
            outcome = node.stream.commit(plan, plan.encode(counted), node.now)
            assert len(outcome.publishes[0].eligible) == 100
    assert encodings == 9
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
    stats = {one.viewer: one for one in node.stream.stats().viewers}
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


def test_frames_go_out_at_once_and_then_not_faster_than_the_interval() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    node.now += 1
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED))
    assert node.stream.next_due(node.now) == node.now
    node.tick()
    node.clients[1].read()
    draw(node, surface, Fill(Rect(0, 0, 9, 9), BLUE))
    due = node.stream.next_due(node.now + 0.001)
    assert due == pytest.approx(node.now + SHORTEST_INTERVAL_SECONDS)


def test_one_frame_never_shows_half_a_commit() -> None:
    node = Node()
    one, two = picture(node), picture(node, x=200)
    node.join(1)
    node.settle()
    fill = Fill(Rect(0, 0, 9, 9), RED)
    node.act("commit", "a", [Update(one, ops=(fill,)), Update(two, ops=(fill,), x=70)])
    (publish,) = sent(node, 1)
    assert {op.plane for op in publish.frame.ops} == {one, two}
    assert [place.plane for place in publish.frame.planes] == [two]


def test_commits_are_seen_when_somebody_who_looks_gets_them() -> None:
    node = Node()
    near, far = picture(node), picture(node, x=5000)
    node.join(1, Look(0, 0, 500, 500))
    node.settle()
    fill = Fill(Rect(0, 0, 9, 9), RED)
    draw(node, near, fill, token="near")
    draw(node, far, fill, token="far")
    sent(node, 1)
    assert [(seen.token, seen.seq) for seen in node.seen] == [("near", node.stream.seq)]
    draw(node, near, fill, token="unchanged")
    node.settle()
    assert [seen.token for seen in node.seen] == ["near", "unchanged"]
    node.look(1, Look(5000, 0, 500, 500))
    node.settle()
    assert [seen.token for seen in node.seen] == ["near", "unchanged", "far"]


def test_a_dropped_token_is_never_told() -> None:
    node = Node()
    surface = picture(node)
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED), token="late")
    node.stream.drop_token("late")
    node.join(1)
    node.settle()
    assert node.seen == []


def test_nobody_is_told_twice_and_every_frame_has_its_own_number() -> None:
    node = Node()
    surface = picture(node)
    for viewer in (1, 2, 3):
        node.join(viewer)
    node.settle()
    node.frames.clear()
    for step in range(1, 31):
        node.act("move", "a", surface, step, step)
        node.now += 0.02
        node.tick()
        node.settle()
    for viewer in (1, 2, 3):
        seqs = [one.frame.seq for one in node.frames if viewer in one.eligible]
        assert seqs == sorted(set(seqs))
        assert len(seqs) == 30


def test_unknown_viewers_change_nothing() -> None:
    node = Node()
    assert not node.stream.look(7, Look(0, 0, 1, 1), node.now)
    assert not node.stream.pause(7, node.now, paused=True)
    assert not node.stream.refresh(7)
    assert not node.stream.detach(7)
    assert not node.stream.ack(7, EPOCH, 1, 0, 0, node.now)
    node.stream.forget(7)
    assert node.stream.next_due(node.now) is None


def test_an_empty_world_is_told_to_a_joiner() -> None:
    node = Node()
    client = node.join(1)
    node.settle()
    assert client.applied == 1
    assert client.store.seq == node.stream.seq


def test_a_plane_that_came_and_went_between_frames_makes_no_frame() -> None:
    node = Node()
    node.join(1)
    node.settle()
    before = node.messages
    surface = picture(node)
    node.act("destroy", "a", surface)
    node.settle()
    assert node.messages == before


def test_a_viewer_that_missed_too_many_removals_gets_a_keyframe() -> None:
    node = Node()
    node.join(1)
    node.settle()
    client = node.join(2)
    node.settle()
    node.stream.pause(2, node.now, paused=True)
    client.paused = True
    for _ in range(MOST_REMOVALS + 10):
        surface = node.act("create", "a", 1, 1)
        node.settle()
        node.act("destroy", "a", surface)
        node.settle()
    client.paused = False
    node.stream.pause(2, node.now, paused=False)
    node.frames.clear()
    node.settle()
    assert any(one.frame.keyframe and one.eligible == (2,) for one in node.frames)
    node.check_pictures()


def test_only_one_tick_is_under_way() -> None:
    node = Node()
    node.join(1)
    plan = node.stream.plan(node.now)
    assert node.stream.next_due(node.now) is None
    with pytest.raises(RuntimeError):
        node.stream.plan(node.now)
    node.stream.abandon(plan)
    with pytest.raises(RuntimeError):
        node.stream.commit(plan, [], node.now)
    node.settle()
    assert node.clients[1].applied == 1


def test_a_plan_owns_its_pixels() -> None:
    """The world may go on while a frame is encoded: the frame is of the moment of its plan."""
    node = Node()
    surface = picture(node)
    node.join(1)
    node.begin()
    before = node.world.get(surface).buffer.copy()
    draw(node, surface, Image(Rect(0, 0, 100, 80), noise(100, 80, 77)))
    node.finish()
    node.clients[1].read()
    assert (node.clients[1].store.planes[surface].pixels == before).all()
    node.settle()
    node.check_pictures()


def test_sharing_needs_content_not_damage() -> None:
    """Damage may name pixels that the frame doesn't hold; those a late viewer would miss."""
    node = Node()
    surface = picture(node)
    node.join(1)
    node.join(2)
    node.settle()
    node.stream.pause(2, node.now, paused=True)
    draw(node, surface, Fill(Rect(5, 0, 4, 4), RED))
    node.clients[2].paused = True
    node.settle()
    node.stream.pause(2, node.now, paused=False)
    node.clients[2].paused = False
    draw(node, surface, Fill(Rect(0, 0, 4, 4), BLUE), Fill(Rect(10, 0, 4, 4), BLUE))
    node.settle()
    node.check_pictures()


def test_copies_are_never_shared_with_who_lacks_their_source() -> None:
    node, surface = late_node()
    draw(node, surface, Copy(Rect(0, 0, 30, 30), (60, 40)), Fill(Rect(0, 0, 40, 40), BLUE))
    sent(node, 2)
    node.settle()
    node.check_pictures()


def test_nothing_is_sent_twice() -> None:
    """One message for a new surface; one for late and level viewers; then silence."""
    node, surface = late_node()
    draw(node, surface, Fill(Rect(0, 0, 40, 40), BLUE))
    sent(node, 1)
    assert not any(one.stale_planes for one in node.stream.stats().viewers)
    node.settle()
    before = node.messages
    picture(node, x=50)
    node.settle()
    assert node.messages == before + 1


def test_who_falls_behind_while_a_frame_is_encoded_is_left_out() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED))
    sent(node, 1)
    draw(node, surface, Fill(Rect(0, 0, 9, 9), BLUE))
    node.now += 0.02
    node.begin()
    node.now += 1
    assert node.finish() == 0
    node.settle()
    node.check_pictures()


def test_a_refresh_while_a_frame_is_encoded_is_answered_by_a_keyframe() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    node.now += 1
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED))
    node.begin()
    node.stream.refresh(1)
    assert node.finish() == 0
    (publish,) = sent(node, 1)
    assert publish.frame.keyframe


def test_who_attaches_again_while_a_frame_is_encoded_begins_with_a_keyframe() -> None:
    node = Node()
    surface = picture(node)
    node.join(1)
    node.settle()
    draw(node, surface, Fill(Rect(0, 0, 9, 9), RED))
    node.now += 0.02
    node.begin()
    node.rejoin(1)
    assert node.finish() == 0
    node.now += KEYFRAME_INTERVAL_SECONDS
    (publish,) = sent(node, 1)
    assert publish.frame.keyframe


def test_planes_left_out_of_a_large_keyframe_come_when_looked_at() -> None:
    node = Node()
    picture(node, 800, 600)
    picture(node, x=5000)
    node.join(1, Look(0, 0, 500, 500))
    node.settle()
    node.look(1, Look(0, 0, 9000, 500))
    node.settle()
    node.check_pictures()


def test_a_hidden_viewer_gets_nothing_and_then_what_it_missed() -> None:
    node = Node()
    surface = picture(node, 800, 600)
    client = node.join(1)
    node.now += 0.02
    node.tick()
    node.look(1, Look(0, 0, 900, 900, hidden=True))
    before = node.messages
    for step in range(10):
        draw(node, surface, Fill(Rect(step, 0, 9, 9), RED))
        assert node.stream.next_due(node.now + 100 * step) is None
    assert node.stream.stats().transfer_bytes == 0, "an unfinished frame isn't kept meanwhile"
    assert node.stream.expire(node.now + 3600) == (), "its silence is no fault"
    node.now += 3600
    node.look(1, Look(0, 0, 900, 900))
    assert node.stream.expire(node.now) == ()
    node.settle()
    assert client.applied == 1
    assert node.messages > before
    node.check_pictures()


def test_stalled_transfers_are_bounded(monkeypatch) -> None:
    """Joiners that never acknowledge can't make us keep ever more pictures."""
    monkeypatch.setattr("geometry_ws.stream.transfers.TRANSFER_BYTES", 4_000_000)
    node = Node()
    surface = picture(node, 800, 600)
    for viewer in range(1, 13):
        draw(node, surface, Image(Rect(0, 0, 800, 600), noise(800, 600, viewer)))
        node.join(viewer)
        node.now += 0.02
        node.tick()
        assert node.stream.stats().transfer_bytes <= 4_000_000
    node.settle()
    node.check_pictures()


def test_who_gets_part_of_what_it_missed_still_misses_the_rest() -> None:
    """A frame may hold newest pixels of a plane that somebody else looks at."""
    node = Node()
    near, far = picture(node), picture(node, x=5000)
    node.join(1, Look(0, 0, 500, 500))
    node.settle()
    node.look(1, Look(0, 0, 9000, 500))
    node.settle()
    node.look(1, Look(0, 0, 500, 500))
    node.join(2)
    node.settle()
    draw(node, far, Fill(Rect(0, 0, 9, 9), RED))
    (publish,) = sent(node, 1)
    assert publish.eligible == (2,)
    node.settle()
    draw(node, near, Fill(Rect(0, 0, 9, 9), RED))
    draw(node, far, Fill(Rect(50, 50, 9, 9), BLUE))
    (publish,) = sent(node, 1)
    assert publish.eligible == (1, 2)
    node.settle()
    node.look(1, Look(5000, 0, 500, 500))
    node.settle()
    node.check_pictures()


def test_attaching_again_and_again_gives_no_more_keyframes_than_asking() -> None:
    """Two a second, whether a viewer attaches or leaves and attaches."""
    node = Node()
    picture(node, 8, 8)
    node.join(1)
    for step in range(100):
        node.now += 0.02
        node.tick()
        while (done := node.clients[1].read()) is not None:
            node.stream.ack(1, EPOCH, *done, 100, node.now)
        if step % 2:
            node.stream.detach(1)
        node.rejoin(1)
    assert sum(publish.frame.keyframe for publish in node.frames) <= 5
    node.settle()
    node.check_pictures()


def test_a_session_that_left_is_forgotten() -> None:
    node = Node()
    node.join(1)
    node.settle()
    node.stream.forget(1)
    node.now += 0.02
    node.join(1)
    assert node.tick() == 1
