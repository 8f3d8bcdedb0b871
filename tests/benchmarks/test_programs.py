"""The table of programs says what was measured, and what was missed."""

from benchmarks.programs import table
from tests.benchmarks.test_rows import DOCS

ROW = {
    "system": "geometry_ws",
    "first_s": 0.4,
    "first_without_node_s": 3.2,
    "a_kb_per_s": 55,
    "a_cpu": 11.0,
    "a_cpu_of_step": 11.0,
    "a_kb_of_step": 5.5,
    "a_parts": {"program": 4.0, "router": 7.0},
    "b_steps_per_s": 29.5,
    "b_kb_per_s": 137,
    "b_cpu": 14.0,
    "b_browser": 28.0,
}
MACHINE = {"cores": 2, "system": "Linux x86_64", "python": "3.11.7", "load": "nothing else ran"}


def test_only_what_was_measured_is_said():
    [row] = [line for line in table.lines(MACHINE, [ROW]) if line.startswith("| geometry_ws")]
    assert row == "| geometry_ws | – | 3.2; 0.4 with a node | 55, 11.0 | 29.5, 137, 14.0 | 28.0 |"
    said = list(table.lines(MACHINE, [ROW]))
    assert said[-2:] == [
        "- geometry_ws, case A: a step takes 11 ms and 5.5 kB.",
        "  Percent: program 4, router 7.",
    ]


def test_what_is_beyond_its_target_is_named():
    assert table.misses(ROW) == []
    assert table.misses({**ROW, "a_cpu": 12.5, "b_steps_per_s": 28.9}) == ["a_cpu", "b_steps_per_s"]


def test_the_page_has_the_place_of_the_table():
    page = (DOCS / "performance.md").read_text("utf-8")
    assert page.index(table.BEGIN) < page.index(table.END)
