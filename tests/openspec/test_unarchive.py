"""Taking an archiving back restores the bytes, or is refused and changes nothing."""

import json

import pytest

from geometry_ws.openspec.disk import archive_records
from geometry_ws.openspec.disk.archive_records import ArchiveRecords
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import ArchiveRefused
from tests.openspec.archive_cases import ADDED, CASES, block, write_case
from tests.openspec.archiving import OPTIONS, TODAY, contents
from tests.openspec.base_cases import Git, needs_git
from tests.openspec.openspec_answers import ours
from tests.openspec.test_archive_faults import rich

ARCHIVED = [case for case in CASES if isinstance(case.outcome, tuple) or case.outcome is None]


@pytest.mark.parametrize("case", ARCHIVED, ids=[case.name for case in ARCHIVED])
def test_unarchive_after_archive_restores_the_bytes(tmp_path, case):
    folder, state = tmp_path / "openspec", tmp_path / "state"
    write_case(folder, case)
    for place in ("changes/archive", "specs"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    before = contents(folder)
    if ours(tmp_path, "archive", "it", *case.options, state=state)[0]:
        pytest.skip("it isn't archived")
    archived = contents(folder)
    assert ours(tmp_path, "unarchive", "it", "--dry-run", state=state)[0] == 0
    assert contents(folder) == archived
    status, out, err = ours(tmp_path, "unarchive", "it", state=state)
    assert (status, err) == (0, "")
    assert out.endswith("it is open again\n")
    assert contents(folder) == before


class Project:
    def __init__(self, root):
        self.folder, self.state = root / "openspec", root / "state"
        rich(self.folder)

    def store(self, state=True):
        store = Store(self.folder, state=self.state if state else None)
        store.load()
        return store


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def code(store, name="it"):
    with pytest.raises(ArchiveRefused) as refusal:
        store.unarchive(name)
    assert str(refusal.value).endswith(".")
    return refusal.value.code


def test_the_state_follows(project):
    store = project.store()
    before = contents(project.folder)
    store.archive("it", TODAY, OPTIONS)
    done = store.unarchive(f"{TODAY}-it")
    assert contents(project.folder) == before
    assert "it" in store.state.changes
    assert store.state.archived == ("2026-01-01-x",)
    assert done.change == "it"
    assert {spec for spec, revision in done.specs if not revision} == {"new/deep"}


def test_a_spec_that_has_moved_on_is_not_put_back(project):
    store = project.store()
    store.archive("it", TODAY, OPTIONS)
    path = project.folder / "specs/lamp/spec.md"
    path.write_text(path.read_text() + "\nmore\n")
    after = contents(project.folder)
    assert code(store) == "specs_moved_on"
    assert contents(project.folder) == after


def test_a_spec_that_is_as_before_already_stays(project):
    path = project.folder / "specs/lamp/spec.md"
    before = path.read_bytes()
    store = project.store()
    store.archive("it", TODAY, OPTIONS)
    path.write_bytes(before)
    done = store.unarchive("it")
    assert "lamp" not in dict(done.specs)
    assert path.read_bytes() == before


def test_an_open_change_of_the_name_is_never_replaced(project):
    store = project.store()
    store.archive("it", TODAY, OPTIONS)
    (project.folder / "changes/it").mkdir()
    assert code(store) == "archive_target_exists"


@pytest.mark.parametrize("name", ["nope", "", "..", "a/b"])
def test_what_is_not_archived_is_refused(project, name):
    assert code(project.store(), name) in (
        "archive_change_not_found",
        "archive_change_name_invalid",
    )


def test_one_name_for_two_is_refused(project):
    for day in ("2026-01-02", "2026-01-03"):
        (project.folder / f"changes/archive/{day}-y").mkdir()
    assert code(project.store(), "y") == "archive_change_ambiguous"
    assert project.store().unarchive("2026-01-02-y").change == "y"


def test_a_link_in_the_archive_is_refused(project):
    (project.folder / "changes/archive/2026-01-02-y").symlink_to(project.folder / "changes/other")
    assert code(project.store(), "y") == "archive_change_symlink"


def test_without_a_record_and_git_only_what_wrote_no_spec_is_taken_back(project):
    store = project.store(state=False)
    store.archive("it", TODAY, OPTIONS)
    assert code(store) == "specs_unknown"
    store.archive("other", TODAY, OPTIONS, revision=None)
    store.unarchive("other")
    assert (project.folder / "changes/other/proposal.md").is_file()


@needs_git
def test_git_knows_what_was_archived_in_a_commit_of_its_own(project):
    git = Git(project.folder.parent)
    git.commit(when=0)
    before = contents(project.folder)
    store = project.store(state=False)
    store.archive("it", TODAY, OPTIONS)
    git.commit(when=10)
    store.unarchive("it")
    assert contents(project.folder) == before


@needs_git
def test_a_commit_that_archived_two_changes_of_a_spec_tells_nothing(project):
    folder = project.folder
    (folder / "changes/other/specs/lamp").mkdir(parents=True)
    (folder / "changes/other/specs/lamp/spec.md").write_text(ADDED + block("Z"))
    git = Git(folder.parent)
    git.commit(when=0)
    store = project.store(state=False)
    store.archive("it", TODAY, OPTIONS)
    store.archive("other", TODAY, OPTIONS)
    git.commit(when=10)
    assert code(store, "other") == "specs_unknown"


def test_records_are_bounded_and_damage_counts_as_none(project, monkeypatch):
    records = ArchiveRecords(project.state)
    monkeypatch.setattr(archive_records, "_MOST_RECORDS", 2)
    for name in "abc":
        records.note("/r", name, f"x-{name}", ())
    assert records.get("/r", "x-a") is None
    assert records.get("/r", "x-c").change == "c"
    assert records.get("/other", "x-c") is None
    (file,) = (project.state / "archived").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert records.get("/r", "x-c") is None


def test_lists_have_the_archive_where_it_is_asked_for(project):
    ours(project.folder.parent, "archive", "it", "--yes", state=project.state)
    document = json.loads(ours(project.folder.parent, "list", "--archived", "--json")[1])
    assert [entry["name"] for entry in document["archived"]] == ["it", "x"]
    assert document["archived"][0]["totalTasks"] == 1
    both = json.loads(ours(project.folder.parent, "list", "--all", "--json")[1])
    assert [entry["name"] for entry in both["changes"]] == ["other"]
    assert both["archived"] == document["archived"]
    shown = ours(project.folder.parent, "list", "--all")[1]
    assert shown.startswith("Changes:\n  other")
    assert "Archived:\n  it  0/1 tasks" in shown
    assert ours(project.folder.parent, "list", "--archived")[1].startswith("Archived:\n")
