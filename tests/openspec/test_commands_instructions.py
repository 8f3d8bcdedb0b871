"""``instructions`` says of a project, and of each document, what the official tool says."""

import json
import shutil

import pytest

from tests.openspec import openspec_answers
from tests.openspec.command_cases import Writer, write_oddities, write_rules

CONFIG = """schema: spec-driven
context: |
  A lamp for desks.
operations:
  apply:
    guidance: [Run the tests., "", Keep commits small.]
  archive:
    guidance: [Tell the others.]
  other: {}
rules:
  proposal: [Name the lamp., ""]
  work: [One step a day.]
  design: [""]
  1: [A number.]
  tasks: none
"""
QUICK = """name: quick
version: 1
artifacts:
  - id: work
    generates: work.md
    template: t.md
    description: d
    instruction: |
      Write <b>it</b> down.
  - {id: talk, generates: specs/*.md, template: deep/talk.md, description: é, requires: [work]}
  - {id: gone, generates: gone.md, template: gone.md, description: "", instruction: "",
     requires: [talk, work]}
  - {id: far, generates: far.md, template: far.md, description: d}
apply: {requires: [work], tracks: work.md, instruction: ' Work on. '}
"""
DOCUMENTS = ("proposal", "specs", "design", "tasks", "work", "talk", "gone", "far")
LINES = [
    ["apply", "--json"],
    ["archive", "--json"],
    ["apply", "--change", "nobody", "--json"],
    ["apply", "--change", "../x", "--json"],
    ["archive", "--change", "archive", "--json"],
    ["apply", "--change", "it", "--schema", "nope", "--json"],
    ["apply", "--change", "it", "--schema", "quick", "--json"],
    ["apply", "--change", "it", "--json", "more"],
    ["apply", "--change", "it", "--unknown"],
    ["nothing", "--change", "it", "--json"],
    ["proposal", "--json"],
    ["proposal", "--change", "nobody", "--json"],
    ["proposal", "--change", "it", "--schema", "nope", "--json"],
    ["work", "--change", "it", "--schema", "quick", "--json"],
    ["work", "--change", "it", "--schema", "quick.yaml", "--json"],
    ["tasks", "--change", "quick", "--schema", "spec-driven", "--json"],
    ["--change", "it", "--json"],
]
OWN_WORDS = ("reason", "warning")


def write_own(writer):
    """Changes at every step of their way, with a configuration and a schema of its own."""
    files = {
        "config.yaml": CONFIG,
        "schemas/quick/schema.yaml": QUICK,
        "schemas/quick/templates/t.md": "\ufeff# Work\r\n\n<!-- é -->  \n",
        "schemas/quick/templates/deep/talk.md": "",
        "schemas/far.md": "secret",
        "changes/it/proposal.md": "# it\n",
        "changes/planned/proposal.md": "# planned\n",
        "changes/planned/design.md": "# design\n",
        "changes/planned/specs/lamp/spec.md": "## ADDED Requirements\n",
        "changes/planned/tasks.md": "- [ ] 1.1 a\n- [x]\n  - [~] 1.2 b\n",
        "changes/done/tasks.md": "- [x] a\n",
        "changes/untold/tasks.md": "- [ ]\n",
        "changes/empty/tasks.md": "nothing\n",
        "changes/astray/tasks.md": "- [ ] a\n",
        "changes/astray/specs/notes.md": "## ADDED Requirements\n\n### Requirement: A\nIt SHALL.\n",
        "changes/skips/.openspec.yaml": "schema: spec-driven\nskip_specs: true\n",
        "changes/skips/tasks.md": "- [ ] a\n",
        "changes/quick/.openspec.yaml": "schema: quick\n",
        "changes/quick/work.md": "- [x] a\n- [ ] b\n",
        "changes/quick-none/.openspec.yaml": "schema: quick\n",
        "changes/quick-skips/.openspec.yaml": "schema: quick\nskip_specs: true\n",
    }
    for path, text in files.items():
        place = writer / "openspec" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    (writer / "openspec/schemas/quick/templates/far.md").symlink_to("../../far.md")


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    tool = openspec_answers.Official(tmp_path_factory.mktemp("home"))
    yield tool
    tool.close()


@pytest.fixture(scope="module", params=["own", "rules", "odd"])
def project(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "own":
        write_own(folder)
    elif request.param == "rules":
        write_rules(Writer(folder))
    else:
        write_oddities(Writer(folder))
    return folder


def facts(text):
    """A document without what is worded: of warnings, how many there are."""
    document = openspec_answers.document(text)
    if isinstance(document, dict) and "changeName" in document:
        document = {key: value for key, value in document.items() if key not in OWN_WORDS}
        if "artifactId" not in document:
            document.pop("instruction", None)
        elif document["schemaName"] == "spec-driven":
            # the texts of the built-in schema are ours; that there are some is not
            for each in (document, *document["dependencies"]):
                each["description"] = bool(each["description"])
            document |= {key: bool(document[key]) for key in ("instruction", "template")}
        if "warnings" in document:
            document["warnings"] = len(document["warnings"])
        for unread in document.get("unavailableTrackingFiles", ()):
            del unread["reason"]
    return json.dumps(openspec_answers.without_wording(document))


@pytest.mark.nodejs
@pytest.mark.skipif(shutil.which("openspec") is None, reason="the official tool is not installed")
def test_what_is_said_of_every_change_is_the_official_tools(official, project):
    names = sorted(path.name for path in (project / "openspec/changes").iterdir())
    kinds = ("apply", "archive", *DOCUMENTS)
    lines = [*LINES, *([kind, "--change", name, "--json"] for name in names for kind in kinds)]
    for line in lines:
        theirs = official.ask(project, "instructions", *line)
        mine = openspec_answers.ours(project, "instructions", *line)
        assert (mine[0], facts(mine[1])) == (theirs[0], facts(theirs[1])), (line, theirs, mine)


def test_an_agent_hears_where_the_work_stands(tmp_path):
    write_own(tmp_path)

    def said(name):
        out = openspec_answers.ours(tmp_path, "instructions", "apply", "--change", name, "--json")[
            1
        ]
        return json.loads(out)

    assert said("planned")["state"] == "ready"
    assert [task["description"] for task in said("planned")["tasks"]] == ["1.1 a", "1.2 b"]
    assert said("planned")["progress"] == {"total": 3, "complete": 1, "remaining": 2}
    assert said("planned")["operationGuidance"] == ["Run the tests.", "Keep commits small."]
    assert said("done")["state"] == "all_done"
    assert said("empty")["state"] == said("it")["state"] == "blocked"
    assert len(said("astray")["warnings"]) == 1
    assert said("quick")["instruction"] == "Work on."
    shown = openspec_answers.ours(tmp_path, "instructions", "apply", "--change", "planned")[1]
    assert "State: ready, 1/3 tasks\n" in shown
    assert "A lamp for desks." in shown


def test_an_agent_hears_how_a_document_is_written(tmp_path):
    write_own(tmp_path)

    def said(*line):
        status, out, err = openspec_answers.ours(tmp_path, "instructions", *line)
        assert status == 0, err
        return out

    design = json.loads(said("design", "--change", "it", "--json"))
    assert design["context"] == "A lamp for desks."
    assert "Decisions" in design["instruction"]
    assert "## Decisions" in design["template"]
    assert [needed["id"] for needed in design["dependencies"] if needed["done"]] == ["proposal"]
    assert json.loads(said("proposal", "--change", "it", "--json"))["rules"] == ["Name the lamp."]
    shown = said("work", "--change", "quick")
    assert "Write <b>it</b> down.\n" in shown
    assert "- One step a day.\n" in shown
    assert "# Work" in shown
    assert "write none" in said("specs", "--change", "skips")
    status, _, err = openspec_answers.ours(tmp_path, "instructions", "gone", "--change", "quick")
    assert (status, "schemas/quick/templates/gone.md is not there." in err) == (1, True)
