"""When frames go, what waits, who is told, and when there is silence."""

import pytest

from geometry_ws.scene.attention import Look
from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Copy, Fill, Image
from geometry_ws.stream.history import MOST_REMOVALS
from geometry_ws.stream.transfers import KEYFRAME_INTERVAL_SECONDS
from tests.stream.streaming import BLUE, EPOCH, RED, Node, draw, late_node, noise, picture, sent


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
        seqs = [publish.frame.seq for publish in node.frames if viewer in publish.eligible]
        assert seqs == sorted(set(seqs))
        assert len(seqs) == 30


def test_unknown_viewers_change_nothing() -> None:
    node = Node()
    assert not node.stream.look(7, Look(0, 0, 1, 1), node.now)
    assert not node.stream.pause(7, node.now, paused=True)
    assert not node.stream.refresh(7)
    assert not node.stream.detach(7)
    assert not node.stream.ack(7, EPOCH, 1, 0, 0, node.now)
    node.stream.forget(7, node.now)
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
    assert any(publish.frame.keyframe and publish.eligible == (2,) for publish in node.frames)
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
    assert not any(viewer.stale_planes for viewer in node.stream.stats(node.now).viewers)
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
    assert node.stream.stats(node.now).transfer_bytes == 0, (
        "an unfinished frame isn't kept meanwhile"
    )
    assert node.stream.expire(node.now + 3600) == (), "its silence is no fault"
    node.now += 3600
    node.look(1, Look(0, 0, 900, 900))
    assert node.stream.expire(node.now) == ()
    node.settle()
    assert client.applied == 1
    assert node.messages > before
    node.check_pictures()


@pytest.mark.slow
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
        assert node.stream.stats(node.now).transfer_bytes <= 4_000_000
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
    node.stream.forget(1, node.now)
    node.now += 0.02
    node.join(1)
    assert node.tick() == 1
