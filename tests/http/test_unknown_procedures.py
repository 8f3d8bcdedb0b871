"""Who calls what isn't there is told the nearest names."""

import json

import pytest

from geometry_ws.http import decide
from geometry_ws.protocol.errors import NoSuchProcedure
from geometry_ws.protocol.names import uri


def body(procedure):
    return json.dumps({"procedure": procedure}).encode()


def test_a_name_that_is_no_procedure_is_answered_with_those_that_sound_like_it():
    with pytest.raises(
        NoSuchProcedure, match=r"change\.lst; did you mean change\.list or"
    ) as caught:
        decide.read_call(body("change.lst"))
    assert uri("change.list") in caught.value.values["nearest"]


def test_a_long_name_is_not_sent_back():
    with pytest.raises(NoSuchProcedure) as caught:
        decide.read_call(body("x" * 100_000))
    assert len(caught.value.message) < 400
