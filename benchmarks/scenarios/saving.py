"""From a task to the board: a task is done or undone, and programs and viewers notice."""

import time

from benchmarks.processes.children import Children
from benchmarks.processes.usage import usage
from benchmarks.report.rows import Row, row, shown
from benchmarks.report.times import Window, milliseconds
from benchmarks.scenarios.costs import costs
from benchmarks.systems.node import RunningNode
from benchmarks.systems.system import GEOMETRY_WS
from benchmarks.viewers.group import ViewerGroup

_SAVE_SECONDS = 1.0
_SAVE_NAMES = {
    "rename": "save, new file",
    "write": "save, in place",
    "set": "task.set",
}


def saving(node: RunningNode, how: str, viewers: int, saves: int) -> Row:
    """A task is done or undone; how soon do programs hear and viewers show it?"""
    with Children() as children:
        viewer_group = ViewerGroup(children, node, viewers, see="state")
        settings = {"how": how, "saves": saves, "file": str(node.tasks())}
        program = children.start("loads.task_edits", **settings, address=node.address)
        program.ready()
        before, begin = usage(node.workers), time.monotonic()
        notes = program.result(30 + saves * _SAVE_SECONDS)
        used = costs(node, usage(node.workers), before)
        window = Window(begin, time.monotonic())
        reports = viewer_group.reports()
    figures = row(GEOMETRY_WS, _SAVE_NAMES[how], viewers) | shown(notes, reports, window) | used
    events = [note["event"] - note["begun"] for note in notes]
    figures |= {"saves": saves, "event_p50_ms": milliseconds(events, 50)}
    figures |= {"event_p95_ms": milliseconds(events, 95)}
    if how == "set":
        answers = [note["answered"] - note["begun"] for note in notes]
        figures |= {"answer_p50_ms": milliseconds(answers, 50)}
    return figures
