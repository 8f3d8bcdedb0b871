"""Calls that take long, of many sessions at once, harm nobody else on a real node."""

from pathlib import Path
from threading import Thread

import pytest
from twisted.internet.threads import deferToThread

from geometry_ws.protocol.errors import Busy
from geometry_ws.protocol.names import uri
from tests.support.nodes import write_project
from tests.support.raw_guest import RawGuest

pytestmark = pytest.mark.router

REQUIREMENTS = 1000
FLOOD = 20
"""Sessions that ask for eight dear things at once."""

AT_A_TIME = 8


def requirements(verb):
    return "".join(
        f"### Requirement: R{number}\nThe system SHALL {verb} {number}.\n\n"
        "#### Scenario: S\n- **WHEN** a\n- **THEN** b\n\n"
        for number in range(REQUIREMENTS)
    )


@pytest.fixture(scope="module")
def large(start_shared_node, tmp_path_factory):
    """A node whose project has a change that takes long to compare with its spec."""
    folder = write_project(tmp_path_factory.mktemp("large"))
    texts = {
        "specs/large/spec.md": "# large\n\n## Purpose\nAll.\n\n## Requirements\n"
        + requirements("do"),
        "changes/dear/proposal.md": "## Why\nx\n## What Changes\n- x\n",
        "changes/dear/tasks.md": "".join(f"- [ ] {number} t\n" for number in range(10_000)),
        "changes/dear/specs/large/spec.md": f"## MODIFIED Requirements\n{requirements('make')}",
    }
    for name, text in texts.items():
        path = folder / "openspec" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return start_shared_node(folder)


class Flood:
    """Sessions that ask for as much as they may, and read what they get."""

    def __init__(self, node, procedure, sessions=FLOOD, **keywords):
        self.results, self.refusals = [], []
        self._guests = [RawGuest(node, "msgpack") for _ in range(sessions)]
        self._readers = [Thread(target=self._read, args=(guest,)) for guest in self._guests]
        for guest in self._guests:
            for _ in range(AT_A_TIME):
                guest.call(uri(procedure), **keywords)
        for reader in self._readers:
            reader.start()

    def _read(self, guest):
        for _ in range(AT_A_TIME):
            answer = guest.read(60)
            (self.results if answer[0] == 50 else self.refusals).append(answer[:5])

    def end(self):
        """Wait until everything is answered, and leave."""
        for reader in self._readers:
            reader.join()
        for guest in self._guests:
            guest.end()


@pytest.mark.parametrize("procedure", ["change.deltas", "task.list", "change.get"])
async def test_many_who_ask_for_dear_things_keep_nobody_else_waiting(large, connect, procedure):
    """Whether threads do it or the event loop: others waited until all of it was done."""
    polite = await connect(large)
    ask = {"change": "add-farewell"}
    await polite.call_with(uri("document.list"), keywords=ask)
    flood = await deferToThread(Flood, large, procedure, change="dear")
    for _ in range(3):
        await polite.call_with(uri("document.list"), keywords=ask)
    results = len(flood.results)
    await deferToThread(flood.end)
    assert results < len(flood.results) / 2
    assert all(answer[4] == Busy.uri for answer in flood.refusals)


def most_memory(pid):
    """The most that a process ever had in memory, in bytes."""
    [line] = [
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "HWM" in line
    ]
    return int(line.split()[1]) * 1024


async def test_large_answers_do_not_pile_up(large, connect):
    """They were made while the router passed on the first: 80 lists took 745 MB."""
    owners = [await connect(large) for _ in range(5)]
    for owner in owners:
        for _ in range(49):
            surface = {"width": 1, "height": 1, "x": 50_000, "text": "x" * 20_000}
            await owner.call_with(uri("surface.create"), keywords=surface)
    polite = await connect(large)
    await polite.call_with(uri("surface.list"))
    before = most_memory(large.compositor_pid)
    flood = await deferToThread(Flood, large, "surface.list", sessions=10)
    await polite.call_with(uri("compositor.hello"))
    results = len(flood.results)
    await deferToThread(flood.end)
    assert len(flood.results) == 10 * AT_A_TIME
    assert results < len(flood.results) / 2
    assert most_memory(large.compositor_pid) - before < 150 * 2**20
