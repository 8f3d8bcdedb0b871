"""Calls that take long, of many sessions at once, harm nobody else on a real node."""

from pathlib import Path
from threading import Thread

import msgpack
import numpy as np
import pytest
from twisted.internet.defer import gatherResults
from twisted.internet.threads import deferToThread

from geometry_ws.protocol.errors import Busy
from geometry_ws.protocol.names import uri
from geometry_ws.render.png import encode_png
from tests.support.nodes import write_project
from tests.support.raw_guest import RawGuest, frame

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
    # About a third; more where other processes take the router's and the threads' turns.
    assert results < len(flood.results) * 3 / 4
    assert all(answer[4] == Busy.uri for answer in flood.refusals)


def memory_of(pid, what="VmRSS"):
    """What a process has in memory, or had at most (VmHWM), in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(what)]
    return int(line.split()[1]) * 1024


def bytes_of_files(pid):
    """What a process has read from files so far; what comes by sockets isn't counted."""
    return int(Path(f"/proc/{pid}/io").read_text().split()[1])


async def test_large_answers_do_not_pile_up(large, connect):
    """They were made while the router passed on the first: 80 lists took 745 MB."""
    owners = [await connect(large) for _ in range(5)]
    for owner in owners:
        for _ in range(49):
            surface = {"width": 1, "height": 1, "x": 50_000, "text": "x" * 20_000}
            await owner.call_with(uri("surface.create"), keywords=surface)
    polite = await connect(large)
    await polite.call_with(uri("surface.list"))
    before = memory_of(large.compositor_pid, "VmHWM")
    flood = await deferToThread(Flood, large, "surface.list", sessions=10)
    await polite.call_with(uri("compositor.hello"))
    results = len(flood.results)
    await deferToThread(flood.end)
    assert len(flood.results) == 10 * AT_A_TIME
    # About a third; more where other processes take the router's and the threads' turns.
    assert results < len(flood.results) * 3 / 4
    assert memory_of(large.compositor_pid, "VmHWM") - before < 150 * 2**20


async def test_large_calls_of_many_end_no_component(start_node, connect):
    """What waits for a component counted as what a guest holds, and its connection was ended."""
    node = await deferToThread(start_node)
    processes = node.compositor_pid, node.openspec_pid, node.router_pid
    polite = await connect(node)
    keywords = {"change": "add-farewell", "document": "proposal.md", "text": b"x" * 14_000_000}
    calls = [
        frame(2, msgpack.packb([48, number, {}, uri("document.set"), [], keywords]))
        for number in range(1, AT_A_TIME + 1)
    ]

    def flood():
        guests = [RawGuest(node, "msgpack") for _ in range(16)]
        senders = [Thread(target=send, args=(guest,)) for guest in guests]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        for guest in guests:
            guest.end()

    def send(guest):
        try:
            guest.send_bytes(b"".join(calls))
        except OSError:
            # It was dropped, since it doesn't read.
            return

    flooding = deferToThread(flood)
    answers, read = 0, bytes_of_files(node.openspec_pid)
    while not flooding.called:
        answers += bool(await polite.call_with(uri("compositor.hello")))
    await flooding
    assert answers
    # They were handed over as files: by the socket, everything behind them waits.
    assert bytes_of_files(node.openspec_pid) - read > len(keywords["text"])
    assert node.call("project.list").status == 200
    assert (node.compositor_pid, node.openspec_pid, node.router_pid) == processes
    log = (node.folders.logs / "node.log").read_text("utf-8", "replace")
    assert "lost its session" not in log
    assert memory_of(node.router_pid, "VmHWM") < 700 * 2**20


async def test_memory_of_pictures_is_given_back(start_node, connect):
    """The compositor kept some of it after programs with large surfaces had left."""
    node = await deferToThread(start_node)
    side = 2048
    picture = encode_png(np.zeros((side, side, 4), np.uint8))
    before = memory_of(node.compositor_pid)
    owners = [await connect(node) for _ in range(8)]
    answers = []
    for owner in owners:
        keywords = {"width": side, "height": side, "x": 9000}
        made = await owner.call_with(uri("surface.create"), keywords=keywords)
        image = ["image", [0, 0, side, side], "png", picture]
        for _ in range(3):
            update = {"surface": made["surface"], "ops": [image]}
            answers.append(owner.call_with(uri("surface.commit"), keywords={"updates": [update]}))
    await gatherResults(answers)
    assert memory_of(node.compositor_pid) - before > 100 * 2**20
    for owner in owners:
        owner.leave()
        await owner.ended
    polite = await connect(node)
    while memory_of(node.compositor_pid) - before > 40 * 2**20:
        await polite.call_with(uri("compositor.hello"))
