"""Documents are written and changes made by revision, in the project and nowhere else."""

import datetime
import os
import random
import subprocess
import sys
import threading
import time

import pytest

from geometry_ws.openspec.disk.locks import project_lock
from geometry_ws.openspec.disk.reader import MAX_DOCUMENT
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.write_document import MAX_DOCUMENTS, MAX_TASKS
from geometry_ws.openspec.format import errors
from geometry_ws.openspec.format.sources import revision_of
from geometry_ws.openspec.format.tasks import parse_tasks
from geometry_ws.openspec.format.yaml_text import read_yaml

TODAY = datetime.date(2026, 11, 24)


def names_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# --- documents ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    ["design.md", "README.md", "Notes.MD", "specs/lamp/spec.md", "specs/a/b/spec.md",
     ".openspec.yaml"],
)  # fmt: skip
def test_a_document_is_made_and_then_written_by_its_revision(project, document):
    project.change()
    (project.folder / "changes/dimmer/specs/lamp/spec.md").unlink()
    store = project.store()
    made = store.write_document("schema: a\r\n", revision=None, change="dimmer", document=document)
    assert (made.before, made.after) == ("", revision_of(b"schema: a\r\n"))
    assert made.changed == (f"changes/dimmer/{document}",)
    assert store.read_document("dimmer", document).revision == made.after
    again = store.write_document("b", revision=made.after, change="dimmer", document=document)
    assert (again.before, again.after) == (made.after, revision_of(b"b"))
    assert (project.folder / "changes/dimmer" / document).read_bytes() == b"b"
    assert dict(store.change("dimmer").documents)[document] == again.after


def test_a_spec_is_made_and_written(project):
    store = project.store()
    made = store.write_document("# x\n", revision=None, spec="area/desk")
    assert store.read_spec("area/desk").text == "# x\n"
    store.write_document("# y\n", revision=made.after, spec="area/desk")
    assert store.read_spec("area/desk").text == "# y\n"
    with pytest.raises(errors.NoSuchSpec):
        store.write_document("# y\n", revision=made.after, spec="area/chair")


def test_a_stale_revision_is_told_the_current_one_and_writes_nothing(project):
    folder = project.change()
    store = project.store()
    old = store.read_document("dimmer", "proposal.md").revision
    (folder / "proposal.md").write_text("an editor's")
    for revision in (old, None):
        with pytest.raises(errors.StaleRevision) as caught:
            store.write_document("x", revision=revision, change="dimmer", document="proposal.md")
        assert caught.value.revision == revision_of(b"an editor's")
    assert (folder / "proposal.md").read_text() == "an editor's"
    with pytest.raises(errors.NoSuchDocument):
        store.write_document("x", revision=old, change="dimmer", document="design.md")


def test_the_same_text_again_writes_nothing(project):
    folder = project.change()
    store = project.store()
    before = (folder / "proposal.md").stat()
    document = store.read_document("dimmer", "proposal.md")
    done = store.write_document(
        document.text, revision=document.revision, change="dimmer", document="proposal.md"
    )
    assert (done.before, done.changed) == (done.after, ())
    assert (folder / "proposal.md").stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    "document",
    ["", ".", "..", "../x.md", "a/../x.md", "/etc/x.md", "a\\b.md", "a\0.md", "a\n.md", ".x.md",
     "x.txt", "sub/x.md", "specs/spec.md", "specs/lamp/notes.md", "specs/.a/spec.md",
     "specs//spec.md",
     "specs/../x/spec.md", "x" * 300 + ".md", "specs/" + "a/" * 20 + "spec.md", "\udcff.md",
     ".openspec.yaml/x", "specs/" + "y" * 250 + "/" + "z" * 250 + "/" + "y" * 250 + "/" + "z" * 250
     + "/spec.md"],
)  # fmt: skip
def test_what_is_no_document_is_refused(project, document):
    project.change()
    store = project.store()
    before = names_below(project.root)
    with pytest.raises(errors.NotAllowed) as caught:
        store.write_document("x", revision=None, change="dimmer", document=document)
    assert caught.value.field == "document"
    assert names_below(project.root) == before


@pytest.mark.parametrize("name", ["", ".", "..", "../desk", "a/b", "/", "x\0y", "nope", "archive"])
def test_what_is_no_change_is_refused(project, name):
    project.change()
    store = project.store()
    before = names_below(project.root)
    with pytest.raises(errors.NoSuchChange):
        store.write_document("x", revision=None, change=name, document="x.md")
    for spec in (name or "/", f"a/../{name}", ".x"):
        if name not in ("nope", "a/b", "archive"):
            with pytest.raises(errors.NotAllowed):
                store.write_document("x", revision=None, spec=spec)
    assert names_below(project.root) == before


@pytest.mark.parametrize("text", ["x" * (MAX_DOCUMENT + 1), "half \ud83d"], ids=["long", "half"])
def test_a_text_that_is_too_long_or_no_text_is_refused(project, text):
    project.change()
    with pytest.raises(errors.NotAllowed):
        project.store().write_document(text, revision=None, change="dimmer", document="x.md")


def test_a_change_is_not_written_full(project):
    folder = project.change()
    store = project.store()
    for number in range(7):
        (folder / f"n{number}.md").write_text("x" * MAX_DOCUMENT)
    large, more = "y" * (MAX_DOCUMENT // 2), "y" * MAX_DOCUMENT
    made = store.write_document(large, revision=None, change="dimmer", document="a.md")
    with pytest.raises(errors.NotAllowed, match="8 MiB together"):
        store.write_document(more, revision=made.after, change="dimmer", document="a.md")
    # An editor may save more; what gets shorter is written all the same.
    (folder / "b.md").write_text(more)
    store.write_document("y", revision=made.after, change="dimmer", document="a.md")


def test_a_change_has_so_many_documents_and_no_more(project):
    folder = project.change()
    store = project.store()
    for number in range(MAX_DOCUMENTS - len(store.change("dimmer").documents)):
        (folder / f"n{number}.md").write_text("x")
    with pytest.raises(errors.NotAllowed, match="at most 200 documents"):
        store.write_document("x", revision=None, change="dimmer", document="a.md")
    store.write_document("y", revision=revision_of(b"x"), change="dimmer", document="n0.md")


def test_a_document_has_so_many_tasks_and_no_more(project):
    file = project.change() / "tasks.md"
    store = project.store()

    def write(count):
        revision = revision_of(file.read_bytes())
        text = "- [ ] x\n" * count
        store.write_document(text, revision=revision, change="dimmer", document="tasks.md")

    write(MAX_TASKS)
    with pytest.raises(errors.NotAllowed, match="5,000 tasks"):
        write(MAX_TASKS + 1)
    # An editor may save more; it gets shorter then.
    file.write_text("- [ ] x\n" * (MAX_TASKS + 3))
    write(MAX_TASKS + 2)


def test_a_schemas_own_documents_can_be_written(project):
    project.write("config.yaml", "schema: own\n")
    project.write(
        "schemas/own/schema.yaml",
        "name: own\nversion: 1\nartifacts:\n"
        "- {id: notes, generates: 'notes/*.md', description: d, template: t.md}\n",
    )
    project.change()
    store = project.store()
    store.write_document("n", revision=None, change="dimmer", document="notes/one.md")
    with pytest.raises(errors.NotAllowed):
        store.write_document("n", revision=None, change="dimmer", document="other/one.md")


def test_links_pipes_and_folders_in_the_way_are_refused(project, tmp_path):
    folder = project.change()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "spec.md").write_text("secret")
    (folder / "out.md").symlink_to(outside / "spec.md")
    os.mkfifo(folder / "pipe.md")
    (folder / "dir.md").mkdir()
    (folder / "specs" / "away").symlink_to(outside)
    (project.folder / "specs" / "away").symlink_to(outside)
    store = project.store()
    for document in ("out.md", "pipe.md", "dir.md", "specs/away/spec.md"):
        for revision in (None, revision_of(b"secret")):
            with pytest.raises((errors.Unwritable, errors.Unreadable)):
                store.write_document("x", revision=revision, change="dimmer", document=document)
    for revision in (None, revision_of(b"secret")):
        with pytest.raises(errors.Unwritable):
            store.write_document("x", revision=revision, spec="away")
        with pytest.raises(errors.Unwritable):
            store.write_document("x", revision=revision, spec="away/deep")
    assert (outside / "spec.md").read_text() == "secret"
    assert names_below(outside) == ["spec.md"]


def test_a_link_inside_the_project_stays_a_link(project):
    folder = project.change()
    (project.root / "shared.md").write_text("old")
    (folder / "design.md").symlink_to(project.root / "shared.md")
    store = project.store()
    store.write_document("new", revision=revision_of(b"old"), change="dimmer", document="design.md")
    assert (folder / "design.md").is_symlink()
    assert (project.root / "shared.md").read_text() == "new"


def test_an_editor_that_saves_in_the_same_moment_is_noticed(project, monkeypatch):
    from geometry_ws.openspec.disk import replace_file

    folder = project.change()
    store = project.store()
    document = store.read_document("dimmer", "proposal.md")
    real = replace_file._write_beside

    def save_meanwhile(*args):
        real(*args)
        (folder / "proposal.md").write_text("an editor's")

    monkeypatch.setattr(replace_file, "_write_beside", save_meanwhile)
    with pytest.raises(errors.StaleRevision):
        store.write_document(
            "x", revision=document.revision, change="dimmer", document="proposal.md"
        )
    assert (folder / "proposal.md").read_text() == "an editor's"


def test_of_two_writers_of_one_revision_one_wins_and_the_other_is_told(project):
    project.change()
    stores = [project.store() for _ in range(6)]
    revision = stores[0].read_document("dimmer", "proposal.md").revision
    won, revisions = [], []
    barrier = threading.Barrier(len(stores))

    def write(number, store):
        barrier.wait()
        try:
            store.write_document(
                f"by {number}", revision=revision, change="dimmer", document="proposal.md"
            )
            won.append(f"by {number}")
        except errors.StaleRevision as problem:
            revisions.append(problem.revision)

    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    text = (project.folder / "changes/dimmer/proposal.md").read_text()
    assert won == [text]
    assert revisions == [revision_of(text.encode())] * 5


# --- new changes --------------------------------------------------------------------------


def test_a_change_is_made_with_its_documents(project):
    store = project.store()
    made = store.create_change(
        "2-new",
        TODAY,
        goal='Say: "hi"\n',
        description="Words.",
        documents={"proposal.md": "# p\n", "specs/lamp/spec.md": "## ADDED Requirements\n"},
    )
    folder = project.folder / "changes" / "2-new"
    assert (made.change, made.schema, made.path) == ("2-new", "spec-driven", str(folder))
    assert read_yaml((folder / ".openspec.yaml").read_text()) == {
        "schema": "spec-driven", "created": "2026-11-24", "goal": 'Say: "hi"\n',
    }  # fmt: skip
    assert (folder / "README.md").read_text() == "# 2-new\n\nWords.\n"
    assert set(made.changed) == {
        f"changes/2-new/{name}" for name, _ in store.change("2-new").documents
    }
    assert (project.folder / "config.yaml").read_text() == "schema: spec-driven\n"
    assert folder.stat().st_mode & 0o777 == (project.folder / "specs").stat().st_mode & 0o777


@pytest.mark.parametrize(
    "name", ["", "A", "a_b", "a b", "-a", "a-", "a--b", "../a", "a/b", "a\n", "é", "x" * 201, "a.b"]
)
def test_a_name_that_the_official_tool_would_not_take_is_refused(project, name):
    before = names_below(project.root)
    with pytest.raises(errors.NotAllowed) as caught:
        project.store().create_change(name, TODAY)
    assert caught.value.field == "change"
    assert names_below(project.root) == before


def test_a_change_that_is_there_or_a_schema_that_is_not_is_refused(project):
    project.change()
    (project.folder / "changes" / "empty").mkdir()
    store = project.store()
    before = names_below(project.root)
    for name in ("dimmer", "empty"):
        with pytest.raises(errors.AlreadyExists):
            store.create_change(name, TODAY)
    with pytest.raises(errors.NotAllowed, match="nope"):
        store.create_change("new", TODAY, schema="nope")
    for documents in ({"../x.md": ""}, {".openspec.yaml": ""}, {"x.md": "\ud800"}):
        with pytest.raises(errors.NotAllowed):
            store.create_change("new", TODAY, documents=documents)
    assert names_below(project.root) == before


def test_a_schema_without_specs_makes_changes_that_say_so(project):
    project.write(
        "schemas/own/schema.yaml",
        "name: own\nversion: 1\nartifacts:\n"
        "- {id: notes, generates: 'notes.md', description: d, template: t.md}\n",
    )
    store = project.store()
    store.create_change("new", TODAY, schema="own")
    text = (project.folder / "changes/new/.openspec.yaml").read_text()
    assert text == "schema: own\ncreated: 2026-11-24\nskip_specs: true\n"


# --- several writers ----------------------------------------------------------------------


def test_while_another_writer_holds_the_project_nothing_is_written(project, monkeypatch):
    from geometry_ws.openspec.disk import locks

    folder = project.change()
    store = project.store()
    with (
        monkeypatch.context() as patch,
        project_lock(str(project.folder)),
    ):
        patch.setattr(locks.project_lock.__wrapped__, "__kwdefaults__", {"wait": 0.01})
        with pytest.raises(errors.Unwritable):
            store.write_document("x", revision=None, change="dimmer", document="x.md")
        with pytest.raises(errors.Unwritable):
            store.set_task("dimmer", 1, True, expect="1.1 Solder the knob")
        # Looking and starting work all the same.
        Store(project.folder).load()
    assert not (folder / "x.md").exists()
    store.write_document("x", revision=None, change="dimmer", document="x.md")


_AGENTS = """
import random, sys, threading
from geometry_ws.openspec.format import errors
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.disk.write_document import MAX_DOCUMENTS, MAX_TASKS

folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
stores = [Store(folder) for _ in range(3)]
for store in stores:
    store.load()

def agent(number):
    chance = random.Random(number)
    mine = [task for task in range(1, count + 1) if task % 50 == number % 50]
    store = stores[number % len(stores)]
    while mine:
        task = chance.choice(mine)
        try:
            if chance.random() < 0.5:
                revision = store.reload().changes["dimmer"].revision
                store.set_task("dimmer", task, True, revision=revision)
            else:
                store.set_task("dimmer", task, True, expect=f"task {task}")
            mine.remove(task)
        except errors.StaleRevision:
            continue

agents = [threading.Thread(target=agent, args=(number,)) for number in range(seed, 50, 5)]
for one in agents:
    one.start()
for one in agents:
    one.join()
"""


@pytest.mark.slow
def test_fifty_agents_in_several_processes_lose_no_tick_and_no_reader_sees_half_a_file(project):
    count = 100
    tasks = "".join(f"- [ ] task {number}\n" for number in range(1, count + 1))
    folder = project.change(tasks=tasks)
    torn, done = [], threading.Event()

    def read():
        seen = 0
        while not done.is_set():
            text = (folder / "tasks.md").read_text()
            ticked = sum(task.done for task in parse_tasks(text))
            if len(text) != len(tasks) or ticked < seen:
                torn.append(text)
            seen = ticked
            time.sleep(0)

    reader = threading.Thread(target=read)
    reader.start()
    agents = [
        subprocess.Popen([sys.executable, "-c", _AGENTS, project.folder, str(seed), str(count)])
        for seed in range(5)
    ]
    assert [agent.wait(120) for agent in agents] == [0] * 5
    done.set()
    reader.join()
    assert torn == []
    assert all(task.done for task in parse_tasks((folder / "tasks.md").read_text()))
    assert not [name for name in names_below(project.folder) if ".geometry_ws" in name]


def test_documents_of_many_writers_are_each_as_one_of_them_wrote_it(project):
    """Writers who retry on stale revisions append a line each: none is lost."""
    project.change()
    project.write("changes/dimmer/log.md", "")
    stores = [project.store() for _ in range(3)]

    def append(number):
        store = stores[number % 3]
        chance = random.Random(number)
        for turn in range(4):
            while True:
                text = (project.folder / "changes/dimmer/log.md").read_text()
                try:
                    store.write_document(
                        f"{text}{number}.{turn}\n",
                        revision=revision_of(text.encode()),
                        change="dimmer",
                        document="log.md",
                    )
                    break
                except errors.StaleRevision:
                    time.sleep(chance.random() / 500)

    threads = [threading.Thread(target=append, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = (project.folder / "changes/dimmer/log.md").read_text().split()
    assert sorted(lines) == sorted(f"{a}.{b}" for a in range(8) for b in range(4))
