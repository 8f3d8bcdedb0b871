"""The file with what a run has measured: `results.json`, for machines."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def machine() -> dict[str, Any]:
    """The machine, in words that fit any."""
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def results(rows: Sequence[Row]) -> dict[str, Any]:
    """What results.json holds."""
    return {"machine": machine(), "rows": list(rows)}


def write_results(path: Path, measured: Mapping[str, Any]) -> None:
    """The file for machines; a reader never sees half of it."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    beside.replace(path)


def read_results(path: Path) -> dict[str, Any]:
    """What an earlier run has written."""
    measured: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return measured
