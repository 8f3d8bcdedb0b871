"""Every call is answered, also where the answer or the error is too large for a message."""

from types import SimpleNamespace

import pytest
from autobahn.wamp.exception import ApplicationError
from twisted.internet.defer import Deferred

from geometry_ws.protocol import errors
from geometry_ws.protocol import projects as wire
from geometry_ws.protocol.checking import encode
from geometry_ws.wamp import binding
from geometry_ws.wamp.binding import SENT_BYTES, size_of
from geometry_ws.wamp.session import QuietSession

DETAILS = SimpleNamespace(caller=1, caller_authid="ann", caller_authrole="guest")
INFO = {"title": "", "changes": 0, "specs": 0, "archived": 0}


class Serving:
    """Answers project.list with a title of some length, and project.get with a long error."""

    length = 0

    def list_projects(self, caller, request):
        info = wire.ProjectInfo(project="p", **{**INFO, "title": "x" * self.length})
        return wire.ProjectList(projects=[info])

    def get_project(self, caller, request):
        raise errors.NoSuchProject("y" * 2**24, project="z" * 2**24)


def call(serving, name):
    procedure = next(
        procedure for procedure in wire.Projects.procedures() if procedure.name == name
    )
    endpoint = binding._endpoint(QuietSession(), serving, procedure)
    answers = []
    Deferred.fromCoroutine(endpoint((), {}, DETAILS)).addBoth(answers.append)
    return answers[0]


@pytest.fixture
def serving():
    return Serving()


def test_an_answer_that_no_message_holds_is_refused(serving):
    serving.length = SENT_BYTES
    problem = call(serving, "project.list").value
    assert isinstance(problem, ApplicationError)
    assert problem.error == errors.LimitExceeded.uri
    assert problem.kwargs == {"limit": "message_bytes", "maximum": SENT_BYTES}


def test_an_answer_that_just_fits_is_given(serving):
    serving.length = 70_000
    overhead = size_of(serving.list_projects(None, None)) - serving.length
    serving.length = SENT_BYTES - overhead
    assert call(serving, "project.list") == encode(serving.list_projects(None, None))


def test_a_long_error_is_shortened(serving):
    problem = call(serving, "project.get").value
    assert problem.error == errors.NoSuchProject.uri
    assert len(problem.args[0]) < 2100
    assert len(problem.kwargs["project"]) < 2100
