"""Commits: their order and their bounds, whatever callers do meanwhile; seen without a router."""

from time import perf_counter

import numpy as np
import pytest
from twisted.internet.defer import CancelledError, Deferred

from geometry_ws.components.compositor import commits, pictures
from geometry_ws.protocol import outputs, surfaces
from geometry_ws.protocol.errors import Busy, InvalidContent, LimitExceeded
from geometry_ws.protocol.values import Fill, Image
from geometry_ws.render.decode import decode
from geometry_ws.render.jpeg import encode_jpeg
from geometry_ws.render.png import encode_png
from tests.components.compositor_alone import Alone, by

RED = [0, 0, 255, 255]


@pytest.fixture
def alone():
    compositor = Alone()
    yield compositor
    compositor.stop()
    compositor.time.advance(1)


SIDE = 320


def create(compositor, session=1, side=SIDE):
    request = surfaces.CreateSurface(width=side, height=side)
    return compositor.create_surface(by(session), request).surface


def picture(surface, level=1, side=SIDE):
    """A commit that has to be decoded in a thread."""
    data = encode_png(np.full((side, side, 4), level, np.uint8))
    image = Image(rect=(0, 0, side, side), codec="png", data=data)
    return surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=[image])])


def fill(surface, rect=(0, 0, 8, 8), count=1):
    ops = [Fill(rect=rect, rgba=(255, 0, 0, 255))] * count
    return surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=ops)])


def send(compositor, request, session=1):
    """The commit's answer, in a list when it comes."""
    call = Deferred.fromCoroutine(compositor.commit_surfaces(by(session), request))
    answers = []
    call.addBoth(answers.append)
    return call, answers


def damaged(surface, damage, count=1):
    rect = (0, 0, SIDE, SIDE)
    ops = [Fill(rect=rect, rgba=(level % 256, 0, 0, 255)) for level in range(count)]
    update = surfaces.Update(surface=surface, ops=ops, damage=damage)
    return surfaces.Commit(updates=[update])


@pytest.mark.parametrize(
    ("rects", "count", "limit"),
    [(256, 1, "pixels_per_commit"), (256, 65, "damage_per_commit")],
)
def test_damage_that_overlaps_itself_counts_as_often_as_it_does(alone, rects, count, limit):
    """A commit of a few kilobytes took ten seconds."""
    surface = create(alone)
    everything = [(0, 0, SIDE, SIDE)] * rects
    _, answers = send(alone, damaged(surface, everything, count))
    assert failed_with(answers, LimitExceeded)
    assert answers[0].value.values["limit"] == limit


def test_damage_that_overlaps_itself_is_drawn_in_a_thread(alone):
    surface = create(alone)
    alone.hold = True
    send(alone, damaged(surface, [(0, 0, SIDE, SIDE)] * 2))
    assert alone.held == []
    send(alone, damaged(surface, [(0, 0, SIDE, SIDE)] * 100))
    assert len(alone.held) == 1


def test_a_large_commit_comes_before_those_of_programs_that_were_given_much(alone):
    alone.hold = True
    made = {session: create(alone, session) for session in range(1, 8)}
    for session in range(1, 7):
        for _ in range(3):
            send(alone, picture(made[session]), session)
        alone.ledger.charge(session, "any", 1.0, perf_counter())
    send(alone, picture(made[7]), 7)
    order = []
    alone._commits._world.begin = watched(alone._commits._world.begin, order)
    while alone.held:
        _, work = alone.held.pop(0)
        work()
    assert len(order) == 19
    # Two were at it when the seventh came.
    assert order.index(7) == 2


def watched(begin, order):
    def watch(session, updates):
        order.append(session)
        return begin(session, updates)

    return watch


SHOT = outputs.Screenshot()


def failed_with(answers, kind):
    return len(answers) == 1 and answers[0].check(kind) is not None


def test_a_cancelled_commit_counts_until_its_thread_is_through(alone, monkeypatch):
    """And its turn is not over before: another one can't be decoded beside it."""
    monkeypatch.setattr(commits, "_WAITING_COMMITS", 3)
    surface = create(alone)
    alone.hold = True
    sent = [send(alone, picture(surface)) for _ in range(3)]
    for call, answers in sent:
        call.cancel()
        assert failed_with(answers, CancelledError)
    assert len(alone.held) == 1
    assert failed_with(send(alone, picture(surface))[1], Busy)
    alone.held.pop()[1]()
    assert alone.held == []
    assert not alone._world.get(surface).buffer.any()
    _, answers = send(alone, fill(surface))
    alone.time.advance(1)
    assert [answer.seen for answer in answers] == [False]


def test_what_a_session_left_behind_is_neither_decoded_nor_shown(alone):
    surface = create(alone)
    alone.hold = True
    sent = [send(alone, picture(surface)) for _ in range(3)]
    alone._hear_leave([1], {}, None)
    alone.held.pop()[1]()
    assert alone.held == []
    assert all(failed_with(answers, CancelledError) for _, answers in sent)


def test_a_long_row_of_waiting_commits_is_applied_in_order(alone):
    surface = create(alone)
    alone.hold = True
    sent = [send(alone, picture(surface, 9)), *(send(alone, fill(surface)) for _ in range(63))]
    alone.held.pop()[1]()
    alone.time.advance(1)
    assert [answers[0].seen for _, answers in sent] == [False] * 64
    assert alone._world.get(surface).buffer[3, 3].tolist() == RED


def test_threads_work_at_two_commits_of_all_programs_at_once(alone):
    alone.hold = True
    for session in range(1, 6):
        send(alone, picture(create(alone, session)), session)
    assert len(alone.held) == 2
    alone.held.pop(0)[1]()
    assert len(alone.held) == 2


def test_much_drawing_leaves_the_picture_alone_until_it_is_done(alone):
    """A thousand fills are read, then drawn in a thread, into a buffer that nobody has."""
    surface = create(alone)
    alone.hold = True
    send(alone, fill(surface, count=1000))
    for _ in ("reading", "drawing"):
        assert [pool for pool, _ in alone.held] == ["work"]
        assert not alone._world.get(surface).buffer.any()
        alone.held.pop()[1]()
    assert not alone.held
    assert alone._world.get(surface).buffer[3, 3].tolist() == RED


def test_a_screenshot_of_something_large_delays_nobody(alone, monkeypatch):
    """A commit to what a picture is made from is drawn apart where a copy would take long."""
    monkeypatch.setattr(commits, "_QUICK_PIXELS", 500_000)
    surface = create(alone, side=1000)
    alone.hold = True
    shot = Deferred.fromCoroutine(alone.screenshot_output(by(2), outputs.Screenshot()))
    send(alone, fill(surface))
    assert [pool for pool, _ in alone.held] == ["pictures", "work"]
    alone.held.pop()[1]()
    assert alone._world.get(surface).buffer[3, 3].tolist() == RED
    alone.held.pop()[1]()
    assert shot.called


def test_a_picture_that_is_given_up_counts_until_its_thread_is_through(alone):
    create(alone, side=1000)
    alone.hold = True

    def shoot():
        shot, answers = Deferred.fromCoroutine(alone.screenshot_output(by(2), SHOT)), []
        shot.addBoth(answers.append)
        return shot, answers

    for shot, answers in (shoot(), shoot()):
        shot.cancel()
        assert failed_with(answers, CancelledError)
    assert failed_with(shoot()[1], Busy)
    alone.held.pop()[1]()
    assert shoot()[1] == []


def test_more_pixels_than_a_commit_may_touch_are_refused_before_any_is_decoded(alone):
    surface = create(alone)
    alone.hold = True
    ops = [Image(rect=(0, 0, 4096, 4096), codec="png", data=b"")] * 2
    request = surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=ops)])
    assert failed_with(send(alone, request)[1], LimitExceeded)
    assert alone.held == []


def test_small_files_are_decoded_at_once_and_large_ones_beside_the_event_loop(alone):
    alone.hold = True
    small, large = create(alone, side=64), create(alone)
    send(alone, picture(small, side=64))
    assert alone.held == []
    assert alone._world.get(small).buffer.any()
    plain = Image(rect=(0, 0, SIDE, SIDE), codec="bgra", data=b"\1" * (SIDE * SIDE * 4))
    update = surfaces.Update(surface=create(alone), ops=[plain])
    send(alone, surfaces.Commit(updates=[update]))
    assert alone.held == [], "plain pixels take less time than a thread"
    send(alone, picture(large))
    assert len(alone.held) == 1
    assert not alone._world.get(large).buffer.any()
    wrong = Image(rect=(0, 0, -4096, 4096), codec="png", data=b"")
    mixed = picture(large).updates[0].ops[0]
    both = surfaces.Commit(updates=[surfaces.Update(surface=large, ops=[wrong, mixed])])
    send(alone, both, 2)
    assert len(alone.held) == 2, "a negative size doesn't outweigh a large one"


SMALL = encode_png(np.full((8, 8, 4), 1, np.uint8))


@pytest.mark.parametrize(
    ("codec", "data", "side", "count"),
    [
        ("png", SMALL[:33] + b"\0\0\0\0zTXt" + SMALL[33:], 8, 1),
        ("png", SMALL + bytes(9000), 8, 1),
        ("png", SMALL, 8, 60),
        ("jpeg", b"\xff\xd8" + b"\xff\xda" * 200, 100, 1),
    ],
    ids=["compressed text", "many bytes", "many operations", "many scans"],
)
def test_what_may_take_long_for_its_size_is_decoded_in_a_thread(alone, codec, data, side, count):
    surface = create(alone)
    alone.hold = True
    image = Image(rect=(0, 0, side, side), codec=codec, data=data)
    update = surfaces.Update(surface=surface, ops=[image] * count)
    send(alone, surfaces.Commit(updates=[update]))
    assert len(alone.held) == 1


def test_a_picture_in_an_unknown_codec_is_refused_as_such(alone):
    surface = create(alone)
    image = Image(rect=(0, 0, 8, 8), codec="gif", data=SMALL)
    _, answers = send(
        alone, surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=[image])])
    )
    assert failed_with(answers, InvalidContent)


def film(alone, number, broken=False, side=64):
    """A commit of a video's picture, encoded by its program."""
    pixels = np.full((side, side, 4), 255, np.uint8)
    pixels[..., :3] = np.random.default_rng(number).integers(0, 256, (side, side, 3))
    data = encode_jpeg(pixels, 80)
    data = data[: len(data) // 2] if broken else data
    surface = next(iter(alone._world.surfaces))
    image = Image(rect=(0, 0, side, side), codec="jpeg", data=data)
    return surfaces.Commit(updates=[surfaces.Update(surface=surface, ops=[image])]), data


@pytest.fixture
def video(alone):
    """A compositor with a video that has begun."""
    request = surfaces.CreateSurface(width=64, height=64, content="video", opaque=True)
    alone.create_surface(by(1), request)
    send(alone, film(alone, 1)[0])
    return alone


def test_a_video_is_decoded_when_somebody_needs_its_pixels(video, monkeypatch):
    asked = []

    def noted(*args, **more):
        asked.append(1)
        return decode(*args, **more)

    monkeypatch.setattr(pictures, "decode", noted)
    for number in range(2, 8):
        commit, data = film(video, number)
        send(video, commit)
    assert asked == []
    [surface] = video._world.surfaces.values()
    expected = decode("jpeg", data, 64, 64, opaque=True)
    assert np.array_equal(surface.buffer, expected)
    assert asked == [1]


def test_a_broken_picture_of_a_video_is_refused_at_once(video):
    commit, data = film(video, 2)
    send(video, commit)
    _, answers = send(video, film(video, 3, broken=True)[0])
    assert failed_with(answers, InvalidContent)
    assert answers[0].value.values["field"] == "updates[0].ops[0]"
    [surface] = video._world.surfaces.values()
    assert np.array_equal(surface.buffer, decode("jpeg", data, 64, 64, opaque=True))


def test_a_large_video_is_decoded_in_a_thread_and_leaves_nothing_to_read(alone):
    request = surfaces.CreateSurface(width=SIDE * 2, height=SIDE * 2, content="video", opaque=True)
    alone.create_surface(by(1), request)
    for number in (1, 2, 3):
        send(alone, film(alone, number, side=SIDE * 2)[0])
        [surface] = alone._world.surfaces.values()
        assert surface.unread is None
