"""A new process says of a project what it would say without the one before it, only sooner."""

import itertools
import json
import os
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geometry_ws.openspec import commands
from geometry_ws.openspec.commands import folder_project
from geometry_ws.openspec.commands.folder_project import FolderProject
from geometry_ws.openspec.disk import verdict_cache
from geometry_ws.openspec.disk.folder import Folder
from geometry_ws.openspec.disk.sealed_file import checksum
from geometry_ws.openspec.disk.verdict_cache import FILE
from tests.openspec.conftest import DELTA, SPEC, TASKS

MODIFIED = SPEC.partition("## Requirements\n\n")[2]
BY_HAND = "## MODIFIED Requirements\n\n" + MODIFIED.replace("light when", "shine when")
TEXTS = {
    "specs/lamp/spec.md": [SPEC, SPEC.replace("SHALL", "should"), "# nothing\n"],
    "specs/new/spec.md": [SPEC.replace("# lamp", "# new")],
    "changes/dimmer/specs/lamp/spec.md": [DELTA, BY_HAND, "none\n"],
    "changes/dimmer/tasks.md": [TASKS, "- [ ] no number\n"],
    "changes/dimmer/.openspec.yaml": ["schema: spec-driven\n", "schema: [\n"],
    "changes/other/proposal.md": ["# Other\n"],
    "changes/other/specs/new/spec.md": [BY_HAND],
    "config.yaml": ["schema: spec-driven\n", "schema: other\n"],
}
TIMES = itertools.count(1_000_000_000)
STEPS = st.lists(
    st.sampled_from([(path, text) for path, texts in TEXTS.items() for text in (*texts, None)]),
    max_size=8,
)


@pytest.fixture(autouse=True)
def _all_settled(monkeypatch):
    """Files of a moment ago count as old ones; each edit here has a time of its own."""
    monkeypatch.setattr(verdict_cache, "_SETTLED_NANOSECONDS", -(10**18))


def validate(project, state, *words):
    """What a new process says, without how long it took."""
    path = str(project.root)
    asked = FolderProject(Folder(path), {"path": path, "source": "nearest"}, lambda: state)
    output = commands.run(["validate", "--all", "--json", *words], asked)
    document = json.loads(output.stdout)
    for item in document["items"]:
        del item["durationMs"]
    return document, output.stderr, output.exit


def edit(project, path, text):
    if text is None:
        (project.folder / path).unlink(missing_ok=True)
    else:
        time = next(TIMES)
        os.utime(project.write(path, text), (time, time))


@given(STEPS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_kept_the_answer_is_the_same(project, tmp_path, steps):
    """The records of bases are those of one run of edits, as `plain` has them."""
    for name in ("kept_state", "plain_state"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    shutil.rmtree(project.folder)
    for path, texts in TEXTS.items():
        edit(project, path, texts[0])
    for path, text in [("config.yaml", None), *steps]:
        edit(project, path, text)
        plain = validate(project, tmp_path / "plain_state")
        (tmp_path / "plain_state" / FILE).unlink(missing_ok=True)
        for _ in range(2):
            assert validate(project, tmp_path / "kept_state") == plain


@pytest.fixture
def state(project, tmp_path):
    """The state folder of a project with a change, which was validated."""
    project.change()
    folder = tmp_path / "state"
    for _ in range(2):
        validate(project, folder)
    return folder


@pytest.fixture
def looks(monkeypatch):
    """The changes and the number of specs that are looked at from now on."""
    looked, change, spec = [], folder_project.validate_change, folder_project.validate_spec
    monkeypatch.setattr(
        folder_project,
        "validate_change",
        lambda asked, *more: looked.append(asked.name) or change(asked, *more),
    )
    monkeypatch.setattr(
        folder_project, "validate_spec", lambda source: looked.append("spec") or spec(source)
    )
    return looked


def test_what_is_the_same_is_not_looked_at_again(project, state, looks):
    validate(project, state)
    assert looks == []
    edit(project, "changes/dimmer/tasks.md", "- [x] other\n")
    validate(project, state)
    assert looks == ["dimmer"]


def test_a_change_is_looked_at_again_when_its_spec_is_another(project, state, looks):
    edit(project, "specs/lamp/spec.md", "# nothing\n")
    validate(project, state)
    assert looks == ["dimmer", "spec"]


def test_the_same_text_with_another_time_is_looked_at_again(project, state, looks):
    edit(project, "changes/dimmer/tasks.md", TASKS)
    validate(project, state)
    assert looks == ["dimmer"]


@pytest.mark.parametrize("settled", [2 * 10**9])
def test_what_was_written_just_now_is_not_kept(project, tmp_path, looks, monkeypatch, settled):
    """It may be written again without looking different."""
    monkeypatch.setattr(verdict_cache, "_SETTLED_NANOSECONDS", settled)
    project.change()
    for _ in range(2):
        validate(project, tmp_path / "state")
    assert looks == ["dimmer", "spec"] * 2


@pytest.mark.parametrize("words", [["--official"], ["--specs"], ["--changes"]])
def test_what_was_not_asked_for_stays_known(project, state, looks, words):
    path = str(project.root)
    asked = FolderProject(Folder(path), {"path": path, "source": "nearest"}, lambda: state)
    commands.run(["validate", *(words if "--specs" in words else [*words, "--changes"])], asked)
    validate(project, state)
    assert looks == []


def test_another_program_begins_anew(project, state, looks, monkeypatch):
    monkeypatch.setattr(verdict_cache, "program_mark", lambda parts: b"another")
    validate(project, state)
    assert looks == ["dimmer", "spec"]


def _damage(file, how):
    data = file.read_bytes()
    file.unlink()
    if how == "pipe":
        os.mkfifo(file)
    elif how == "folder":
        file.mkdir()
    elif how == "link":
        other = file.with_name("elsewhere")
        other.write_bytes(data)
        file.symlink_to(other)
    elif how == "foreign":
        body = b"\x81\xa7program\xc0"
        file.write_bytes(checksum(body) + body)
    else:
        file.write_bytes({"cut": data[:-1], "empty": b"", "turned": data[:-1] + b"!"}[how])


@pytest.mark.parametrize("how", ["cut", "empty", "turned", "pipe", "folder", "link", "foreign"])
def test_a_file_that_is_none_of_ours_counts_as_none(project, state, looks, how):
    before = validate(project, state)
    _damage(state / FILE, how)
    assert validate(project, state) == before
    assert looks == ["dimmer", "spec"]
    looks.clear()
    assert validate(project, state) == before
    # A folder in its place is nobody's to remove.
    assert looks == (["dimmer", "spec"] if how == "folder" else [])


def test_what_a_killed_process_left_is_written_over(project, state, looks):
    (state / f".{FILE}.new").write_bytes(b"half")
    edit(project, "changes/dimmer/tasks.md", "- [x] other\n")
    validate(project, state)
    looks.clear()
    validate(project, state)
    assert looks == []
    assert sorted(path.name for path in state.iterdir() if FILE in path.name) == [FILE]


def test_where_nothing_can_be_kept_the_answer_is_the_same(project, tmp_path, looks):
    project.change()
    blocked = project.write("no_folder", "x") / "state"
    assert validate(project, None)[0] == validate(project, blocked)[0]
    assert looks == ["dimmer", "spec"] * 2


def test_a_change_with_links_is_always_looked_at(project, state, looks):
    (project.folder / "changes/dimmer/design.md").symlink_to(project.folder / "specs/lamp/spec.md")
    for _ in range(2):
        validate(project, state)
    assert looks == ["dimmer"] * 2
