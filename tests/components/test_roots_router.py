"""A repository of several projects and work trees behind a real node: seen, ticked, followed."""

import time

import pytest

from tests.openspec.base_cases import Git, needs_git
from tests.support.nodes import write_project

pytestmark = [pytest.mark.router, needs_git]

TASKS = "openspec/changes/add-farewell/tasks.md"


@pytest.fixture
def repository(tmp_path):
    top = tmp_path / "mono"
    write_project(top)
    write_project(top / "packages/api")
    git = Git(top)
    git.commit()
    git("worktree", "add", "-q", "-b", "feature/door", str(tmp_path / "door"))
    return top


def until(asked, what):
    """What is asked for, once it is so."""
    deadline = time.monotonic() + 30
    while not what(answer := asked()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


def test_every_project_is_found_and_every_tree_is_followed(start_node, repository):
    def serve_below(settings):
        for worker in settings["workers"]:
            for component in worker.get("components", []):
                if component["classname"].endswith("OpenSpec"):
                    component["extra"]["below"] = [{"path": str(repository)}]

    node = start_node(repository, serve_below)

    def ask(procedure, **more):
        return node.call(procedure, **more).json["args"][0]

    def change(project):
        (listed,) = ask("change.list", project=project)["changes"]
        return listed

    projects = {each["project"]: each for each in ask("project.list")["projects"]}
    assert {id_: each["title"] for id_, each in projects.items()} == {
        "mono": "mono",
        "packages_api": "mono/packages/api",
    }
    assert [tree["branch"] for tree in projects["packages_api"]["trees"]] == [
        "main",
        "feature/door",
    ]

    # An editor in the other tree, then a tick by RPC, which goes there as well.
    there = repository.parent / "door/packages/api" / TASKS
    there.write_text(there.read_text().replace("[ ] 1.2", "[x] 1.2"))
    shown = until(lambda: change("packages_api"), lambda it: it["done"] == 2)
    assert (shown["tree"], shown["branch"]) == ("door", "feature/door")
    tick = {"change": "add-farewell", "task": 3, "done": True, "expect": "2.1 Watch the door"}
    assert ask("task.set", project="packages_api", **tick)["tree"] == "door"
    assert there.read_text().count("[x]") == 3
    assert (repository / "packages/api" / TASKS).read_text().count("[x]") == 1
    assert change("mono")["branch"] == ""

    # What comes while it runs is there soon; what goes is gone.
    write_project(repository / "packages/web")
    until(lambda: ask("project.list")["projects"], lambda them: len(them) == 3)
    Git(repository)("worktree", "remove", "--force", str(repository.parent / "door"))
    until(lambda: change("packages_api"), lambda it: it["branch"] == "" and it["done"] == 1)
