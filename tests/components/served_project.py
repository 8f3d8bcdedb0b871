"""A project of one spec, served without a network; shared by tests of the OpenSpec procedures."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred

from geometry_ws.components.openspec.registry import ProjectRegistry
from geometry_ws.protocol.declare import Caller

CALLER = Caller(session=7, authid="ann", authrole="maintainer")

SPEC = """# lamp

## Purpose
A lamp gives light to whoever sits at the desk in the evening, and saves power at night.

## Requirements

### Requirement: Light
The lamp SHALL give light.

#### Scenario: On
- **WHEN** it is on
- **THEN** it shines
"""


def write_project(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files, by their paths below openspec/."""
    for path, text in files.items():
        place = folder / "openspec" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def serving(folder: Path) -> Iterator[ProjectRegistry]:
    """Serve it as "house"; what is told of it is gathered in `told`."""
    announced: list[Any] = []
    state = folder / "state"
    served = ProjectRegistry("e1", maybeDeferred, lambda *given: None, announced.append, state)
    served.announced = announced
    answer(served.open(folder, "house"))
    yield served
    served.close_all()


def take_turns_at_once(served: ProjectRegistry) -> None:
    """Let the project publish every event at once, and not in a later turn of the loop.

    What its watcher reports comes from a thread of its own: it isn't heard, as without this.
    """
    served.find(None)._later = lambda work, *reported: None if reported else work()


def answer(result: Any) -> Any:
    """What a procedure answers, or the error that it raises."""
    if not hasattr(result, "send"):
        return result
    answers: list[Any] = []
    Deferred.fromCoroutine(result).addBoth(answers.append)
    (got,) = answers
    if hasattr(got, "raiseException"):
        got.raiseException()
    return got
