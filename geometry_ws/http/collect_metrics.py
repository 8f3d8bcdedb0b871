"""Collects the figures of `GET /metrics`: the components' by calls, the router's from the system.

It calls only procedures that every client may call. Where a component doesn't answer in time, the
figures say so and hold the rest.
"""

import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from geometry_ws.http import metrics
from geometry_ws.http.metrics import Family, Process
from geometry_ws.protocol.names import MAJOR, uri

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]
"""Calls a procedure by its URI with keywords; gives None where no answer comes in time."""

_STATM = Path("/proc/self/statm")
_STARTED = time.time()


async def collect_metrics(ask: Ask) -> str:
    """All figures in Prometheus' text format, as the body of the answer."""
    hello = await ask(uri("compositor.hello"), {"major": MAJOR})
    names = hello["streams"] if hello else []
    stats = [await ask(uri("stream.stats"), {"stream": name}) for name in names]
    listed = await ask(uri("project.list"), {})
    families: list[Family] = [
        metrics.up({"compositor": hello is not None, "openspec": listed is not None}),
        *metrics.process(read_process()),
        *metrics.streams([answer for answer in stats if answer]),
        *(metrics.projects(listed) if listed else []),
    ]
    return metrics.text(families)


def read_process() -> Process:
    """The figures of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Process(used.ru_utime + used.ru_stime, _resident(used.ru_maxrss), _STARTED)


def _resident(most: int) -> int:
    """Bytes in memory now; where the system doesn't say that, the peak `most` (`ru_maxrss`)."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return most * (1 if sys.platform == "darwin" else 1024)
