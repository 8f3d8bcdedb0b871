"""Adding, rewording, moving and removing tasks: only their own lines change."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geometry_ws.openspec.format.task_edits import (
    AddTask,
    EditTask,
    MoveTask,
    NotPossible,
    RemoveTask,
    apply,
)
from geometry_ws.openspec.format.task_lines import task_parts
from geometry_ws.openspec.format.tasks import NoSuchTask, parse_tasks
from geometry_ws.openspec.format.text import decode

TEXT = """\
## 1. First
- [x] 1.1 parent
  why it is so
  - [~] 1.1.1 nested
    of the nested
- [ ] 1.2 next

## 2. Second
1. [-] 2.1 dropped
"""


def edited(text, edit):
    return apply(text.encode(), edit).data.decode()


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (AddTask("1.3 new"), "2.1 dropped\n", "2.1 dropped\n1. [ ] 1.3 new\n"),
        (AddTask("new", group="1. First"), "1.2 next\n", "1.2 next\n- [ ] new\n"),
        (AddTask("new", after=1), "of the nested\n", "of the nested\n- [ ] new\n"),
        (AddTask("new", after=2), "of the nested\n", "of the nested\n  - [ ] new\n"),
        (AddTask("new", before=3, mark="~"), "- [ ] 1.2", "- [~] new\n- [ ] 1.2"),
        (
            AddTask("n", after=4, body="a\n\n  b\n"),
            "dropped\n",
            "dropped\n1. [ ] n\n   a\n\n     b\n",
        ),
        (EditTask(3, text=" 1.2 other "), "1.2 next", "1.2 other"),
        (EditTask(2, mark="x"), "[~]", "[x]"),
        (EditTask(1, mark=""), "[x]", "[ ]"),
        (EditTask(1, body=""), "  why it is so\n", ""),
        (EditTask(1, body="because\nof it"), "  why it is so\n", "  because\n  of it\n"),
        (EditTask(3, body="because"), "1.2 next\n", "1.2 next\n  because\n"),
        (RemoveTask(3), "- [ ] 1.2 next\n", ""),
        (RemoveTask(2), "  - [~] 1.1.1 nested\n    of the nested\n", ""),
    ],
)
def test_an_edit_changes_these_lines(edit, before, after):
    assert TEXT.count(before) == 1
    assert edited(TEXT, edit) == TEXT.replace(before, after)


def test_a_task_moves_with_all_that_belongs_to_it():
    parent = "- [x] 1.1 parent\n  why it is so\n  - [~] 1.1.1 nested\n    of the nested\n"
    rest = TEXT.replace(parent, "")
    after_next = rest.replace("1.2 next\n", f"1.2 next\n{parent}")
    assert apply(TEXT.encode(), MoveTask(1, after=3)).data.decode() == after_next
    assert apply(TEXT.encode(), MoveTask(1, after=3)).task == 2
    # It becomes as deep as the task beside it.
    moved = edited(TEXT, MoveTask(2, before=1))
    assert moved.startswith("## 1. First\n- [~] 1.1.1 nested\n  of the nested\n- [x] 1.1 parent\n")
    nested = edited(TEXT, MoveTask(3, after=2))
    assert "    of the nested\n  - [ ] 1.2 next\n\n## 2" in nested


def test_a_group_without_tasks_gets_its_first_one():
    text = "# Tasks\n\n## 1. One\n\nWhat it is about.\n\n## 2. Two\n\n## 3. Three"
    assert edited(text, AddTask("a", group="1. One")) == text.replace(
        "about.\n", "about.\n- [ ] a\n"
    )
    assert edited(text, AddTask("a", group="2. Two")) == text.replace("Two\n\n", "Two\n\n- [ ] a\n")
    assert edited(text, AddTask("a", group="3. Three")) == f"{text}\n- [ ] a"
    assert edited("", AddTask("a")) == "- [ ] a\n"
    assert edited("\ufeff## A\r\n", AddTask("a", group="A")) == "\ufeff## A\r\n- [ ] a\r\n"


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (AddTask(""), "text"),
        (AddTask("a\nb"), "text"),
        (AddTask("a", mark="xx"), "mark"),
        (AddTask("a", mark="]"), "mark"),
        (AddTask("a", mark="\U0001f6a7"), "mark"),
        (AddTask("a", group="Nowhere"), "group"),
        (AddTask("a", group="1. First", after=1), "after"),
        (AddTask("a", body="- [ ] b"), "body"),
        (AddTask("a", body="b\rc"), "body"),
        (EditTask(1, text=" "), "text"),
        (EditTask(1, text="a\ud800"), "text"),
        (MoveTask(1), "after"),
        (MoveTask(1, after=2, before=3), "after"),
        (MoveTask(1, after=2), "after"),
        (MoveTask(1, before=1), "before"),
        (RemoveTask(1), "nested"),
    ],
)
def test_what_can_not_be_is_refused_in_a_sentence(edit, field):
    with pytest.raises(NotPossible) as refusal:
        apply(TEXT.encode(), edit)
    assert refusal.value.field == field
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "edit", [EditTask(5, mark="x"), RemoveTask(0), MoveTask(1, after=9), AddTask("a", before=7)]
)
def test_a_task_that_is_not_there_is_an_error(edit):
    with pytest.raises(NoSuchTask):
        apply(TEXT.encode(), edit)


def test_a_box_that_would_become_a_link_keeps_its_mark():
    assert edited("- [ ](url)\n", EditTask(1, text="no link")) == "- [ ] no link\n"
    with pytest.raises(NotPossible):
        apply(b"- [ ](url)\n", EditTask(1, mark="~"))


_lines = st.lists(
    st.one_of(
        st.binary(max_size=8).map(lambda data: data.replace(b"\n", b"")),
        st.builds(
            bytes.__add__,
            st.sampled_from([b"", b"", b"  ", b"    ", b"\t", b" \t"]),
            st.sampled_from(
                [
                    b"- [ ] a", b"* [x] b", b"1. [\xff] c\xfe", b"9) [~] d", b"- []", b"-[x]e",
                    b"+\t[ X ]   f  ", b"- [ ](g)", b"text", b"- bullet", b"```", b"## One", b"",
                    "- [é] 한".encode(), b"<!-- - [ ] no -->",
                ]
            ),
        ),
    ),
    max_size=12,
)  # fmt: skip


@st.composite
def _documents(draw):
    lines = draw(_lines)
    end = draw(st.sampled_from([b"\n", b"\r\n", b""])) or b"\n"
    mixed = [line + draw(st.sampled_from([end, end, end, b"\n"])) for line in lines]
    data = b"".join(mixed)
    if draw(st.booleans()):
        data = data.removesuffix(b"\n").removesuffix(b"\r")
    return (b"\xef\xbb\xbf" if draw(st.integers(0, 5)) == 0 else b"") + data


def contents(data):
    """The lines without their ends and the byte order mark."""
    return [line.rstrip(b"\r") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]


def ends_alike(before, after):
    return before.endswith(b"\n") == after.endswith(b"\n") or not before.strip(b"\xef\xbb\xbf")


def facts(data):
    return [(task.text, task.mark) for task in parse_tasks(decode(data))]


_text = st.sampled_from(["new", "1.2 other words", "(a) b", "[c]", "x](", "\u2713 한"])
_body = st.sampled_from(["", "more", "one\n\n  two", "\n - bullet\n", "```\ncode\n```"])


@given(_documents(), _text, _body, st.integers(0, 9), st.sampled_from(["after", "before", "group"]))
def test_adding_a_task_inserts_its_lines_and_removing_it_restores_the_bytes(
    data, text, body, number, place
):
    where = {} if number == 0 else {place: "One" if place == "group" else number}
    try:
        done = apply(data, AddTask(text, body=body, **where))
    except NoSuchTask:
        assert number > len(facts(data))
        return
    except NotPossible as problem:
        assert problem.field == "group"
        return
    before, after = contents(data), contents(done.data)
    new = parse_tasks(decode(done.data))[done.task - 1]
    assert (new.text, new.mark) == (text, "")
    assert ends_alike(data, done.data)
    added = len(after) - len(before)
    at = new.line - 1
    assert after[:at] + after[at + added :] == before
    assert added == 1 + (len(new.body.split("\n")) if new.body else 0)
    again = apply(done.data, RemoveTask(done.task))
    assert again.data == data or _lacks_an_end(data)


def _lacks_an_end(data):
    """An empty file gets ends of lines; a last line without one may get and lose a CR."""
    return not data.removeprefix(b"\xef\xbb\xbf") or not data.endswith(b"\n")


@given(_documents(), st.integers(1, 6), st.none() | _text, st.sampled_from([None, "", "x", "~"]))
def test_rewording_a_task_changes_its_line_alone(data, number, text, mark):
    try:
        done = apply(data, EditTask(number, text=text, mark=mark))
    except (NoSuchTask, NotPossible):
        return
    before, after = contents(data), contents(done.data)
    assert len(before) == len(after)
    line = parse_tasks(decode(data))[number - 1].line - 1
    assert [at for at in range(len(before)) if before[at] != after[at]] in ([], [line])
    former, new = facts(data), facts(done.data)
    former[number - 1] = (
        former[number - 1][0] if text is None else text,
        former[number - 1][1] if mark is None else mark,
    )
    assert new == former
    if text is None and mark is None:
        assert done.data == data


@example(b"- [ ] a\n\n- [ ] a", 2, 1, False)
@given(_documents(), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_moving_a_task_moves_its_lines_alone(data, number, other, after):
    edit = MoveTask(number, **{"after" if after else "before": other})
    try:
        done = apply(data, edit)
    except (NoSuchTask, NotPossible):
        return
    lines, moved = contents(data), contents(done.data)
    # As many lines as before: no end is won or lost, and a blank line may be the last one now.
    assert sorted(line.lstrip(b" \t") for line in lines) == sorted(
        line.lstrip(b" \t") for line in moved
    )
    part = task_parts([decode(line) for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")])[
        number - 1
    ]
    rest = lines[: part.at] + lines[part.end :]
    new = parse_tasks(decode(done.data))[done.task - 1]
    size = part.end - part.at
    assert moved[: new.line - 1] + moved[new.line - 1 + size :] == rest
    assert sorted(facts(data)) == sorted(facts(done.data))


@given(_documents(), st.integers(1, 6))
def test_removing_a_task_takes_its_lines_alone(data, number):
    try:
        done = apply(data, RemoveTask(number, nested=True))
    except NoSuchTask:
        return
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    part = task_parts([decode(line) for line in lines])[number - 1]
    before = contents(data)
    rest = before[: part.at] + before[part.end :]
    assert contents(done.data) == rest or contents(done.data) == rest[:-1] or rest == []
    parts = task_parts([decode(line) for line in lines])
    size = sum(part.at <= other.at < part.end for other in parts)
    former = facts(data)
    assert facts(done.data) == former[: number - 1] + former[number - 1 + size :]


@given(_documents(), st.integers(1, 6), _body)
def test_other_further_lines_change_nothing_else(data, number, body):
    try:
        done = apply(data, EditTask(number, body=body))
    except (NoSuchTask, NotPossible):
        return
    assert facts(done.data) == facts(data)
    lines, now = data.split(b"\n"), done.data.split(b"\n")
    at = parse_tasks(decode(data))[number - 1].line
    assert now[:at] == [*lines[: at - 1], now[at - 1]]
    assert parse_tasks(decode(done.data))[number - 1].body == _as_told(body)


def _as_told(body):
    return parse_tasks("- [ ] a\n" + "".join(f"  {line}\n" for line in body.split("\n")))[0].body
