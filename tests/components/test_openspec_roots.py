"""Projects that lie below a folder are served, new ones too, with names that say where they lie."""

import shutil

import pytest
from twisted.internet.defer import maybeDeferred

from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.components.openspec.roots import Below
from tests.components.served_project import answer, write_project

FILES = {"changes/add/tasks.md": "- [ ] 1.1 Do\n"}


class Node:
    """A registry with what is served below a folder; its clock goes when it is told to."""

    def __init__(self, top, *, projects=(), **entry):
        self.now = 100.0
        self.registry = ProjectRegistry(
            "e1", maybeDeferred, lambda *given: None, lambda event: None
        )
        for path in projects:
            answer(self.registry.open(path))
        self.below = Below(
            [{"path": str(top), **entry}], self.registry, maybeDeferred, lambda: self.now
        )

    def look(self, seconds=10.0):
        self.now += seconds
        return answer(self.below.look())

    @property
    def served(self):
        return {project.id: project.info().title for project in self.registry}


@pytest.fixture
def nodes():
    running = []

    def start(*given, **more):
        running.append(Node(*given, **more))
        return running[-1]

    yield start
    for node in running:
        node.registry.close_all()


@pytest.fixture
def shop(tmp_path):
    top = tmp_path / "shop"
    for place in (".", "packages/api", "packages/web"):
        write_project(top / place, FILES)
    return top


def test_each_has_a_name_that_says_where_it_lies(nodes, shop):
    node = nodes(shop)
    assert node.look()
    assert node.served == {
        "shop": "shop",
        "packages_api": "shop/packages/api",
        "packages_web": "shop/packages/web",
    }
    assert [len(project.state.changes) for project in node.registry] == [1, 1, 1]
    assert not node.look()


def test_what_is_served_by_its_own_name_stays_so(nodes, shop):
    node = nodes(shop, projects=[shop, shop / "packages/web"])
    assert node.look()
    assert node.served == {"shop": "shop", "web": "web", "packages_api": "shop/packages/api"}


def test_new_ones_come_and_those_that_are_gone_go(nodes, shop):
    node = nodes(shop)
    node.look()
    write_project(shop / "tools", FILES)
    # Not at every moment: to look takes time.
    assert not node.look(0.1)
    assert node.look()
    assert node.served["tools"] == "shop/tools"
    shutil.rmtree(shop / "packages/web/openspec")
    assert node.look()
    assert sorted(node.served) == ["packages_api", "shop", "tools"]
    write_project(shop / "packages/web", FILES)
    assert node.look()
    assert node.served["packages_web"] == "shop/packages/web"


def test_nothing_may_be_there_yet(nodes, tmp_path):
    node = nodes(tmp_path)
    assert not node.look()
    assert node.served == {}


def test_their_folders_may_have_another_name(nodes, tmp_path):
    (tmp_path / "shop/api/spec-work/changes/add").mkdir(parents=True)
    (tmp_path / "shop/api/spec-work/changes/add/tasks.md").write_text("- [ ] 1.1 Do\n")
    node = nodes(tmp_path / "shop", folder="spec-work")
    assert node.look()
    (project,) = node.registry
    assert (project.id, list(project.state.changes)) == ("api", ["add"])
    result = project.store.of("add").set_task("add", 1, True, expect="1.1 Do")
    assert result.task.done
