"""From which machine sessions come, as a component hears it and asks for it."""

from autobahn.wamp.exception import ApplicationError

from geometry_ws.protocol.declare import NOWHERE, Origin
from geometry_ws.wamp.origins import Origins


def told(number, **extra):
    return [{"session": number, "authextra": extra}]


def test_it_is_known_from_joining_to_leaving():
    origins = Origins()
    origins.joined(told(7, machine="192.168.1.7", forwarded=""))
    origins.joined(told(8, machine="localhost", forwarded="10.0.0.7"))
    assert origins.of(7, "viewer") == Origin("192.168.1.7")
    assert origins.of(8, "agent") == Origin("localhost", "10.0.0.7")
    assert origins.of(9, "agent") == NOWHERE
    assert origins.of(0, "bridge") == Origin("localhost")
    origins.left([7])
    assert origins.of(7, "viewer") == NOWHERE


def test_what_is_no_such_event_is_nothing():
    origins = Origins()
    for args in (
        [], ["x"], [{}], [{"session": 1}], [{"session": "1", "authextra": {"machine": "m"}}],
        told(1, machine=5), [{"session": 1, "authextra": "m"}],
    ):  # fmt: skip
        origins.joined(args)
        origins.left(args)
    assert origins.of(1, "guest").machine == ""


class Router:
    """Answers what a router does of its sessions."""

    def __init__(self, answers):
        self._answers = answers

    async def __call__(self, procedure, *args):
        answer = self._answers[(procedure, *args)]
        if isinstance(answer, ApplicationError):
            raise answer
        return answer


def learned(answers):
    origins = Origins()
    try:
        origins.learn(Router(answers)).send(None)
    except StopIteration:
        return origins
    raise AssertionError("it waits")


def test_a_component_that_was_started_again_asks_for_those_who_are_there():
    gone = ApplicationError("wamp.error.no_such_session")
    origins = learned({
        ("wamp.session.list",): [7, 8],
        ("wamp.session.get", 7): gone,
        ("wamp.session.get", 8): told(8, machine="192.168.1.7")[0],
    })  # fmt: skip
    assert origins.of(8, "viewer") == Origin("192.168.1.7")


def test_a_router_that_tells_nobody_is_no_reason_to_end():
    refused = ApplicationError(ApplicationError.NOT_AUTHORIZED)
    assert learned({("wamp.session.list",): refused}).of(1, "guest") == NOWHERE
