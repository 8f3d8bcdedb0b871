"""The process of components, without a router: it waits for one, and ends in order."""

import json
import signal
import socket
import subprocess
import sys
import threading

import pytest

from geometry_ws.node.children import LOST
from geometry_ws.node.template import Options, apart, configuration

pytestmark = pytest.mark.slow
HANDSHAKE = bytes([0x7F, 0xF3, 0, 0])
"""What a component says first: 16 MiB, CBOR."""


@pytest.fixture
def started(tmp_path, project):
    """Starts the process of the compositor, whose router would be at `tmp_path / "router.sock"`."""
    options = Options(str(project), state=str(tmp_path), private=str(tmp_path))
    file = tmp_path / "components.json"
    file.write_text(json.dumps(apart(configuration(options))[1]))
    processes = []

    def start(name="compositor"):
        command = [sys.executable, "-m", "geometry_ws.node.component_process"]
        process = subprocess.Popen(
            [*command, file, "--worker", name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        end = threading.Timer(60, process.kill)
        end.start()
        processes.append((process, end))
        return process

    yield start
    for process, end in processes:
        end.cancel()
        process.kill()
        process.communicate()


@pytest.fixture
def router(tmp_path):
    """A socket where a router would listen; nobody accepts yet."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "router.sock"))
        listener.listen()
        listener.settimeout(30)
        yield listener


def accepted(router):
    peer, _ = router.accept()
    peer.settimeout(30)
    assert peer.recv(4, socket.MSG_WAITALL) == HANDSHAKE
    return peer


def wait_until_it_waits(process):
    """Its log has lines as Crossbar.io's: a time, the process, the text."""
    line = process.stdout.readline().decode()
    time, _, rest = line.partition(" ")
    assert time.startswith("20"), line
    assert rest == f"[compositor {process.pid:>6}] Compositor waits for the router\n"


def test_it_joins_as_soon_as_a_router_is_there(started, tmp_path):
    process = started()
    wait_until_it_waits(process)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "router.sock"))
        listener.listen()
        listener.settimeout(30)
        accepted(listener).close()
    assert process.wait(30) == LOST


@pytest.mark.parametrize("name", ["compositor", "openspec"])
def test_a_lost_connection_ends_it(started, router, name):
    process = started(name)
    peers = [accepted(router) for _ in range(1 if name == "compositor" else 2)]
    peers[0].close()
    assert process.wait(30) == LOST
    for peer in peers[1:]:
        peer.close()


def test_it_ends_in_order_before_it_has_joined(started, router):
    process = started()
    with accepted(router):
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_it_ends_in_order_while_it_waits_for_a_router(started):
    process = started()
    wait_until_it_waits(process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_projects_are_read_while_the_router_isnt_there_yet(started, project):
    process = started("openspec")
    said = iter(process.stdout.readline, b"")
    assert any(f"{project} is read".encode() in line for line in said)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
