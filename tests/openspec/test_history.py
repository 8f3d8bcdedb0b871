"""The archive is a timeline of what was done to which specs, read when it is asked for."""

import os
import shutil
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from geometry_ws.openspec.disk import archive_reader
from geometry_ws.openspec.disk.archive_reader import MAX_DOCUMENTS, ArchiveReader
from geometry_ws.openspec.format.collation import collation_key
from geometry_ws.openspec.format.model import Progress
from geometry_ws.openspec.format.schemas import Schemas
from geometry_ws.openspec.format.sources import ChangeFiles, Source
from geometry_ws.openspec.views.history import (
    ArchivedChange,
    TouchedSpec,
    archived_change,
    split_archived,
    timeline,
    timeline_order,
)
from geometry_ws.openspec.views.search import search_documents

SCHEMAS = Schemas({})
ALL_FOUR = """## ADDED Requirements
### Requirement: A
### Requirement: B
## MODIFIED Requirements
### Requirement: C
## REMOVED Requirements
### Requirement: D
## RENAMED Requirements
- FROM: ### Requirement: E
- TO: ### Requirement: F
"""


@pytest.mark.parametrize(
    ("folder", "day", "name"),
    [
        ("2026-01-31-dimmer", "2026-01-31", "dimmer"),
        ("2026-01-31-2026-01-30-dimmer", "2026-01-31", "2026-01-30-dimmer"),
        ("dimmer", "", "dimmer"),
        ("2026-02-30-dimmer", "", "2026-02-30-dimmer"),
        ("2026-01-31", "", "2026-01-31"),
        ("2026-01-31-", "", "2026-01-31-"),
        ("2026-01-31_dimmer", "", "2026-01-31_dimmer"),
        ("20260131xx-dimmer", "", "20260131xx-dimmer"),
        ("２０２６-01-31-x", "", "２０２６-01-31-x"),
        ("", "", ""),
    ],
)
def test_a_folder_is_named_by_its_date_and_change(folder, day, name):
    assert split_archived(folder) == (day, name)


def _files(name, **texts):
    paths = {"proposal": "proposal.md", "tasks": "tasks.md", "delta": "specs/lamp/spec.md"}
    sources = {paths[key]: Source(text.encode()) for key, text in texts.items()}
    return ChangeFiles(name, dict.fromkeys(sources, "file"), sources)


def test_an_archived_change_is_summed_up():
    change = _files(
        "2026-01-31-dimmer",
        proposal="# Change: A knob\n",
        tasks="- [x] a\n- [ ] b\n",
        delta=ALL_FOUR,
    )
    assert archived_change(change, SCHEMAS) == ArchivedChange(
        "2026-01-31-dimmer",
        "dimmer",
        "2026-01-31",
        "A knob",
        Progress(1, 2),
        (TouchedSpec("lamp", 2, 1, 1, 1),),
    )


def test_an_empty_one_has_its_name_for_a_title():
    empty = archived_change(ChangeFiles("old", {}, {}, "It is closed."), SCHEMAS)
    assert empty == ArchivedChange("old", "old", "", "old", Progress(0, 0), (), "It is closed.")
    closed = {"specs/lamp/spec.md": Source(b"", "can't be read")}
    change = ChangeFiles("old", dict.fromkeys(closed, "file"), closed)
    assert archived_change(change, SCHEMAS).specs == ()


def test_the_latest_come_first_and_those_without_a_date_last():
    names = ["b", "2026-01-01-z", "2026-01-02-b_", "2026-01-02-a", "a"]
    entries = [archived_change(ChangeFiles(name, {}, {}), SCHEMAS) for name in names]
    assert [entry.archived for entry in timeline(entries)] == [
        "2026-01-02-a", "2026-01-02-b_", "2026-01-01-z", "a", "b",
    ]  # fmt: skip


@given(
    st.lists(
        st.from_regex(r"(2026-0[12]-0[123]-)?[abÀ_]{1,3}", fullmatch=True), unique=True, max_size=20
    )
)
def test_the_order_needs_only_the_names(names):
    entries = timeline(archived_change(ChangeFiles(name, {}, {}), SCHEMAS) for name in names)
    assert timeline_order(names) == tuple(entry.archived for entry in entries)
    keys = [(entry.date, entry.name) for entry in entries]
    assert [day for day, _ in keys] == sorted((day for day, _ in keys), reverse=True)
    for (day, name), (next_day, next_name) in pairwise(keys):
        assert day != next_day or collation_key(name) <= collation_key(next_name)


# --- from disk ----------------------------------------------------------------------------


@pytest.fixture
def archive(project):
    """A project with two archived changes."""
    for name in ("2026-01-01-one", "2026-01-02-two"):
        project.write(f"changes/archive/{name}/tasks.md", "- [x] a\n")
        project.write(f"changes/archive/{name}/proposal.md", f"# Title of {name}\n")
        project.write(f"changes/archive/{name}/specs/lamp/spec.md", ALL_FOUR)
        project.write(f"changes/archive/{name}/evidence/picture.png", b"\x89")
    return project


NAMES = ["2026-01-01-one", "2026-01-02-two", "gone"]


def test_the_timeline_is_read_from_the_folders_that_are_there(archive):
    first, second = ArchiveReader(archive.folder).timeline(NAMES, SCHEMAS)
    assert (first.archived, first.title) == ("2026-01-02-two", "Title of 2026-01-02-two")
    assert second.progress == Progress(1, 1)


def test_what_stays_the_same_is_not_read_again(archive):
    reader = ArchiveReader(archive.folder)
    change, entry = reader.read(NAMES[0]), reader.entry(NAMES[0], SCHEMAS)
    assert reader.read(NAMES[0]) is change
    assert reader.entry(NAMES[0], SCHEMAS) is entry
    assert reader.entry(NAMES[0], Schemas({})) is not entry
    assert set(change.sources) == {"proposal.md", "specs/lamp/spec.md", "tasks.md"}


@pytest.mark.parametrize("path", ["tasks.md", "specs/new/spec.md", "specs/lamp/notes.md"])
def test_a_file_that_changed_or_came_is_seen(archive, path):
    reader = ArchiveReader(archive.folder)
    before = reader.read(NAMES[0])
    archive.write(f"changes/archive/{NAMES[0]}/{path}", "- [ ] other\n")
    after = reader.read(NAMES[0])
    assert after is not before
    assert after.sources[path].text == "- [ ] other\n"


def test_a_change_that_went_is_seen(archive):
    reader = ArchiveReader(archive.folder)
    assert reader.read(NAMES[0])
    shutil.rmtree(archive.folder / "changes/archive" / NAMES[0])
    assert reader.read(NAMES[0]) is None
    assert reader.entry(NAMES[0], SCHEMAS) is None
    assert [entry.archived for entry in reader.timeline(NAMES, SCHEMAS)] == [NAMES[1]]
    assert reader._size == len(reader.read(NAMES[1]).sources["tasks.md"].data) + sum(
        len(source.data)
        for path, source in reader.read(NAMES[1]).sources.items()
        if path != "tasks.md"
    )


@pytest.mark.parametrize("name", ["", ".", "..", "../..", "a/b", "a\0b", "\udcff"])
def test_only_names_of_folders_are_taken(archive, name):
    assert ArchiveReader(archive.folder).read(name) is None


def test_a_file_where_a_folder_should_be_is_no_change(archive):
    archive.write("changes/archive/file", "x")
    assert ArchiveReader(archive.folder).read("file") is None


def test_links_that_lead_out_are_not_followed(archive, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (archive.folder / f"changes/archive/{NAMES[0]}/design.md").symlink_to(secret)
    sources = ArchiveReader(archive.folder).read(NAMES[0]).sources
    assert not sources["design.md"].readable
    assert "secret" not in sources["design.md"].text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(archive):
    folder = archive.folder / "changes/archive" / NAMES[0]
    folder.chmod(0)
    try:
        assert "permission denied" in ArchiveReader(archive.folder).read(NAMES[0]).problem
    finally:
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_listed_is_told_and_looked_at_again(archive, monkeypatch):
    def closed(_folder, _root):
        raise PermissionError(13, "Permission denied")

    reader = ArchiveReader(archive.folder)
    monkeypatch.setattr(archive_reader, "list_tree", closed)
    assert reader.read(NAMES[0]).problem == "The folder can't be read: permission denied."
    monkeypatch.undo()
    assert reader.read(NAMES[0]).problem == ""


def test_a_file_that_goes_while_it_is_read_is_left_out(archive, monkeypatch):
    real = archive_reader.list_tree
    monkeypatch.setattr(
        archive_reader, "list_tree", lambda *where: {**real(*where), "late.md": "file"}
    )
    assert "late.md" not in ArchiveReader(archive.folder).read(NAMES[0]).sources


def test_documents_are_given_for_search_one_change_after_the_other(archive):
    reader = ArchiveReader(archive.folder)
    documents = reader.documents(NAMES)
    first = next(documents)
    assert (first.kind, first.id, first.path) == ("archived", NAMES[0], "proposal.md")
    assert list(reader._cache) == [NAMES[0]]
    assert [document.id for document in documents] == [NAMES[0]] * 2 + [NAMES[1]] * 3


def test_what_is_kept_is_bounded_and_short_entries_outlive_it(archive, monkeypatch):
    reader = ArchiveReader(archive.folder)
    entry = reader.entry(NAMES[0], SCHEMAS)
    monkeypatch.setattr(archive_reader, "MAX_CACHED_BYTES", reader._size)
    other = reader.read(NAMES[1])
    assert reader._cache[NAMES[0]].files is None
    assert reader.entry(NAMES[0], SCHEMAS) is entry
    assert reader.read(NAMES[0]).sources
    assert reader._cache[NAMES[1]].files is None
    assert reader.read(NAMES[1]).sources.keys() == other.sources.keys()


def test_a_search_through_more_than_is_kept_reads_only_the_rest_anew(archive, monkeypatch):
    names = [f"2026-02-{day:02}-more" for day in range(1, 11)]
    for name in names:
        archive.write(f"changes/archive/{name}/proposal.md", f"# {name}\n")
    size = len(f"# {names[0]}\n")
    monkeypatch.setattr(archive_reader, "MAX_CACHED_BYTES", 6 * size)
    reader = ArchiveReader(archive.folder)
    read, load = [], reader._load
    monkeypatch.setattr(reader, "_load", lambda name: read.append(name) or load(name))
    assert [document.id for document in reader.documents(names)] == names
    assert read == names
    for _ in range(2):
        read.clear()
        assert [document.id for document in reader.documents(names)] == names
        assert read == names[6:]
        assert reader._size == 6 * size
    # Of those that are gone from the archive nothing is kept.
    read.clear()
    assert [document.id for document in reader.documents(names[3:])] == names[3:]
    assert [document.id for document in reader.documents(names[3:])] == names[3:]
    assert read == [*names[6:], names[9]]


@given(st.lists(st.tuples(st.sampled_from("srwd"), st.integers(0, 3)), max_size=12))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_never_changes_what_is_found(archive, steps):
    shutil.rmtree(archive.folder / "changes/archive", ignore_errors=True)
    names = [f"2026-02-0{number + 1}-more" for number in range(4)]
    bounded = ArchiveReader(archive.folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive_reader, "MAX_CACHED_BYTES", 40)
        for count, (step, number) in enumerate(steps):
            folder = archive.folder / "changes/archive" / names[number]
            if step == "w":
                archive.write(f"changes/archive/{names[number]}/proposal.md", f"# lamp {count}\n")
            elif step == "d":
                shutil.rmtree(folder, ignore_errors=True)
            elif step == "r":
                bounded.read(names[number])
                bounded.entry(names[number], SCHEMAS)
            else:
                there = [
                    name for name in names if (archive.folder / "changes/archive" / name).is_dir()
                ]
                plain = ArchiveReader(archive.folder).documents(there)
                hits = search_documents("lamp", (), archived=bounded.documents(there))
                assert hits == search_documents("lamp", (), archived=plain)
            assert bounded._size == sum(each.size for each in bounded._cache.values()) <= 40


def test_no_more_than_so_many_documents_of_a_change_are_read(archive):
    for at in range(MAX_DOCUMENTS + 10):
        archive.write(f"changes/archive/{NAMES[0]}/notes/{at:03}.md", "x")
    assert len(ArchiveReader(archive.folder).read(NAMES[0]).sources) == MAX_DOCUMENTS
