"""What is read of Autobahn's sessions and Twisted's receivers beyond their public interfaces."""

from typing import Any, Final

POOLED: Final = "geometry_ws_pooled"
"""An attribute of sessions that HTTP calls as: its own bounds count, not those of one client."""


def transport_of(session: Any) -> Any:
    """The transport of a session; None without one."""
    return session._transport


def has_joined(session: Any) -> bool:
    """Whether a session has a session id."""
    return session._session_id is not None


def next_request(session: Any) -> int:
    """The number of a session's next request."""
    number: int = session._request_id_gen.next()
    return number


def waiting_calls(session: Any) -> dict[int, Any]:
    """The calls of a session that wait for an answer, by their numbers; may be changed."""
    calls: dict[int, Any] = session._call_reqs
    return calls


def waiting_publishes(session: Any) -> dict[int, Any]:
    """The publishes of a session that wait for an acknowledgement, by number; may be changed."""
    publishes: dict[int, Any] = session._publish_reqs
    return publishes
