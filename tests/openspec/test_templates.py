"""A new change begins with the templates of its schema."""

import datetime

import pytest

from geometry_ws.components.openspec.views import ServedViews
from geometry_ws.openspec.disk.store import Store
from geometry_ws.openspec.format.errors import NotAllowed
from geometry_ws.openspec.format.schemas import BUILT_IN
from geometry_ws.protocol import errors, project_views
from tests.components.served_project import CALLER, answer, serving, write_project
from tests.openspec.test_commands_new import SCHEMA


def store_of(folder):
    store = Store(folder / "openspec")
    store.load()
    return store


def test_a_change_of_the_built_in_templates_is_what_validation_expects(tmp_path):
    store = store_of(write_project(tmp_path, {"changes/.keep": ""}))
    templates = store.templates()
    assert [each.artifact for each in templates] == [each.id for each in BUILT_IN.artifacts]
    texts = {each.artifact: each.text for each in templates}
    store.create_change(
        "add-x",
        datetime.date(2026, 1, 2),
        documents={
            "proposal.md": texts["proposal"],
            "design.md": texts["design"],
            "tasks.md": texts["tasks"],
            "specs/lamp/spec.md": texts["specs"],
        },
    )
    change = store.state.changes["add-x"]
    assert change.verdict.valid
    assert (change.progress.done, change.progress.total) == (0, 2)
    assert [task.number for task in change.tasks] == ["1.1", "1.2"]


def test_a_projects_own_schema_has_its_own_templates(tmp_path):
    folder = write_project(
        tmp_path,
        {
            "config.yaml": "schema: quick\n",
            "schemas/quick/schema.yaml": SCHEMA
            + "  - {id: more, generates: more.md, template: gone.md, description: d}\n"
            + "  - {id: far, generates: far.md, template: far.md, description: d}\n",
            "schemas/quick/templates/t.md": "# Work\n",
        },
    )
    (tmp_path / "secret.md").write_text("secret")
    outside = tmp_path.parent / "outside.md"
    outside.write_text("secret")
    (folder / "openspec/schemas/quick/templates/far.md").symlink_to(outside)
    work, more, far = store_of(folder).templates()
    assert (work.text, work.problem) == ("# Work\n", "")
    assert more.problem == "schemas/quick/templates/gone.md is not there."
    assert far.text == ""
    assert far.problem.endswith(".")
    with pytest.raises(NotAllowed):
        store_of(folder).templates("nope")


def test_they_are_served(tmp_path):
    folder = write_project(tmp_path, {"changes/a/proposal.md": "# a\n"})
    for served in serving(folder):
        part = ServedViews(served)
        result = answer(part.get_templates(CALLER, project_views.AskTemplates()))
        assert (result.schema, result.templates[0].generates) == ("spec-driven", "proposal.md")
        with pytest.raises(errors.InvalidArgument):
            answer(part.get_templates(CALLER, project_views.AskTemplates(schema="nope")))
