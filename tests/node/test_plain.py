"""The whole node by `crossbar start` alone, with the components in Crossbar.io's own containers."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from geometry_ws.node.template import Options, configuration

pytestmark = pytest.mark.router


@pytest.fixture
def plain(project, free_port, wait_until_ready):
    """The configuration of the repository for another project and port, and the process with it."""
    port = free_port()
    folder = project / ".crossbar"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(configuration(Options(port=port))))
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("crossbar"), "start", "--cbdir", folder],
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(port, lambda: process.poll() is not None)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_crossbar_alone_brings_up_everything(plain, descendants):
    """Every component answers and the board is drawn; Ctrl-C ends all of it."""
    names = sorted(descendants(plain.pid).values())
    assert len(names) == 3
    assert [name.partition("[")[2] for name in names] == [
        "crossbar.worker.container.ContainerController]",
        "crossbar.worker.container.ContainerController]",
        "crossbar.worker.router.RouterController]",
    ]
    plain.send_signal(signal.SIGINT)
    assert plain.wait(20) == 0


def test_a_container_that_is_killed_ends_all_of_it(plain, descendants):
    """Half a node is worse than none; who supervises Crossbar.io starts it again."""
    victim = min(pid for pid, name in descendants(plain.pid).items() if "container" in name)
    os.kill(victim, signal.SIGKILL)
    plain.wait(30)
