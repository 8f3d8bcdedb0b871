"""Who is told of events that can't be read, and what the log says: never without end."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.protocol.compositor import CompositorMeta
from geometry_ws.protocol.declare import NOWHERE
from geometry_ws.protocol.seats import Seats
from geometry_ws.wamp import binding
from geometry_ws.wamp.refusals import (
    LOG_SECONDS,
    MOST_SESSIONS,
    MOST_TOLD,
    TELL_SECONDS,
    Refusals,
)

TIMES = st.lists(st.floats(0, 0.4), min_size=1, max_size=60)


def test_the_first_is_told_at_once_and_the_next_after_a_second():
    refusals = Refusals()
    times = []
    for now in (0.0, 0.1, 0.9, 1.0, 1.5, 2.0):
        count = refusals.count(7)
        if refusals.may_tell(7, now):
            times.append((now, count))
    assert times == [(0.0, 1), (1.0, 4), (2.0, 6)]


@given(TIMES, st.integers(1, 3 * MOST_TOLD))
def test_all_sessions_together_are_told_no_more_often(pauses, sessions):
    refusals, now, times = Refusals(), 0.0, []
    for pause in pauses:
        now += pause
        for session in range(sessions):
            refusals.count(session)
            if refusals.may_tell(session, now):
                times.append(now)
    for begin in times:
        # Whole seconds are counted, so that any second meets two of them.
        assert sum(begin <= time < begin + TELL_SECONDS for time in times) <= 2 * MOST_TOLD


@given(st.integers(1, 5000))
def test_a_flood_has_a_line_for_every_power_of_ten(events):
    refusals = Refusals()
    lines = 0
    for _ in range(events):
        refusals.count(1)
        lines += refusals.may_log(0.0)
    assert lines == len(str(events))
    assert refusals.total == events


def test_the_log_has_a_line_a_minute():
    refusals = Refusals()
    for _ in range(15):
        refusals.count(1)
    assert refusals.may_log(0.0)
    refusals.count(1)
    assert not refusals.may_log(LOG_SECONDS - 1)
    assert refusals.may_log(LOG_SECONDS)


def test_sessions_without_end_are_not_remembered():
    refusals = Refusals()
    for session in range(MOST_SESSIONS + 10):
        refusals.count(session)
    assert len(refusals._by_session) == MOST_SESSIONS
    assert refusals.count(MOST_SESSIONS) == 2
    assert refusals.count(0) == 1


class Listening(CompositorMeta, Seats):
    """A component that hears input and tells what it refused."""

    def __init__(self):
        self.keys = []

    def hear_key(self, caller, event):
        self.keys.append(event.key)

    compositor_hello = compositor_describe = hear_pointer = hear_wheel = hear_text = None
    hear_pointer_at = offer_text = share_pointers = None


class Session:
    """Keeps handlers and what is published."""

    def __init__(self):
        self.handlers, self.published = {}, []

    def origin_of(self, number, role):
        return NOWHERE

    async def serve(self, procedure, endpoint):
        pass

    async def listen(self, topic, handler):
        self.handlers[topic.split(".v1.")[-1]] = handler

    def publish_with(self, topic, keywords=None, options=None):
        self.published.append((topic.split(".v1.")[-1], keywords, options.eligible))


async def bound():
    session, component = Session(), Listening()
    await binding.bind(session, component)
    return session, component


async def test_the_sender_of_an_event_that_cannot_be_read_is_told_and_no_other():
    session, component = await bound()
    details = SimpleNamespace(publisher=42, publisher_authid="ann", publisher_authrole="guest")
    session.handlers["seat.key"]((), {"phase": "down", "key": "a"}, details)
    assert session.published == []
    for _ in range(100):
        session.handlers["seat.key"]((), {"phase": "pressed", "key": "a"}, details)
    ((topic, keywords, eligible),) = session.published
    assert (topic, eligible) == ("compositor.on_refused", [42])
    assert keywords["topic"].endswith(".seat.key")
    assert (keywords["field"], keywords["count"]) == ("phase", 1)
    assert "phase" in keywords["text"]
    assert component.keys == ["a"]


async def test_what_is_told_is_short_whatever_was_sent():
    session, _ = await bound()
    details = SimpleNamespace(publisher=42, publisher_authid="ann", publisher_authrole="guest")
    session.handlers["seat.key"]((), {"phase": "x" * 10**6, "key": "a"}, details)
    ((_, keywords, _),) = session.published
    assert sum(len(str(value)) for value in keywords.values()) < 5000
