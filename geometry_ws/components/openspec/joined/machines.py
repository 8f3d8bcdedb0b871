"""Who has joined with which projects, and how much each may say. Pure: time is an argument.

Events of a machine are numbered anew: the number here is that there and an offset. So a gap there
is one here, and after another start of the machine there is one in any case.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from geometry_ws.client.follow import FollowedProject, Taken
from geometry_ws.protocol.attention import AttentionItem
from geometry_ws.protocol.happenings import ProjectChanged
from geometry_ws.protocol.joining import SILENT_SECONDS, Here, slot_of
from geometry_ws.protocol.presence import Claim
from geometry_ws.protocol.project_values import By, Tree
from geometry_ws.protocol.projects import ProjectInfo, ProjectSnapshot

MOST_MACHINES: Final = 64
MOST_CALLERS: Final = 4096
"""Sessions of which a machine is told that they have ended."""

MOST_CALLS: Final = 64
MOST_CALL_BYTES: Final = 16 * 2**20
"""What is on its way to a machine that doesn't read waits in the router."""

MOST_SILENT: Final = 2
"""After so many calls in turn without an answer a machine is asked no more but now and then."""

WRITTEN_SECONDS: Final = 60.0
"""Who has called a machine to write is believed to be an event's author for so long."""

_MOST_TREES: Final = 100
_MOST_WRITERS: Final = 256
_EVENTS, _EVENTS_BURST = 50.0, 1000.0
_NEWS, _NEWS_BURST = 0.5, 20.0
_BYTES, _BYTES_BURST = 4.0 * 2**20, 64.0 * 2**20
_MOST_FAULTS: Final = 200
"""Events that are too many or wrong, in a minute: then the connection is ended."""


MOST_KNOWN_BYTES: Final = 4 * 2**20
"""What is kept of a machine's projects for the time when it is away."""

LISTED_SECONDS: Final = 0.5
"""Other lists of projects are told so often at most: everybody reads them again."""

_LARGEST_LEAP: Final = 10_000
"""Of the numbers of a project's events; beyond it they are counted anew."""


class Allowance:
    """So much in a second, and so much at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left, self._at = burst, 0.0

    def take(self, amount: float, now: float) -> bool:
        """Whether so much more is allowed; it counts if it is."""
        if now > self._at:
            self._left = min(self._left + (now - self._at) * self._rate, self._burst)
            self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True


@dataclass
class JoinedProject:
    """A project of a machine: its ids here and there, and what was told of it last."""

    id: str
    there: str
    machine: "Machine"
    info: ProjectInfo
    epoch: str
    """That of this node's component: all that is told of the project is told in it."""
    seq: int = 0
    """The highest number of an event here."""
    epoch_there: str = ""
    offset: int = 0
    items: list[AttentionItem] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    lists: int = 0
    """Lists of attention and of claims that were told here."""
    known: FollowedProject | None = None
    """Its state as it was told last: what is shown while it is away."""
    known_bytes: int = 0
    trees: list[Tree] = field(default_factory=list)

    def load(self, snapshot: ProjectSnapshot, size: int) -> None:
        """Keep a whole snapshot, if there is room for it."""
        self.known, self.known_bytes, self.trees = None, 0, snapshot.trees
        if size <= self.machine.room:
            self.known, self.known_bytes = FollowedProject(), size
            self.known.load(snapshot)

    def follow(self, event: ProjectChanged, size: int) -> None:
        """Keep up with an event; where one is missing nothing is known any more."""
        if self.known is None:
            return
        self.known_bytes += size
        if self.machine.room < 0 or self.known.apply(event) is Taken.GAP:
            self.known, self.known_bytes = None, 0

    def snapshot(self) -> ProjectSnapshot | None:
        """The state as it was told last."""
        if self.known is None:
            return None
        return ProjectSnapshot(
            project=self.id,
            epoch=self.epoch,
            seq=self.known.seq,
            title=self.known.title,
            problem=self.known.problem,
            notice=self.known.notice,
            changes=list(self.known.changes.values()),
            specs=list(self.known.specs.values()),
            archived=self.known.archived,
            trees=self.trees,
        )

    def number(self, epoch: str, seq: int) -> int:
        """The number here of a machine's event or snapshot; another epoch leaves one out."""
        if epoch != self.epoch_there or seq + self.offset > self.seq + _LARGEST_LEAP:
            self.epoch_there = epoch
            self.offset = self.seq + 2 - seq
        number = max(seq + self.offset, 0)
        self.seq = max(self.seq, number)
        return number


@dataclass
class Machine:
    """Another machine, by the name of the person whose token it has."""

    person: str
    slot: str
    session: int = 0
    epoch: str = ""
    heard: float = 0.0
    away: int = 0
    """Since when it is away, in milliseconds since 1970; 0: it is there."""
    welcomed: bool = False
    former: OrderedDict[int, None] = field(default_factory=OrderedDict)
    """Sessions of the same name that a newer one has taken the place of, or that were ended."""
    projects: dict[str, JoinedProject] = field(default_factory=dict)
    """By their ids there."""
    callers: OrderedDict[int, None] = field(default_factory=OrderedDict)
    calls: int = 0
    call_bytes: int = 0
    silent: int = 0
    asked: float = 0.0
    faults: int = 0
    faults_since: float = 0.0
    events: Allowance = field(default_factory=lambda: Allowance(_EVENTS, _EVENTS_BURST))
    news: Allowance = field(default_factory=lambda: Allowance(_NEWS, _NEWS_BURST))
    """Beats with other projects than before."""
    bytes: Allowance = field(default_factory=lambda: Allowance(_BYTES, _BYTES_BURST))
    _writers: OrderedDict[int, tuple[By, float]] = field(default_factory=OrderedDict)

    @property
    def ids(self) -> dict[str, str]:
        """The projects' ids here by those there."""
        return {there: project.id for there, project in self.projects.items()}

    @property
    def room(self) -> int:
        """How many bytes may still be kept of what it has told."""
        return MOST_KNOWN_BYTES - sum(each.known_bytes for each in self.projects.values())

    def note_writer(self, by: By, now: float) -> None:
        """Somebody's write is handed on."""
        self._writers.pop(by.session, None)
        self._writers[by.session] = by, now
        while len(self._writers) > _MOST_WRITERS:
            self._writers.popitem(last=False)

    def believe(self, by: By | None, now: float) -> By | None:
        """The author that an event names, if that one has just called this machine to write."""
        known, at = self._writers.get(by.session, (None, 0.0)) if by is not None else (None, 0.0)
        if by is None or known is None or now - at > WRITTEN_SECONDS:
            return None
        # Where that one is, is known here alone.
        is_same = (by.authid, by.person, by.role) == (known.authid, known.person, known.role)
        return known if is_same else None

    def note_caller(self, session: int) -> None:
        """A session has called."""
        self.callers.pop(session, None)
        self.callers[session] = None
        while len(self.callers) > MOST_CALLERS:
            self.callers.popitem(last=False)

    def fault(self, now: float) -> bool:
        """Note an event that can't be taken; says whether that makes too many of them."""
        if now - self.faults_since > 60:
            self.faults, self.faults_since = 0, now
        self.faults += 1
        return self.faults > _MOST_FAULTS

    def may_be_asked(self, now: float) -> bool:
        """Whether a call may go to it: one that answers nothing is only tried now and then."""
        if self.silent < MOST_SILENT:
            return True
        return not self.calls and now - self.asked >= SILENT_SECONDS / 2


MakeId = Callable[[str, set[str]], str]
"""An id for the wire from a name, unique among those taken."""


class Machines:
    """All machines that have joined, and their projects by their ids here."""

    def __init__(self, epoch: str, make_id: MakeId, taken: Callable[[], Collection[str]]) -> None:
        self.epoch = epoch
        self._make_id = make_id
        self._taken = taken
        self._machines: dict[str, Machine] = {}
        self._projects: dict[str, JoinedProject] = {}

    def __iter__(self) -> Iterator[Machine]:
        return iter(list(self._machines.values()))

    @property
    def projects(self) -> list[JoinedProject]:
        """All projects, in the order in which they came."""
        return list(self._projects.values())

    @property
    def ids(self) -> list[str]:
        """Their ids here."""
        return list(self._projects)

    def infos(self) -> list[ProjectInfo]:
        """All projects in numbers."""
        return [project.info for project in self._projects.values()]

    def find(self, wanted: object) -> JoinedProject | None:
        """A project by its id here."""
        return self._projects.get(wanted) if isinstance(wanted, str) else None

    def of_session(self, session: int) -> Machine | None:
        """The machine that a session is the connection of."""
        return next((each for each in self if session and each.session == session), None)

    def of_person(self, person: str) -> Machine | None:
        """A machine by its name; None where there are too many of them."""
        slot = slot_of(person)
        if slot not in self._machines and len(self._machines) < MOST_MACHINES:
            self._machines[slot] = Machine(person, slot)
        return self._machines.get(slot)

    def forget(self, machine: Machine) -> None:
        """It won't come back."""
        self._machines.pop(machine.slot, None)
        for project in machine.projects.values():
            self._projects.pop(project.id, None)

    def meet(self, machine: Machine, session: int, here: Here, now: float) -> bool:
        """Take a beat; says whether its projects are others now, or it is back.

        Of two connections with one name the newer counts: it has taken the calls over.
        """
        if session in machine.former:
            return False
        news = machine.session != session or bool(machine.away) or machine.epoch != here.epoch
        if machine.session != session:
            self._replace(machine, session)
        if news:
            machine.welcomed = False
        machine.epoch, machine.heard, machine.away = here.epoch, now, 0
        listed = {each.info.project: each for each in here.projects}
        for there in machine.projects.keys() - set(listed):
            self._projects.pop(machine.projects.pop(there).id, None)
            news = True
        for there, each in listed.items():
            project = machine.projects.get(there)
            if project is None:
                project = self._add(machine, there, each.info)
                machine.welcomed, news = False, True
            project.info = self.info(project, each.info)
        return news

    @staticmethod
    def _replace(machine: Machine, session: int) -> None:
        if machine.session:
            machine.former[machine.session] = None
            while len(machine.former) > _MOST_WRITERS:
                machine.former.popitem(last=False)
        machine.session = session
        machine.silent = machine.calls = machine.call_bytes = 0

    def _add(self, machine: Machine, there: str, info: ProjectInfo) -> JoinedProject:
        taken = {*self._taken(), *self._projects}
        name = self._make_id(f"{machine.slot[:13]}_{there}", taken)
        project = JoinedProject(name, there, machine, info, self.epoch)
        machine.projects[there] = self._projects[name] = project
        return project

    @staticmethod
    def info(project: JoinedProject, given: ProjectInfo) -> ProjectInfo:
        """A project's numbers as they are told here: whose it is and how it is called are ours."""
        machine = project.machine
        return ProjectInfo(
            project=project.id,
            title=titled(given.title or project.there, machine.person),
            changes=min(max(given.changes, 0), 10**6),
            specs=min(max(given.specs, 0), 10**6),
            archived=min(max(given.archived, 0), 10**6),
            problem=given.problem[:1000],
            notice=given.notice[:1000],
            trees=given.trees[:_MOST_TREES],
            machine=machine.person,
            away=machine.away,
        )

    def lose(self, machine: Machine, now_ms: int) -> bool:
        """It is away from now on; says whether that is news."""
        if machine.away:
            return False
        machine.away = now_ms
        for project in machine.projects.values():
            project.info = msgspec.structs.replace(project.info, away=now_ms)
        return True

    def silent_since(self, now: float) -> list[Machine]:
        """Machines that are there, and have given no beat for too long."""
        return [
            machine
            for machine in self
            if machine.session and not machine.away and now - machine.heard > SILENT_SECONDS
        ]


def titled(title: str, person: str) -> str:
    """The title of a project with the machine where it lies: two may have projects of one name."""
    words = "".join(letter if letter.isprintable() else " " for letter in title[:160])
    return f"{words} · {person}"
