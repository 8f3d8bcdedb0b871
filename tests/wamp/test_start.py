"""What the router's processes leave out is what they don't use, and comes back where they do.

Where a test fails after a new version of Crossbar.io, look at the lists in
`geometry_ws/wamp/upstream/start.py`: it may use at its start now what it didn't use before.
"""

import json
import os
import subprocess
import sys

import pytest

from geometry_ws.node.environment import environment
from geometry_ws.wamp.upstream.start import LEFT_OUT, SWITCH

pytestmark = pytest.mark.slow

LEAVE_OUT = """
from geometry_ws.wamp.upstream.start import leave_out
leave_out()
"""

ROUTER = (
    LEAVE_OUT
    + """
import txaio
txaio.use_twisted()
from twisted.internet import reactor
from geometry_ws.wamp.upstream.alone import LoneRouterWorker
LoneRouterWorker(reactor, ".")
import geometry_ws.http.gate, geometry_ws.http.root, geometry_ws.http.session
import crossbar.edge.worker.router  # a realm loads it for an annotation
"""
)
"""What the router's process loads."""

LOADED = """
import json, sys
from geometry_ws.wamp.upstream.start import PlaceholderModule
print(json.dumps([name for name, module in sys.modules.items()
                  if not isinstance(module, PlaceholderModule)]))
"""


def run(program, **variables):
    """A Python program, started as the router's process is."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env=environment(inherited={**os.environ, **variables}),
        capture_output=True,
        text=True,
        timeout=300,  # all of Crossbar.io is loaded, and the machine may be busy
    )


def loaded(program, **variables):
    done = run(program + LOADED, **variables)
    assert done.returncode == 0, done.stderr
    assert "is used" not in done.stderr, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_what_is_left_out_is_not_used_at_the_start():
    """And it would be loaded: the list names nothing in vain."""
    everything = loaded(ROUTER, **{SWITCH: "1"})
    assert set(LEFT_OUT) - everything == set()
    assert set(LEFT_OUT) & loaded(ROUTER) == set()


def test_what_is_used_is_loaded_and_does_what_it_does():
    program = (
        LEAVE_OUT
        + """
import zlmdb, numpy as np
from cfxdb import unpack_uint256
small = np.uint8
assert unpack_uint256(b"\\x00" * 31 + b"\\x07") == 7
assert small(300 - 45) == 255
assert np.asarray([[1, 2]]).shape == (1, 2)
import numpy
assert numpy.pi > 3
"""
    )
    done = run(program)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "cfxdb.unpack_uint256 is used: what was left out is loaded now\n"


def test_what_derives_from_it_can_be_made_only_with_everything_loaded():
    """It says how."""
    program = (
        LEAVE_OUT
        + """
from zlmdb import Schema
class Mine(Schema):
    pass
Mine()
"""
    )
    done = run(program)
    assert f"{SWITCH}=1" in done.stderr.splitlines()[-1]
    assert run(program, **{SWITCH: "1"}).returncode == 0
