"""Projects' states as tests of the team write them: changes by name, tasks as lines."""

from geometry_ws.openspec.format.model import ChangeState, Progress, ProjectState, Status, Task
from geometry_ws.team.desk import Desk

NOW = 1_764_500_000_000


def change(name, *lines, **more):
    """A change whose tasks are lines such as "x 1.1 Do" (done) or "1.2 Do"; "# A" is a section."""
    tasks, section = [], ""
    for line in lines:
        if line.startswith("# "):
            section = line[2:]
            continue
        done = line.startswith("x ")
        text = line.removeprefix("x ")
        first = text.split()[0]
        number = first if first[0].isdigit() else ""
        place = len(tasks) + 1
        tasks.append(Task(place, place, text, done, section=section, number=number))
    done = sum(task.done for task in tasks)
    status = Status.NOT_STARTED if not done else Status.IN_PROGRESS
    if tasks and done == len(tasks):
        status = Status.COMPLETE
    return ChangeState(
        name, f"Title of {name}", status, Progress(done, len(tasks)), "r", tuple(tasks), **more
    )


def state(*changes, archived=()):
    return ProjectState(changes={each.name: each for each in changes}, archived=archived)


class Table:
    """A desk over one project, "shop", whose tasks are ticked as the shell does it."""

    def __init__(self, *changes, archived=()):
        self.desk = Desk()
        self.now = NOW
        self.lines = {}
        self.show(*changes, archived=archived)

    def show(self, *changes, archived=()):
        self.state = state(*changes, archived=archived)
        self.desk.take_state("shop", self.state)

    def member(self, name="", kind="agent"):
        return self.desk.members.come(name, kind, self.now)

    def next(self, member, change=None, limit=3):
        return self.desk.next("shop", member, change, limit).text

    def claim(self, member, task=None):
        return self.desk.claim("shop", member, task, self.now)[0].text

    def done(self, member, task, note=""):
        begun = self.desk.begin_done("shop", member, task, self.now)
        if not hasattr(begun, "ref"):
            return begun.text
        self.tick(begun.ref, member.name)
        return self.desk.end_done(begun, member, note, self.now).text

    def tick(self, ref, who=""):
        """The task is done now, by whomever."""
        self.desk.ticked("shop", ref.change, ref.task.text, who, self.now)
        changes = dict(self.state.changes)
        old = changes[ref.change]
        lines = [
            ("x " if task.done or task.id == ref.task.id else "") + task.text for task in old.tasks
        ]
        changes[ref.change] = change(ref.change, *lines)
        self.show(*changes.values())
