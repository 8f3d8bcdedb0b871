"""The benchmark runs and says what it promises. What it measures is nobody's promise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.report.rows import KEYS

ROOT = Path(__file__).parents[2]


def run(tmp_path, *words):
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks.run", *words, "--results", str(results)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(results.read_text())["rows"]


@pytest.mark.router
def test_a_tiny_run_writes_a_row_for_drawing_and_one_for_saving(tmp_path):
    drawing, saving = run(tmp_path, "--tiny")
    for row in (drawing, saving):
        assert row.keys() >= set(KEYS)
        assert row["p50_ms"] > 0
        assert row["bytes_per_step"] > 0
    assert drawing["steps_per_s"] > 0
    assert drawing["viewers"] == 2
    assert saving["event_p50_ms"] > 0
    assert saving["not_shown"] == 0


@pytest.mark.router
def test_rows_can_be_chosen_and_a_bare_router_is_measured_in_the_same_way(tmp_path):
    rows = run(tmp_path, "--only", "W1", "--viewers", "1", "--systems", "relay", "--seconds", "0.5")
    [row] = rows
    assert (row["system"], row["load"], row["viewers"]) == ("relay", "W1", 1)
    assert row.keys() >= set(KEYS)
    assert row["steps_per_s"] > 0
    assert row["cpu_server"] is not None
