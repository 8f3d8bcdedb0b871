"""Why connections end, in words."""

import pytest
from twisted.internet import error

from geometry_ws.client.errors import CallError, TooLarge
from geometry_ws.client.failure_reasons import LOST, Closed, refusal


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        (Closed("wamp.close.killed"), "ended this session"),
        (Closed("wamp.close.killed", "bye"), "(bye)"),
        (Closed("wamp.close.normal"), "was closed"),
        (Closed("wamp.error.no_such_realm"), "geometry"),
        (Closed("x.unheard"), "x.unheard"),
        (Closed(LOST, code=1009), "too large"),
        (Closed(LOST, "whatever", 1006, "WebSocket ping timeout (peer did not"), "ping"),
        (Closed(detail="WebSocket connection upgrade failed [404]: no"), "at this path"),
        (Closed(LOST, code=1006, detail="peer dropped the TCP connection"), "was lost"),
        (Closed(), "was lost"),
    ],
)
def test_the_end_of_a_connection_is_told_in_words(closed, words):
    assert words in closed.sentence
    assert closed.sentence[0].islower()


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ConnectionRefusedError(), "nothing listens at here:1"),
        (error.ConnectionRefusedError(), "nothing listens at here:1"),
        (error.DNSLookupError(), "not known"),
        (error.TimeoutError(), "does not answer"),
        (error.NoRouteError(), "no way to"),
        (ValueError("odd\n  thing"), "odd thing"),
    ],
)
def test_a_failed_attempt_is_told_in_words(problem, words):
    assert words in refusal(problem, "here:1")


def test_errors_have_names_and_fields_to_react_to():
    problem = CallError("io.geometry_ws.v1.error.busy", "Wait.", {"retry_ms": 50})
    assert (problem.name, str(problem), problem.fields) == ("busy", "Wait.", {"retry_ms": 50})
    assert CallError("wamp.error.not_authorized", "").name == "not_authorized"
    assert "2,000" in str(TooLarge(2000, 1000))
