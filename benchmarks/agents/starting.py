"""How long `geometry-ws mcp` takes from its start until it has answered, and its memory.

    python -m benchmarks.agents.starting [--times 10]

Each start asks for the tools, as an agent's program does; beside it a Python that imports nothing.
The memory is what the process holds alone and its share of what is common (PSS), and all (RSS).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes.usage import memory_mb

LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode() + b"\n"
OURS = Path(sys.executable).with_name("geometry-ws")
BARE = "import sys; sys.stdin.buffer.readline(); print('{}', flush=True); sys.stdin.read()"


def started(command: list[str], folder: str) -> tuple[float, float, float]:
    """Milliseconds until the first answer, and megabytes then: PSS and RSS."""
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(LIST)
    process.stdin.flush()
    process.stdout.readline()
    took = (time.monotonic() - begun) * 1000
    shared = memory_mb([process.pid]) or 0.0
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    whole = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
    process.stdin.close()
    process.wait(20)
    process.stdout.close()
    return took, shared, whole


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    ways = {
        "geometry-ws mcp": [str(OURS), "mcp"],
        "geometry-ws mcp --channel": [str(OURS), "mcp", "--channel"],
        "a Python that imports nothing": [sys.executable, "-c", BARE],
    }
    with tempfile.TemporaryDirectory() as folder:
        for title, command in ways.items():
            several = [started(command, folder) for _ in range(given.times)]
            best = min(took for took, _, _ in several)
            middle = sorted(took for took, _, _ in several)[len(several) // 2]
            _, shared, whole = several[-1]
            print(
                f"{title}: {best:.0f} ms at best, {middle:.0f} ms mostly, "
                f"{shared:.1f} MB (PSS), {whole:.1f} MB (RSS)"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
