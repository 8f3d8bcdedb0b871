"""Sessions that were let in by name: how they are ended, and how HTTP calls as somebody."""

import contextlib
from typing import Any

from autobahn.wamp.exception import ApplicationError, SessionNotReady, TransportLost
from autobahn.wamp.types import ComponentConfig

from geometry_ws.protocol.declare import Origin
from geometry_ws.wamp.session import QuietSession, RouterSideSession
from geometry_ws.wamp.upstream.sessions import POOLED, transport_of, waiting_calls


def end_session(component: Any, number: int, reason: str, sentence: str) -> None:
    """Tell a session of the same router that it ends; it is disconnected soon, whatever it does.

    ``component`` is a session in the router's own process. The router hears nothing of it from now
    on: see `guard_router` and `bound_connections`.
    """
    router = transport_of(component)._router
    session = router._session_id_to_session.get(number)
    if session is None or transport_of(session) is None:
        return
    with contextlib.suppress(SessionNotReady, TransportLost):
        session.leave(reason, sentence)


def join_as(component: Any, person: str, role: str, origin: Origin) -> QuietSession:
    """A session in the router's process that has somebody's name and role, and so that role's
    permissions; ``component`` is another one there.

    The router tells of sessions with a connection alone: of these it is told here.
    """
    from crossbar.router.session import RouterApplicationSession

    router = transport_of(component)._router
    session = RouterSideSession(ComponentConfig(realm=component.config.realm))
    setattr(session, POOLED, True)
    extra = origin._asdict()
    RouterApplicationSession(session, router, person, role, extra)
    _tell(router, "join", {"session": session._session_id, "authextra": extra})
    return session


def _tell(router: Any, what: str, info: Any) -> None:
    teller = router._realm.session
    if teller is not None:
        with contextlib.suppress(SessionNotReady, TransportLost):
            teller.publish(f"wamp.session.on_{what}", info)


def leave_as(session: QuietSession) -> None:
    """End a session that `join_as` has made; who waits for its calls hears so.

    The router tells of the end of sessions with a connection alone: of these it is told here.
    """
    transport = transport_of(session)
    if transport is not None and transport._router.is_attached(session):
        router, number = transport._router, session._session_id
        router.detach(session)
        _tell(router, "leave", number)
    waiting = waiting_calls(session)
    while waiting:
        _, request = waiting.popitem()
        request.on_reply.errback(ApplicationError(ApplicationError.CANCELED, "It was given up."))
