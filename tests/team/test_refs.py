"""Tasks by the names that people give them; a change's are gone through when they are asked for."""

from geometry_ws.openspec.format.model import ChangeState, Progress, ProjectState, Status, Task
from geometry_ws.team.refs import Tasks


def _change(name, *texts):
    tasks = tuple(
        Task(place, place, text, done=text.endswith("!"), number=text.split()[0])
        for place, text in enumerate(texts, 1)
    )
    return ChangeState(name, name, Status.IN_PROGRESS, Progress(0, len(tasks)), "", tasks)


def test_no_task_is_gone_through_until_somebody_asks_for_its_change():
    tasks = Tasks()
    changes = {name: _change(name, "1.1 a", "1.2 b!", "1.3 c", "1.3 d") for name in ("one", "two")}
    tasks.take(ProjectState(changes=changes))
    asked, other = tasks.indexes["one"], tasks.indexes["two"]
    assert [ref.label for ref in asked.open] == ["1.1", "#3", "#4"]
    assert list(asked.refs) == ["1.1", "1.2", "#3", "#4"]
    assert "refs" not in vars(other)
    tasks.take(ProjectState(changes={**changes, "two": _change("two")}))
    assert tasks.indexes["one"] is asked
    assert tasks.indexes["two"] is not other
