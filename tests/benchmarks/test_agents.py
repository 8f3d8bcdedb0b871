"""The scripts about agents, in small: two without a gap, one that is killed, four that agree."""

import argparse
from types import SimpleNamespace

import pytest

from benchmarks.agents import claims, crew, starting, storm, taps
from benchmarks.agents.agent import TASK


@pytest.fixture(scope="module")
def crew_node(start_shared_node, tmp_path_factory):
    """A node whose project three agents have checked out."""
    root = tmp_path_factory.mktemp("crew")
    places = crew.prepare(root, 3)
    node = start_shared_node(root / "project")
    return SimpleNamespace(address=node.url, project=node.project, places=places)


def test_agents_in_checkouts_of_their_own_finish_all_and_everybody_agrees(crew_node, monkeypatch):
    monkeypatch.setattr(crew, "official", lambda: None)
    ticked = crew.work_together(crew_node, crew_node.places, dies=False)
    assert crew.agreed(crew_node, crew_node.places, ticked) == []
    assert 1 < len(ticked) <= len(crew_node.places)


def test_two_agents_without_a_gap_get_no_task_twice_and_lose_none(crew_node):
    files = sorted(crew_node.project.glob("openspec/changes/*/tasks.md"))
    for file in files:
        file.write_text("".join(f"- [ ] 2.{number} Do {number}\n" for number in range(1, 5)))
    ticked, seconds = claims.work_off(crew_node, 2)
    assert claims.wrong_in(crew_node, ticked, 4 * len(files)) == []
    assert seconds > 0
    given = argparse.Namespace(rate=100.0, megabytes=0.1, seconds=0.2, sessions=4)
    assert storm.storm(crew_node, given) == 21


def test_what_starts_says_how_long_it_took(tmp_path):
    first = starting.started([str(starting.OURS), "mcp"], str(tmp_path))
    assert first.milliseconds > 0
    assert 0 < first.shared_mb <= first.whole_mb < 20
    assert list(tmp_path.rglob("mcp.*.pyc")), "the next one finds it compiled"


def test_a_tap_writes_down_what_goes_by(tmp_path):
    file = tmp_path / "wire.jsonl"
    file.write_bytes(b'{"method": "ping"}\nnonsense\n[1]\n')
    assert taps.messages(file) == [{"method": "ping"}]
    assert TASK.search('Yours: add-login/1.2 "Add"')[0] == "add-login/1.2"
    assert TASK.search("Yours: a#3 more")[0] == "a#3"
