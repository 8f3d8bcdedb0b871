"""Nobody answers in the place of somebody else on a real node, or mixes up who is answered."""

import pytest
from websockets.exceptions import ConnectionClosed

from geometry_ws.protocol.names import uri
from tests.support.nodes import standing_still
from tests.support.raw_guest import RawGuest

pytestmark = pytest.mark.router

ERROR, YIELD = 8, 70
INVOCATION = 68
MOST_NUMBERS = 2000


def forged(kind, number):
    if kind == ERROR:
        return [ERROR, INVOCATION, number, {}, "app.forged", ["forged"]]
    return [YIELD, number, {}, ["forged"]]


@pytest.mark.parametrize("kind", [ERROR, YIELD], ids=["error", "result"])
def test_nobody_answers_a_call_in_a_components_place(start_node, kind):
    """Any guest could: the router numbers calls from one, and asked only whose results are."""
    node = start_node()
    polite, forger = RawGuest(node), RawGuest(node)
    with standing_still(node.openspec_pid):
        polite.call(uri("change.list"))
        polite.call(uri("compositor.hello"))
        # Its answer says that the first call is under way as well.
        assert polite.read()[0] == 50
        try:
            for number in range(1, MOST_NUMBERS):
                forger.send(forged(kind, number))
        except ConnectionClosed:
            pass
        assert forger.read_until_the_end()[1] == 1002
    assert polite.read()[3][0]["project"] == "shop"
    assert node.fetch("GET", "/health").status == 200
    polite.end()


def test_a_call_with_the_number_of_one_that_is_under_way_ends_its_session(start_node):
    """The router forgot one of both, and kept the session for ever."""
    node = start_node()
    guests = [RawGuest(node) for _ in range(2)]
    with standing_still(node.openspec_pid):
        for guest in guests:
            for _ in range(2):
                guest.send([48, 7, {}, uri("change.list")])
        guests[0].end()
        assert guests[1].read_until_the_end()[1] == 1002
    assert node.fetch("GET", "/health").status == 200
    log = (node.folders.logs / "node.log").read_text("utf-8", "replace")
    assert "Failed to detach" not in log
    assert "INTERNAL ERROR" not in log
