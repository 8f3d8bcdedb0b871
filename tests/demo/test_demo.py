"""`geometry-ws demo` shows something of everything, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.demo.show import copied_project
from geometry_ws.demo.team import CHANGES, next_task, rounds


def call(port, name, **kwargs):
    request = urllib.request.Request(
        f"http://localhost:{port}/call/{name}",
        json.dumps(kwargs).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["args"][0]


def wait_for(look):
    deadline = time.monotonic() + 60
    while not (seen := look()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return seen


def test_the_copy_is_the_callers_own_and_goes_again():
    with copied_project() as folder:
        tasks = folder / "lighthouse/openspec/changes/add-storm-mode/tasks.md"
        tasks.write_text("mine")
        with copied_project() as other:
            assert (other / tasks.relative_to(folder)).read_text() != "mine"
    assert not folder.exists()


@given(st.lists(st.booleans(), max_size=12))
def test_a_team_ticks_from_the_top_and_unticks_from_the_bottom(done):
    tasks = [{"id": number, "done": value} for number, value in enumerate(done, 1)]
    for wanted in (True, False):
        task = next_task(tasks, wanted)
        waiting = [entry for entry in tasks if entry["done"] is not wanted]
        assert task == ((waiting[0] if wanted else waiting[-1]) if waiting else None)


def test_a_team_goes_on_for_ever_with_every_change():
    turns = rounds(CHANGES)
    first = [next(turns) for _ in range(2 * 12 * len(CHANGES))]
    assert {change for change, _ in first} == set(CHANGES)
    assert [done for _, done in first] == sorted((done for _, done in first), reverse=True)
    assert next(turns) == (CHANGES[0], True)


@pytest.mark.router
def test_a_demo_shows_states_programs_and_work_and_leaves_nothing(tmp_path, free_port, descendants):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "geometry_ws", "demo", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    )
    try:
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        listed = call(port, "change.list")["changes"]
        assert {"in_progress", "complete", "not_started"} <= {change["state"] for change in listed}
        assert not call(port, "change.validate", change="retire-paper-forms")["valid"]
        before = sum(change["done"] for change in listed)
        wait_for(
            lambda: (
                {"Wind", "Lighthouse"}
                <= {surface["title"] for surface in call(port, "surface.list")["surfaces"]}
            )
        )
        wait_for(lambda: sum(c["done"] for c in call(port, "change.list")["changes"]) > before)
        below = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 0
        assert "Traceback" not in said
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
        assert list(tmp_path.iterdir()) == []
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
