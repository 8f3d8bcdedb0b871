"""A board without a node: its compositor is a `World`, its projects are texts."""

from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import ComponentConfig
from twisted.internet.defer import execute, succeed

from geometry_ws.board.hit import hit_areas
from geometry_ws.components.board.component import Board
from geometry_ws.protocol.boards import ListBoards
from geometry_ws.protocol.compositor import Hello, Limits
from geometry_ws.protocol.names import uri
from geometry_ws.wamp.versions import VERSION
from tests.components.board_world import World


class Alone(Board):
    """A board of projects: ``projects[id][change]`` are the texts of a change's tasks."""

    def __init__(self, projects, **extra):
        super().__init__(ComponentConfig("geometry", extra))
        self.world = World()
        self.projects = projects
        self.seqs = {}
        self.handlers = {}
        self.published = []
        self.ticks = []
        self.acting = []
        self.presser = {"session": 5, "authid": "ann", "person": "ann", "role": "reviewer"}
        self.presser |= {"machine": "192.168.1.7", "forwarded": ""}
        self.refused = {}
        self.asked = 0
        self.waiting = {}
        self.moved = {}
        self.people = {
            "presence.list": {"members": []},
            "attention.list": {"items": []},
            "activity.list": {"runs": []},
        }

    @property
    def clock(self):
        return self.world.clock

    def in_thread(self, work, *args):
        return execute(work, *args)

    async def listen(self, topic, handler, match=None):
        self.handlers[topic] = handler
        return Subscription(self.handlers, topic)

    def publish_with(self, topic, args=(), keywords=None, options=None):
        self.published.append((topic, keywords))

    async def serve(self, *_args, **_more):
        pass

    def call_with(self, procedure, args=(), keywords=None, options=None):
        name = procedure.removeprefix(uri(""))
        if name.endswith(".hello"):
            return succeed(hello(name, self.projects))
        if name == "project.get":
            self.asked += 1
            project = keywords["project"]
            if self.refused.get(project):
                self.refused[project] -= 1
                return execute(_raise, ApplicationError(uri("error.limit_exceeded"), "Too much."))
            return self.waiting.get(project) or succeed(self.snapshot(project))
        if name in self.people:
            return succeed(self.people[name])
        if name == "task.set":
            self.ticks.append((keywords["task"], keywords["expect"], keywords["done"]))
            self.acting.append(keywords["acting"])
            return execute(_raise, ApplicationError(uri("error.stale_revision"), "No."))
        return self.world.call_with(procedure, args, keywords)

    def snapshot(self, project="p"):
        return {
            "project": project, "epoch": "e", "seq": self.seqs.get(project, 1),
            "title": project.upper(), "problem": "",
            "changes": [
                self._detail(name, texts) for name, texts in self.projects[project].items()
            ],
            "specs": [], "archived": [],
        }  # fmt: skip

    def change(self, name, *texts, seq=None, project="p"):
        """Say that a change is different, or gone where it has no tasks."""
        self.seqs[project] = seq or self.seqs.get(project, 1) + 1
        event = {"kind": "change_changed", "name": name, "detail": self._detail(name, texts)}
        if texts:
            self.projects[project][name] = texts
        else:
            del self.projects[project][name]
            event = {"kind": "change_removed", "name": name}
        keywords = {
            "project": project, "epoch": "e", "seq": self.seqs[project], "events": [event],
        }  # fmt: skip
        self.handlers[uri(f"project.on_changed.{project}")]((), keywords, None)

    def _detail(self, name, texts):
        return {**detail(name, texts), "moved": {"at": self.moved.get(name, 0)}}

    def face(self, name, project="p"):
        return self.shown(name, project).placed.face

    def list(self, projects):
        """Say that these are the projects from now on."""
        self.projects = projects
        infos = [
            {"project": name, "title": name, "changes": 0, "specs": 0, "archived": 0}
            for name in projects
        ]
        keywords = {"epoch": "e", "projects": infos}
        self.handlers[uri("project.on_listed")]((), keywords, None)

    def tell(self, topic, **keywords):
        """Say something by a topic."""
        self.handlers[uri(topic)]((), keywords, None)

    def present(self, *members):
        """Say who is there from now on."""
        self.tell("presence.on_changed", epoch="e", seq=1, members=list(members))

    def point(self, name, phase, x, y, frame=0, seat="v1"):
        surface = name if name.startswith("s") else self.surface(name)
        there = self.world.surfaces.get(surface, {"x": 0, "y": 0})
        event = {
            "surface": surface, "kind": "pointer", "seat": seat, "phase": phase, "x": x, "y": y,
            "world_x": x + there["x"], "world_y": y + there["y"], "frame": frame,
            "by": self.presser,
        }  # fmt: skip
        self.handlers[uri("surface.on_input.")]((), event, None)

    def click(self, name, x, y, frame=0):
        self.point(name, "down", x, y, frame)
        self.point(name, "up", x, y, self.world.frame)

    def shown(self, name, project="p"):
        return self._boards[project]._surfaces.shown[f"card:{name}"]

    def surface(self, name, project="p"):
        return self.shown(name, project).surface

    def place(self, name, wanted, project="p"):
        """Give the middle of the first area that means what is wanted."""
        face = self.shown(name, project).placed.face
        area = next(area for area, action in hit_areas(face) if wanted(action))
        return area.x + area.width / 2, area.y + area.height / 2

    def places(self):
        """Give the rectangles of boards by project, as they are answered."""
        listed = self.list_boards(None, ListBoards()).boards
        return {place.project: place.rect for place in listed}

    def hello(self):
        return self.board_hello(None, Hello())


class Subscription:
    def __init__(self, handlers, topic):
        self.handlers, self.topic = handlers, topic

    def unsubscribe(self):
        self.handlers.pop(self.topic, None)
        return succeed(None)


def detail(name, texts):
    tasks = [
        {"id": number, "line": number, "text": text, "done": False, "section": ""}
        for number, text in enumerate(texts, 1)
    ]
    return {
        "change": name, "title": name, "state": "not_started", "done": 0, "total": len(texts),
        "revision": "0" * 16, "tasks": tasks,
    }  # fmt: skip


def hello(name, projects):
    common = {"version": VERSION, "software": "t", "epoch": "e", "features": []}
    if name == "openspec.hello":
        return {**common, "follows": "", "projects": list(projects)}
    return {
        **common, "limits": Limits(0, 0, 0, 0, 0), "frame_codecs": [], "picture_codecs": [],
        "streams": [], "outputs": [],
    }  # fmt: skip


def _raise(problem):
    raise problem
