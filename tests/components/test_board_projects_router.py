"""Boards of several projects at a real node: they come and go with the node's list."""

import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from geometry_ws.board.words import LANE_WORDS
from geometry_ws.components.openspec.project_list import FILE, ProjectEntry, write_list
from geometry_ws.protocol.names import uri

pytestmark = pytest.mark.router


def shop(folder, change):
    tasks = folder / "openspec/changes" / change / "tasks.md"
    tasks.parent.mkdir(parents=True)
    tasks.write_text("- [ ] 1.1 First\n- [ ] 1.2 Second\n")
    return folder


def serving(*folders):
    """Give what makes a node serve further projects."""

    def change(settings):
        for worker in settings["workers"]:
            for component in worker.get("components", ()):
                if component.get("classname", "").endswith("OpenSpec"):
                    component["extra"]["projects"] += [{"path": str(each)} for each in folders]

    return change


class Watched:
    """What a client sees of the world and of the board."""

    def __init__(self, client):
        self.client = client
        self.waiting = []

    async def begin(self):
        await self.client.listen(uri("project.on_listed"), self._listed)
        return self

    def _listed(self, _args, keywords, _details):
        waiting, self.waiting = self.waiting, []
        for deferred in waiting:
            deferred.callback([info["project"] for info in keywords["projects"]])

    def listed(self):
        self.waiting.append(deferred := Deferred())
        return deferred

    async def drawn(self, cards):
        """Give the places of headers and cards by title, once so many cards are drawn."""
        while True:
            hello = await self.client.call_with(uri("board.hello"))
            if hello["drawn"] and hello["cards"] == cards:
                listed = await self.client.call_with(uri("surface.list"))
                return {
                    surface["title"]: (surface["x"], surface["y"])
                    for surface in listed["surfaces"]
                    if surface["title"] not in ("", *LANE_WORDS.values())
                }
            await deferLater(reactor, 0.05)

    async def gone(self, title):
        while title in (seen := await self.drawn(2)):
            await deferLater(reactor, 0.05)
        return seen


async def test_boards_come_and_go_with_the_list_of_projects(start_node, connect, project, tmp_path):
    second = shop(tmp_path / "second", "paint-the-wall")
    third = shop(tmp_path / "third", "mend-the-roof")
    node = start_node(project, serving(second))
    seen = await Watched(await connect(node)).begin()
    before = await seen.drawn(2)
    assert before["shop"] == (0, 0)
    assert before["second"][0] > before["add-farewell"][0] + 256
    assert before["second"][1] == 0
    listed = seen.listed()
    write_list(node.folders.state / FILE, [ProjectEntry(str(third))])
    assert await listed == ["shop", "second", "third"]
    after = await seen.drawn(3)
    assert after["third"][0] > after["paint-the-wall"][0] + 256
    assert {title: after[title] for title in before} == before
    assert "mend-the-roof" in after
    listed = seen.listed()
    write_list(node.folders.state / FILE, [])
    assert await listed == ["shop", "second"]
    assert await seen.gone("mend-the-roof") == before
    (second / "openspec/changes/paint-the-wall/tasks.md").write_text("- [x] 1.1 First\n")
    while True:
        listed = await seen.client.call_with(uri("surface.list"))
        if any("1 of 1 task done" in surface["text"] for surface in listed["surfaces"]):
            break
        await deferLater(reactor, 0.05)
