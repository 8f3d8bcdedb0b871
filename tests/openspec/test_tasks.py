"""Tasks: which lines count, and setting one changes one character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.format.tasks import (
    NoSuchTask,
    NotSettable,
    parse_tasks,
    progress,
    set_done,
)
from geometry_ws.openspec.format.text import decode


@pytest.mark.parametrize(
    ("line", "done", "text"),
    [
        ("- [ ] a", False, "a"),
        ("- [x] a", True, "a"),
        ("- [X] a", True, "a"),
        ("* [x]a", True, "a"),
        ("+ [ ] a", False, "a"),
        ("1. [ ] a", False, "a"),
        ("999999999) [x] a", True, "a"),
        ("-[x]y", True, "y"),
        ("- []", False, ""),
        ("- [~] a", False, "a"),
        ("- [ x ] a", True, "a"),
        ("- [ ](url)", False, "(url)"),
        ("\t  - [x] a\r", True, "a"),
        ("\ufeff- [x] a", True, "a"),
        ("\u00a0-\u3000[\u2003x] a", True, "a"),
    ],
)
def test_these_lines_are_tasks(line, done, text):
    (task,) = parse_tasks(line)
    assert (task.done, task.text) == (done, text)


@pytest.mark.parametrize(
    "line",
    [
        "- [WIP] a", "- [A](url)", "- [x](url)", "- [x][ref]", "- [🔲] a", "1234567890. [x] a",
        "– [x] a", "[ ] a", "- ( ) a", "٣. [ ] a", "- [ ", "- [",
    ],
)  # fmt: skip
def test_these_lines_are_none(line):
    assert parse_tasks(line) == ()


def test_tasks_count_in_fences_and_comments_too_and_know_their_place():
    text = (
        "# T\n## 1. One\n```\n- [ ] 1.1 a\n```\n<!-- - [x] no -->\n  - [x] 1.2 b\n## Two\n- [ ] c\n"
    )
    tasks = parse_tasks(text)
    assert [(t.id, t.line, t.section, t.number, t.indent) for t in tasks] == [
        (1, 4, "1. One", "1.1", 0),
        (2, 7, "1. One", "1.2", 2),
        (3, 9, "Two", "", 0),
    ]
    assert (progress(tasks).done, progress(tasks).total) == (1, 3)


@pytest.mark.parametrize(
    ("before", "done", "after"),
    [
        (b"- [ ] a\r\n", True, b"- [x] a\r\n"),
        (b"- [X] a", False, b"- [ ] a"),
        (b"- [~] a", True, b"- [x] a"),
        (b"- [\xff] a \xfe", True, b"- [x] a \xfe"),
        (b"- [\xe2\x82] a", True, b"- [x] a"),
        (b"- [\xef\xbf\xbd] a", True, b"- [x] a"),
        ("- [é] a".encode(), True, b"- [x] a"),
        (b"- [   ] a", True, b"- [x  ] a"),
        ("-\u3000[\u3000] a".encode(), True, "-\u3000[x] a".encode()),
        (b"- [] a", True, b"- [x] a"),
        (b"\xef\xbb\xbf\t- [ ] a  ", True, b"\xef\xbb\xbf\t- [x] a  "),
        (b"- [ x ] a", False, b"- [   ] a"),
        (b"- [x] a", True, b"- [x] a"),
    ],
)
def test_setting_a_task_writes_into_its_box_only(before, done, after):
    assert set_done(before, 1, done) == after


def test_a_box_that_would_become_a_link_is_refused():
    with pytest.raises(NotSettable):
        set_done(b"- [ ](url)", 1, True)


@pytest.mark.parametrize("task", [0, -1, 3])
def test_a_task_that_is_not_there_is_an_error(task):
    with pytest.raises(NoSuchTask):
        set_done(b"- [ ] a\n- [ ] b\n", task, True)


_line = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [
            b"- [ ] a",
            b"  * [x] b\r",
            b"1. [\xff] c\xfe",
            b"- [] d",
            b"```",
            b"<!--",
            b"## 1. s",
            b"+\t[ X ] e",
            "- [é] f 한".encode(),
            b"- [ ](g)",
            b"\xef\xbb\xbf- [~] h",
            b"",
        ]
    ),
)
_document = st.lists(_line, max_size=12).map(b"\n".join)


@given(_document, st.integers(0, 12), st.booleans())
def test_setting_a_task_changes_that_one_and_nothing_else(data, at, done):
    tasks = parse_tasks(decode(data))
    if not tasks:
        with pytest.raises(NoSuchTask):
            set_done(data, at, done)
        return
    task = tasks[at % len(tasks)]
    try:
        after = set_done(data, task.id, done)
    except NotSettable:
        assert decode(data).split("\n")[task.line - 1].startswith("- [ ](")
        return
    again = parse_tasks(decode(after))
    assert len(again) == len(tasks)
    for former, other in zip(tasks, again, strict=True):
        assert other.text == former.text
        assert other.done is (done if former.id == task.id else former.done)
    lines, new_lines = data.split(b"\n"), after.split(b"\n")
    assert len(lines) == len(new_lines)
    changed = [at for at, line in enumerate(lines) if new_lines[at] != line]
    assert changed == ([] if task.done is done else [task.line - 1])
    for number in changed:
        old, new = decode(lines[number]), decode(new_lines[number])
        start = next(k for k in range(len(new)) if old[: k + 1] != new[: k + 1])
        assert new[start] == ("x" if done else " ")
        assert old[start + 1 :] == new[start + 1 :] or old[start:] == new[start + 1 :]


@given(st.one_of(st.binary(max_size=200), _document))
def test_no_bytes_make_the_reader_fail(data):
    parse_tasks(decode(data))


def test_long_lines_of_blanks_are_read_in_linear_time():
    """A megabyte that nearly is a task must not take the reader hostage."""
    for line in ("- [" + " " * 1_000_000, " " * 1_000_000 + "- [ ", "- [ ]" + " " * 1_000_000):
        assert len(parse_tasks(line)) <= 1
