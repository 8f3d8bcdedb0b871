"""What is used beyond public interfaces is still there, and still what it was.

Where a test fails after a new version of a library, `geometry_ws/wamp/upstream/` and what uses it
must be looked at before the pin is raised.
"""

import importlib
import importlib.util
import inspect
import re
import warnings
from pathlib import Path

import autobahn.util
import pytest
from autobahn.twisted.wamp import ApplicationSession
from autobahn.wamp import message
from autobahn.wamp.request import CallRequest, PublishRequest
from crossbar import _util
from crossbar.router.broker import Broker
from twisted.internet.abstract import FileDescriptor
from twisted.internet.defer import Deferred
from twisted.internet.unix import _SendmsgMixin
from twisted.web.http import HTTPChannel

from geometry_ws.testing.wamp import deliver, joined
from geometry_ws.wamp.upstream.used import USED

PACKAGE = Path(__file__).parent.parent.parent / "geometry_ws"


@pytest.mark.parametrize("used", USED, ids=lambda used: f"{used.owner}.{used.name}")
def test_a_name_that_is_used_is_still_there(used):
    module, _, name = used.owner.partition(":")
    with warnings.catch_warnings():
        # Some modules of the router warn of libraries that aren't installed.
        warnings.simplefilter("ignore")
        owner = importlib.import_module(module)
    if name:
        owner = getattr(owner, name)
    if owner in (ApplicationSession, FileDescriptor, HTTPChannel, _SendmsgMixin):
        owner = owner()
    assert hasattr(owner, used.name)


def test_a_session_has_waiting_requests_by_their_numbers():
    session = ApplicationSession()
    assert session._call_reqs == {}
    assert session._publish_reqs == {}
    assert session._request_id_gen.next() == 1
    assert session._request_id_gen.next() == 2
    assert session._session_id is None


def test_requests_are_made_as_we_make_them():
    call = CallRequest(1, "app.x", None, None)
    publish = PublishRequest(1, None, was_encrypted=False)
    assert (call.request_id, call.procedure, publish.request_id) == (1, "app.x", 1)


def test_autobahn_resolves_the_answers_of_waiting_calls_itself():
    session, transport = joined(ApplicationSession())
    answer = Deferred()
    session._call_reqs[7] = CallRequest(7, "app.x", answer, None)
    deliver(session, transport, message.Result(7, args=[42]))
    assert answer.result == 42
    assert session._call_reqs == {}


def test_a_broker_publishes_for_a_session_that_has_its_role():
    assert list(inspect.signature(Broker.processPublish).parameters) == [
        "self",
        "session",
        "publish",
    ]
    # Importing that module warns of libraries that aren't installed.
    router_session = importlib.util.find_spec("crossbar.router.session")
    assert "self._authrole" in Path(router_session.origin).read_text("utf-8")


def test_words_are_coloured_by_a_function_with_these_arguments():
    for module in (autobahn.util, _util):
        assert list(inspect.signature(module.hl).parameters) == ["text", "bold", "color"]


def test_no_other_module_uses_private_names_of_the_libraries():
    names = {used.name for used in USED if used.name.startswith("_")}
    pattern = re.compile(rf"\.({'|'.join(sorted(names))})\b")
    strangers = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent.name != "upstream" and "node_modules" not in path.parts
        for line in path.read_text("utf-8").splitlines()
        if pattern.search(line) and not line.lstrip().startswith("#")
    ]
    assert strangers == []


def test_what_is_looked_at_within_methods_is_still_written_so():
    sources = {
        "crossbar.router.broker": ["self._session_to_subscriptions[session].add(subscription)"],
        "crossbar.router.dealer": [
            "self._caller_to_invocations[session] = invokes",
            "self._invocations[invocation_request_id] = invoke_request",
            "if invocation_request.callee is not session:",
            "self._registration_map.get_observation(register.procedure, register.match)",
            "self._invocations_by_call[session._session_id, call.request] = invoke_request",
            "invoke.call.request",
        ],
        "crossbar.router.router": ["self._broker = ", "self._dealer = "],
        "autobahn.websocket.protocol": [
            "self.inside_message = False",
            "self.current_frame = None",
            "self.current_frame_masker.pointer()",
            'self.data = b""',
            "self.message_data: list[bytes] = []",
            "self.frame_data = []",
            "self.trafficStats.incomingOctetsWireLevel += len(data)",
        ],
    }
    for module, lines in sources.items():
        source = Path(importlib.util.find_spec(module).origin).read_text("utf-8")
        assert [line for line in lines if line not in source] == []
