"""What processes use, as the system tells it. No scenario is known here.

Times are seconds of the monotonic clock, which all processes of a machine share.
"""

import contextlib
import os
import socket
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")


class Usage(NamedTuple):
    """The processor time that named processes had used, in seconds, at a moment."""

    moment: float
    seconds: Mapping[str, float]

    def percent_since(self, before: "Usage") -> dict[str, float]:
        """Percent of one core for each process that both moments know."""
        span = self.moment - before.moment
        return {
            name: round(100 * (used - before.seconds[name]) / span, 1)
            for name, used in self.seconds.items()
            if name in before.seconds
        }


def usage(processes: Mapping[str, int]) -> Usage:
    """Ask the system; processes that it doesn't tell about are left out."""
    used = {}
    for name, pid in processes.items():
        try:
            used[name] = _seconds(pid)
        except (OSError, ValueError):
            continue
    return Usage(time.monotonic(), used)


def _seconds(pid: int) -> float:
    """What a process has used: to the nanosecond where the system counts so, else to 10 ms."""
    nanoseconds = 0
    for thread in (PROC / str(pid) / "task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it has ended meanwhile
            nanoseconds += int((thread / "schedstat").read_text().split()[0])
    if nanoseconds:
        return nanoseconds / 1e9
    # The name in brackets may hold spaces; user and system time are fields 14 and 15.
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pids: Iterable[int]) -> float | None:
    """Memory of processes together; what they share counts once. None where it isn't known."""
    total = 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(total / 1024, 1) if total else None


def children(root: int) -> list[int]:
    """All processes below one; empty where there is no /proc."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        parents.setdefault(parent, []).append(int(entry.parent.name))
    below, level = [], [root]
    while level:
        level = [pid for parent in level for pid in parents.get(parent, [])]
        below += level
    return below


def command_line(pid: int) -> list[str]:
    """The words of a process's command; empty when it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
