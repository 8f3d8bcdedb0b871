"""Numbers: time, percentiles, and what processes use. No scenario is known here.

Times are seconds of the monotonic clock, which all processes of a machine share.
"""

import http.client
import json
import os
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

PROC = Path("/proc")


class Window(NamedTuple):
    """The time in which things count."""

    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin

    def holds(self, moment: float) -> bool:
        return self.begin <= moment < self.end


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
            # The name in brackets may hold spaces; user and system time are fields 14 and 15.
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used[name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return Usage(time.monotonic(), used)


def memory_mb(pids: Iterable[int]) -> float | None:
    """Memory of processes together; what they share counts once. None where nobody tells."""
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
    found, level = [], [root]
    while level:
        level = [pid for parent in level for pid in parents.get(parent, [])]
        found += level
    return found


def command_line(pid: int) -> list[str]:
    """The words of a process's command; empty when it is gone."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that so many percent of all don't exceed; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def milliseconds(values: Sequence[float], percent: float) -> float | None:
    """A percentile of seconds, in milliseconds."""
    found = percentile(values, percent)
    return None if found is None else round(1000 * found, 1)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody serves HTTP there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stream_stats(port: int) -> dict[str, Any]:
    """What the compositor says of its stream; empty where it can't."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        body = json.dumps({"procedure": "stream.stats", "kwargs": {"stream": "world"}})
        connection.request("POST", "/call", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return json.loads(answer.read())["args"][0] if answer.status == 200 else {}
    finally:
        connection.close()
