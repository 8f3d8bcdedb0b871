"""Does the work of a team of agents, over HTTP: claims and ticks the next open task, for ever.

python -m geometry_ws.demo.team http://localhost:8081

Once everything is done it takes the marks off again, one by one, so that a wall never stands still.
"""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

SECONDS = 4.0
CHANGES = ("add-storm-mode", "sound-fog-by-visibility", "add-visitor-bookings", "forecast-wind")
AGENTS = ("gull-1", "tern-1", "seal-1", "gull-2")
"""Who works on each of them."""

QUESTION = {
    "task": CHANGES[2],
    "question": "May school classes climb without paying?",
    "options": ["Yes", "On weekdays"],
}
_ANSWER_SECONDS = 10.0


def next_task(tasks: Sequence[Mapping[str, Any]], done: bool) -> Mapping[str, Any] | None:
    """Give the task to mark `done` next (the first open one), or not done (the last ticked one)."""
    waiting = [task for task in tasks if task["done"] is not done]
    if not waiting:
        return None
    return waiting[0] if done else waiting[-1]


def rounds(changes: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Give, for ever, which change to go on with and whether its tasks are ticked or unticked.

    Each change has as many turns as a list of tasks may have before the direction changes; a turn
    without a task that waits is skipped by the caller.
    """
    for done in cycle((True, False)):
        for _ in range(12):
            for change in changes:
                yield change, done


def call(address: str, procedure: str, **kwargs: Any) -> dict[str, Any] | None:
    """Call a procedure; None where it is refused, since people may change what they like."""
    request = urllib.request.Request(  # noqa: S310 - the node's address
        f"{address.rstrip('/')}/call/{procedure}",
        json.dumps(kwargs).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310
            result: dict[str, Any] = json.load(answer)["args"][0]
            return result
    except urllib.error.HTTPError:
        return None


def work(address: str) -> None:
    """Work for ever."""
    call(address, "agent.ask", me=AGENTS[2], **QUESTION)
    for change, done in rounds(CHANGES):
        listed = call(address, "task.list", change=change)
        task = next_task(listed["tasks"], done) if listed else None
        if task is None:
            continue
        if done:
            finish(address, AGENTS[CHANGES.index(change)], f"{change}#{task['id']}")
        else:
            keywords = {"change": change, "task": task["id"], "expect": task["text"]}
            call(address, "task.set", done=False, **keywords)
            time.sleep(SECONDS)


def finish(address: str, agent: str, task: str) -> None:
    """Let an agent claim a task, work for a while and tick it."""
    call(address, "agent.claim", me=agent, task=task)
    time.sleep(SECONDS)
    call(address, "agent.done", me=agent, task=task)


if __name__ == "__main__":
    work(sys.argv[1])
