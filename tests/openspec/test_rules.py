"""Every rule once broken and once kept."""

import pytest

from geometry_ws.openspec.format.config import Config
from geometry_ws.openspec.format.model import is_valid
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.rules.state import validate_change
from geometry_ws.openspec.rules.validate_specs import validate_spec

PURPOSE = "A purpose that is long enough to say what this capability is really for."
GOOD = f"""# x
## Purpose
{PURPOSE}
## Requirements
### Requirement: A
It SHALL a.
#### Scenario: s
- x
"""
BLOCK = "### Requirement: {}\nIt SHALL do.\n#### Scenario: s\n- x\n"


def found(text):
    return [
        (finding.rule, finding.level, finding.line)
        for finding in validate_spec(Source(text.encode()))
    ]


def test_a_good_spec_has_no_findings():
    assert found(GOOD) == []
    assert found("\ufeff" + GOOD.replace("\n", "\r\n")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("S0.purpose", "ERROR", 0)]),
        (GOOD.replace("## Purpose", "## Aim"), [("S0.purpose", "ERROR", 0)]),
        (GOOD.replace(PURPOSE, ""), [("S0.purpose", "ERROR", 0)]),
        (GOOD.split("## Requirements")[0], [("S0.requirements", "ERROR", 0)]),
        (GOOD.split("### Req")[0], [("S1", "ERROR", 0)]),
        (GOOD.split("#### ")[0], [("S3", "ERROR", 0), ("S8", "WARNING", 0)]),
        (GOOD + "## ADDED Requirements\n", [("S4.delta_header", "ERROR", 9)]),
        (
            GOOD + "## Notes\n### Requirement: B\nIt SHALL b.\n",
            [("S4.outside", "ERROR", 10)],
        ),
        (GOOD + BLOCK.format("A ##"), [("S4.duplicate", "ERROR", 9)]),
        (GOOD.replace(PURPOSE, "TBD"), [("S5", "WARNING", 3)]),
        (GOOD.replace(PURPOSE, "todo: " + PURPOSE), [("S5", "WARNING", 3)]),
        (
            GOOD.replace(
                PURPOSE, "Well.\nTBD - created by archiving change x. Update Purpose after archive."
            ),
            [("S5", "WARNING", 4)],
        ),
        (
            GOOD.replace(PURPOSE, "Todo el mundo sabe lo que hace esta lámpara aquí."),
            [("S6", "WARNING", 0)],
        ),
        (GOOD.replace(PURPOSE, "🔲" * 25), []),
        (GOOD.replace(PURPOSE, "Short."), [("S6", "WARNING", 0)]),
        (GOOD.replace("It SHALL a.", "It SHALL " + "a" * 500), [("S7", "INFO", 0)]),
        (GOOD.replace("It SHALL a.", ""), [("S9", "ERROR", 0)]),
        (GOOD.replace("It SHALL a.", "It should a."), [("S10", "WARNING", 0)]),
    ],
)
def test_each_rule_of_specs_is_found(text, expected):
    assert found(text) == expected


def test_a_keyword_in_the_header_only_is_said_so():
    (finding,) = validate_spec(
        Source(GOOD.replace(": A", ": It MUST").replace("SHALL", "").encode())
    )
    assert "header only" in finding.message


# --- changes ------------------------------------------------------------------------------


def change(files):
    entries, sources = {}, {}
    for path, text in files.items():
        for parent in [path[:at] for at, letter in enumerate(path) if letter == "/"]:
            entries[parent] = "dir"
        entries[path] = "file"
        sources[path] = Source(text.encode())
    return ChangeFiles("c", entries, sources)


def judged(delta, main=GOOD, **more):
    files = {"specs/x/spec.md": delta} if delta is not None else {}
    files.update(more)
    specs = {"x": Source(main.encode())} if main is not None else {}
    return validate_change(change(files), Schemas({}), specs)


def rules(findings):
    return [(finding.rule, finding.level, finding.line) for finding in findings]


ADDED = "## ADDED Requirements\n" + BLOCK.format("B")
MODIFIED = "## MODIFIED Requirements\n" + BLOCK.format("A")


@pytest.mark.parametrize(
    "delta", [ADDED, MODIFIED, "## REMOVED Requirements\n- ### Requirement: A\n"]
)
def test_good_deltas_have_no_findings(delta):
    assert judged(delta) == ()


RENAME = "## RENAMED Requirements\n- FROM: `### Requirement: {}`\n- TO: `### Requirement: {}`\n"


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        (ADDED + "### Notes\n", [("D1", "INFO", 6)]),
        (ADDED + "### Requirement:\n", [("D1", "INFO", 6)]),
        (
            "## RENAMED Requirements\n- FROM: ### Requirement: A\n",
            [("D2", "ERROR", 2), ("D15", "ERROR", 0), ("D19", "ERROR", 0)],
        ),
        (ADDED + "## Notes\n" + BLOCK.format("C"), [("D3", "WARNING", 7)]),
        (ADDED + BLOCK.format("B"), [("D4", "ERROR", 0)]),
        (ADDED.replace("It SHALL do.", ""), [("D5", "ERROR", 0)]),
        (ADDED.replace("SHALL", "will"), [("D6", "WARNING", 0)]),
        (ADDED.replace("#### Scenario: s\n- x", ""), [("D7", "ERROR", 0)]),
        (ADDED.replace("- x", ""), [("D7", "ERROR", 0)]),
        (MODIFIED.replace("Scenario: s", "Scenario: t"), [("D8", "ERROR", 0)]),
        (
            "## REMOVED Requirements\n- ### Requirement: A\n* `### Requirement: A`\n",
            [("D9", "ERROR", 0)],
        ),
        (RENAME.format("A", "C") + RENAME.format("A", "D"), [("D10", "ERROR", 0)]),
        (MODIFIED + "## REMOVED Requirements\n### Requirement: A\n", [("D11", "ERROR", 0)]),
        (MODIFIED + RENAME.format("A", "C"), [("D12", "ERROR", 0)]),
        (ADDED + RENAME.format("A", "B"), [("D12", "ERROR", 0)]),
        (
            RENAME.format("A", "C") + "## REMOVED Requirements\n### Requirement: a\n",
            [("D12", "ERROR", 0)],
        ),
        (ADDED.replace(": B", ": A"), [("D13", "INFO", 0)]),
        (ADDED.replace(": B", ": a"), [("D13", "INFO", 0)]),
        (MODIFIED.replace(": A", ": Z"), [("D13", "INFO", 0)]),
        (RENAME.format("Z", "Y"), [("D13", "INFO", 0)]),
        ("## REMOVED Requirements\n### Requirement: a\n", [("D13", "INFO", 0)]),
        ("## ADDED Requirements\n", [("D15", "ERROR", 0), ("D19", "ERROR", 0)]),
        ("# nothing\n", [("D16", "ERROR", 0), ("D19", "ERROR", 0)]),
        (None, [("D19", "ERROR", 0)]),
    ],
)
def test_each_rule_of_deltas_is_found(delta, expected):
    assert rules(judged(delta)) == expected


def test_a_spec_that_is_not_there_can_only_be_added_to():
    assert judged(ADDED, main=None) == ()
    assert rules(judged(MODIFIED, main=None)) == [("D13", "INFO", 0)]


def test_a_delta_in_the_wrong_place_is_an_error_that_says_where_it_belongs():
    findings = validate_change(
        change({"specs/spec.md": ADDED, "specs/lamp.md": ADDED, "specs/y/notes.MD": ADDED}),
        Schemas({}),
        {},
    )
    assert [(finding.rule, finding.path) for finding in findings] == [
        ("D0", "spec.md"), ("D14", "lamp.md"), ("D14", "y/notes.MD"),
    ]  # fmt: skip
    assert "specs/lamp/spec.md" in findings[1].message


@pytest.mark.parametrize(
    ("metadata", "files", "expected"),
    [
        ("schema: spec-driven\nskip_specs: true\n", {}, [("D19", "INFO", 0)]),
        ("schema: spec-driven\nskip_specs: false\n", {}, [("D19", "ERROR", 0)]),
        ("skip_specs: true\n", {}, [("D17", "ERROR", 0), ("D19", "ERROR", 0)]),
        ("schema: nope\nskip_specs: true\n", {}, [("D17", "ERROR", 0), ("D19", "ERROR", 0)]),
        ("schema: spec-driven\nskip_specs: yes\n", {}, [("D17", "ERROR", 0), ("D19", "ERROR", 0)]),
        ("skip_specs: [\n", {}, [("D17", "ERROR", 0), ("D19", "ERROR", 0)]),
        (
            "schema: spec-driven\nskip_specs: true\n",
            {"specs/x/note.txt": ""},
            [("D18", "ERROR", 0)],
        ),
    ],
)
def test_the_marker_for_changes_without_specs(metadata, files, expected):
    made = change({".openspec.yaml": metadata, **files})
    assert rules(validate_change(made, Schemas({}), {})) == expected


def test_a_folder_of_changes_is_no_change():
    made = change({"one/proposal.md": "", "two/deep/tasks.md": ""})
    (finding,) = validate_change(made, Schemas({}), {})
    assert finding.rule == "D20"
    assert "c/one" in finding.message
    assert "c/two/deep" in finding.message


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ("- [ ] a\n", []),
        ("text\n- a\n", [("T1", "WARNING", 2)]),
        ("```\n- a\n```\n<!-- \n- b -->\n    - c\n", []),
        ("---\ntags:\n- a\n---\n1. b\n", [("T1", "WARNING", 5)]),
        ("## 1. One\n- [ ] 1.1 a\n- [ ] 2.1 b\n", [("T2", "WARNING", 3)]),
        ("## 1. One\n- [ ] 1.1 a\n- [ ] 1.1 b\n", [("T2", "WARNING", 3)]),
        ("## 1. One\n- [ ] 01.1 a\n## Other\n- [ ] 7.1 b\n", []),
    ],
)
def test_the_rules_of_task_files(tasks, expected):
    assert rules(judged(ADDED, **{"tasks.md": tasks})) == expected


def test_a_project_schema_says_where_the_tasks_are_and_switches_numbering_off():
    schema = (
        "name: own\nversion: 1\nartifacts:\n"
        "  - {id: work, generates: 'work/**/*.md', template: t.md, description: d}\n"
        "apply: {requires: [work], tracks: 'work/**/*.md'}\n"
    )
    schemas = Schemas({"own": schema}, Config("own"))
    made = change({"work/a.md": "## 1. x\n- [ ] 2.1 a\n", "specs/x/spec.md": ADDED})
    assert validate_change(made, schemas, {}) == ()


def test_warnings_make_invalid_only_when_strict():
    findings = judged(ADDED.replace("SHALL", "will"))
    assert is_valid(findings)
    assert not is_valid(findings, strict=True)
