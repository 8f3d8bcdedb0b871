"""Prepares the router's process before it opens its transports.

Crossbar.io has no hook for this. Its first step that runs code of ours is making the router
component (`HttpSession`), so that one calls `prepare_router`.
"""

from pathlib import Path
from typing import Any

from twisted.internet.tcp import Port
from twisted.web.http import HTTPChannel

from geometry_ws.http.certificates import read_tls
from geometry_ws.http.plain import converse
from geometry_ws.http.private_folder import make_private
from geometry_ws.wamp.upstream.connections import bound_connections
from geometry_ws.wamp.upstream.early import Judge, answer_early
from geometry_ws.wamp.upstream.guard import drop_retained, guard_router
from geometry_ws.wamp.upstream.handing import hand_over
from geometry_ws.wamp.upstream.plain import speak_plainly
from geometry_ws.wamp.upstream.reading import (
    log_joins_shortly,
    log_no_questions,
    log_plainly,
    read_bounded,
)
from geometry_ws.wamp.upstream.receiving import (
    check_messages,
    end_pipelines,
    expect_whole_requests,
    receive_in_turns,
)
from geometry_ws.wamp.upstream.renewing import renew_certificates
from geometry_ws.wamp.upstream.sending import hurry_router


def prepare_router(private: Path | None = None, tls: tuple[Path, Path] | None = None) -> None:
    """Change this process: checks, bounds, plain logs, faster sending, a private folder.

    A program that can enter the folder `private` can reach the router's own socket, where it has a
    component's rights. ``tls`` has the files of a certificate and its key: a newer one counts at
    once. Raises NotPrivate. A second call does no harm.
    """
    from crossbar.common.twisted import endpoint
    from crossbar.router.auth.anonymous import PendingAuthAnonymous
    from crossbar.router.auth.ticket import PendingAuthTicket
    from crossbar.router.broker import Broker
    from crossbar.router.protocol import WampWebSocketServerProtocol
    from crossbar.router.router import Router
    from crossbar.router.service import RouterServiceAgent
    from crossbar.router.session import RouterSession
    from twisted.internet import reactor

    # First, so that the guards look at what takes a short way, too.
    hurry_router()
    guard_router(Router, reactor)
    drop_retained(Broker)
    hand_over(Router)
    counting = endpoint.MaxConnectionsFactory
    bound_connections(counting, WampWebSocketServerProtocol, RouterSession, reactor)
    answer_early(Port, lambda factory: isinstance(factory, counting), _judge_of, reactor)
    receive_in_turns(WampWebSocketServerProtocol, reactor)
    check_messages(WampWebSocketServerProtocol)
    speak_plainly(WampWebSocketServerProtocol, converse, reactor)
    expect_whole_requests(HTTPChannel)
    end_pipelines(HTTPChannel)
    read_bounded()
    log_plainly()
    log_joins_shortly(Router, WampWebSocketServerProtocol, PendingAuthAnonymous, PendingAuthTicket)
    log_no_questions(RouterServiceAgent)
    if private is not None:
        make_private(private)
        if tls is not None:
            renew_certificates(endpoint, lambda: read_tls(tls, private), tls)


def _judge_of(factory: Any) -> Judge | None:
    """What answers early at a port: the resource at its root, where that can."""
    site = factory.wrappedFactory
    return getattr(getattr(site, "resource", None), "answer_early", None)
