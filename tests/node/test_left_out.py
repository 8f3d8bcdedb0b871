"""A real node whose router leaves out what it doesn't use answers as one that has loaded all."""

import sys
from pathlib import Path

import pytest

from geometry_ws.wamp.upstream.start import SWITCH

CALLS = ("compositor.describe", "project.list", "surface.list", "task.list", "nothing.such")


def answers(node):
    """What doesn't differ between two starts."""
    health = node.fetch("GET", "/health")
    page = node.fetch("GET", "/")
    calls = [node.call(procedure) for procedure in CALLS]
    return (
        (health.status, health.json),
        (page.status, page.body, sorted(page.headers)),
        [(call.status, sorted(call.json)) for call in calls],
        calls[0].json,
    )


def has_loaded_numpy(pid):
    return "numpy" in Path(f"/proc/{pid}/maps").read_text()


def test_a_router_that_leaves_out_answers_as_one_that_does_not(start_node, monkeypatch):
    node = start_node()
    monkeypatch.setenv(SWITCH, "1")
    complete = start_node()
    assert answers(node) == answers(complete)
    for running in (node, complete):
        log = (running.folders.logs / "node.log").read_text()
        assert "is used: what was left out" not in log
        assert "Traceback" not in log
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux says what a process has loaded")
    assert not has_loaded_numpy(node.router_pid)
    assert has_loaded_numpy(complete.router_pid)
