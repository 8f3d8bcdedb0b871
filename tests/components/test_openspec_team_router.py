"""Agents at a real node: none gets a task twice, and who is killed gives his back."""

import json

import pytest
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import ensureDeferred, gatherResults

from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router

TASKS = 120


async def work(client, ticked):
    """Claim and finish tasks until nothing is free."""
    while True:
        try:
            claimed = await client.call_with(uri("agent.claim"), (), {})
        except ApplicationError as problem:
            assert problem.error == uri("error.nothing_free")
            return claimed["me"]
        (task,) = claimed["tasks"]
        said = await client.call_with(uri("agent.done"), (), {"task": task["task"]})
        assert said["text"].startswith(f"Ticked {task['task']} "), said
        ticked.append(task["task"])


async def test_agents_that_claim_and_finish_without_a_gap_do_each_task_once(start_node, connect):
    node = start_node()
    folder = node.project / "openspec/changes/shared"
    folder.mkdir()
    path = folder / "tasks.md"
    path.write_text("".join(f"- [ ] 1.{number} Do\n" for number in range(1, TASKS + 1)))
    clients = [await connect(node) for _ in range(4)]
    while (await clients[0].call_with(uri("change.list"), (), {}))["changes"][-1]["total"] != TASKS:
        pass
    ticked = []
    names = await gatherResults([ensureDeferred(work(client, ticked)) for client in clients])
    assert len(set(names)) == 4
    shared = [task for task in ticked if task.startswith("shared/")]
    assert sorted(shared) == sorted(f"shared/1.{number}" for number in range(1, TASKS + 1))
    assert path.read_text().count("- [x] ") == TASKS
    assert (await clients[0].call_with(uri("claim.list"), (), {}))["claims"] == []


async def test_a_lost_connection_is_seen_at_once_and_a_name_by_http_is_not_a_session(
    start_node, connect
):
    node = start_node()
    client, other = await connect(node), await connect(node)
    joined = await client.call_with(uri("presence.join"), (), {"name": "otter", "kind": "agent"})
    await client.call_with(uri("claim.take"), (), {"task": "add-farewell/1.2"})
    by_http = node.call("agent.claim", task="add-farewell/2.1")
    assert by_http.json["args"][0]["me"] == "otter-1"
    transport = client._transport
    transport.abort()
    while not (await other.call_with(uri("claim.list"), (), {}))["claims"][0].get("lost"):
        pass
    resumed = {"name": "otter", "kind": "agent", "token": joined["token"]}
    back = await other.call_with(uri("presence.join"), (), resumed)
    assert back["resumed"] is True
    claims = (await other.call_with(uri("claim.list"), (), {}))["claims"]
    assert [(c["task"], c["who"], c.get("lost", False)) for c in claims] == [
        ("add-farewell/1.2", "otter", False),
        ("add-farewell/2.1", "otter-1", False),
    ]
    refused = node.call("agent.claim", task="1.2", me="heron")
    assert refused.status == 409
    assert refused.json["error"] == uri("error.held")
    assert json.dumps(refused.json["args"]).startswith('["add-farewell/1.2 is otter')
