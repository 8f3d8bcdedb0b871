"""Agents that claim and finish tasks without a gap; how soon what a killed one held is free.

    python -m benchmarks.agents.claims [--agents 2] [--tasks 1000]

Each agent is a process, as a program of agents starts it. No task may be given twice, none be lost,
and the journal must say who ticked which.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.agents.agent import Agent
from benchmarks.loads.board_project import write_project
from benchmarks.systems.node import RunningNode, running_node
from geometry_ws.cli.plain_socket import post
from geometry_ws.client.address import parse_address

TASKS_OF_A_CHANGE = 50
LOST_SECONDS, FREE_SECONDS = 6.0, 36.0


def work_off(node: RunningNode, number: int) -> tuple[dict[str, list[str]], float]:
    """So many agents tick all there is; gives what each was told that it ticked, and seconds."""
    agents = [Agent(node.address, node.project) for _ in range(number)]
    ticked: dict[int, list[str]] = {}

    def work(place: int) -> None:
        ticked[place] = []
        while task := agents[place].claim():
            if agents[place].call("done", task=task).startswith("Ticked"):
                ticked[place].append(task)

    begun = time.monotonic()
    threads = [threading.Thread(target=work, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begun
    for agent in agents:
        agent.end()
    return {agents[place].name: tasks for place, tasks in ticked.items()}, seconds


def wrong_in(node: RunningNode, ticked: dict[str, list[str]], tasks: int) -> list[str]:
    """What of it isn't so on disk and in the journal."""
    counts = Counter(task for several in ticked.values() for task in several)
    wrong = [f"{task} was given {count} times" for task, count in counts.items() if count > 1]
    files = list(node.project.glob("openspec/changes/*/tasks.md"))
    left = sum(file.read_text().count("- [ ]") for file in files)
    if left:
        wrong.append(f"{left} tasks are open")
    if len(counts) != tasks:
        wrong.append(f"{len(counts)} of {tasks} were ticked")
    for who, several in ticked.items():
        if not several:
            continue  # the others were quicker: it never got a name
        runs = post(parse_address(node.address), "activity.list", {"who": who, "limit": 500})[
            "runs"
        ]
        noted = sum(run.get("count", 1) for run in runs if run["what"] == "ticked")
        if noted != len(several):
            wrong.append(f"the journal has {noted} ticks of {who}, not {len(several)}")
    return wrong


def wait_for_a_task(node: RunningNode) -> None:
    """Until there is something to claim."""
    while not post(parse_address(node.address), "agent.next", {})["tasks"]:
        time.sleep(0.05)


def killed(node: RunningNode) -> tuple[float, float]:
    """Seconds from the end of an agent until its claim is lost, and until it is free."""
    agent = Agent(node.address, node.project)
    if not agent.claim():
        raise SystemExit("there is nothing to claim")
    begun = time.monotonic()
    agent.end(killed=True)
    lost = 0.0
    while claims := post(parse_address(node.address), "claim.list", {})["claims"]:
        if not lost and claims[0].get("lost"):
            lost = time.monotonic() - begun
        time.sleep(0.05)
    return lost, time.monotonic() - begun


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=2)
    parser.add_argument("--tasks", type=int, default=1000, help="of each agent")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="geometry-ws-claims-") as name:
        changes = max(given.agents * given.tasks // TASKS_OF_A_CHANGE, 1)
        project = write_project(Path(name) / "project", changes, TASKS_OF_A_CHANGE)
        for file in project.glob("openspec/changes/*/tasks.md"):
            file.write_text(file.read_text().replace("[x]", "[ ]"))
        with running_node(Path(name), changes) as node:
            files = node.project.glob("openspec/changes/*/tasks.md")
            tasks = sum(file.read_text().count("- [ ]") for file in files)
            ticked, seconds = work_off(node, given.agents)
            wrong = wrong_in(node, ticked, tasks)
            counts = ", ".join(f"{who} {len(several)}" for who, several in ticked.items())
            each = seconds / tasks * 1000
            print(f"{tasks} tasks in {seconds:.1f} s ({each:.1f} ms each): {counts}", flush=True)
            node.tasks().write_text("- [ ] 1.1 One more\n")
            wait_for_a_task(node)
            lost, free = killed(node)
            print(f"kill -9: lost after {lost:.2f} s, free after {free:.2f} s")
            if lost > LOST_SECONDS or free > FREE_SECONDS:
                wrong.append("that is too late")
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
