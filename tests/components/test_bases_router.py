"""What a change was written against and who holds what: a killed node has not forgotten it."""

import os
import signal

import pytest
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred

from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router

GREET, SMILE = "The shop SHALL greet every visitor.", "The shop SHALL smile."
SPEC = "openspec/specs/greeting/spec.md"
MODIFIED = f"""## MODIFIED Requirements

### Requirement: Greeting
{GREET}
The shop SHALL bow.

#### Scenario: A visitor comes in
- **WHEN** a visitor comes in
- **THEN** the visitor is greeted
"""


@pytest.fixture
def start_again(start_node, project, tmp_path):
    """Starts nodes for a project that keep their state at one place."""
    bow = project / "openspec/changes/bow"
    (bow / "specs/greeting").mkdir(parents=True)
    (bow / "proposal.md").write_text("# Bow\n")
    (bow / "tasks.md").write_text("- [x] 1.1 Bow\n")
    (bow / "specs/greeting/spec.md").write_text(MODIFIED)

    def remember(configuration):
        for worker in configuration["workers"]:
            for component in worker.get("components", []):
                if component["classname"].endswith(".OpenSpec"):
                    component["extra"]["state"] = str(tmp_path / "remembered")

    return lambda: start_node(project, remember)


async def test_a_killed_node_knows_bases_and_claims_when_it_is_started_again(
    start_again, connect, project, tmp_path
):
    first = start_again()
    client = await connect(first)
    assert (await client.call_with(uri("change.bases"), (), {"change": "bow"}))[
        "requirements"
    ] == []
    claim = {"me": "otter", "task": "add-farewell/1.2"}
    await client.call_with(uri("agent.claim"), (), claim)
    held = tmp_path / "remembered/held.jsonl"
    while not held.exists():
        await client.call_with(uri("claim.list"))
    os.kill(first.openspec_pid, signal.SIGKILL)
    first.process.stop()
    spec = project / SPEC
    spec.write_text(spec.read_text().replace(GREET, f"{GREET}\n{SMILE}"))

    client = await connect(start_again())
    (claim,) = (await client.call_with(uri("claim.list")))["claims"]
    assert (claim["who"], claim["task"]) == ("otter", "add-farewell/1.2")
    await client.call_with(uri("change.bases"), (), {"change": "bow"})
    changes = (await client.call_with(uri("change.list")))["changes"]
    (moved,) = next(entry for entry in changes if entry["change"] == "bow")["base_moved"]
    assert moved["lost"] == [SMILE]
    with pytest.raises(ApplicationError) as caught:
        await client.call_with(uri("change.archive"), (), {"change": "bow"})
    assert caught.value.kwargs["code"] == "base_moved"
    assert SMILE in caught.value.args[0]

    heard = Deferred()

    def hear(args, keywords, details):
        for event in keywords["events"]:
            if event["name"] == "bow" and "base_moved" in event and not heard.called:
                heard.callback(event["base_moved"])

    await client.listen(uri("project.on_changed.shop"), hear)
    await client.call_with(uri("change.rebase"), (), {"change": "bow"})
    happening = await heard
    assert (happening["before"], happening["after"]) == ([moved], [])
    await client.call_with(uri("change.archive"), (), {"change": "bow"})
    assert SMILE in spec.read_text()
    assert "SHALL bow" in spec.read_text()
