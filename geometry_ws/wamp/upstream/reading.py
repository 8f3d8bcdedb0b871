"""How the router reads messages, and how it words its log lines."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from cbor2 import CBORTag, undefined
from twisted.logger import Logger

from geometry_ws.protocol.rights import GIVEN_ROLES
from geometry_ws.wamp.count_values import BYTE_ARRAYS
from geometry_ws.wamp.fast_json import read_json, write_json
from geometry_ws.wamp.payload import check_envelope
from geometry_ws.wamp.upstream.changing import change_once

log = Logger()


def read_bounded(serializer: Any = None) -> None:
    """Let Autobahn read JSON fast, what JavaScript writes, and no message with a long URI.

    All in this process; a second call does no harm.
    """
    if serializer is None:
        from autobahn.wamp import serializer as autobahn_serializer

        serializer = autobahn_serializer
    serializer._loads, serializer._dumps = _read_json, write_json
    change_once(serializer, "_unpackb", _checked)
    change_once(serializer, "_cbor_loads", _with_byte_arrays)
    change_once(serializer, "_cbor_loads", _checked)


def _read_json(text: str, **options: Any) -> Any:
    message = read_json(text, **options)
    check_envelope(message)
    return message


def _checked(read: Any) -> Any:
    def read_checked(data: bytes) -> Any:
        message = read(data)
        check_envelope(message)
        _leave_out_undefined(message)
        return message

    return read_checked


def _with_byte_arrays(loads: Any) -> Any:
    """An array of bytes is bytes: JavaScript's has a tag of its own in CBOR."""

    def read_byte_arrays(data: bytes) -> Any:
        return loads(data, tag_hook=_bytes_of)

    return read_byte_arrays


def _bytes_of(*given: Any) -> Any:
    """The bytes of a tag, or the tag; versions of cbor2 give more before or behind it."""
    tag = next(each for each in given if isinstance(each, CBORTag))
    return tag.value if tag.tag in BYTE_ARRAYS and type(tag.value) is bytes else tag


def _leave_out_undefined(message: Any) -> None:
    """Entries of options and keywords that are JavaScript's `undefined` aren't there.

    JSON leaves them out. In MessagePack (msgpackr, which wampy.js uses) and in CBOR they are
    written, and an option such as `match` would be refused.
    """
    if type(message) is not list:
        return
    for part in message:
        if type(part) is dict:
            for name in [name for name, value in part.items() if _is_undefined(value)]:
                del part[name]


def _is_undefined(value: Any) -> bool:
    return value is undefined or (isinstance(value, tuple) and value == _UNDEFINED_IN_MSGPACK)


_UNDEFINED_IN_MSGPACK = (0, b"\0")
"""An extension: its kind and its content."""


def log_plainly(*modules: ModuleType) -> None:
    """Leave words uncoloured from now on, in this process; a second call does no harm.

    For every message that it gets or sends, libraries of the router put some words of a debug line
    into a terminal's colours, also where no such line is written: a twentieth of the router's work
    with fifty viewers. Our log goes to files and pipes, where colours are only in the way. Where
    the names that are replaced are gone, colours stay.
    """
    if not modules:
        import autobahn.util
        from crossbar import _util

        modules = autobahn.util, _util
    for module in modules:
        if callable(getattr(module, "hl", None)):
            plain: Callable[..., str] = _plain
            module.hl = plain  # type: ignore[attr-defined]


class _Without:
    """A logger without the lines that begin in these ways."""

    def __init__(self, log: Any, beginnings: tuple[str, ...]) -> None:
        self._log = log
        self._beginnings = beginnings

    def info(self, text: str = "", *args: Any, **values: Any) -> None:
        if not text.startswith(self._beginnings):
            self._log.info(text, *args, **values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


def log_joins_shortly(
    router: type[Any], websocket: type[Any], anonymous: type[Any], ticket: type[Any]
) -> None:
    """Log a short line when a session joins, and one when it leaves; a second call does no harm.

    Crossbar.io writes a kilobyte for both. Arguments are its `Router`, its
    `WampWebSocketServerProtocol`, `PendingAuthAnonymous` and `PendingAuthTicket`, or what stands
    for them.
    """
    for owner, beginnings in (
        (router, ("{func} new session attached", "{func} router session detached")),
        (websocket, ("{func} cookie tracking disabled",)),
        (anonymous, ("{func}(realm=", *_SERVICE_LINES)),
        (ticket, _SERVICE_LINES),
    ):
        if not isinstance(owner.log, _Without):
            owner.log = _Without(owner.log, beginnings)
    change_once(router, "attach", _telling_of_joins)
    change_once(router, "detach", _telling_of_leaves)


def log_no_questions(agent: type[Any]) -> None:
    """Leave out the lines about each session that a component asks for when it starts.

    The argument is Crossbar.io's `RouterServiceAgent`, or what stands for it.
    """
    if not isinstance(agent.log, _Without):
        agent.log = _Without(agent.log, _QUESTIONS)


_QUESTIONS = ("wamp.session.list(", "{func} session {session_id} in active memory")
_SERVICE_LINES = ("initializing authenticator", "authenticator service session")


def _telling_of_joins(attach: Any) -> Any:
    def attach_and_tell(self: Any, session: Any) -> Any:
        roles = attach(self, session)
        extra = session._authextra or {}
        peer = extra.get("x_cb_peer", "the node")
        if extra.get("forwarded"):
            peer = f"{peer} (for {extra['forwarded']}, it says)"
        log.info(
            "session {session} of {peer} joins as {role}{person}",
            session=session._session_id,
            peer=peer,
            role=session._authrole,
            person=f": {session._authid}" if session._authrole in GIVEN_ROLES else "",
        )
        return roles

    return attach_and_tell


def _telling_of_leaves(detach: Any) -> Any:
    def detach_and_tell(self: Any, session: Any = None) -> Any:
        left = detach(self, session)
        for number in left:
            log.info("session {session} leaves", session=number)
        return left

    return detach_and_tell


def _plain(text: object, bold: bool = False, color: str = "") -> str:  # noqa: ARG001 - as it was
    return text if isinstance(text, str) else str(text)
