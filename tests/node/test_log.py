"""The log keeps what was written before, whatever guests do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.node.log_budget import AT_ONCE_BYTES, BYTES_PER_SECOND, LogBudget
from geometry_ws.node.logs import Log
from tests.support.raw_guest import RawGuest

ROUTER = b"2026-11-30T08:31:46+0000 [Router      17680] "
OTHER = b"2026-11-30T08:31:46+0000 [compositor     12] "


@given(st.lists(st.sampled_from([ROUTER, OTHER, b"  more"]), max_size=20), st.data())
def test_little_is_written_as_it_comes_however_it_is_cut(heads, data):
    text = b"".join(head + b"%d\n" % number for number, head in enumerate(heads))
    budget, written, begin = LogBudget(), b"", 0
    for end in sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5))):
        written += budget.take(text[begin:end], 1.0)
        begin = end
    written += budget.take(text[begin:] + b"unfinished", 2.0)
    assert written + budget.rest() == text + b"unfinished"


def test_much_of_one_process_leaves_room_for_the_others_and_is_counted():
    budget = LogBudget()
    line = ROUTER + b"x" * 1000 + b"\n"
    count = AT_ONCE_BYTES // len(line)
    written = budget.take(line * (count + 50) + b"  its rest\n" + OTHER + b"all is well\n", 5.0)
    assert written.count(ROUTER) == count
    assert written.endswith(OTHER + b"all is well\n")
    later = budget.take(line, 5.0 + 5000 / BYTES_PER_SECOND)
    assert later == (
        b"[Router      17680] 51 lines are left out here: too many came at once\n" + line
    )


def test_a_log_under_attack_goes_back_for_hours(tmp_path):
    now = 0.0
    log = Log(tmp_path, now=lambda: now)
    log.write(OTHER + b"something that matters\n")
    for _ in range(6 * 60):
        now += 60.0
        log.write((ROUTER + b"session 1 joins as guest\n") * 1000)
    log.close()
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"something that matters" in everything


def test_names_of_processes_are_bounded():
    budget = LogBudget()
    budget.take(b"".join(b"now [%d] x\n" % number for number in range(100)), 0.0)
    assert len(budget._processes) == 16


def test_a_line_without_an_end_is_not_kept_for_ever():
    budget = LogBudget()
    for _ in range(100):
        budget.take(b"x" * 2**10, 0.0)
    assert len(budget._rest) <= 2**16


@pytest.mark.router
def test_a_session_has_two_short_lines(start_node):
    node = start_node()
    path = node.folders.logs / "node.log"
    before = path.stat().st_size
    numbers = []
    for _ in range(20):
        guest = RawGuest(node)
        numbers.append(guest.welcome[1])
        guest.end()
    for _ in range(100):
        # What was ended is noticed when the router has its turn.
        assert node.call("compositor.hello").status == 200
    text = path.read_bytes()[before:]
    for number in numbers:
        lines = [line for line in text.splitlines() if b"%d" % number in line]
        assert len(lines) == 2
        assert sum(map(len, lines)) < 250
    assert len(text.splitlines()) < 2 * len(numbers) + 5
