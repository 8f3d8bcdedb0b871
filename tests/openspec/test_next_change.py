"""The order in which open changes are worked on follows what they say of themselves."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.model import ChangeState, Planning, Progress, Status
from geometry_ws.openspec.format.planning import read_planning
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views.next_change import next_of, plan_changes
from tests.openspec.archive_cases import ADDED, LONE, MODIFIED, block
from tests.openspec.openspec_answers import ours


def planning(text):
    return read_planning(ChangeFiles("a", {}, {".openspec.yaml": Source(text.encode())}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("schema: spec-driven\n", Planning()),
        ("priority: High\nauthor: Some  One\n", Planning("High", 1, "Some One")),
        ("created: 2026-01-31\n", Planning(created="2026-01-31")),
        ("created: 2026-02-31\n", Planning()),
        ("priority: 0\n", Planning("0", 0)),
        ("priority: 5\n", Planning("5", 4)),
        ("priority: P1\n", Planning("P1", 1)),
        ("depends_on: [b, c, b]\n", Planning(depends_on=("b", "c"))),
        ("depends_on: b\n", Planning(depends_on=("b",))),
        ("- a\n", Planning()),
        ("<<<<<<< HEAD\npriority: 1\n", Planning()),
    ],
)
def test_metadata_says_what_planning_needs(text, expected):
    assert planning(text) == expected


@pytest.mark.parametrize(
    "text",
    ["priority: soon", "priority: true", "author: [x]", "depends_on: {a: b}", "depends_on: [1]"],
)
def test_what_can_not_be_understood_is_told_in_a_sentence(text):
    (problem,) = planning(text).problems
    assert problem.endswith(".")


def state(name, rank=2, needs=(), status=Status.NOT_STARTED):
    own = Planning(rank=rank, depends_on=tuple(needs))
    return ChangeState(name, name, status, Progress(0, 1), "", planning=own)


def planned(*states, archived=(), orders=()):
    return plan_changes({each.name: each for each in states}, archived, orders)


def names(order):
    return [each.change.name for each in order]


def test_what_is_urgent_comes_first_and_what_it_needs_before_it():
    order = planned(state("a"), state("b", 0, ["d"]), state("c", 1), state("d", 4))
    assert names(order) == ["d", "b", "c", "a"]
    assert order[1].waits_for == ("d",)
    assert next_of(order) == "d"


def test_of_equal_ones_what_was_begun_comes_first():
    order = planned(state("a"), state("b", status=Status.IN_PROGRESS))
    assert names(order) == ["b", "a"]


def test_what_is_archived_is_not_waited_for_and_unknown_names_are_told():
    (a,) = planned(
        state("a", needs=["done", "2026-01-02-done", "nope"]), archived=("2026-01-02-done",)
    )
    assert a.waits_for == ()
    assert a.problems == ('It depends on "nope", which there is none of.',)


def test_a_circle_is_told_and_hides_nothing():
    order = planned(state("a", needs=["b"]), state("b", needs=["a"]), state("c", 4, ["c"]))
    assert sorted(names(order)) == ["a", "b", "c"]
    assert [each.problems for each in order] == [
        ("It depends on itself: a → b → a.",),
        ("It depends on itself: b → a → b.",),
        ("It depends on itself: c → c.",),
    ]
    assert next_of(order) == ""


def test_an_order_of_archiving_is_followed_unless_somebody_said_otherwise():
    pair = (state("a"), state("b"))
    assert names(planned(*pair, orders=[("b", "a")])) == ["b", "a"]
    order = planned(state("x"), state("b", needs=["x"]), orders=[("b", "x")])
    assert [(each.change.name, each.waits_for) for each in order] == [("x", ()), ("b", ("x",))]


_graphs = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.integers(0, 4), st.lists(st.sampled_from("abcdefgh"), max_size=3)),
    max_size=8,
)


@given(
    _graphs, st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=3, unique=True), max_size=3)
)
def test_every_change_has_its_turn_after_what_it_needs(graph, orders):
    order = planned(
        *(state(name, rank, needs) for name, (rank, needs) in graph.items()),
        orders=[tuple(each) for each in orders],
    )
    turn = {name: at for at, name in enumerate(names(order))}
    assert sorted(turn) == sorted(graph)
    if not any("itself" in problem for each in order for problem in each.problems):
        for each in order:
            for other in each.waits_for:
                assert turn[other] < turn[each.change.name]
            wanted = {name for name in graph[each.change.name][1] if name in graph}
            assert wanted <= set(each.waits_for)


def test_a_long_chain_and_a_large_circle_are_no_matter():
    chain = [state(f"c{n}", needs=[f"c{n + 1}"]) for n in range(1500)]
    assert names(planned(*chain))[0] == "c1499"
    circle = [state(f"c{n}", needs=[f"c{(n + 1) % 800}"]) for n in range(800)]
    assert "…" in planned(*circle)[0].problems[0]


@pytest.fixture
def project(tmp_path):
    for name, text in (
        ("one", "schema: spec-driven\npriority: low\nauthor: Ann\n"),
        ("two", "schema: spec-driven\npriority: high\ndepends_on: [one, gone]\n"),
    ):
        folder = tmp_path / "openspec/changes" / name
        (folder / "specs/lamp").mkdir(parents=True)
        (folder / ".openspec.yaml").write_text(text)
        (folder / "tasks.md").write_text("- [ ] a\n")
        (folder / "specs/lamp/spec.md").write_text(ADDED + block(name))
    (tmp_path / "openspec/specs/lamp").mkdir(parents=True)
    (tmp_path / "openspec/specs/lamp/spec.md").write_text(LONE)
    return tmp_path


def test_the_command_says_which_change_comes_next(project):
    status, out, err = ours(project, "next")
    assert (status, out) == (
        0,
        "Next: one\n  1 one  0/1 tasks  priority low  by Ann\n"
        "  2 two  0/1 tasks  priority high  waits for one\n",
    )
    assert err == 'Warning: two: It depends on "gone", which there is none of.\n'
    document = json.loads(ours(project, "next", "--json")[1])
    assert (document["next"], document["order"][1]["dependsOn"]) == ("one", ["one", "gone"])


def test_verdicts_and_states_stay_the_official_tools(project):
    (project / "openspec/changes/one/.openspec.yaml").write_text(
        "schema: spec-driven\npriority: [x]\nauthor: 5\n"
    )
    loaded = Store(project / "openspec").load().changes["one"]
    assert len(loaded.planning.problems) == 2
    assert loaded.verdict.valid
    assert not loaded.findings


def test_an_overlaps_order_follows_what_changes_depend_on(project):
    for name, needs in (("one", "two"), ("two", ""), ("zero", "")):
        folder = project / "openspec/changes" / name
        (folder / "specs/lamp").mkdir(parents=True, exist_ok=True)
        needed = f"depends_on: [{needs}]\n" if needs else ""
        (folder / ".openspec.yaml").write_text(f"schema: spec-driven\n{needed}")
        operation = ADDED if name == "zero" else MODIFIED
        (folder / "specs/lamp/spec.md").write_text(operation + block("N", text="It MUST do."))
    (overlap,) = json.loads(ours(project, "overlap", "--json")[1])["requirements"]
    assert overlap["order"] == ["zero", "two", "one"]
    document = json.loads(ours(project, "next", "--json")[1])
    assert [each["name"] for each in document["order"]] == ["zero", "two", "one"]
    assert document["order"][2]["waitsFor"] == ["two"]
