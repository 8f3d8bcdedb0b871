"""Every name beyond a public interface of Autobahn, Crossbar.io and Twisted that is used."""

from typing import Final, NamedTuple


class Used(NamedTuple):
    """A name beyond a public interface, where it is, and what it is used for."""

    owner: str
    name: str
    why: str


USED: Final = (
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_transport",
        "a session sends messages that it makes itself",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_session_id",
        "an answer may come before the session has joined",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_request_id_gen",
        "calls and publishes that we make share Autobahn's numbers",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_call_reqs",
        "Autobahn resolves the answers of calls that we make",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_publish_reqs",
        "Autobahn resolves the acknowledgements of publishes that we make",
    ),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_authrole",
        "the router's sessions keep their role there, too",
    ),
    Used("autobahn.util", "hl", "it colours words of log lines that are never written"),
    Used("crossbar._util", "hl", "it colours words of log lines that are never written"),
    Used(
        "crossbar.router.broker:Broker",
        "processPublish",
        "retained events are refused before the broker sees them",
    ),
    Used(
        "crossbar.router.router:Router",
        "authorize",
        "a permission that is kept is given without words for a debug line",
    ),
    Used("crossbar.router.router:Router", "process", "messages of clients are checked first"),
    Used("crossbar.router.router:Router", "send", "an event that fails costs one receiver"),
    Used("crossbar.router.router:Router", "attach", "a session that joins has one line in the log"),
    Used("crossbar.router.router:Router", "detach", "with log: the same when it leaves"),
    Used("crossbar.router.auth.anonymous:PendingAuthAnonymous", "log", "lines less"),
    Used("crossbar.router.auth.ticket:PendingAuthTicket", "log", "the same"),
    Used(
        "crossbar.router.router:Router",
        "is_attached",
        "with _session_id_to_session: sessions are ended whose access is taken back",
    ),
    Used(
        "crossbar.router.session:RouterApplicationSession",
        "send",
        "with _router: sessions that HTTP calls as live in the router's process",
    ),
    Used("crossbar.router.protocol:WampWebSocketServerProtocol", "log", "another line less"),
    Used("autobahn.wamp.message:Call", "_forward_for", "what a client says of itself is dropped"),
    Used("autobahn.wamp.message:Publish", "_forward_for", "the same"),
    Used(
        "autobahn.twisted.wamp:ApplicationSession",
        "_goodbye_sent",
        "the router's sessions have it, too: they were told to leave",
    ),
    Used(
        "crossbar.router.protocol:WampWebSocketServerProtocol",
        "onOpen",
        "a connection that doesn't join is ended",
    ),
    Used(
        "crossbar.router.protocol:WampWebSocketServerProtocol",
        "_fail_connection",
        "a session for which there is no place is told so",
    ),
    Used(
        "crossbar.router.protocol:WampWebSocketServerProtocol",
        "consumeData",
        "what has come is worked through in turns",
    ),
    Used(
        "crossbar.router.protocol:WampWebSocketServerProtocol",
        "processData",
        "with data, inside_message, message_data, frame_data and current_frame",
    ),
    Used(
        "crossbar.router.protocol:WampWebSocketServerProtocol",
        "onMessage",
        "what is too much is not read",
    ),
    Used(
        "crossbar.router.session:RouterSession",
        "leave",
        "a session that was told to leave is disconnected",
    ),
    Used(
        "crossbar.common.twisted.endpoint",
        "_create_tls_server_context",
        "a certificate counts as soon as it is renewed",
    ),
    Used(
        "crossbar.common.twisted.endpoint:MaxConnectionsFactory",
        "buildProtocol",
        "with max_connections, protocols and unregisterProtocol: places are found",
    ),
    Used("twisted.web.http:HTTPChannel", "_handlingRequest", "a request is being answered"),
    Used(
        "twisted.web.http:HTTPChannel",
        "_dataBuffer",
        "with _buffer and requestDone: a request that came before an answer",
    ),
    Used(
        "twisted.web.http:HTTPChannel",
        "allContentReceived",
        "with _path: which addresses take large bodies is known before a body comes",
    ),
    Used(
        "twisted.internet.tcp:Port",
        "createInternetSocket",
        "with factory: a listening socket answers hooks as it accepts them",
    ),
    Used("twisted.web.http:HTTPChannel", "resetTimeout", "a request is complete in time"),
    Used("autobahn.wamp.serializer", "_loads", "JSON is read by the scanner that is written in C"),
    Used("autobahn.wamp.serializer", "_dumps", "numbers that JSON hasn't are not written"),
    Used("autobahn.wamp.serializer", "_unpackb", "URIs are looked at before a message is parsed"),
    Used("autobahn.wamp.serializer", "_cbor_loads", "the same"),
    Used(
        "autobahn.wamp.message:Event",
        "_serialized",
        "a frame is kept beside the payload that it holds",
    ),
    Used(
        "crossbar.router.protocol:WampWebSocketServerProtocol",
        "send",
        "an event's frame is made once for all",
    ),
    Used(
        "twisted.internet.abstract:FileDescriptor",
        "_tempDataLen",
        "with dataBuffer and offset: what waits for a receiver that doesn't read",
    ),
    Used(
        "twisted.internet.abstract:FileDescriptor",
        "_writeDisconnected",
        "what was said to be the end isn't followed by more",
    ),
    Used("twisted.internet.tcp:Connection", "_aborting", "what is given up gets nothing more"),
    Used("twisted.internet.unix:_SendmsgMixin", "_sendmsgQueue", "files go before bytes"),
    Used(
        "autobahn.twisted.rawsocket:WampRawSocketProtocol",
        "stringReceived",
        "with sendString and connectionLost: large messages are handed over as files",
    ),
    Used(
        "twisted.internet.unix:_SendmsgMixin",
        "sendFileDescriptor",
        "with protocol, which is told of files that come",
    ),
    Used("crossbar", "web3", "it is loaded and not used: see start.py"),
    Used(
        "crossbar.worker.router:RouterController",
        "start_router_realm",
        "with start_router_realm_role and start_router_component: what a controller orders",
    ),
    Used(
        "crossbar.worker.router:RouterController",
        "start_router_transport",
        "with start_web_transport_service: the same",
    ),
    Used(
        "crossbar.worker.router:RouterController",
        "onConnect",
        "with join, publish and components: a router that has no controller",
    ),
)
