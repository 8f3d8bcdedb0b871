"""Lets everything run for a while, and says what that cost."""

import time

from benchmarks.processes.children import Child
from benchmarks.processes.usage import Usage, memory_mb, usage
from benchmarks.report.rows import Row
from benchmarks.report.times import Window
from benchmarks.systems.system import System

WARM_UP_SECONDS = 0.8


def measured(
    system: System, seconds: float, others: dict[str, list[Child]], warm_up: float = WARM_UP_SECONDS
) -> tuple[Window, Row]:
    """Let everything run for a while, and say what that cost."""
    time.sleep(warm_up)
    named = dict(system.workers)
    for name, processes in others.items():
        named |= {f"{name} {child.pid}": child.pid for child in processes}
    before, begin = usage(named), time.monotonic()
    time.sleep(seconds)
    window = Window(begin, time.monotonic())
    return window, costs(system, usage(named), before)


def costs(system: System, after: Usage, before: Usage) -> Row:
    used = after.percent_since(before)
    totals: dict[str, float] = {}
    for name, percent in used.items():
        part = name.partition(" ")[0]
        totals[part] = round(totals.get(part, 0) + percent, 1)
    figures = {
        "cpu_router": totals.get("router"),
        "cpu_server": totals.get("compositor", totals.get("relay")),
        "memory_mb": memory_mb(system.pids),
    }
    extras = {"openspec": "cpu_board", "program": "cpu_program", "viewers": "cpu_viewers"}
    return figures | {key: totals[name] for name, key in extras.items() if name in totals}
