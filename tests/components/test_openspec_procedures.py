"""What the OpenSpec component answers about a project, each procedure of its reading side."""

import shutil

import pytest

from geometry_ws.components.openspec import views
from geometry_ws.components.openspec.change_views import ServedChangeViews
from geometry_ws.components.openspec.changes import ServedChanges
from geometry_ws.components.openspec.commands import ServedCommands
from geometry_ws.components.openspec.documents import ServedDocuments
from geometry_ws.components.openspec.specs import ServedSpecs
from geometry_ws.components.openspec.tasks import ServedTasks
from geometry_ws.components.openspec.views import ServedViews
from geometry_ws.protocol import (
    change_views,
    changes,
    commands,
    documents,
    errors,
    project_views,
    specs,
    tasks,
)
from geometry_ws.protocol.projects import OneProject
from tests.components.served_project import CALLER, SPEC, answer, serving, write_project

DELTA = """## MODIFIED Requirements

### Requirement: Light
The lamp SHALL give warm light.

#### Scenario: On
- **WHEN** it is on
- **THEN** it shines warmly

## ADDED Requirements

### Requirement: Dim
The lamp SHALL dim.

#### Scenario: Turned
- **WHEN** the knob is turned
- **THEN** it dims
"""
OTHER = """## REMOVED Requirements

### Requirement: Light
"""
PROPOSAL = "# Add a dimmer\n\n## Why\nPeople read at night.\n\n## What Changes\n- A dimmer\n"


@pytest.fixture
def folder(tmp_path):
    return write_project(
        tmp_path,
        {
            "specs/lamp/spec.md": SPEC,
            "changes/add-dimmer/proposal.md": PROPOSAL,
            "changes/add-dimmer/tasks.md": "## 1. Knob\n- [x] 1.1 Drill\n- [ ] 1.2 Fit\n",
            "changes/add-dimmer/specs/lamp/spec.md": DELTA,
            "changes/drop-light/specs/lamp/spec.md": OTHER,
            "changes/archive/2026-01-02-add-lamp/proposal.md": "# Add a lamp\n",
            "changes/archive/2026-01-02-add-lamp/tasks.md": "- [x] Buy one\n",
        },
    )


@pytest.fixture
def served(folder):
    yield from serving(folder)


def test_changes_are_listed_by_name_or_the_last_written_first(served, folder):
    shutil.copystat(folder, folder / "openspec/changes/add-dimmer/tasks.md")
    part = ServedChanges(served)
    by_name = answer(part.list_changes(CALLER, changes.ListChanges()))
    assert [change.change for change in by_name.changes] == ["add-dimmer", "drop-light"]
    recent = answer(part.list_changes(CALLER, changes.ListChanges(order="recent")))
    assert sorted(change.modified for change in by_name.changes)[::-1] == [
        change.modified for change in recent.changes
    ]
    first = by_name.changes[0]
    assert (first.done, first.total, first.verdict.valid) == (1, 2, True)


def test_a_change_is_given_with_documents_and_findings(served):
    part = ServedChanges(served)
    got = answer(part.get_change(CALLER, changes.OneChange(change="add-dimmer")))
    assert {document.name for document in got.documents} == {
        "proposal.md",
        "tasks.md",
        "specs/lamp/spec.md",
    }
    assert {document.name: document.revision for document in got.documents} == {
        document.name: document.revision for document in got.change.documents
    }
    with pytest.raises(errors.NoSuchChange):
        answer(part.get_change(CALLER, changes.OneChange(change="nothing")))


def test_deltas_show_each_requirement_before_and_after(served):
    part = ServedChangeViews(served)
    got = answer(part.get_deltas(CALLER, changes.OneChange(change="add-dimmer")))
    (delta,) = got.deltas
    assert (delta.spec, delta.is_new, delta.refused) == ("lamp", False, "")
    light, dim = sorted(
        delta.requirements, key=lambda requirement: requirement.operation, reverse=True
    )
    assert (light.operation, light.requirement) == ("MODIFIED", "Light")
    assert "give light" in light.before
    assert "warm light" in light.after
    assert (dim.operation, dim.before) == ("ADDED", None)


def test_the_status_says_what_is_done_and_what_waits(served):
    part = ServedChangeViews(served)
    got = answer(part.get_status(CALLER, change_views.ChangeStatusRequest()))
    states = {
        status.change: {artifact.id: artifact.status for artifact in status.artifacts}
        for status in got.changes
    }
    assert states == {
        "add-dimmer": {"proposal": "done", "specs": "done", "design": "ready", "tasks": "done"},
        "drop-light": {
            "proposal": "ready",
            "specs": "done",
            "design": "blocked",
            "tasks": "blocked",
        },
    }


def test_some_of_several_are_validated(served):
    part = ServedChanges(served)
    got = part.validate_changes(CALLER, changes.Validate(changes=["add-dimmer"], specs=["lamp"]))
    assert [(item.kind, item.id, item.valid) for item in got.items] == [
        ("change", "add-dimmer", True),
        ("spec", "lamp", True),
    ]
    with pytest.raises(errors.NoSuchSpec):
        part.validate_changes(CALLER, changes.Validate(specs=["lamp", "desk"]))


def test_a_spec_names_the_open_changes_that_touch_it(served):
    got = answer(ServedSpecs(served).get_spec(CALLER, specs.OneSpec(spec="lamp")))
    assert [(touch.change, touch.operation, touch.requirement) for touch in got.touched_by] == [
        ("add-dimmer", "MODIFIED", "Light"),
        ("add-dimmer", "ADDED", "Dim"),
        ("drop-light", "REMOVED", "Light"),
    ]
    assert got.requirements[0].line == 8


def test_overlaps_are_found_and_kept_until_something_changes(served, folder):
    part = ServedViews(served)
    got = answer(part.find_overlaps(CALLER, OneProject()))
    (overlap,) = got.requirements
    assert (overlap.requirement, overlap.kind) == ("Light", "conflict")
    assert {change.change: change.operations for change in overlap.changes} == {
        "add-dimmer": ["MODIFIED"],
        "drop-light": ["REMOVED"],
    }
    shutil.rmtree(folder / "openspec/changes/drop-light")
    served.find(None).store.reload()
    assert answer(part.find_overlaps(CALLER, OneProject())).requirements == []


def test_of_very_many_overlaps_the_conflicts_are_told(served, folder, monkeypatch):
    monkeypatch.setattr(views, "MOST_OVERLAPS", 1)
    both = "## MODIFIED Requirements\n\n### Requirement: Any\nIt SHALL be.\n"
    for name in ("one", "two"):
        place = folder / f"openspec/changes/{name}/specs/desk/spec.md"
        place.parent.mkdir(parents=True)
        place.write_text(both)
    served.find(None).store.reload()
    got = answer(ServedViews(served).find_overlaps(CALLER, OneProject()))
    assert [requirement.kind for requirement in got.requirements] == ["conflict"]
    assert got.more == 1


def test_search_finds_words_in_open_and_archived_documents(served):
    part = ServedViews(served)
    got = answer(part.search_project(CALLER, project_views.Search(text="lamp buy")))
    assert [(hit.kind, hit.id, hit.document) for hit in got.hits][:1] == [
        ("archived", "2026-01-02-add-lamp", "tasks.md")
    ]
    knob = answer(part.search_project(CALLER, project_views.Search(text="KNOB", kinds=["tasks"])))
    (hit,) = knob.hits
    start, end = hit.matches[0]
    assert (hit.line, hit.snippet[start:end].lower()) == (1, "knob")


def test_a_search_says_what_of_the_archive_it_had_no_time_for(served):
    part = ServedViews(served)
    at_once = answer(part.search_project(CALLER, project_views.Search(text="buy", seconds=0)))
    assert (at_once.documents, at_once.unread) == (0, 1)
    later = answer(part.search_project(CALLER, project_views.Search(text="buy")))
    assert (later.documents, later.unread) == (1, 0)


def test_a_search_gives_no_hit_in_an_archived_document_that_is_another_by_now(served, folder):
    part = ServedViews(served)
    asked = project_views.Search(text="buy")
    assert answer(part.search_project(CALLER, asked)).documents == 1
    tasks = folder / "openspec/changes/archive/2026-01-02-add-lamp/tasks.md"
    tasks.write_text("- [x] 1.1 Borrow\n")
    assert answer(part.search_project(CALLER, asked)).hits == []
    borrow = answer(part.search_project(CALLER, project_views.Search(text="borrow")))
    assert borrow.documents == 1


def test_the_archive_is_a_timeline_that_can_be_paged(served, folder):
    part = ServedViews(served)
    for day in range(3, 6):
        place = folder / f"openspec/changes/archive/2026-01-0{day}-more"
        place.mkdir()
        (place / "proposal.md").write_text("# More\n")
    served.find(None).store.reload()
    first = answer(part.get_history(CALLER, project_views.History(limit=3)))
    assert [change.date for change in first.changes] == ["2026-01-05", "2026-01-04", "2026-01-03"]
    assert first.more
    last = first.changes[-1].archived
    rest = answer(part.get_history(CALLER, project_views.History(limit=3, before=last)))
    assert [(change.title, change.done, change.total) for change in rest.changes] == [
        ("Add a lamp", 1, 1)
    ]
    with pytest.raises(errors.InvalidArgument):
        answer(part.get_history(CALLER, project_views.History(before="unknown")))


def test_of_a_long_history_only_the_page_is_read(served, folder, monkeypatch):
    for day in range(2, 22):
        place = folder / f"openspec/changes/archive/2026-01-{day:02}-more-{day}"
        place.mkdir()
        (place / "proposal.md").write_text("# More\n")
    project = served.find(None)
    project.store.reload()
    read, load = [], project.archive._load

    def loading(name):
        read.append(name)
        return load(name)

    monkeypatch.setattr(project.archive, "_load", loading)
    part = ServedViews(served)
    page = answer(part.get_history(CALLER, project_views.History(limit=3)))
    assert len(page.changes) == 3
    assert len(read) == 4
    # One that goes meanwhile is left out, and the page is as full as before.
    shutil.rmtree(folder / "openspec/changes/archive" / page.changes[1].archived)
    again = answer(part.get_history(CALLER, project_views.History(limit=3)))
    assert [change.archived for change in again.changes] == [
        page.changes[0].archived,
        page.changes[2].archived,
        read[3],
    ]


def test_a_project_is_counted(served):
    got = answer(ServedViews(served).count_project(CALLER, OneProject()))
    assert (got.specs, got.requirements, got.scenarios, got.archived) == (1, 1, 1, 1)
    assert (got.deltas.added, got.deltas.modified, got.deltas.removed) == (1, 1, 1)
    assert (got.done, got.total, got.changes.total) == (1, 2, 2)


def test_schemas_say_what_a_change_consists_of(served):
    got = answer(ServedViews(served).list_schemas(CALLER, OneProject()))
    assert (got.default, [schema.source for schema in got.schemas]) == ("spec-driven", ["package"])
    assert [artifact.id for artifact in got.schemas[0].artifacts] == [
        "proposal",
        "specs",
        "design",
        "tasks",
    ]


def test_documents_of_every_owner_are_read(served):
    part = ServedDocuments(served)
    for owner, name in (
        ({"change": "add-dimmer"}, "proposal.md"),
        ({"spec": "lamp"}, "spec.md"),
        ({"archived": "2026-01-02-add-lamp"}, "tasks.md"),
    ):
        listed = answer(part.list_documents(CALLER, documents.ListDocuments(**owner)))
        assert name in listed.documents
        request = documents.OneDocument(document=name, **owner)
        assert answer(part.get_document(CALLER, request)).document.text
    for owner in ({}, {"change": "add-dimmer", "spec": "lamp"}):
        with pytest.raises(errors.InvalidArgument):
            answer(part.list_documents(CALLER, documents.ListDocuments(**owner)))


@pytest.mark.parametrize(
    "name", ["../tasks.md", "/etc/passwd", "specs/../proposal.md", "nothing.md", "a\0b"]
)
def test_only_documents_that_are_there_are_read(served, name):
    part = ServedDocuments(served)
    for owner in ({"change": "add-dimmer"}, {"archived": "2026-01-02-add-lamp"}):
        with pytest.raises(errors.NoSuchDocument):
            answer(part.get_document(CALLER, documents.OneDocument(document=name, **owner)))


def test_a_command_line_answers_as_the_official_tool_does(served):
    part = ServedCommands(served)
    got = answer(part.run_command(CALLER, commands.RunCommand(arguments=["list", "--json"])))
    assert (got.exit, got.stderr) == (0, "")
    assert '"completedTasks": 1' in got.stdout
    assert '"path": "house"' in got.stdout
    unknown = answer(part.run_command(CALLER, commands.RunCommand(arguments=["show", "nothing"])))
    assert unknown.exit == 1


def test_tasks_are_listed_with_their_numbers(served):
    got = ServedTasks(served).list_tasks(CALLER, tasks.ListTasks(change="add-dimmer"))
    assert [(task.number, task.done, task.section) for task in got.tasks] == [
        ("1.1", True, "1. Knob"),
        ("1.2", False, "1. Knob"),
    ]


def test_a_project_that_is_not_named_must_be_the_only_one(served, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "openspec/changes").mkdir(parents=True)
    answer(served.open(other, "house"))
    assert served.ids == ["house", "house_2"]
    with pytest.raises(errors.NoSuchProject):
        served.find(None)
    served.close("house_2")
    assert served.find(None).id == "house"


def test_the_next_change_is_told_with_the_order_of_all(served, folder):
    part = ServedViews(served)
    planned = answer(part.next_change(CALLER, project_views.NextChange(limit=1)))
    assert planned.change == planned.order[0].change
    assert planned.more == len(served.find(None).state.changes) - 1


def test_a_specs_history_names_the_archived_changes(tmp_path):
    delta = "## ADDED Requirements\n\n### Requirement: Light\nThe lamp SHALL give light.\n"
    folder = write_project(
        tmp_path,
        {
            "specs/lamp/spec.md": SPEC,
            "changes/archive/2026-01-02-light/specs/lamp/spec.md": delta,
            "changes/archive/2026-01-03-other/specs/door/spec.md": delta,
        },
    )
    for served in serving(folder):
        part = ServedSpecs(served)
        history = answer(part.get_spec_history(CALLER, specs.OneSpec(spec="lamp")))
        (origin,) = history.requirements
        assert (origin.requirement, origin.brought.change) == ("Light", "light")
        assert (origin.brought.operation, origin.brought.date) == ("ADDED", "2026-01-02")
        assert origin.edited
        with pytest.raises(errors.NoSuchSpec):
            answer(part.get_spec_history(CALLER, specs.OneSpec(spec="door")))
