"""A session in the router's own process leaves an event as it is for those that come after it."""

from contextlib import suppress

import pytest
from autobahn.wamp import message

from geometry_ws.http.gate import Gate
from geometry_ws.http.session import HttpSession
from geometry_ws.wamp.session import QuietSession, RouterSideSession


def kept_after(session_class):
    """The keywords of an event after such a session has taken it."""
    session = object.__new__(session_class)
    session._session_id, session._subscriptions = 1, {}
    event = message.Event(7, 8, args=[1], kwargs={"a": 1})
    with suppress(Exception):  # nobody has subscribed
        session.onMessage(event)
    return event.kwargs


def test_another_session_packs_keywords_in_place():
    """Else the next test could never fail."""
    assert kept_after(QuietSession) != {"a": 1}


@pytest.mark.parametrize("session_class", [RouterSideSession, HttpSession, Gate])
def test_sessions_beside_the_router_take_a_copy(session_class):
    assert kept_after(session_class) == {"a": 1}
