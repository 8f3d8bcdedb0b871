"""A served project with its desk, its claims and its callers, without a node."""

from types import SimpleNamespace

from twisted.internet.defer import maybeDeferred

from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.components.openspec.team.activity import ServedActivity
from geometry_ws.components.openspec.team.agents import ServedAgents
from geometry_ws.components.openspec.team.attention import ServedAttention
from geometry_ws.components.openspec.team.office import Office, Told
from geometry_ws.components.openspec.team.presence import ServedClaims, ServedPresence
from geometry_ws.protocol import agents, presence
from geometry_ws.protocol.attention import ListAttention
from geometry_ws.protocol.declare import Caller
from tests.components.served_project import SPEC, answer, write_project

TASKS = "- [ ] 1.1 Do\n- [ ] 1.2 Do more\n- [ ] 1.3 Rest\n"
HTTP = Caller(session=1, authrole="bridge")
ANN = Caller(session=7, authid="x1", authrole="guest")
BOB = Caller(session=8, authid="x2", authrole="guest")
PROVEN = Caller(session=9, authid="carol", authrole="maintainer")


class Served:
    def __init__(self, folder):
        self.clock = 10**12
        self.told = SimpleNamespace(presence=[], claims=[], attention=[], later=[], news=[])
        self.registry = ProjectRegistry("e1", maybeDeferred, lambda *given: None, lambda _: None)
        self.attention = ServedAttention(
            self.registry, self.told.attention.append, lambda: self.clock
        )
        channels = Told(
            self.told.presence.append,
            self.told.claims.append,
            lambda session, news: self.told.news.append((session, news)),
            lambda seconds, work: self.told.later.append(work),
        )
        self.office = Office(self.registry, self.attention, channels, lambda: self.clock)
        self.agents = ServedAgents(self.office)
        self.claims = ServedClaims(self.office)
        self.presence = ServedPresence(self.office)
        self.project = answer(self.registry.open(folder, "house"))
        self.path = folder / "openspec/changes/dim/tasks.md"

    def claim(self, caller=HTTP, task=None, me=None, release=False):
        request = agents.AgentClaim(task=task, me=me, release=release)
        return self.agents.agent_claim(caller, request)

    def done(self, caller=HTTP, task="1.1", me=None, cwd=""):
        request = agents.AgentDone(task=task, me=me, cwd=cwd)
        return answer(self.agents.agent_done(caller, request))

    def held(self):
        listed = self.claims.list_claims(ANN, presence.ListClaims()).claims
        return {claim.task: claim.who for claim in listed}

    def needs(self):
        return self.attention.list_attention(ANN, ListAttention()).items

    def run_later(self):
        works, self.told.later[:] = list(self.told.later), []
        for work in works:
            work()


def serving(tmp_path):
    """For a fixture."""
    delta = SPEC.split("## Requirements\n\n")[1].replace("Light", "Dim")
    files = {
        "specs/lamp/spec.md": SPEC,
        "changes/dim/tasks.md": TASKS,
        "changes/dim/specs/lamp/spec.md": f"## ADDED Requirements\n\n{delta}",
    }
    served = Served(write_project(tmp_path, files))
    yield served
    served.registry.close_all()


def recorded(served, folder):
    happened = []
    journal = ServedActivity(served.office, happened.append, folder, maybeDeferred)
    answer(journal.load())
    return journal, happened
