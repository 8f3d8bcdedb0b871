"""Tasks as people write them: their marks, their further lines, and their groups."""

import json

from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.components.openspec.wire import MOST_GROUPS, change_detail, change_info
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import TaskGroup
from geometry_ws.openspec.format.task_lines import indent_of, task_parts
from geometry_ws.openspec.format.tasks import parse_tasks, task_groups
from tests.openspec.openspec_answers import ours

TEXT = """\
## 1. First
- [x] 1.1 parent
  why it is so

      code
  - [~] 1.1.1 nested
    of the nested
  of the parent again
- [ ] 1.2 next

  after a blank line
no longer its own
  nor this
## 2. Second
1. [-] 2.1 dropped\r
   line ends stay out\r
- [\u2713] 2.2 another mark
"""


def test_further_indented_lines_belong_to_their_task():
    bodies = {task.number: task.body for task in parse_tasks(TEXT)}
    assert bodies == {
        "1.1": "why it is so\n\n    code\nof the parent again",
        "1.1.1": "of the nested",
        "1.2": "after a blank line",
        "2.1": "line ends stay out",
        "2.2": "",
    }


def test_marks_are_states_of_their_own_and_only_x_is_done():
    tasks = parse_tasks(TEXT)
    assert [(task.mark, task.done) for task in tasks] == [
        ("x", True), ("~", False), ("", False), ("-", False), ("\u2713", False)
    ]  # fmt: skip


def test_tasks_are_counted_below_each_header():
    assert task_groups(parse_tasks(TEXT)) == (
        TaskGroup("1. First", 1, 3),
        TaskGroup("2. Second", 0, 2),
    )
    assert task_groups(parse_tasks("- [x] a\n## One\n- [ ] b\n")) == (
        TaskGroup("", 1, 1),
        TaskGroup("One", 0, 1),
    )


_line = st.builds(
    str.__add__,
    st.sampled_from(["", " ", "  ", "    ", "\t", " \t", "      "]),
    st.sampled_from(
        ["- [ ] a", "* [x] b", "1. [~] c", "text", "- bullet", "```", "## H", "", "\r"]
    ),
)


@given(st.lists(_line, max_size=20))
def test_a_line_belongs_to_the_nearest_task_that_it_is_deeper_than(lines):
    parts = task_parts(lines)
    owned = [at for part in parts for at in part.further]
    assert len(owned) == len(set(owned))
    assert not set(owned) & {part.at for part in parts}
    for part in parts:
        for at in part.further:
            assert part.at < at < part.end
            assert not lines[at].strip() or indent_of(lines[at]) > part.indent
        # All that lies within is its own, a nested task's, or blank.
        for at in range(part.at + 1, part.end):
            assert not lines[at].strip() or indent_of(lines[at]) > part.indent
        assert part.end == len(lines) or not (
            lines[part.end].strip() and indent_of(lines[part.end]) > part.indent
        )
        if part.parent >= 0:
            around = parts[part.parent]
            assert around.indent < part.indent
            assert around.at < part.at < part.end <= around.end


def _state(folder, text):
    place = folder / "openspec" / "changes" / "a"
    place.mkdir(parents=True, exist_ok=True)
    (place / "tasks.md").write_bytes(text.encode())
    return Store(folder / "openspec").load().changes["a"]


def test_a_change_tells_its_groups_and_its_tasks_whole(tmp_path):
    detail = change_detail(_state(tmp_path, TEXT))
    assert [(group.name, group.done, group.total) for group in detail.groups] == [
        ("1. First", 1, 3),
        ("2. Second", 0, 2),
    ]
    assert (detail.tasks[1].mark, detail.tasks[1].body) == ("~", "of the nested")
    many = "".join(f"## {at}\n- [ ] a\n" for at in range(MOST_GROUPS + 5))
    assert len(change_info(_state(tmp_path, many)).groups) == MOST_GROUPS


def test_long_further_lines_count_as_text_that_is_sent(tmp_path):
    text = f"## {'s' * 1000}\n" + f"- [ ] a\n  {'b' * 1500}\n" * 600
    detail = change_detail(_state(tmp_path, text))
    assert (detail.total, len(detail.tasks)) == (600, 2**20 // 2501)


def test_the_command_shows_marks_further_lines_and_groups(tmp_path):
    folder = tmp_path / "openspec" / "changes" / "a"
    folder.mkdir(parents=True)
    (folder / "tasks.md").write_text(TEXT, newline="")
    _, out, _ = ours(tmp_path, "task", "list", "a")
    assert out.splitlines()[:4] == [
        "1. First (1/3)",
        "   1 [x] 1.1 parent",
        "         why it is so",
        "",
    ]
    assert "   2 [~]   1.1.1 nested\n           of the nested\n" in out
    document = json.loads(ours(tmp_path, "task", "list", "a", "--json")[1])
    assert document["groups"][0] == {"name": "1. First", "completedTasks": 1, "totalTasks": 3}
    assert document["tasks"][1]["mark"] == "~"
    before = (folder / "tasks.md").read_bytes()
    assert ours(tmp_path, "task", "set", "a", "1.2")[0] == 0
    assert (folder / "tasks.md").read_bytes() == before.replace(b"- [ ] 1.2", b"- [x] 1.2")
