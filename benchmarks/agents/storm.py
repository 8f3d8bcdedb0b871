"""A storm of hooks: what it costs the router, and whether anybody is delayed.

    python -m benchmarks.agents.storm [--rate 200] [--megabytes 5] [--seconds 10] [--sessions 40]

Sessions send a hook with a large body one after another, so many a second in all. Beside them
somebody lists claims, with and without the storm. The cost is that of all of the node's processes.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.processes.usage import usage
from benchmarks.systems.node import RunningNode, running_node
from geometry_ws.cli.plain_socket import post, send_hook
from geometry_ws.client.address import parse_address

LOOK_SECONDS = 0.05


def body(session: int, megabytes: float) -> bytes:
    """A hook as Claude Code sends it after a large file was read."""
    hook = {
        "session_id": f"s{session}",
        "cwd": "/somewhere",
        "hook_event_name": "PostToolUse",
        "tool_name": "Read",
        "tool_response": "x" * int(megabytes * 2**20),
    }
    return json.dumps(hook).encode()


def look(node: RunningNode, seconds: float) -> list[float]:
    """How long somebody waits for small answers meanwhile, in milliseconds."""
    waits = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.monotonic()
        post(parse_address(node.address), "claim.list", {})
        waits.append((time.monotonic() - begun) * 1000)
        time.sleep(LOOK_SECONDS)
    return waits


def storm(node: RunningNode, given: argparse.Namespace) -> int:
    """Send hooks in the background's threads until the time is up; gives how many went out."""
    bodies = [body(session, given.megabytes) for session in range(given.sessions)]
    count, lock, begun = 0, threading.Lock(), time.monotonic()

    def work() -> None:
        nonlocal count
        while True:
            with lock:
                number, count = count, count + 1
            due = begun + number / given.rate
            if due > begun + given.seconds:
                with lock:
                    count -= 1
                return
            time.sleep(max(due - time.monotonic(), 0))
            send_hook(parse_address(node.address), "claude", bodies[number % len(bodies)])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=40)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="geometry-ws-storm-") as name:
        with running_node(Path(name), 5) as node:
            processes = {"node": node.process.pid, **node.workers}
            before = usage(processes)
            quiet = look(node, given.seconds)
            calm = usage(processes)
            waits: list[float] = []
            looking = threading.Thread(target=lambda: waits.extend(look(node, given.seconds)))
            looking.start()
            begun = time.monotonic()
            sent = storm(node, given)
            seconds = time.monotonic() - begun
            looking.join()
            after = usage(processes)
        idle, busy = calm.percent_since(before), after.percent_since(calm)
        cost = {part: round(busy[part] - idle[part], 1) for part in busy if part in idle}
        print(f"{sent} hooks of {given.megabytes:g} MB in {seconds:.1f} s")
        whole = sum(cost.values())
        print(f"percent of a core above that of looking alone: {cost}, {whole:.1f} in all")
        for title, several in (("alone", quiet), ("in the storm", waits)):
            cuts = statistics.quantiles(several, n=20)
            print(f"an answer {title}: {cuts[9]:.1f} ms, 95 % within {cuts[18]:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
