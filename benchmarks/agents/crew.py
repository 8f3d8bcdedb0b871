"""Four agents without a model tick 35 tasks of five changes, each in a checkout of its own.

    python -m benchmarks.agents.crew [--agents 4]

Each works as an agent does: it asks what is next, claims, looks, writes a file in its own checkout
and commits it, notes something now and then, and says that it is done. The first one's program ends
in the middle, as if it had crashed, and another begins. At the end the tasks' files, the lists,
the board, attention, the journal and the official tool must say the same.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.agents.agent import Agent
from benchmarks.loads.board_project import write_project
from benchmarks.systems.node import RunningNode, running_node
from benchmarks.systems.official_tool import official
from geometry_ws.cli.plain_socket import post
from geometry_ws.client.address import parse_address

CHANGES, TASKS = 5, 7
DIES_AT = 4
"""The first agent's program ends without a word in its task of this number."""

WAIT_SECONDS = 60.0
DRAWN_SECONDS = 10.0


def git(folder: Path, *words: str) -> str:
    names = ["-c", "user.name=crew", "-c", "user.email=crew@example.org"]
    done = subprocess.run(
        ["git", *names, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def prepare(root: Path, agents: int) -> list[Path]:
    """The project as a repository, and a checkout for each agent."""
    project = write_project(root / "project", CHANGES, TASKS)
    for tasks in project.glob("openspec/changes/*/tasks.md"):
        tasks.write_text(tasks.read_text().replace("[x]", "[ ]"))
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "begin")
    places = [root / f"checkout-{number}" for number in range(1, agents + 1)]
    for place in places:
        git(project, "worktree", "add", "-q", "-b", place.name, str(place))
    return places


def work(node: RunningNode, place: Path, dies: bool) -> dict[str, list[str]]:
    """One after another until nothing is free; gives what was ticked, by names."""
    ticked: dict[str, list[str]] = {}
    agent, count = Agent(node.address, place, "--project", "project"), 0
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        agent.call("next")
        task = agent.claim()
        if not task:
            if "is held by" not in agent.call("claim"):
                break
            time.sleep(1)  # somebody may not finish
            continue
        until, count = time.monotonic() + WAIT_SECONDS, count + 1
        if dies and count == DIES_AT:
            agent.end(killed=True)
            agent, dies = Agent(node.address, place, "--project", "project"), False
            continue
        agent.call("show", what=task)
        (place / f"{task.replace('/', '-')}.txt").write_text(f"{task}\n")
        git(place, "add", "-A")
        git(place, "commit", "-qm", task)
        if count % 3 == 0:
            agent.call("note", task=task, text=f"{task} took longer.")
        said = agent.call("done", task=task)
        if said.startswith("Ticked"):
            ticked.setdefault(agent.name, []).append(task)
    agent.end()
    return ticked


def wrong_in(node: RunningNode, places: list[Path], ticked: dict[str, list[str]]) -> list[str]:
    """Who doesn't agree that all is done, and by whom."""
    total, wrong = CHANGES * TASKS, []

    def check(what: str, seen: object, expected: object) -> None:
        if seen != expected:
            wrong.append(f"{what}: {seen}, not {expected}")

    counts = Counter(task for several in ticked.values() for task in several)
    check("ticks", (len(counts), sum(counts.values())), (total, total))
    texts = [file.read_text() for file in node.project.glob("openspec/changes/*/tasks.md")]
    check("boxes", sum(text.count("[x]") for text in texts), total)
    for place in places:
        edited = git(place, "log", "--format=", "--name-only", "main..HEAD", "--", "openspec")
        check(f"edited by agents in {place.name}", edited + git(place, "status", "-s"), "")
    changes = post(parse_address(node.address), "change.list", {})["changes"]
    check("change.list", [c["done"] for c in changes], [TASKS] * CHANGES)
    items = post(parse_address(node.address), "attention.list", {})["items"]
    check("attention", Counter(item["kind"] for item in items), {"ready": CHANGES})
    check("claims", post(parse_address(node.address), "claim.list", {})["claims"], [])
    runs = post(parse_address(node.address), "activity.list", {"limit": 500})["runs"]
    names: Counter[str] = Counter()
    for run in runs:
        if run["what"] == "ticked":
            names[run.get("who", "")] += run.get("count", 1)
    check("activity", names, {who: len(several) for who, several in ticked.items()})
    surfaces = post(parse_address(node.address), "surface.list", {})["surfaces"]
    said = "\n".join(str(each.get("text", "")) for each in surfaces)
    check("board", said.count(f"{TASKS} of {TASKS}"), CHANGES)
    return wrong


def _wrong_officially(project: Path) -> list[str]:
    command = official()
    if command is None:
        print("The official tool isn't here: it isn't asked.")
        return []
    quiet = {**os.environ, "OPENSPEC_TELEMETRY": "0", "NO_COLOR": "1"}

    def ask(*words: str) -> str:
        return subprocess.run(
            [command, *words], cwd=project, env=quiet, capture_output=True, text=True, check=False
        ).stdout

    listed = json.loads(ask("list", "--json"))["changes"]
    seen = [(change["completedTasks"], change["totalTasks"]) for change in listed]
    wrong = [] if seen == [(TASKS, TASKS)] * CHANGES else [f"the official list: {seen}"]
    for change in listed:
        said = json.loads(ask("archive", "--json", "--yes", "--", change["name"]))
        if said["archive"] is None:
            wrong.append(f"the official archive refuses {change['name']}")
    return wrong


def work_together(
    node: RunningNode, places: list[Path], *, dies: bool = True
) -> dict[str, list[str]]:
    """An agent in each checkout, all at once; gives what was ticked, by names.

    Where the first one dies, what it held is free half a minute later.
    """
    results: list[dict[str, list[str]]] = [{} for _ in places]

    def at(number: int) -> None:
        results[number] = work(node, places[number], dies=dies and number == 0)

    threads = [threading.Thread(target=at, args=(number,)) for number in range(len(places))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {who: tasks for each in results for who, tasks in each.items()}


def agreed(node: RunningNode, places: list[Path], ticked: dict[str, list[str]]) -> list[str]:
    """What is wrong at the end, when the board has drawn and the journal is told."""
    until = time.monotonic() + DRAWN_SECONDS
    while (wrong := wrong_in(node, places, ticked)) and time.monotonic() < until:
        time.sleep(0.2)
    return wrong or _wrong_officially(node.project)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="geometry-ws-crew-") as name:
        places = prepare(Path(name), given.agents)
        with running_node(Path(name), CHANGES) as node:
            begun = time.monotonic()
            ticked = work_together(node, places)
            counts = ", ".join(f"{who} {len(tasks)}" for who, tasks in ticked.items())
            print(f"{time.monotonic() - begun:.1f} s: {counts}", flush=True)
            wrong = agreed(node, places, ticked)
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    print(
        "They don't agree." if wrong else "Files, lists, board, attention, journal and tool agree."
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
