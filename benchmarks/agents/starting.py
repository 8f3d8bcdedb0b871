"""How long `geometry-ws mcp` takes from its start until it has answered, and its memory.

    python -m benchmarks.agents.starting [--times 10]

Each start asks for the tools, as an agent's program does; beside it a Python that imports nothing.
The memory is what the process holds alone and its share of what is common (PSS), and all (RSS).
Modules are compiled before, as an installation does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes.usage import memory_mb, usage

LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode() + b"\n"
OURS = Path(sys.executable).with_name("geometry-ws")
_BARE = "import sys; sys.stdin.buffer.readline(); print('{}', flush=True); sys.stdin.read()"
BARE = [sys.executable, "-c", _BARE]


class Started(NamedTuple):
    """Until the first answer: time, the processor's time, and the memory then."""

    milliseconds: float
    cpu_milliseconds: float
    shared_mb: float
    whole_mb: float


def started(command: list[str], folder: str) -> Started:
    """Start it once in a folder, where its compiled modules stay as well."""
    environment = {
        "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled"),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    process.stdin.write(LIST)
    process.stdin.flush()
    process.stdout.readline()
    took = (time.monotonic() - begun) * 1000
    spent = sum(usage({"it": process.pid}).seconds.values()) * 1000
    shared = memory_mb([process.pid]) or 0.0
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    whole = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    process.stdin.close()
    process.wait(20)
    process.stdout.close()
    return Started(took, spent, shared, whole)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    ways = {
        "geometry-ws mcp": [str(OURS), "mcp"],
        "geometry-ws mcp --channel": [str(OURS), "mcp", "--channel"],
        "a Python that imports nothing": BARE,
    }
    with tempfile.TemporaryDirectory() as folder:
        for title, command in ways.items():
            several = sorted(started(command, folder) for _ in range(given.times + 1))[:-1]
            spent = min(start.cpu_milliseconds for start in several)
            last = several[-1]
            print(
                f"{title}: {several[0].milliseconds:.0f} ms at best, "
                f"{several[len(several) // 2].milliseconds:.0f} ms mostly, {spent:.0f} ms of a "
                f"core, {last.shared_mb:.1f} MB (PSS), {last.whole_mb:.1f} MB (RSS)"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
