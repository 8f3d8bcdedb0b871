"""What faster sending stands on is still what it was when that was written.

Where a test fails after a new version of a library, compare both versions of the function that it
names with `geometry_ws/wamp/upstream/sending.py`, then write the new fingerprint here.
"""

import hashlib
import importlib
import inspect
import warnings
from functools import reduce

import pytest

SOURCES = {
    "autobahn.wamp.message:Message.serialize": "aa23f385e6f405c9",
    "autobahn.wamp.serializer:Serializer.serialize": "cd15fee2e94c1101",
    "autobahn.wamp.websocket:WampWebSocketProtocol.send": "811ed7bd88f1a2c9",
    "autobahn.websocket.protocol:PreparedMessage.__init__": "76eab585334bdb71",
    "autobahn.websocket.protocol:WebSocketProtocol.sendData": "5dcca425b048b07e",
    "autobahn.websocket.protocol:WebSocketProtocol.sendFrame": "89cc8b024c413aa0",
    "autobahn.websocket.protocol:WebSocketProtocol.sendMessage": "048d6bcf0d712309",
    "crossbar.router.broker:Broker._filter_publish_receivers": "6d30b823df5002b7",
    "crossbar.router.broker:Broker.processPublish": "1dd9ade51c829929",
    "crossbar.router.router:Router.authorize": "ae01aca610457785",
    "crossbar.router.router:Router.send": "4724a7e8f8ed7776",
    "twisted.internet.abstract:FileDescriptor.write": "3e46c97fc173bc7e",
    "twisted.internet.abstract:FileDescriptor.doWrite": "a986d7b1b1054e43",
    "twisted.internet.abstract:FileDescriptor.loseConnection": "e13b8468f05208ae",
    "twisted.internet.tcp:Connection.writeSomeData": "2dd0d4209260b94e",
    "twisted.internet.tcp:_AbortingMixin.abortConnection": "c948f3ef21c1822c",
    "twisted.python.log:callWithLogger": "802f8564bca3531f",
    "twisted.internet.unix:_SendmsgMixin.writeSomeData": "bea6b41b8609e7c9",
}
"""Functions, and the fingerprint of each one's text."""


@pytest.mark.parametrize("name", SOURCES)
def test_a_function_is_as_it_was(name):
    module, _, path = name.partition(":")
    with warnings.catch_warnings():
        # Some modules of the router warn of libraries that aren't installed.
        warnings.simplefilter("ignore")
        owner = importlib.import_module(module)
    function = inspect.unwrap(reduce(getattr, path.split("."), owner))
    text = inspect.getsource(function)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == SOURCES[name]
