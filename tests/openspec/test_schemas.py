"""Schemas, YAML by version 1.2's core rules, and patterns of paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.format.config import Config, read_config
from geometry_ws.openspec.format.metadata import shape_problem
from geometry_ws.openspec.format.patterns import matching
from geometry_ws.openspec.format.schemas import (
    BUILT_IN,
    BadYaml,
    Schemas,
    parse_schema,
    read_yaml,
)


def test_yaml_is_read_by_the_core_rules_of_version_1_2():
    text = "a: yes\nb: 2026-11-24\nc: true\nd: 0o17\ne: 0x1f\nf: 1.5\ng: ~\nh:\ni: 010\n"
    assert read_yaml(text) == {
        "a": "yes", "b": "2026-11-24", "c": True, "d": 15, "e": 31, "f": 1.5, "g": None,
        "h": None, "i": 10,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["a: [", "a: 1\na: 2", "!!python/object:os.system x", "\x00", "[" * 60_000, "%YAML 9"]
)
def test_what_is_no_yaml_is_an_error_of_its_own(text):
    with pytest.raises(BadYaml):
        read_yaml(text)


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_fail_otherwise(text):
    try:
        read_yaml(text)
    except BadYaml:
        return


@pytest.mark.parametrize(
    ("pattern", "paths", "expected"),
    [
        ("tasks.md", ["tasks.md", "x/tasks.md"], ["tasks.md"]),
        (
            "specs/**/*.md",
            ["specs/a.md", "specs/a/b/c.md", "a.md", "specs/.a/x.md"],
            ["specs/a.md", "specs/a/b/c.md"],
        ),
        ("*.{md,txt}", ["a.md", "b.txt", "c.rst", ".d.md"], ["a.md", "b.txt"]),
        ("work/?[0-9].md", ["work/a1.md", "work/ab.md", "work/1.md"], ["work/a1.md"]),
        ("**", ["a", "a/b", ".c"], ["a", "a/b"]),
        ("a/**/b", ["a/b", "a/x/y/b", "ab"], ["a/b", "a/x/y/b"]),
        ("[!a]*", ["a1", "b1"], ["b1"]),
        (".github/*", [".github/x", ".github/.y"], [".github/x"]),
    ],
)
def test_patterns_mean_what_they_mean_elsewhere(pattern, paths, expected):
    assert matching(pattern, paths) == expected


def test_no_pattern_takes_for_ever():
    assert matching("*a*a*a*a*a*a*a*a*a*a*b", ["a" * 250]) == []
    assert matching("**/" * 100 + "x", ["a/" * 60 + "b"]) == []
    assert matching("{a,b}" * 40, ["c"]) == []


SCHEMA = """name: own
version: 1
artifacts:
- {id: plan, generates: plan.md, description: d, template: t.md}
- {id: work, generates: work/*.md, description: d, template: t.md, requires: [plan]}
apply: {requires: [work], tracks: work/*.md}
"""


def test_a_schema_says_which_files_hold_the_tasks():
    assert parse_schema(SCHEMA).task_pattern == "work/*.md"
    assert BUILT_IN.task_pattern == "tasks.md"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: own", "name: ''"),
        ("version: 1", "version: 0"),
        ("id: work", "id: plan"),
        ("requires: [plan]", "requires: [nope]"),
        ("description: d, template: t.md}", "description: d, template: t.md, requires: [work]}"),
        ("generates: plan.md", "generates: ../plan.md"),
        ("generates: plan.md", "generates: /plan.md"),
        ("requires: [work]", "requires: []"),
        ("tracks: work/*.md", "tracks: 5"),
        ("artifacts:", "artifact:"),
    ],
)
def test_a_broken_schema_is_refused(old, new):
    assert old in SCHEMA
    with pytest.raises(BadYaml):
        parse_schema(SCHEMA.replace(old, new, 1))


def test_a_projects_own_schemas_come_first_and_broken_ones_are_none():
    schemas = Schemas({"own": SCHEMA, "bad": "x", "spec-driven": SCHEMA}, Config("own"))
    assert schemas.get("own").name == "own"
    assert schemas.get("bad") is None
    assert schemas.get("nope") is None
    assert not schemas.get("spec-driven").built_in
    assert read_config("schema: own\n").schema == "own"
    assert read_config("schema: [\n").schema == read_config("other: 1\n").schema == "spec-driven"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"schema": "s"}, ""),
        ({"schema": "s", "created": "2026-11-24", "goal": "g", "affected_areas": ["a"]}, ""),
        ({"schema": "s", "initiative": {"store": "a-b", "id": "c"}}, ""),
        ([], "expected a mapping"),
        ({}, "schema"),
        ({"schema": ""}, "schema"),
        ({"schema": "s", "created": "today"}, "created"),
        ({"schema": "s", "created": 5}, "created"),
        ({"schema": "s", "goal": ""}, "goal"),
        ({"schema": "s", "affected_areas": [1]}, "affected_areas"),
        ({"schema": "s", "affected_areas": "a"}, "affected_areas"),
        ({"schema": "s", "initiative": {"store": "A", "id": "c"}}, "initiative"),
        ({"schema": "s", "skip_specs": "yes"}, "skip_specs"),
    ],
)
def test_the_shape_of_metadata(value, problem):
    shape = shape_problem(value)
    assert shape.startswith(problem) if problem else shape == ""
