"""The benchmark runs and says what it promises. What it measures is nobody's promise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "benchmarks" / "run.py"
KEYS = {
    *("system", "load", "viewers", "steps_per_s", "p50_ms", "p95_ms", "bytes_per_s_viewer"),
    *("bytes_per_step", "cpu_router", "cpu_server", "memory_mb"),
}


@pytest.mark.router
def test_a_tiny_run_writes_a_row_for_drawing_and_one_for_saving(tmp_path):
    results = tmp_path / "results.json"
    command = [sys.executable, str(RUN), "--tiny", "--results", str(results)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    drawing, saving = json.loads(results.read_text())["rows"]
    for row in (drawing, saving):
        assert row.keys() >= KEYS
        assert row["p50_ms"] > 0
        assert row["bytes_per_step"] > 0
    assert drawing["steps_per_s"] > 0
    assert saving["event_p50_ms"] > 0
    assert saving["not_shown"] == 0
