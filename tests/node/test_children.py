"""A child process and what it leaves behind."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc"),
]

BEGIN = """
import os, signal, sys
from pathlib import Path
from geometry_ws.node.children import Child, adopt_orphans
reader, writer = os.pipe()
"""
ORPHAN = """
adopt_orphans()
first = os.fork()
if first:
    # As the first process of some containers: it adopts, and lets go of nothing.
    sys.exit(os.waitpid(first, 0)[1])
adopt_orphans()
say = "os.write(1, (str(os.getpid()) + chr(10)).encode())"
program = f"import os, time; os.fork(); {say}; time.sleep(60)"
child = Child([sys.executable, "-c", program], Path("/"), os.environ, writer)
said = os.fdopen(reader)
pids = {int(said.readline()), int(said.readline())}
assert child.pid in pids
assert child.any_left()
child.kill()
assert not child.any_left()
print([pid for pid in pids if Path(f"/proc/{pid}").exists()])
"""
KILLED = """
program = "import time; print(1, flush=True); time.sleep(60)"
child = Child([sys.executable, "-c", program], Path("/"), os.environ, writer)
os.read(reader, 1)
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def run(program):
    return subprocess.run(
        [sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=60
    )


def test_nothing_is_left_of_a_killed_child_not_even_a_zombie_of_its_own_child():
    """Without waiting for somebody else to notice the end of an orphan."""
    done = run(ORPHAN)
    assert done.stdout == "[]\n", done.stderr


def test_a_child_ends_when_its_parent_is_killed():
    done = run(KILLED)
    stat = Path(f"/proc/{int(done.stdout)}/stat")
    while stat.exists() and ") Z " not in stat.read_text():
        pass
