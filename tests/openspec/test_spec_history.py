"""Where requirements come from, as the archive tells it and git confirms it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry_ws.openspec.disk import git_archive
from geometry_ws.openspec.disk.git_archive import GitArchive, read_archive_log
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.changes import parse_delta
from geometry_ws.openspec.format.specs import parse_spec
from geometry_ws.openspec.views.spec_history import ArchiveCommit, spec_history
from tests.openspec.archiving import OPTIONS, TODAY
from tests.openspec.base_cases import Git, needs_git
from tests.openspec.openspec_answers import ours

HEAD = "# s\n\n## Purpose\nWhat it is for, told in some more words than one would need.\n"


def block(name, text="It SHALL do."):
    return f"### Requirement: {name}\n{text}\n\n#### Scenario: One\n- **WHEN** a\n- **THEN** b\n\n"


def spec(*blocks):
    return f"{HEAD}\n## Requirements\n\n{''.join(blocks)}"


def delta(added=(), modified=(), removed=(), renamed=()):
    parts = []
    if added:
        parts.append("## ADDED Requirements\n\n" + "".join(added))
    if modified:
        parts.append("## MODIFIED Requirements\n\n" + "".join(modified))
    if removed:
        parts.append(
            "## REMOVED Requirements\n\n" + "".join(f"### Requirement: {n}\n" for n in removed)
        )
    if renamed:
        lines = "".join(
            f"- FROM: `### Requirement: {a}`\n- TO: `### Requirement: {b}`\n" for a, b in renamed
        )
        parts.append("## RENAMED Requirements\n\n" + lines)
    return "\n".join(parts)


def history(text, deltas, commits=None):
    return spec_history(
        parse_spec(text).blocks,
        {folder: parse_delta(each) for folder, each in deltas.items()},
        commits or {},
    )


def steps(origin):
    return tuple(
        step and step.archived for step in (origin.brought, origin.changed, origin.renamed)
    )


def test_a_requirement_knows_what_brought_changed_and_renamed_it():
    result = history(
        spec(block("B", "It MUST do."), block("Old"), block("E", "By hand SHALL it be.")),
        {
            "2026-01-01-bring": delta(added=[block("A"), block("E"), block("F")]),
            "2026-01-02-change": delta(modified=[block("A", "It MUST do.")]),
            "2026-01-03-rename": delta(renamed=[("A", "B")], removed=["F"]),
        },
    )
    assert [(origin.requirement, steps(origin)) for origin in result.origins] == [
        ("B", ("2026-01-01-bring", "2026-01-02-change", "2026-01-03-rename")),
        ("Old", (None, None, None)),
        ("E", ("2026-01-01-bring", None, None)),
    ]
    assert [origin.edited for origin in result.origins] == [False, False, True]
    assert result.origins[0].former == ("A",)
    assert [(gone.requirement, gone.removed.change) for gone in result.gone] == [("F", "rename")]


def test_within_a_day_a_requirement_is_added_before_it_is_changed():
    result = history(
        spec(block("A", "It MUST do.")),
        {
            "2026-01-01-a-change": delta(modified=[block("A", "It MUST do.")]),
            "2026-01-01-b-bring": delta(added=[block("A")]),
        },
    )
    assert steps(result.origins[0]) == ("2026-01-01-b-bring", "2026-01-01-a-change", None)


def test_within_a_day_commits_say_the_order():
    deltas = {
        "2026-01-01-a": delta(modified=[block("A", "It MUST do.")]),
        "2026-01-01-b": delta(modified=[block("A", "It MUST not do.")]),
    }
    text = spec(block("A", "It MUST do."))
    assert steps(history(text, deltas).origins[0])[1] == "2026-01-01-b"
    commits = {
        folder: ArchiveCommit("c", at, "ann", True)
        for folder, at in (("2026-01-01-b", 1), ("2026-01-01-a", 2))
    }
    assert steps(history(text, deltas, commits).origins[0])[1] == "2026-01-01-a"


@st.composite
def _lives(draw):
    """Valid archives of one spec, a change a day, and what truly became of each requirement."""
    truth, deltas, count = {}, {}, 0
    for day in range(1, draw(st.integers(1, 8)) + 1):
        folder = f"2026-01-{day:02}-{draw(st.sampled_from('abc'))}"
        parts = {"added": [], "modified": [], "removed": [], "renamed": []}
        for name in sorted(truth):
            kind = draw(st.sampled_from(["", "", "modified", "removed", "renamed"]))
            count += 1
            if kind == "modified":
                parts["modified"].append(block(name, f"It SHALL do {count}."))
                truth[name] = (truth[name][0], folder, truth[name][2])
            elif kind == "removed":
                parts["removed"].append(name)
                del truth[name]
            elif kind == "renamed":
                parts["renamed"].append((name, f"R{count}"))
                brought, changed, _ = truth.pop(name)
                truth[f"R{count}"] = (brought, changed, folder)
        if draw(st.booleans()) or day == 1:
            count += 1
            parts["added"].append(block(f"R{count}"))
            truth[f"R{count}"] = (folder, None, None)
        deltas[folder] = delta(**parts)
    return truth, deltas


@given(_lives())
def test_every_requirement_gets_the_history_that_it_had(life):
    truth, deltas = life
    result = history(spec(*map(block, truth)), deltas)
    assert {origin.requirement: steps(origin) for origin in result.origins} == truth


@pytest.fixture
def project(tmp_path):
    (tmp_path / "openspec/specs/s").mkdir(parents=True)
    (tmp_path / "openspec/specs/s/spec.md").write_text(spec(block("Kept")))
    return tmp_path


def write_change(project, name, text):
    folder = project / "openspec/changes" / name
    (folder / "specs/s").mkdir(parents=True)
    (folder / "specs/s/spec.md").write_text(text)
    (folder / "proposal.md").write_text(f"# {name}\n\n## Why\nx\n\n## What Changes\n- y\n")


@needs_git
def test_git_confirms_what_was_archived_in_which_commit(project):
    git = Git(project)
    git.commit(when=0)
    for when, name, text in (
        (10, "z", delta(added=[block("New")])),
        (20, "a", delta(modified=[block("New", "It MUST do.")])),
    ):
        write_change(project, name, text)
        git.commit(when=when - 5)
        store = Store(project / "openspec")
        store.load()
        store.archive(name, TODAY, OPTIONS)
        git.commit(when=when)
    status, out, err = ours(project, "blame", "s", "--json")
    assert (status, err) == (0, "")
    first, new = json.loads(out)["requirements"]
    assert first == {"name": "Kept", "line": 8, "edited": False}
    assert new["brought"]["change"] == "z"
    assert new["changed"]["archivedAs"] == f"{TODAY}-a"
    head = git("rev-parse", "HEAD").strip()
    assert new["changed"]["commit"] == head[:12]
    assert (new["changed"]["author"], new["changed"]["wroteSpec"]) == ("a", True)
    assert new["changed"]["time"] == (1_700_000_000 + 20) * 1000
    shown = ours(project, "blame", "s")[1]
    assert f"        modified  {TODAY} a ({head[:8]}, a)\n" in shown
    assert "        by no archived change\n" in shown


@needs_git
def test_git_is_asked_once_for_each_spec_and_commit(project, monkeypatch):
    git = Git(project)
    git.commit(when=0)
    runs = []
    run_git = git_archive.run_git
    monkeypatch.setattr(
        git_archive, "run_git", lambda *given: runs.append(given) or run_git(*given)
    )
    archive = GitArchive(str((project / "openspec").resolve()))
    for spec_id in ("s", "s", "t", "s"):
        assert archive.commits(spec_id) == {}
    assert len(runs) == 2
    (project / "x").write_text("x")
    git.commit(when=1)
    archive.commits("s")
    assert len(runs) == 3


@given(st.binary(max_size=200))
def test_no_log_makes_the_reader_fail(log):
    for data in (log, b"\x01" + log, b"\x01a 1 b\0\nA\0p/x/specs/s/spec.md\0" + log):
        read_archive_log(data, "specs/s/spec.md", "p/", "/specs/s/spec.md")


@pytest.mark.parametrize("words", [["blame", "nope"], ["blame", "../s"], ["blame"]])
def test_a_spec_that_is_not_there_is_a_mistake(project, words):
    status, out, err = ours(project, *words)
    assert (status, out) == (1, "")
    assert err
