"""Claims, served: they outlive the node, and what is lost is said."""

import pytest
from twisted.internet.defer import maybeDeferred

from geometry_ws.components.openspec.team.held import FILE, KeptClaims
from geometry_ws.protocol import agents, presence
from geometry_ws.team.members import GRACE_MS
from tests.components.served_project import answer
from tests.components.served_team import ANN, HTTP, Served, recorded, serving


@pytest.fixture
def served(tmp_path):
    yield from serving(tmp_path)


def test_what_is_held_outlives_the_node_and_what_is_lost_is_said(served, tmp_path, request):
    state = tmp_path / "state"
    state.mkdir()
    recorded(served, state)
    assert answer(KeptClaims(served.office, state, maybeDeferred).load()) is None
    served.claim(HTTP, task="1.1")
    served.presence.join(ANN, presence.Join(name="ann", kind="agent"))
    served.claim(ANN, task="1.2")
    assert (state / FILE).stat().st_mode & 0o77 == 0

    def start():
        again = Served(tmp_path)
        again.clock = served.clock
        request.addfinalizer(again.registry.close_all)
        recorded(again, state)
        answer(KeptClaims(again.office, state, maybeDeferred).load())
        return again

    again = start()
    assert again.held() == {"dim/1.1": "otter-1", "dim/1.2": "ann"}
    assert [item.who for item in again.needs() if item.kind == "claim"] == ["ann"]
    served.clock = again.clock = again.clock + GRACE_MS
    again.office.sweep()
    assert again.held() == {"dim/1.1": "otter-1"}
    later = start()
    assert later.held() == {"dim/1.1": "otter-1"}
    assert ["ann lost dim/1.2" in item.why for item in later.needs()] == [True]
    assert "You lost dim/1.2" in later.agents.agent_next(HTTP, agents.AgentNext(me="ann")).text


def test_claims_on_a_disk_that_takes_nothing_are_written_down_when_it_does(served, tmp_path):
    missing = tmp_path / "missing"
    answer(KeptClaims(served.office, missing, maybeDeferred).load())
    served.claim(HTTP, task="1.1")
    missing.mkdir()
    served.claim(HTTP, task="1.1", me="otter-1")
    assert b"otter-1" in (missing / FILE).read_bytes()
