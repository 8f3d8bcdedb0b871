"""Coding agents: claims without a gap, a storm of hooks, and the start of their tools."""

import argparse
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.agents import claims, starting, storm
from benchmarks.processes.children import Failed
from benchmarks.processes.usage import usage
from benchmarks.report.rows import Row, row
from benchmarks.report.times import milliseconds
from benchmarks.systems.node import RunningNode, running_node
from benchmarks.systems.system import GEOMETRY_WS

AGENTS = 2
CHANGES = 4
STORM_SECONDS = 5.0
RATE = 200.0
SESSIONS = 40
STARTS = 10


def claiming(folder: Path) -> Row:
    """Two agents work off a project without a gap; one more is killed. Raises Failed."""
    with running_node(folder / "claims", CHANGES) as node:
        files = list(node.project.glob("openspec/changes/*/tasks.md"))
        for file in files:
            file.write_text(file.read_text().replace("[x]", "[ ]"))
        tasks = sum(file.read_text().count("- [ ]") for file in files)
        ticked, seconds = claims.work_off(node, AGENTS)
        if wrong := claims.wrong_in(node, ticked, tasks):
            raise Failed("; ".join(wrong))
        node.tasks().write_text("- [ ] 1.1 One more\n")
        claims.wait_for_a_task(node)
        lost, free = claims.killed(node)
    figures = {"each_ms": round(seconds / tasks * 1000, 1), "lost_s": lost, "free_s": free}
    return row(GEOMETRY_WS, "agents claim", 0) | {
        key: round(value, 2) for key, value in figures.items()
    }


def storming(node: RunningNode, megabytes: float) -> Row:
    """200 hooks a second, or as many as can be sent; what they cost, and how long others wait."""
    given = argparse.Namespace(
        rate=RATE, megabytes=megabytes, seconds=STORM_SECONDS, sessions=SESSIONS
    )
    processes = {"node": node.process.pid, **node.workers}
    before = usage(processes)
    alone = storm.look(node, STORM_SECONDS)
    calm = usage(processes)
    waits: list[float] = []
    looking = threading.Thread(target=lambda: waits.extend(storm.look(node, STORM_SECONDS)))
    looking.start()
    begun = time.monotonic()
    sent = storm.storm(node, given)
    seconds = time.monotonic() - begun
    looking.join()
    idle, busy = calm.percent_since(before), usage(processes).percent_since(calm)
    cost = sum(busy[part] - idle.get(part, 0.0) for part in busy)
    size = f"{megabytes:g} MB" if megabytes >= 1 else f"{megabytes * 1000:g} kB"
    return row(GEOMETRY_WS, f"agents hooks of {size}", 0) | {
        "hooks_per_s": round(sent / seconds, 1),
        "cpu_storm": round(cost, 1),
        "each_us": round(cost / 100 * seconds / sent * 1e6),
        "p95_ms": milliseconds([wait / 1000 for wait in waits], 95),
        "here_p50_ms": milliseconds([wait / 1000 for wait in alone], 50),
    }


def tools_starting() -> list[Row]:
    """How soon `geometry-ws mcp` answers, beside a Python that imports nothing."""
    rows = []
    with TemporaryDirectory() as folder:
        for load, command in (
            ("agents start mcp", [str(starting.OURS), "mcp"]),
            ("agents start a bare Python", starting.BARE),
        ):
            several = [starting.started(command, folder) for _ in range(STARTS + 1)][1:]
            rows.append(
                row(GEOMETRY_WS, load, 0)
                | {
                    "best_ms": round(min(start.milliseconds for start in several)),
                    "cpu_ms": round(min(start.cpu_milliseconds for start in several)),
                    "memory_mb": round(max(start.shared_mb for start in several), 1),
                }
            )
    return rows
