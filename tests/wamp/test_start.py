"""What the router's processes leave out is what they don't use, and comes back where they do.

Where a test fails after a new version of Crossbar.io, look at the lists in
`geometry_ws/wamp/upstream/start.py`: it may use at its start now what it didn't use before.
"""

import json
import os
import subprocess
import sys

import pytest

from geometry_ws.node.environment import environment, for_router
from geometry_ws.wamp.upstream.start import IN_CONTROLLER, IN_WORKERS, SWITCH

pytestmark = pytest.mark.slow

WORKER = """
import crossbar.worker.main, crossbar.worker.router, crossbar.personality
import crossbar.router.auth.anonymous, crossbar.worker.rlink
import crossbar.edge.worker.router
"""
"""What a worker with a router loads."""

CONTROLLER = """
import crossbar.node.main, crossbar.personality
from crossbar.common.key import _maybe_generate_node_key
from xbr._secmod import SecurityModuleMemory
import tempfile
folder = tempfile.mkdtemp()
for start in range(2):
    _maybe_generate_node_key(folder)
keys = SecurityModuleMemory.from_keyfile(folder + "/key.priv")
"""
"""What the controller loads, and what it does with a key at its first start and at the next."""

LOADED = """
import json, sys
from geometry_ws.wamp.upstream.start import PlaceholderModule
print(json.dumps([name for name, module in sys.modules.items()
                  if not isinstance(module, PlaceholderModule)]))
"""


def run(program, *words, **variables):
    """A Python program, started as Crossbar.io's processes are; `words` follow in its command."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *words],
        env=for_router(environment(inherited={**os.environ, **variables})),
        capture_output=True,
        text=True,
        timeout=300,  # all of Crossbar.io is loaded, and the machine may be busy
    )


def loaded(program, *words, **variables):
    done = run(program + LOADED, *words, **variables)
    assert done.returncode == 0, done.stderr
    assert "is used" not in done.stderr, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("program", "words", "left_out"),
    [(WORKER, ["crossbar.worker.main"], IN_WORKERS), (CONTROLLER, [], IN_CONTROLLER)],
    ids=["worker", "controller"],
)
def test_what_is_left_out_is_not_used_at_the_start(program, words, left_out):
    """And it would be loaded: the lists name nothing in vain."""
    everything = loaded(program, *words, **{SWITCH: "1"})
    assert set(left_out) - everything == set()
    assert set(left_out) & loaded(program, *words) == set()


def test_what_is_used_is_loaded_and_does_what_it_does():
    program = """
import zlmdb, numpy as np
from cfxdb import unpack_uint256
small = np.uint8
assert unpack_uint256(b"\\x00" * 31 + b"\\x07") == 7
assert small(300 - 45) == 255
assert np.asarray([[1, 2]]).shape == (1, 2)
import numpy
assert numpy.pi > 3
"""
    done = run(program)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "cfxdb.unpack_uint256 is used: what was left out is loaded now\n"


def test_what_derives_from_it_can_be_made_only_with_everything_loaded():
    """It says how."""
    program = """
from zlmdb import Schema
class Mine(Schema):
    pass
Mine()
"""
    done = run(program)
    assert f"{SWITCH}=1" in done.stderr.splitlines()[-1]
    assert run(program, **{SWITCH: "1"}).returncode == 0


def test_the_machines_own_sitecustomize_runs_as_well(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.theirs = True\n")
    done = run("import sys; print(sys.theirs)", PYTHONPATH=str(tmp_path))
    assert done.stdout == "True\n", done.stderr


def test_a_fault_of_the_machines_own_is_told_and_ends_nothing(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.theirs = 1 / 0\n")
    done = run("import cfxdb; print(type(cfxdb).__name__)", PYTHONPATH=str(tmp_path))
    assert "ZeroDivisionError" in done.stderr
    assert done.stdout == "PlaceholderModule\n"
