"""When a viewer acknowledges, on a clock of numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.client.acks import REPEAT_SECONDS, Acks, Position


def at(seq, part=0):
    return Position("e", seq, part)


def begun(window=1000, rate=10):
    acks = Acks()
    acks.begin(window, rate)
    return acks


def test_the_first_frame_is_acknowledged_at_once_and_the_next_after_the_interval():
    acks = begun()
    assert acks.next(0.0) is None
    acks.took(at(1), 10)
    assert acks.next(0.0) == at(1)
    acks.took(at(2), 10)
    acks.took(at(3), 10)
    assert acks.next(0.05) is None
    assert acks.when() == 0.1
    assert acks.next(0.1) == at(3)


def test_half_a_window_is_acknowledged_at_once():
    acks = begun()
    acks.took(at(1), 10)
    acks.next(0.0)
    acks.took(at(2), 400)
    assert acks.next(0.01) is None
    acks.took(at(2, 1), 100)
    assert acks.next(0.01) == at(2, 1)
    acks.took(at(3), 400)
    assert acks.next(0.02) is None


def test_the_last_ack_is_repeated_once_after_a_second_of_silence():
    acks = begun()
    acks.took(at(1), 10)
    acks.next(0.0)
    assert acks.when() == REPEAT_SECONDS
    assert acks.next(0.9) is None
    assert acks.next(1.0) == at(1)
    assert acks.when() is None
    assert acks.next(9.0) is None


def test_what_is_left_is_said_before_it_is_forgotten_and_once():
    acks = Acks()
    acks.begin(1000, 10)
    acks.took(Position("e", 1, 0), 10)
    assert acks.next(0.0) == Position("e", 1, 0)
    assert acks.rest() is None
    acks.took(Position("e", 2, 0), 10)
    assert acks.next(0.01) is None
    assert acks.rest() == Position("e", 2, 0)
    assert acks.rest() is None
    assert acks.next(5.0) is None


def test_nothing_of_another_epoch_is_acknowledged():
    acks = begun()
    acks.took(at(1), 10)
    acks.forget()
    assert acks.next(5.0) is None
    assert acks.when() is None


@given(
    st.lists(st.tuples(st.floats(0, 0.3), st.integers(1, 600)), min_size=1, max_size=40),
    st.integers(1, 60),
)
def test_every_frame_is_acknowledged_in_time_and_not_too_often(arrivals, rate):
    acks = begun(1000, rate)
    now, unacknowledged, sent = 0.0, 0, []
    for number, (wait, count) in enumerate(arrivals, start=1):
        until = now + wait
        while (when := acks.when()) is not None and when <= until:
            now = max(when, now)
            if ack := acks.next(now):
                sent.append((now, ack, unacknowledged))
                unacknowledged = 0
        now = until
        acks.took(at(number), count)
        unacknowledged += count
        if ack := acks.next(now):
            sent.append((now, ack, unacknowledged))
            unacknowledged = 0
        assert unacknowledged < 500
    while (when := acks.when()) is not None:
        assert when <= now + REPEAT_SECONDS
        now = max(when, now)
        if ack := acks.next(now):
            sent.append((now, ack, unacknowledged))
    assert sent[-1][1] == at(len(arrivals))
    assert [ack.seq for _, ack, _ in sent] == sorted(ack.seq for _, ack, _ in sent)
    for (before, _, _), (after, _, count) in pairwise(sent):
        assert after - before >= 1 / rate - 1e-9 or count >= 500
