"""What git left of a merge: it is told first, with its line, and never changes a verdict."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.commands import run
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.commands.stored_project import StoredProject
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.config import read_config
from geometry_ws.openspec.format.conflict_markers import conflict_line
from geometry_ws.openspec.format.model import is_valid
from geometry_ws.openspec.merging.archive_plan import ArchiveOptions

# Texts, and the line that is told.
TEXTS = {
    "a conflict": ("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n", 2),
    "with its base": ("<<<<<<< a\nb\n||||||| x\nc\n=======\nd\n>>>>>>> e", 1),
    "CRLF": ("a\r\n<<<<<<< HEAD\r\nb\r\n=======\r\n>>>>>>> x\r\n", 2),
    "no names": ("<<<<<<<\n=======\n>>>>>>>\n", 1),
    "only its end": ("a\n=======\n>>>>>>> b\n\n", 2),
    "the end alone": ("a\n>>>>>>> b\n", 2),
    "a title above the end": ("Title\n=======\nb\n=======\n>>>>>>> b\n", 4),
    "after a fence": ("```\nx\n```\n<<<<<<< a\n=======\n>>>>>>> b\n", 4),
    "an open fence": ("```\n<<<<<<< a\n=======\n>>>>>>> b\n", 2),
    "a fence that it cuts": ("<<<<<<< a\n```\nx\n=======\n```\ny\n>>>>>>> b\n```\n", 1),
    "an example": ("```\n<<<<<<< a\n=======\n>>>>>>> b\n```\n", 0),
    "an example at the end": ("```\n<<<<<<< a\n=======\n>>>>>>> b\n```", 0),
    "a title": ("Title\n=======\n", 0),
    "indented": ("    <<<<<<< a\n    =======\n    >>>>>>> b\n", 0),
    "eight": ("<<<<<<<< a\n>>>>>>>> b\n", 0),
    "a quotation": (">>>>>>>x\n", 0),
    "nothing": ("", 0),
}
SPEC = """# login

## Purpose
Describes the login so that everybody knows what it is meant to do here.

## Requirements

### Requirement: First
The system SHALL do it.

#### Scenario: works
- **WHEN** asked
- **THEN** done
=======
>>>>>>> b
"""
DELTA = """## ADDED Requirements

<<<<<<< HEAD
### Requirement: Third
The system SHALL do it.

#### Scenario: works
- **WHEN** asked
- **THEN** done
=======
>>>>>>> branch
"""
TASKS = "## 1. W\n<<<<<<< HEAD\n- [x] 1.1 one\n=======\n- [x] 1.2 two\n>>>>>>> b\n"


@pytest.fixture
def place(tmp_path):
    documents = {
        "config.yaml": "schema: spec-driven\n",
        "specs/login/spec.md": SPEC,
        "changes/a/proposal.md": "# A\n\n## Why\nIt is slow.\n",
        "changes/a/tasks.md": TASKS,
        "changes/a/specs/login/spec.md": DELTA,
        "changes/b/proposal.md": "# B\n",
        "changes/b/.openspec.yaml": "schema: spec-driven\nskip_specs: true\n",
    }
    for path, text in documents.items():
        file = tmp_path / "openspec" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


def projects(place):
    root = {"path": str(place.resolve()), "source": "nearest"}
    yield FolderProject(Folder(root["path"]), root)
    yield StoredProject(stored(place), root)


def stored(place):
    store = Store(place / "openspec")
    store.load()
    return store


@pytest.mark.parametrize(("text", "line"), TEXTS.values(), ids=TEXTS)
def test_the_line_of_a_conflict(text, line):
    assert conflict_line(text) == line


@given(
    st.lists(st.sampled_from(["a", "# A", "=======", "- [ ] t", ""])),
    st.lists(st.sampled_from(["b", "======", ""])),
    st.text("ab /", max_size=5),
)
def test_what_git_writes_is_seen_wherever_it_stands(before, within, name):
    lines = [*before, f"<<<<<<< {name}", *within, "=======", *within, f">>>>>>> {name}", "end"]
    assert conflict_line("\n".join(lines)) == len(before) + 1


def test_it_is_the_first_finding_of_a_change_and_of_a_spec(place):
    for project in projects(place):
        state = project.state()
        change, spec = state.changes["a"], state.specs["login"]
        assert [(f.rule, f.path, f.line) for f in change.findings[:2]] == [
            ("G1", "specs/login/spec.md", 3),
            ("G1", "tasks.md", 2),
        ]
        assert "line 3" in change.problem
        assert "Keep what is meant" in change.problem
        assert [(f.rule, f.path, f.line) for f in spec.findings] == [("G1", "spec.md", 14)]
        assert "line 14" in spec.problem
        assert not state.changes["b"].problem


def test_it_changes_no_verdict(place):
    for project in projects(place):
        state = project.state()
        spec = state.specs["login"]
        assert spec.verdict.strict
        assert is_valid(spec.findings, strict=True)
        assert state.changes["a"].status == "complete"


def test_validating_tells_it_beside_the_official_answer(place):
    for project in projects(place):
        for line, listed in {
            "validate --all --json": [("a", 3), ("a", 2), ("login", 14)],
            "validate --all --strict --report findings --json": [("a", 3), ("a", 2), ("login", 14)],
            "validate a --json": [("a", 3), ("a", 2)],
            "validate login --json": [("login", 14)],
            "spec validate login --json": [("login", 14)],
        }.items():
            answer = run(line.split(), project)
            document = json.loads(answer.stdout)
            assert answer.exit == 0
            markers = document.pop("conflictMarkers")
            assert [(m.get("change", m.get("spec")), m["line"]) for m in markers] == listed
            assert "G1" not in json.dumps(document)
            assert "conflict" not in json.dumps(document)


def test_validating_says_it_first(place):
    for project in projects(place):
        for line in ("validate a", "validate --all", "change validate a"):
            words = run(line.split(), project).stderr
            first = next(line for line in words.split("\n") if "old form" not in line)
            assert first.startswith("  ⚠ [conflict markers] changes/a/specs/login/spec.md has")


def test_nothing_of_it_with_official(place):
    for project in projects(place):
        for line in ("validate --all --official", "validate --all --official --json"):
            answer = run(line.split(), project)
            assert "onflict" not in answer.stdout + answer.stderr


def test_archiving_warns_of_it(place):
    dry = stored(place).archive("a", datetime.date(2026, 1, 2), ArchiveOptions(), dry=True)
    assert [words.split(" ")[0] for words in dry.plan.markers] == [
        "changes/a/specs/login/spec.md",
        "changes/a/tasks.md",
        "specs/login/spec.md",
    ]


def test_a_refusal_to_archive_names_it_first(place):
    twice = "### Requirement: Third\nThe system SHALL do it.\n\n#### Scenario: s\n- x\n\n"
    delta = f"## ADDED Requirements\n\n<<<<<<< HEAD\n{twice}=======\n{twice}>>>>>>> b\n"
    (place / "openspec/changes/a/specs/login/spec.md").write_text(delta)
    named = "changes/a/specs/login/spec.md has conflict markers of git (line 3)"
    state = stored(place).state.changes["a"].archiving
    assert (state.code, state.why.startswith(named)) == ("archive_validation_failed", True)
    for line in ("archive a --yes", "archive a --yes --no-validate"):
        answer = run(line.split(), next(projects(place)))
        assert answer.exit == 1
        assert answer.stderr.startswith(f"Error: {named}")


def test_config_names_it_instead_of_yaml():
    config = read_config("schema: a\n<<<<<<< HEAD\nx: 1\n=======\nx: 2\n>>>>>>> b\n")
    assert config.unusable
    assert [problem.line for problem in config.problems] == [2]
    assert "conflict markers" in str(config.problems[0])
