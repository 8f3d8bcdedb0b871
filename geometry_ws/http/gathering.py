"""Asks the components for the figures of `GET /metrics`, and the system for those of the router.

Nothing is asked of components but what everybody may ask; where one doesn't answer in time, the
answer says so and has the rest.
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
"""Calls a procedure by its URI with keywords; gives None where nobody answers in time."""

_STATM = Path("/proc/self/statm")
_STARTED = time.time()


async def gather(ask: Ask) -> str:
    """The body of the answer."""
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
    """Memory now, or where the system doesn't say the most that it ever was."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return most * (1 if sys.platform == "darwin" else 1024)
