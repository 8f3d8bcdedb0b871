"""What the desk refuses, in the protocol's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from geometry_ws.protocol import errors
from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.team.claims import MOST_OF_ONE
from geometry_ws.team.refusal import Refusal


@contextmanager
def declared_refusals() -> Iterator[None]:
    """Turn refusals into declared errors with the same sentences."""
    try:
        yield
    except Refusal as problem:
        raise declared_refusal(problem) from None


def declared_refusal(problem: Refusal) -> DeclaredError:
    """The declared error of a refusal."""
    text, fields = problem.sentence, problem.fields
    change = fields.get("change", "")
    match problem.code:
        case "no_such_change":
            return errors.NoSuchChange(text, change=change)
        case "no_such_task":
            return errors.NoSuchTask(text, change=change, task=0)
        case "not_open":
            return errors.NotOpen(text, change=change)
        case "nothing_free":
            return errors.NothingFree(text)
        case "held":
            return errors.Held(text, holder=fields["holder"])
        case "stale_revision":
            return errors.StaleRevision(text, revision=fields["revision"])
        case "no_such_question":
            return errors.NoSuchQuestion(text, question=fields["question"])
        case "no_such_permission":
            return errors.NoSuchPermission(text, permission=fields["permission"])
        case "limit_exceeded":
            return errors.LimitExceeded(text, limit=fields["limit"], maximum=MOST_OF_ONE)
        case _:
            return errors.Busy(text, retry_ms=1000)
