"""Fifty agents tick the tasks of one change at once, each by the revision that it read."""

import random
import threading

import pytest
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import ensureDeferred, gatherResults

from geometry_ws.protocol.errors import StaleRevision
from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router

AGENTS = 50
TASKS = 100


class Reader(threading.Thread):
    """Reads the file all the while, and notes what it must never see."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.end = threading.Event()
        self.torn = []
        self.reads = 0

    def run(self):
        before = 0
        while not self.end.is_set():
            lines = self.path.read_text().splitlines()
            done = sum(line.startswith("- [x] ") for line in lines)
            # Tasks are only ever set here: fewer than before means that a tick was lost.
            if len(lines) != TASKS or done < before:
                self.torn.append(lines)
            before = done
            self.reads += 1


async def agent(client, wanted, seed):
    """Set the wanted tasks in any order; a stale revision means: read again, then try again."""
    chance = random.Random(seed)
    retries = 0
    for task in chance.sample(wanted, len(wanted)):
        while True:
            listed = await client.call_with(uri("task.list"), (), {"change": "shared"})
            given = {
                "change": "shared", "task": task, "done": True, "revision": listed["revision"],
            }  # fmt: skip
            try:
                await client.call_with(uri("task.set"), (), given)
            except ApplicationError as problem:
                assert problem.error == StaleRevision.uri
                retries += 1
            else:
                break
    return retries


async def test_fifty_agents_lose_no_tick_and_nobody_reads_half_a_file(start_node, connect):
    node = start_node()
    folder = node.project / "openspec/changes/shared"
    folder.mkdir()
    path = folder / "tasks.md"
    path.write_text("".join(f"- [ ] {number}\n" for number in range(1, TASKS + 1)))
    reader = Reader(path)
    clients = [await connect(node) for _ in range(AGENTS)]
    chance = random.Random(4)
    wishes = [chance.sample(range(1, TASKS + 1), 2) for _ in clients]
    reader.start()
    try:
        retries = await gatherResults(
            [
                ensureDeferred(agent(client, wanted, seed))
                for seed, (client, wanted) in enumerate(zip(clients, wishes, strict=True))
            ]
        )
    finally:
        reader.end.set()
        reader.join()
    wanted = {task for wish in wishes for task in wish}
    lines = path.read_text().splitlines()
    assert {number for number, line in enumerate(lines, 1) if line == f"- [x] {number}"} == wanted
    assert len(lines) == TASKS
    assert reader.torn == []
    assert reader.reads > 0
    assert sum(retries) > 0
