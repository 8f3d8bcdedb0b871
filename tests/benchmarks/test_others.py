"""What the benchmark puts beside ours, and in between: a link, a VNC server, a large project."""

import os
import socket
from types import SimpleNamespace

import pytest

from benchmarks.loads import large_project
from benchmarks.processes.children import Children
from benchmarks.scenarios import doors, vnc
from benchmarks.systems import vnc_server
from benchmarks.systems.doors import Doors
from benchmarks.viewers.asking import Refused, Way
from geometry_ws.openspec.disk.store import Store


@pytest.mark.slow
def test_the_generated_project_is_as_large_as_the_page_says_and_has_problems_to_find(tmp_path):
    assert large_project.write(tmp_path) == pytest.approx(2000, abs=5)
    store = Store(tmp_path / "openspec", "")
    store.load()
    assert len(store.state.specs) == large_project.SPECS
    assert len(store.state.changes) == large_project.CHANGES
    wrong = [change for change in store.state.changes.values() if not change.verdict.valid]
    assert 0 < len(wrong) < large_project.CHANGES / 2


@pytest.mark.slow
def test_a_grown_project_has_an_archive_and_its_size_is_that_of_its_factor(tmp_path):
    assert large_project.write_grown(tmp_path, 1) == 3701
    store = Store(tmp_path / "openspec", "")
    state = store.load()
    counts = len(state.specs), len(state.changes), len(state.archived)
    assert counts == tuple(large_project.GROWN.values())


def test_a_link_carries_bytes_as_they_are_both_ways():
    with socket.create_server(("127.0.0.1", 0)) as server, Children() as children:
        link = children.start(
            "systems.slow_link", to=server.getsockname()[1], delay=0.001, rate=10_000_000
        )
        near = socket.create_connection(("127.0.0.1", link.ready()["port"]))
        far, _ = server.accept()
        sent = bytes(range(256)) * 400
        near.sendall(sent)
        assert far.recv(len(sent), socket.MSG_WAITALL) == sent
        far.sendall(sent[::-1])
        assert near.recv(len(sent), socket.MSG_WAITALL) == sent[::-1]
        near.close()
        far.close()
        assert link.finish() == {"up": len(sent), "down": len(sent)}


@pytest.mark.skipif(not vnc_server.installed(), reason="Xvnc isn't installed")
@pytest.mark.parametrize(("load", "form"), [("W1", "raw"), ("W2", "move")])
def test_a_vnc_viewer_sees_the_steps_of_an_x_program(tmp_path, load, form):
    with vnc_server.screen(tmp_path) as screen:
        row = vnc.drawing(screen, load, form, 2, 0.5)
    assert row["steps_per_s"] > 0
    assert row["p50_ms"] > 0
    assert row["bytes_per_step"] > 0


@pytest.mark.parametrize("how", ["requests", "sessions"])
def test_guesses_are_counted_while_somebody_else_calls(node, monkeypatch, how):
    monkeypatch.setattr(doors, "GUESS_SECONDS", 0.2)
    monkeypatch.setattr(doors, "GUESS_WARM_UP", 0.0)
    way = Way(node.port)
    with pytest.raises(Refused):
        Way(node.port, token="x" * 43).open()
    measured = SimpleNamespace(workers={"router": os.getpid()})
    row = doors.guessed(Doors(measured, way, way, "", node.port), how)
    assert row["guesses_per_s"] > 0
    assert row["times"] > 0
