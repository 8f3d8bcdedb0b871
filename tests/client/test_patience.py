"""A program that computes hears nothing meanwhile: it keeps its session, or is told why not."""

import subprocess
import sys

import pytest

from geometry_ws.client.failure_reasons import LOST, Closed
from geometry_ws.node.template import Options, configuration

pytestmark = [pytest.mark.router, pytest.mark.slow]

PROGRAM = """
import sys, time
from geometry_ws.client import link, run
link.PING_SECONDS, link.AGAIN_SECONDS = 0.5, 5.0  # the machine may be busy
mains = 0

async def main(client):
    global mains
    mains += 1
    if mains > 1:
        return
    surface = await client.create_surface(width=10, height=10)
    for _ in range(2):
        time.sleep(float(sys.argv[2]))  # it computes
        await surface.fill((1, 2, 3))
        print("drawn", flush=True)
        await client.sleep(0.6)

run(main, sys.argv[1], twisted=sys.argv[3] == "twisted")
print("sessions", mains)
"""
PONG_MS = 2500


@pytest.fixture(scope="module")
def hasty_node(start_shared_node):
    """A node that waits a tenth as long for pongs; its clients ping ten times as often."""

    def hurry(settings):
        options = settings["workers"][0]["transports"][0]["paths"]["ws"]["options"]
        options |= {"auto_ping_interval": 1000, "auto_ping_timeout": PONG_MS}

    return start_shared_node(change=hurry)


def run_program(node, seconds, loop):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, node.url, str(seconds), loop],
        capture_output=True,
        text=True,
        timeout=50,
    )


@pytest.mark.parametrize("loop", ["asyncio", "twisted"])
def test_a_program_that_computes_keeps_its_session(hasty_node, loop):
    ended = run_program(hasty_node, 1.5, loop)
    assert ended.stdout.splitlines() == ["drawn", "drawn", "sessions 1"], ended.stderr


def test_a_program_that_computes_too_long_is_told_so(hasty_node):
    """The node's last word may go down with the connection, so it is tried more than once."""
    for _ in range(3):
        ended = run_program(hasty_node, 5, "asyncio")
        assert "sessions 2" in ended.stdout, ended.stderr
        if "this program was busy" in ended.stderr:
            break
    assert "this program was busy" in ended.stderr
    assert "did not answer a ping" not in ended.stderr


def test_the_node_waits_long_enough_for_what_the_page_allows():
    """20 s of computing, and a ping that comes right before them."""
    (web, _) = configuration(Options())["workers"][0]["transports"]
    options = web["paths"]["ws"]["options"]
    assert options["auto_ping_timeout"] >= 20_000 + options["auto_ping_interval"]


def test_the_reason_is_a_sentence_of_its_own():
    closed = Closed(LOST, "", 1008, "No pong for 25 s.")
    assert "this program was busy" in closed.sentence
