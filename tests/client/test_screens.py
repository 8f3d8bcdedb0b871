"""Screens of programs whose node is lost, that fork, that run again in a notebook, that end."""

import signal

import pytest

from geometry_ws.node.logs import Log
from geometry_ws.node.process import Node
from tests.client.programs import Program, run_program, surfaces, wait_for
from tests.client.test_showing import SHORT

pytestmark = pytest.mark.router


@pytest.fixture
def own_node(start_node):
    """A node that may be harmed; started outside of the test's own time."""
    return start_node()


def test_a_lost_node_is_told_and_with_it_the_pictures_come_back(own_node):
    node = own_node
    title = "Comes back"
    with Program(SHORT, node.url, title) as program:
        assert program.complaint().startswith("Showing 1 picture")
        wait_for(lambda: title in surfaces(node))
        place = surfaces(node)[title]
        node.process.clear()
        assert program.complaint().endswith("; connecting again.")
        log = Log(node.folders.logs)
        again = Node(node.folders, log)
        try:
            assert program.complaint() == f"Connected to {node.url} again."
            shown = wait_for(lambda: title in surfaces(node) and surfaces(node)[title])
            assert (shown["x"], shown["y"]) == (place["x"], place["y"])
            assert program.end(signal.SIGINT) == (0, "")
        finally:
            again.stop()
            log.close()


FORKED = """
import os, stat, sys
import numpy as np
import geometry_ws as gw

screen = gw.connect(sys.argv[1], keep=False)
handle = screen.show(np.zeros((4, 4)), title="First process")
handle.flush(20)
number = screen._connection.link._protocol.transport.get_extra_info("socket").fileno()
assert stat.S_ISSOCK(os.fstat(number).st_mode)
if os.fork() == 0:
    assert screen.closed
    assert stat.S_ISCHR(os.fstat(number).st_mode)  # not even the node would see the first one's end
    for use in (lambda: handle.update(np.zeros((4, 4))), lambda: screen.show(np.zeros((4, 4)))):
        try:
            use()
        except gw.client.ClientError as problem:
            print(problem, flush=True)
    handle.close()
    screen.close()
    own = gw.connect(sys.argv[1], keep=False)
    assert own is not screen
    own.show(np.zeros((4, 4)), title="Second process").flush(20)
    print("shown", flush=True)
    sys.stdin.readline()
    print("through", flush=True)
else:
    handle.update(np.ones((4, 4)))
    handle.flush(20)
    print("first", flush=True)
    os.kill(os.getpid(), 9)
"""


def test_a_forked_process_has_a_screen_of_its_own(node):
    """And it keeps nothing of the first one, whose pictures go with it."""
    with Program(FORKED, node.url) as program:
        lines = sorted(program.line() for _ in range(4))
        assert lines == [
            "This picture belongs to the process before the fork: connect() and show it anew.",
            "This screen belongs to the process before the fork: connect() again in this one.",
            "first",
            "shown",
        ]
        wait_for(lambda: "First process" not in surfaces(node))
        assert "Second process" in surfaces(node)
        program.say("go on")
        assert program.line() == "through"
    wait_for(lambda: "Second process" not in surfaces(node))


NOTEBOOK = """
import sys
sys.ps1 = ">>> "
cell = '''
import numpy as np
import geometry_ws as gw
screen = gw.connect(sys.argv[1])
handle = screen.show(np.zeros((4, 4)), title="Cell")
untitled = gw.show(np.zeros((4, 4)))
assert handle.flush(20) is False
'''
names = {"sys": sys}
exec(cell, names)
first = names["screen"], names["handle"], names["untitled"]
exec(cell, names)
assert names["screen"] is first[0]
assert names["handle"] is first[1]
assert names["untitled"].title == "Picture 2"
names["screen"].close()
exec(cell, names)
assert names["screen"] is not first[0]
assert len(names["screen"].handles) == 2
print("through")
"""


def test_a_cell_of_a_notebook_runs_again(node):
    """And a shell ends as it always does, without waiting."""
    ended = run_program(NOTEBOOK, node.url)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "through\n", "")


AT_THE_END = """
import sys, threading
import numpy as np
import geometry_ws as gw

screen = gw.connect(sys.argv[1], keep=False)
handle = screen.show(np.zeros((4, 4)), title="At the end")

def draw():
    try:
        while True:
            handle.update(np.zeros((300, 300)))
    except gw.client.ClientError:
        pass

for _ in range(3):
    threading.Thread(target=draw, daemon=True).start()
handle.flush(20)
"""


def test_the_interpreter_ends_while_threads_draw(node):
    ended = run_program(AT_THE_END, node.url)
    assert (ended.returncode, ended.stderr) == (0, "")
