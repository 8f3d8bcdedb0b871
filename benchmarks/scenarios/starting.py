"""The start of a node, what it needs at rest, and how soon it is back when a part is killed."""

import os
import signal
import statistics
import time
from pathlib import Path

from benchmarks.processes.children import Failed
from benchmarks.processes.usage import memory_mb, usage
from benchmarks.report.rows import Row, row
from benchmarks.systems.node import WORKERS, RunningNode, running_node
from benchmarks.systems.system import GEOMETRY_WS

STARTS = 3
REST_SECONDS = 3.0
GONE_SECONDS = 5.0


def starting(folder: Path, changes: int) -> list[Row]:
    """Start a node some times after its first start; kill each of its parts the last time."""
    with running_node(folder, changes):
        pass
    ready, busy, memory, rows = [], [], [], []
    for number in range(STARTS):
        with running_node(folder, changes) as node:
            ready.append(node.ready_s)
            busy.append(sum(usage({str(pid): pid for pid in node.pids}).seconds.values()))
            if number == STARTS - 1:
                time.sleep(REST_SECONDS)
                memory.append(memory_mb(node.pids))
                rows = [killing(node, part) for part in WORKERS]
    figures = {
        "ready_s": round(statistics.median(ready), 2),
        "busy_s": round(statistics.median(busy), 2),
        "memory_mb": memory[0],
    }
    return [row(GEOMETRY_WS, "start", 0) | figures, *rows]


def killing(node: RunningNode, part: str) -> Row:
    """Kill a part by SIGKILL, and wait until everything answers and is drawn again."""
    victim = node.part(part)
    begun = time.monotonic()
    os.kill(victim, signal.SIGKILL)
    while Path(f"/proc/{victim}").exists():
        if time.monotonic() - begun > GONE_SECONDS:
            raise Failed(f"the killed {part} is still there")
        time.sleep(0.005)
    node.wait()
    back_s = round(time.monotonic() - begun, 2)
    return row(GEOMETRY_WS, "kill -9", 0, part) | {"back_s": back_s}
