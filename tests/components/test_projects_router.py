"""A very large project behind a real router: all its procedures answer, and its events arrive."""

import pytest
from twisted.internet.defer import Deferred

from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router

TASKS = 70_000
NAMES = {f"large-{number}" for number in range(6)}


class Follower:
    """Waits for happenings of a project."""

    def __init__(self):
        self.events = []
        self.waiting = None

    def hear(self, args, keywords, details):
        self.events.append(keywords)
        if self.waiting and self.waiting[0](self):
            waiting, self.waiting = self.waiting[1], None
            waiting.callback(None)

    def until(self, met):
        done: Deferred = Deferred()
        if met(self):
            done.callback(None)
        else:
            self.waiting = met, done
        return done

    def last(self, change):
        """The newest that was told of a change."""
        details = [
            happening.get("detail") for event in self.events for happening in event["events"]
        ]
        return next(
            (detail for detail in reversed(details) if detail and detail["change"] == change), None
        )


async def test_a_very_large_project_is_served(start_node, connect):
    node = start_node()
    client = await connect(node)
    follower = Follower()
    (name,) = (await client.call_with(uri("openspec.hello")))["projects"]
    await client.listen(uri(f"project.on_changed.{name}"), follower.hear)
    for change in NAMES:
        folder = node.project / "openspec" / "changes" / change
        folder.mkdir()
        (folder / "tasks.md").write_text("".join(f"- [ ] {n}\n" for n in range(TASKS)))
    await follower.until(
        lambda it: all((it.last(name) or {}).get("total") == TASKS for name in NAMES)
    )
    snapshot = await client.call_with(uri("project.get"))
    large = [change for change in snapshot["changes"] if change["change"] in NAMES]
    assert [(change["total"], len(change["tasks"])) for change in large] == [(TASKS, 5000)] * 6
    last = {"change": "large-5", "task": TASKS, "done": True, "expect": str(TASKS - 1)}
    assert (await client.call_with(uri("task.set"), (), last))["done"] == 1
    await follower.until(lambda it: it.last("large-5")["done"] == 1)
    seqs = [event["seq"] for event in follower.events]
    assert seqs == list(range(1, len(seqs) + 1))
    listed = node.call("task.list", change="large-5").json["args"][0]
    assert len(listed["tasks"]) == 5000
    assert "5000" in listed["problem"]
    assert node.call("project.get").status == 200
