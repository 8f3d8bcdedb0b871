"""What has changed under a change, over the wire: it is told everywhere, merged, or agreed to."""

import shutil
import subprocess

import pytest

from geometry_ws.components.openspec.change_views import ServedChangeViews
from geometry_ws.components.openspec.changes import ServedChanges
from geometry_ws.components.openspec.commands import ServedCommands
from geometry_ws.components.openspec.views import ServedViews
from geometry_ws.components.openspec.writing import ServedWriting
from geometry_ws.protocol import change_views, changes, commands, errors, projects, writing
from tests.components.served_project import (
    CALLER,
    SPEC,
    answer,
    serving,
    take_turns_at_once,
    write_project,
)

LIGHT = "The lamp SHALL give light."
DIM = "The lamp SHALL dim at night."
BLINK = "The lamp SHALL blink when it is broken."


def modified(*sentences):
    block = SPEC.split("## Requirements\n\n")[1].replace(LIGHT, "\n".join(sentences))
    return f"## MODIFIED Requirements\n\n{block}"


@pytest.fixture
def folder(tmp_path):
    files = {"specs/lamp/spec.md": SPEC}
    for name, sentence in (("dim", DIM), ("blink", BLINK)):
        files[f"changes/{name}/proposal.md"] = f"# {name}\n"
        files[f"changes/{name}/tasks.md"] = "- [x] 1.1 Done\n"
        files[f"changes/{name}/specs/lamp/spec.md"] = modified(LIGHT, sentence)
    return write_project(tmp_path, files)


@pytest.fixture
def served(folder):
    for registry in serving(folder):
        take_turns_at_once(registry)
        yield registry


@pytest.fixture
def moved(served):
    """The same, after one change was archived under the other."""
    archive(served, "dim")
    return served


def archive(served, change, **options):
    request = writing.ArchiveChange(change=change, **options)
    return answer(ServedWriting(served).archive_change(CALLER, request))


def bases(served, change="blink"):
    request = changes.OneChange(change=change)
    return answer(ServedChangeViews(served).get_bases(CALLER, request)).requirements


def rebase(served, **options):
    request = writing.RebaseChange(change="blink", **options)
    return answer(ServedWriting(served).rebase_change(CALLER, request))


def blink(served):
    listed = answer(ServedChanges(served).list_changes(CALLER, changes.ListChanges())).changes
    return next(change for change in listed if change.change == "blink")


def spec(folder):
    return (folder / "openspec/specs/lamp/spec.md").read_text()


def test_lists_statuses_overlaps_and_snapshots_name_what_would_go(moved):
    (listed,) = blink(moved).base_moved
    assert (listed.spec, listed.requirement, listed.lost) == ("lamp", "Light", [DIM])
    assert DIM in listed.message
    request = change_views.ChangeStatusRequest(change="blink")
    (status,) = answer(ServedChangeViews(moved).get_status(CALLER, request)).changes
    assert status.base_moved == [listed]
    overlaps = answer(ServedViews(moved).find_overlaps(CALLER, projects.OneProject()))
    assert [(entry.change, entry.moved) for entry in overlaps.base_moved] == [("blink", listed)]
    (change,) = moved.find(None).snapshot().changes
    assert change.base_moved == [listed]


def test_the_event_says_before_and_after_and_the_archiving_session_still_wrote_it(moved):
    (event,) = moved.announced
    happening = next(entry for entry in event.events if entry.name == "blink")
    assert happening.kind == "change_changed"
    assert happening.base_moved.before == []
    assert [entry.lost for entry in happening.base_moved.after] == [[DIM]]
    assert happening.detail.base_moved == happening.base_moved.after
    assert event.by.session == CALLER.session


def test_archiving_is_refused_unless_the_loss_is_agreed_to(moved, folder):
    for dry in (True, False):
        with pytest.raises(errors.ArchiveRefused) as caught:
            archive(moved, "blink", dry_run=dry)
        assert caught.value.values["code"] == "base_moved"
        assert DIM in str(caught.value)
    assert DIM in archive(moved, "blink", accept_base=True).warnings[0]
    assert DIM not in spec(folder)


def test_validating_tells_of_it_and_leaves_the_change_valid(moved):
    part = ServedChanges(moved)
    verdict, spec = part.validate_changes(CALLER, changes.Validate()).items
    assert (verdict.id, verdict.valid, spec.base_moved) == ("blink", True, [])
    assert [entry.lost for entry in verdict.base_moved] == [[DIM]]


def test_the_three_texts_and_their_merge(moved):
    (entry,) = bases(moved)
    assert entry.clean
    assert not entry.conflicts
    assert DIM not in entry.base + entry.ours
    assert DIM in entry.theirs
    assert f"{LIGHT}\n{DIM}\n{BLINK}\n" in entry.merged
    assert (entry.origin, entry.document) == ("seen", "specs/lamp/spec.md")
    assert bases(moved, "blink")[0] == entry
    with pytest.raises(errors.NoSuchChange):
        bases(moved, "nothing")


def test_a_merge_is_written_and_the_event_names_who_did_it(moved, folder):
    dry = rebase(moved, dry_run=True)
    assert blink(moved).base_moved
    done = rebase(moved)
    assert done.documents == dry.documents
    assert [entry.requirement for entry in done.merged] == ["Light"]
    assert blink(moved).base_moved == []
    assert bases(moved) == []
    event = moved.announced[-1]
    assert event.by.session == CALLER.session
    assert event.events[0].base_moved.after == []
    archive(moved, "blink")
    assert {DIM, BLINK} <= set(spec(folder).split("\n"))


def test_a_persons_text_is_written_if_it_is_about_what_was_seen(moved, folder):
    (entry,) = bases(moved)
    both = "The lamp SHALL dim at night, and blink when it is broken."
    text = entry.ours.replace(f"{LIGHT}\n{BLINK}", both)
    known = {"spec": "lamp", "requirement": "Light", "text": text}
    with pytest.raises(errors.StaleRevision):
        rebase(moved, **known, revision="0" * 16)
    with pytest.raises(errors.StaleRevision):
        rebase(moved, **known, base_revision="0" * 16)
    with pytest.raises(errors.InvalidArgument) as caught:
        rebase(moved, **{**known, "text": "### Requirement: Other\nIt SHALL."})
    assert caught.value.values["field"] == "text"
    rebase(moved, **known, revision=entry.revision, base_revision=entry.base_revision)
    assert both in (folder / "openspec/changes/blink/specs/lamp/spec.md").read_text()
    assert blink(moved).base_moved == []
    archive(moved, "blink")


def test_agreeing_to_the_delta_as_it_is_writes_nothing_and_is_told(moved, folder):
    before = (folder / "openspec/changes/blink/specs/lamp/spec.md").read_bytes()
    assert rebase(moved, ours=True).documents == []
    assert (folder / "openspec/changes/blink/specs/lamp/spec.md").read_bytes() == before
    assert blink(moved).base_moved == []
    assert moved.announced[-1].by.session == CALLER.session


def test_a_command_line_that_rebases_needs_the_right_to_write(moved):
    part = ServedCommands(moved)
    read = answer(part.run_command(CALLER, commands.RunCommand(arguments=["rebase", "blink"])))
    assert (read.exit, f"+{DIM}" in read.stdout) == (0, True)
    write = commands.RunCommand(arguments=["rebase", "blink", "--write"])
    assert answer(part.run_command(CALLER, write)).exit == 1
    assert blink(moved).base_moved
    assert answer(part.write_command(CALLER, write)).exit == 0
    assert moved.announced[-1].by.session == CALLER.session
    assert blink(moved).base_moved == []


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_commit_that_changes_no_watched_file_is_noticed(folder, served):
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip

    store = served.find(None).store
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    assert store.wants_bases()
    archive(served, "dim")
    assert bases(served)[0].origin == "git"
    assert bases(served)[0].commit
    assert not store.wants_bases()
    git("add", "-A")
    git("commit", "-q", "-m", "two")
    assert store.wants_bases()
