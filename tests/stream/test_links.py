"""Flow control over slow, distant and stalled lines, on a simulated clock and network."""

import itertools

import numpy as np
import pytest

from geometry_ws.scene.geometry import Rect
from geometry_ws.scene.ops import Fill, Image
from geometry_ws.scene.world import Update
from geometry_ws.stream.flow import WINDOW_BYTES
from tests.stream.links import Line, Simulation

LOCAL = 50e6, 0.001
FAR = 250e3, 0.05
"""2 Mbit/s, a round trip of 100 ms."""

BYTES = {"fast": 22_000, "low": 9_500}
"""What a frame of a video of 640 × 360 takes as JPEG of these qualities."""


def encode(pixels, encoding):
    if encoding.quality == "sharp":
        return "deflate", bytes(pixels.size // 2), True
    return "jpeg", bytes(BYTES[encoding.quality]), False


def video(simulation: Simulation, seconds: float, per_second: float = 30, content="video") -> str:
    """Every pixel changes all the time, for so many seconds from now on."""
    surface = simulation.change("create", "a", 640, 360, opaque=True, content=content)
    pictures = itertools.cycle(
        np.random.default_rng(seed).integers(0, 256, (360, 640, 4), np.uint8) for seed in range(3)
    )

    def draw() -> None:
        image = Image(Rect(0, 0, 640, 360), next(pictures))
        simulation.change("commit", "a", [Update(surface, ops=[image])])

    simulation.every(1 / per_second, simulation.now + seconds, draw)
    return surface


@pytest.mark.slow
def test_over_a_slow_distant_line_nothing_seen_is_old_and_twenty_frames_a_second_fit() -> None:
    simulation = Simulation(encode)
    line = simulation.join(1, Line(*FAR), "jpeg")
    start = simulation.now
    video(simulation, 40)
    simulation.run(40)
    assert max(line.ages()) < 1.0
    assert max(line.ages(start + 5)) < 0.4, "lags grow"
    assert len(line.ages(start + 5)) / 35 >= 20
    assert simulation.stream.stats(simulation.now).viewers[0].fast


@pytest.mark.slow
def test_the_line_is_used_by_what_does_not_become_smaller() -> None:
    """Lossless pictures of one kind only: few frames, none of them old, the line never idle."""
    simulation = Simulation(lambda pixels, encoding: ("deflate", bytes(40_000), True))
    line = simulation.join(1, Line(*FAR))
    video(simulation, 20, content="lossless")
    simulation.run(20)
    assert line.bytes / 20 >= 0.85 * line.bytes_per_s
    assert max(line.ages()) < 2.5, "a frame of 240 kB alone takes a second"


def test_a_fast_line_is_not_bound_by_the_window() -> None:
    """100 ms away, but 20 MB/s: all frames of 90 kB come, 30 a second."""
    simulation = Simulation(lambda pixels, encoding: ("jpeg", bytes(90_000), False))
    line = simulation.join(1, Line(20e6, 0.05), "jpeg")
    start = simulation.now
    video(simulation, 10)
    simulation.run(10)
    seen = len(line.ages(start + 2)) / 8
    assert seen >= 29
    assert not simulation.stream.stats(simulation.now).viewers[0].fast


@pytest.mark.slow
def test_a_line_that_becomes_slow_is_followed() -> None:
    simulation = Simulation(encode)
    line = simulation.join(1, Line(*LOCAL), "jpeg")
    start = simulation.now
    video(simulation, 30)
    simulation.run(5)
    line.bytes_per_s = 250e3
    simulation.run(25)
    assert max(line.ages()) < 1.0
    assert len(line.ages(start + 20)) / 10 >= 20


def test_what_was_sent_with_loss_comes_without_within_300_ms() -> None:
    simulation = Simulation(encode)
    line = simulation.join(1, Line(*LOCAL), "jpeg")
    video(simulation, 1)
    simulation.run(3)
    stop = 101.0
    quiet = [done for done, _, frame in line.painted if done > stop + 0.05]
    assert quiet
    assert max(quiet) < stop + 1 / 30 + 0.3
    assert not simulation.stream.stats(simulation.now).viewers[0].rough_planes
    assert simulation.stream.next_due(simulation.now) is None


def test_pictures_without_loss_don_t_hold_up_new_ones_on_a_slow_line() -> None:
    """A second video begins while the first one's last picture is being mended."""
    simulation = Simulation(encode)
    line = simulation.join(1, Line(*FAR), "jpeg")
    video(simulation, 5)
    simulation.run(5.4)
    start = simulation.now
    video(simulation, 5)
    simulation.run(5)
    assert max(line.ages()) < 1.0
    assert len(line.ages(start + 2)) / 3 >= 15


@pytest.mark.slow
def test_a_stalled_viewer_holds_a_window_and_nobody_else_is_slower() -> None:
    simulation = Simulation(encode)
    lines = [simulation.join(viewer, Line(*LOCAL), "jpeg") for viewer in range(10)]
    start = simulation.now
    video(simulation, 16)
    simulation.run(3)
    lines[9].stalled = True
    simulation.run(9)
    assert lines[9].queued < WINDOW_BYTES + 256 * 1024
    before = simulation.now
    painted = len(lines[9].painted)
    simulation.read_again(9)
    backlog = len(lines[9].painted) - painted
    assert backlog * 22_000 < 0.6 * 30 * 22_000, "a patience's worth, not nine seconds"
    simulation.run(3)
    for line in lines[:9]:
        assert len(line.ages(start + 3)) / 12 >= 29
        assert np.percentile(line.ages(start + 3), 95) < 0.02
    after = [done for done, sent, _ in lines[9].painted if sent >= before]
    assert after[0] - before < 0.1, "the present, at most one frame later"
    assert len(after) / 3 >= 27


@pytest.mark.slow
def test_who_is_stuck_is_let_go_and_may_come_back() -> None:
    simulation = Simulation(encode)
    line = simulation.join(1, Line(*LOCAL), "jpeg")
    simulation.join(2, Line(*LOCAL), "jpeg")
    video(simulation, 30)
    simulation.run(1)
    line.stalled = True
    simulation.run(12)
    assert simulation.stream.viewers == (2,)
    held = line.queued
    simulation.run(5)
    assert line.queued == held
    simulation.read_again(1)
    simulation.join(1, line, "jpeg")
    simulation.run(1)
    assert line.painted[-1][1] > simulation.now - 0.1


def test_nobody_looks_and_nothing_is_encoded() -> None:
    simulation = Simulation(encode)
    simulation.join(1, Line(*LOCAL), "jpeg")
    simulation.stream.pause(1, simulation.now, paused=True)
    video(simulation, 5)
    simulation.run(6)
    assert simulation.encodings == 0
    assert simulation.stream.seq == 0


@pytest.mark.parametrize("viewers", [1, 50])
def test_each_picture_is_encoded_once_for_all_viewers_of_a_class(viewers) -> None:
    simulation = Simulation(encode)
    for viewer in range(viewers):
        simulation.join(viewer, Line(*LOCAL), "jpeg")
    video(simulation, 1.0, 10)
    simulation.run(1.05)
    assert simulation.encodings == 11


@pytest.mark.slow
def test_two_classes_cost_two_encodings_and_two_messages() -> None:
    simulation = Simulation(encode)
    for viewer in range(8):
        simulation.join(viewer, Line(*(LOCAL if viewer % 2 else FAR)), "jpeg")
    video(simulation, 15)
    simulation.run(10)
    stats = simulation.stream.stats(simulation.now)
    assert {viewer.fast for viewer in stats.viewers} == {True, False}
    begun = simulation.encodings, stats.seq, stats.totals.publishes
    simulation.run(5)
    stats = simulation.stream.stats(simulation.now)
    frames = stats.seq - begun[1]
    assert simulation.encodings - begun[0] <= 2 * frames
    assert stats.totals.publishes - begun[2] <= 3 * frames


def test_acks_of_all_viewers_together_are_bounded() -> None:
    """Also those who were there first and were told another pace; and alone again, more often."""
    simulation = Simulation(encode)
    for viewer in range(30):
        simulation.join(viewer, Line(*LOCAL), "jpeg")
    surface = simulation.change("create", "a", 64, 48)
    places = itertools.cycle(range(100))
    move = lambda: simulation.change("move", "a", surface, next(places), 0)  # noqa: E731
    simulation.every(1 / 60, simulation.now + 6, move)
    simulation.run(2)
    before = simulation.stream.stats(simulation.now)
    simulation.run(2)
    after = simulation.stream.stats(simulation.now)
    assert after.totals.acks - before.totals.acks <= 2 * 100
    assert after.seq - before.seq >= 2 * 58
    for viewer in range(1, 30):
        simulation.stream.forget(viewer, simulation.now)
    simulation.run(1)
    acks = simulation.stream.stats(simulation.now).totals.acks
    simulation.run(1)
    assert simulation.stream.stats(simulation.now).totals.acks - acks >= 12


def test_a_moved_surface_is_one_message_for_all_classes() -> None:
    simulation = Simulation(encode)
    simulation.join(1, Line(*LOCAL), "jpeg")
    simulation.join(2, Line(*LOCAL))
    simulation.join(3, Line(*LOCAL), "jpeg", "webp")
    surface = simulation.change("create", "a", 64, 48)
    image = Fill(Rect(0, 0, 64, 48), (1, 2, 3, 255))
    simulation.change("commit", "a", [Update(surface, ops=[image])])
    simulation.run(1)
    before = simulation.stream.stats(simulation.now).totals.publishes
    simulation.change("move", "a", surface, 5, 6)
    simulation.run(0.1)
    assert simulation.stream.stats(simulation.now).totals.publishes == before + 1
