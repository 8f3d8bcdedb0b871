"""The edges of the pure readers: what hardly anybody writes, and what then comes of it."""

import pytest

from geometry_ws.openspec.disk import documents
from geometry_ws.openspec.disk.archive_reader import ArchiveReader
from geometry_ws.openspec.format.config import read_config
from geometry_ws.openspec.format.errors import NoSuchChange, NoSuchDocument, Unreadable
from geometry_ws.openspec.format.metadata import metadata_problem, read_metadata, shape_problem
from geometry_ws.openspec.format.model import ChangeState, Finding, Outline, Progress, Status
from geometry_ws.openspec.format.patterns import MAX_PATTERN, is_pattern, matching
from geometry_ws.openspec.format.schemas import BadYaml, Schemas, parse_schema
from geometry_ws.openspec.format.sections import requirement_name
from geometry_ws.openspec.format.sources import METADATA_FILE, ChangeFiles, Source
from geometry_ws.openspec.format.specs import count_requirements, parse_spec
from geometry_ws.openspec.format.tasks import count_tasks, parse_tasks, progress
from geometry_ws.openspec.format.text import fence_mask, text_after
from geometry_ws.openspec.rules.state import evaluate_change, evaluate_spec, outline_of
from geometry_ws.openspec.rules.validate_specs import validate_spec
from geometry_ws.openspec.rules.validate_tasks import validate_tasks
from geometry_ws.openspec.views.deltas import deltas_of

SPEC = """## Purpose
{0}

## Requirements

### Requirement: A
It SHALL.

#### Scenario: s
- x
"""
SCHEMA = (
    "name: own\nversion: 1\n"
    "artifacts:\n- {id: tasks, generates: t.md, description: d, template: t.md}\n"
)


def _change(**texts):
    paths = {"metadata": METADATA_FILE, "tasks": "tasks.md", "delta": "specs/lamp/spec.md"}
    sources = {
        paths[key]: text if isinstance(text, Source) else Source(text.encode())
        for key, text in texts.items()
    }
    return ChangeFiles("a", dict.fromkeys(sources, "file"), sources)


# --- text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "after"),
    [
        (" a ", "a "),
        ("é\u2028", "é"),
        ("a\u2028b", None),
        ("  ", ""),
        ("\u2028", None),
        ("", None),
        ("é ", "é "),
    ],
)
def test_what_follows_a_label_ends_at_the_end_of_its_line(rest, after):
    assert text_after(rest) == after


def test_lines_that_only_mention_a_fence_open_none():
    assert fence_mask(["a ``` b", "x"]) == [False, False]


def test_closing_hashes_need_a_blank_before_them():
    assert requirement_name("A ##") == "A"
    assert requirement_name("A##") == "A##"
    assert requirement_name("A # b") == "A # b"


def test_counting_agrees_with_reading():
    text = "- [ ] a\n- [x] b\n[c](d)\n- [X] e\n"
    assert count_tasks(text) == progress(parse_tasks(text)) == Progress(2, 3)
    for text in (SPEC.format("Why."), SPEC, "## Requirements\n### A\n", "## Purpose\nx\n", ""):
        assert count_requirements(text) == len(parse_spec(text).requirements)


# --- specs --------------------------------------------------------------------------------


def _found(purpose):
    return [
        (finding.rule, finding.line)
        for finding in validate_spec(Source(SPEC.format(purpose).encode()))
    ]


@pytest.mark.parametrize(
    ("purpose", "line"),
    [
        ("TODO", 2),
        ("```\nx\n```\nTBD: later", 5),
        ("x\nTBD - created by archiving change a. Update Purpose after archive.", 3),
        ("TBD - created by archiving change a. Update Purpose after archive.", 2),
    ],
)
def test_a_placeholder_is_found_on_its_line(purpose, line):
    assert ("S5", line) in _found(purpose)


@pytest.mark.parametrize(
    "text",
    [
        SPEC.format("TODO").replace("## Purpose", "# Purpose"),
        SPEC.format("TODO").replace("## Purpose", "# Purpose") + "\n## Purpose\n",
        SPEC.format("TODO").replace("## Purpose", "# Purpose") + "\n## Purpose\n# x\n",
    ],
)
def test_a_placeholder_that_cannot_be_located_has_no_line(text):
    lines = {finding.rule: finding.line for finding in validate_spec(Source(text.encode()))}
    assert lines["S5"] == 0


def test_half_of_the_generated_sentence_is_no_placeholder():
    text = "A purpose that is long enough, TBD - created by archiving change x. And so on it goes."
    assert not any(rule == "S5" for rule, _ in _found(text))


def test_a_requirement_of_nothing_is_told():
    text = "## Purpose\nWhy.\n## Requirements\n### \u00a0\n"
    assert [finding.rule for finding in validate_spec(Source(text.encode()))][:1] in (
        ["S1"],
        ["S2"],
    )


def test_requirements_are_outlined_by_name_and_text():
    state = evaluate_spec("lamp", Source(SPEC.format("Why.").encode()))
    (block,) = parse_spec(SPEC.format("Why.")).blocks
    assert state.outline == (outline_of(block),) == (Outline("A", state.outline[0].mark),)
    other = parse_spec(SPEC.format("Why.").replace(": A", ": B")).blocks[0]
    assert outline_of(other).mark == state.outline[0].mark


# --- changes ------------------------------------------------------------------------------


def test_a_main_spec_that_cannot_be_read_is_told_where_something_is_modified():
    delta = "## MODIFIED Requirements\n### Requirement: A\nIt SHALL.\n#### Scenario: s\n- x\n"
    closed = Source(b"", "can't be read: permission denied", "EACCES")
    state = evaluate_change(_change(delta=delta), Schemas({}), {"lamp": closed})
    assert [finding.rule for finding in state.findings] == ["D8"]
    huge = Source(b"", "is larger than 1 MiB", "EFBIG")
    assert evaluate_change(_change(delta=delta), Schemas({}), {"lamp": huge}).findings == ()
    assert deltas_of(_change(delta=delta), {"lamp": huge})[0].refused


def test_errors_and_warnings_are_counted_as_findings():
    findings = tuple(Finding(level, "X", "file", "m") for level in ("ERROR", "WARNING", "INFO"))
    change = ChangeState("a", "A", Status.INVALID, Progress(0, 0), "", findings=findings)
    assert change.finding_count == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- a\n", 1),
        ("\t- a\n", 0),
        ("   - a\n", 1),
        ("<!--\n- a\n-->\n- b\n", 4),
        ("<!-- x -->\n1) b\n", 2),
        ("```\n- a\n~~~\n```\n- b\n", 5),
        ("````\n- a\n```\n- b\n", 0),
        ("a\n", 0),
    ],
)
def test_the_first_list_item_is_where_tasks_could_have_been_meant(text, line):
    findings = validate_tasks([("tasks.md", Source(text.encode()))], tracked=True, numbered=False)
    assert [finding.line for finding in findings] == ([line] if line else [])


# --- metadata and schemas -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("metadata", "schemas", "problem"),
    [
        ("schema: spec-driven\nskip_specs: true\n", {}, ""),
        ("schema: own\nskip_specs: true\n", {}, "schema: unknown schema 'own'"),
        ("schema: own\nskip_specs: true\n", {"own": "name: 1\n"}, "schema: 'own' cannot be loaded"),
        ("skip_specs: true\n", {}, "schema: expected text, found nothing"),
        (Source(b"", "can't be read", "EACCES"), {}, "the metadata file cannot be read"),
        ("skip_specs: true\n: [", {}, "the file is not valid YAML"),
    ],
)
def test_a_marker_is_honoured_or_says_why_not(metadata, schemas, problem):
    marker = read_metadata(_change(metadata=metadata), Schemas(schemas)).skip_specs
    assert (marker.problem, marker.declared) == (problem, not problem)


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        (None, ""),
        ("schema: spec-driven\n", ""),
        ("schema: other\n", 'there is no schema "other"'),
        ("schema: [\n", "it is not valid YAML"),
        ("a: b\n", "schema: expected text, found nothing"),
        (Source(b"", "can't be read", "EACCES"), "it can't be read"),
    ],
)
def test_metadata_that_cannot_be_used_say_why(metadata, problem):
    change = _change() if metadata is None else _change(metadata=metadata)
    assert metadata_problem(change, Schemas({})) == problem


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "expected a mapping, found null"),
        ({"schema": True}, "schema: expected text, found a boolean"),
        ({"schema": 1.5}, "schema: expected text, found a number"),
        ({"schema": object()}, "schema: expected text, found something else"),
        ({"schema": ""}, "schema: must not be empty"),
        ({"schema": "a", "created": "soon"}, "created: must be a date like 2026-01-31"),
        ({"schema": "a", "created": 1}, "created: expected text, found a number"),
        ({"schema": "a", "goal": ""}, "goal: must not be empty"),
        ({"schema": "a", "goal": []}, "goal: expected text, found a list"),
        ({"schema": "a", "affected_areas": "x"}, "affected_areas: expected a list, found text"),
        ({"schema": "a", "affected_areas": ["x", {}]},
         "affected_areas: expected text, found a mapping"),
        ({"schema": "a", "skip_specs": "no"}, "skip_specs: expected true or false, found text"),
        ({"schema": "a", "initiative": {"store": "a"}},
         "initiative: needs a store and an id and nothing else"),
        ({"schema": "a", "initiative": {"store": "a", "id": "B c"}},
         "initiative: store and id are lower-case words joined by hyphens"),
        ({"schema": "a", "initiative": {"store": "a", "id": "b-c"}, "affected_areas": ["x"]}, ""),
    ],
)  # fmt: skip
def test_the_shape_of_metadata_is_told_by_its_first_problem(value, problem):
    assert shape_problem(value) == problem


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "name: ''\n",
        SCHEMA.replace("own", "''"),
        SCHEMA.replace("1", "0"),
        SCHEMA.replace("1", "true"),
        SCHEMA.replace("1", "1.5"),
        SCHEMA + "description: []\n",
        "name: own\nversion: 1\nartifacts: []\n",
        "name: own\nversion: 1\nartifacts: [1]\n",
        SCHEMA.replace("id: tasks, ", ""),
        SCHEMA.replace("id: tasks", "id: ''"),
        SCHEMA.replace("t.md}", "t.md, instruction: []}"),
        SCHEMA.replace("generates: t.md", "generates: ../t.md"),
        SCHEMA.replace("t.md}", "t.md, requires: x}"),
        SCHEMA.replace("t.md}", "t.md, requires: [x]}"),
        SCHEMA.replace("t.md}", "t.md, requires: [tasks]}"),
        SCHEMA + SCHEMA[SCHEMA.index("- ") :],
        SCHEMA + "apply: []\n",
        SCHEMA + "apply: {requires: []}\n",
        SCHEMA + "apply: {requires: [x]}\n",
        SCHEMA + "apply: {requires: [tasks], tracks: /x}\n",
        SCHEMA + "apply: {requires: [tasks], tracks: 1}\n",
        SCHEMA + "apply: {requires: [tasks], instruction: 1}\n",
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(text):
    with pytest.raises(BadYaml):
        parse_schema(text)
    assert Schemas({"own": text}).get("own") is None


def test_schemas_are_listed_the_projects_own_first():
    schemas = Schemas({"own": SCHEMA, "broken": "[", "closed": None})
    assert [(schema.name, schema.source) for schema in schemas.listed()] == [
        ("own", "project"),
        ("spec-driven", "package"),
    ]
    assert schemas.get("own").task_pattern == "t.md"
    tracked = parse_schema(SCHEMA + "apply: {requires: [tasks], tracks: t.md}\n")
    assert (tracked.task_pattern, tracked.applies_after) == ("t.md", ("tasks",))


@pytest.mark.parametrize(
    ("config", "name"),
    [("schema: own\n", "own"), ("schema: ''\n", "spec-driven"), ("[", "spec-driven"),
     ("- a\n", "spec-driven"), ("", "spec-driven")],
)  # fmt: skip
def test_a_project_without_a_usable_setting_has_the_usual_schema(config, name):
    assert read_config(config).schema == name


def test_a_pattern_that_is_too_long_means_nothing():
    assert matching("*" * (MAX_PATTERN + 1), ["a"]) == []
    assert matching("*.md", ["a.md", "b/a.md"]) == ["a.md"]
    assert is_pattern("a/*.md")
    assert not is_pattern("a/b.md")


# --- documents ----------------------------------------------------------------------------


def test_documents_are_given_by_their_paths():
    change = _change(tasks="- [ ] a\n", delta=Source(b"", "is no regular file"))
    assert documents.change_document(change, "tasks.md").text == "- [ ] a\n"
    assert [document.name for document in documents.change_documents(change)] == ["tasks.md"]
    with pytest.raises(NoSuchDocument):
        documents.change_document(change, "design.md")
    with pytest.raises(Unreadable):
        documents.change_document(change, "specs/lamp/spec.md")


def test_archived_documents_are_read_from_their_folder(project):
    file = project.write("changes/archive/2026-01-01-old/tasks.md", "- [x] a\n")
    assert documents.archived_paths(file.parent) == ["tasks.md"]
    assert documents.archived_document(file.parent, "tasks.md").text == "- [x] a\n"
    with pytest.raises(NoSuchDocument):
        documents.archived_document(file.parent, "../../../config.yaml")
    with pytest.raises(NoSuchChange):
        documents.archived_paths(file.parent.with_name("gone"))


def test_an_archive_that_fits_is_kept_whole(project):
    project.write("changes/archive/old/tasks.md", "- [x] a\n")
    reader = ArchiveReader(project.folder)
    assert reader.read("old") is reader.read("old")


def test_headers_that_are_none_are_text():
    spec = parse_spec(SPEC.format("Why.") + "##\n## \n### \nmore\n")
    assert len(spec.requirements) == 1
    assert parse_spec("#### Deep\n# Purpose\nx\n### Requirements\n##### A\nb\n").requirements


@pytest.mark.parametrize(
    "delta",
    [
        "## REMOVED Requirements\n- ### Requirement:\n- ### Requirement:\u2028\n",
        "## RENAMED Requirements\n- FROM: `### Requirement:`\n- FROM: ### Requirement: a\u2028b\n",
        "## RENAMED Requirements\n" + "- FROM: ### Requirement: A\n- TO: ### Requirement: B\n" * 2,
        "## ADDED Requirements\n### \n###\n### Requirement:\n",
    ],
)
def test_half_written_deltas_are_read_and_judged(delta):
    change = _change(delta=delta)
    assert evaluate_change(change, Schemas({}), {}).status is Status.INVALID
    (shown,) = deltas_of(change, {})
    assert shown.refused
