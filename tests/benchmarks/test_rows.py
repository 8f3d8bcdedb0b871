"""Figures are made from reports as the page says."""

import re
from pathlib import Path

import pytest

from benchmarks.report import plot, results, summary, tables
from benchmarks.report.rows import KEYS, answered, back, row, seen, staleness
from benchmarks.report.targets import verdicts
from benchmarks.report.times import Window

DOCS = Path(__file__).parents[2] / "docs"
WINDOW = Window(0.0, 10.0)
MADE = {"made": [[step, step / 10] for step in range(100)]}


def viewer(delay, skip=1):
    return {"seen": [[step / 10 + delay, 100, step] for step in range(0, 100, skip)]}


def test_a_step_counts_once_for_each_viewer_from_its_making_to_its_showing():
    twice = {"seen": [[moment + extra, 100, step] for moment, _, step in viewer(0.02)["seen"]
                      for extra in (0, 0.01)]}  # fmt: skip
    figures = seen(MADE, [twice, viewer(0.04)], WINDOW)
    assert figures["steps_per_s"] == 10
    assert figures["p50_ms"] == pytest.approx(20, abs=1)
    assert figures["p95_ms"] == pytest.approx(40, abs=1)
    assert figures["bytes_per_step"] == 150
    assert figures["bytes_per_s_viewer"] == 1500


def test_what_is_seen_grows_old_from_the_making_of_the_next_step():
    assert max(staleness(MADE, viewer(0.05), WINDOW)) == pytest.approx(0.05)
    assert max(staleness(MADE, viewer(0.05, skip=5), WINDOW)) == pytest.approx(0.45)


def test_whoever_reads_again_is_told_by_the_frames_before_the_newest_step():
    late = {"seen": [[5.0, 10, 3], [5.1, 20, None], [5.2, 30, 49], [5.3, 40, 50], [5.4, 50, 51]]}
    figures = back(late, MADE, 5.0)
    assert (figures["back_ms"], figures["stale_ms"]) == (300.0, 200.0)
    assert (figures["stale_frames"], figures["stale_bytes"]) == (2, 60)
    assert back({"seen": []}, MADE, 5.0)["back_ms"] is None


def test_an_input_is_answered_by_the_first_picture_with_its_number():
    report = {"pointed": [[1, 0.0], [2, 1.0], [3, 20.0]], "seen": [[0.03, 9, 1], [1.05, 9, 2]]}
    assert answered(report, WINDOW)["p95_ms"] == 50
    assert answered(report, WINDOW)["steps_per_s"] == 0.2


def test_every_row_has_the_keys_of_the_results():
    assert row("relay", "W1", 1).keys() >= set(KEYS)


def test_a_target_is_judged_only_where_both_figures_are_there():
    ours = row("geometry_ws", "W1", 1, "png") | {"p50_ms": 13.0}
    theirs = row("relay", "W1", 1, "png") | {"p50_ms": 10.0}
    assert verdicts([ours]) == []
    [met] = verdicts([ours, theirs])
    assert met.met
    [missed] = verdicts([ours | {"p50_ms": 13.1}, theirs])
    assert not missed.met


def test_page_and_plot_hold_what_was_measured(tmp_path):
    rows = [
        row("geometry_ws", "W1", 50, "raw") | {"steps_per_s": 9.5, "p95_ms": 7.25},
        row("tigervnc", "W1", 50, "raw") | {"steps_per_s": 8.0, "p95_ms": 70.0},
        row("geometry_ws", "list", 1, "specs") | {"ratio": 300.0, "target_ratio": 200},
        row("geometry_ws", "task.set", 1) | {"event_p50_ms": 12.5},
    ]
    page = tmp_path / "performance-tables.md"
    page.write_text(f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n")
    head = tmp_path / "performance.md"
    head.write_text(f"head\n{summary.BEGIN}\nold\n{summary.END}\nfoot\n")
    tables.write_pages(tmp_path, results.results(rows))
    assert head.read_text().startswith(f"head\n{summary.BEGIN}\n| on ")
    assert head.read_text().endswith(f"|\n{summary.END}\nfoot\n")
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    for figure in ("9.5", "7.25", "70.0", "300.0", "12.5", "met"):
        assert figure in text
    picture = plot.draw(rows)
    assert picture.count("<rect") > 6
    assert "50 viewers at once" in picture


def make_summary(*rows):
    return list(summary.make_summary(results.results(rows)))


def test_the_summary_has_a_line_for_each_figure_and_says_where_none_was_measured():
    lines = make_summary()
    assert len(lines) <= 12
    assert all(f"| {summary.MISSING} |" in line for line in lines[2:])


def test_the_summary_takes_its_figures_from_the_rows_that_it_names():
    lines = make_summary(
        row("relay", "W1", 1, "raw") | {"p50_ms": 1.0},
        row("geometry_ws", "W1", 1, "raw") | {"p50_ms": 4.8},
        row("geometry_ws", "W1", 50, "raw") | {"p50_ms": 6.4},
        row("geometry_ws", "W5", 50) | {"cpu_router": 0.0, "cpu_server": 0.0}
        | {"bytes_per_s_viewer": 0, "memory_mb": 546.5},
        row("geometry_ws", "task.set", 1) | {"bytes_per_step": 4826, "p50_ms": 20.7},
        row("geometry_ws", "start", 0) | {"ready_s": 2.5, "memory_mb": 350.1},
        row("geometry_ws", "kill -9", 0, "router") | {"back_s": 2.6},
        row("geometry_ws", "kill -9", 0, "openspec") | {"back_s": 0.9},
    )  # fmt: skip
    text = "\n".join(lines)
    assert "| 4.8 ms; with fifty viewers 6.4 ms | W1 raw, 1 and 50 viewers |" in text
    assert "| 0 % of one core, 0 bytes/s, 546.5 MB | W5, 50 viewers |" in text
    assert "| 4,826 bytes, 20.7 ms | task.set |" in text
    assert "| 2.5 s, 350.1 MB; back after 2.6 s, OpenSpec after 0.9 s | start, kill -9 |" in text
    assert text.count(summary.MISSING) == len(lines) - 2 - 4


def test_others_are_not_slowed_by_guesses_nor_a_tick_by_lying_elsewhere():
    rows = [
        row("geometry_ws", "door, guesses", 1, "sessions") | {"p95_ms": 9.0, "beside_p95_ms": 4.0},
        row("geometry_ws", "joined tick", 1) | {"extra_ms": 1.5},
        row("geometry_ws", "door, frame", 1, "TLS") | {"times": 1.2},
    ]
    assert [verdict.met for verdict in verdicts(rows)] == [True, True, False]
    assert verdicts(rows)[-1].target == "≤ 8 ms (2 × without)"


def read_cell(text):
    try:
        return None if text == "–" else float(text.replace(",", ""))
    except ValueError:
        return text


def read_tables(text):
    """What a run measured, from its tables: machine, and rows by the titles of their columns."""
    cores, system, python = re.search(
        r"Measured on: (\d+) cores, (.*), Python (.*)\.", text
    ).groups()
    parts = (tables._JOINED, tables._DOORS, tables._PAGES, tables._AGENTS)
    parts += (tables._STARTS, tables._SEEN, tables._HARD, tables._SAVES, tables._SPECS)
    keys = {column.title: column.key for columns in parts for column in columns}
    rows = []
    for table in re.findall(r"((?:^\|.*\n)+)", text.partition("### Targets")[0], re.M):
        titles, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")]
                             for line in table.splitlines())  # fmt: skip
        for cells in lines:
            known = {
                keys[title]: read_cell(cell) for title, cell in zip(titles, cells, strict=True)
            }
            rows.append({"system": "geometry_ws", **known})
    return {"machine": {"cores": cores, "system": system, "python": python}, "rows": rows}


def test_the_first_page_shows_the_figures_of_the_tables():
    measured = read_tables((DOCS / "performance-tables.md").read_text("utf-8"))
    assert len(measured["rows"]) > 60
    head = (DOCS / "performance.md").read_text("utf-8")
    block = head.partition(summary.BEGIN)[2].partition(summary.END)[0].strip().splitlines()
    assert block == list(summary.make_summary(measured))


def test_a_page_is_judged_by_its_budgets():
    rows = [
        row("geometry_ws", "page, opened", 1, "22 changes") | {"first_ms": 700.0},
        row("geometry_ws", "page, opened", 1, "204 changes") | {"first_ms": 1600.0},
        row("geometry_ws", "page, zoomed", 1, "204 changes") | {"longest_ms": 40.0, "frames": 70},
        row("geometry_ws", "page, other theme", 1, "204 changes") | {"turn_ms": 301.0},
        row("geometry_ws", "page, at rest", 1, "204 changes") | {"frames": 0, "received": 1},
        row("geometry_ws", "page, script", 1, "gzipped") | {"script_kb": 76.5},
    ]
    assert [verdict.met for verdict in verdicts(rows)] == [
        *(True, False, True, False, True, False, True),
    ]  # fmt: skip
