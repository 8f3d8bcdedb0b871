"""Results, errors and refusals as HTTP answers. Pure.

The body is the router's form: ``{"args": [result]}`` or ``{"error", "args", "kwargs"}``; bytes are
base64 text in it, or the whole body where Accept asks for them. Only sentences and fields that the
protocol declares leave the node: text of other errors may tell about the machine.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

import msgspec

from geometry_ws.http import metrics
from geometry_ws.http.decide import (
    INVALID,
    NOT_AUTHORIZED,
    Call,
    Head,
    Refused,
)
from geometry_ws.http.files import File
from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.errors import (
    GENERAL,
    Busy,
    InternalError,
    LimitExceeded,
    NoSuchProcedure,
    NotAdmitted,
    errors_of,
)
from geometry_ws.protocol.registry import find_errors
from geometry_ws.protocol.rights import ROLES

CANCELED = "wamp.error.canceled"
JSON = "application/json"
_BINARY = ("image/png", "application/octet-stream")
_RETRY_MS = 1000
_TAGGED_BYTES = 4 * 2**20
"""A larger answer has no tag: it would be made for some milliseconds."""


@dataclass(frozen=True)
class Answer:
    """An answer as it goes out, without the headers that all answers have."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def security_headers(host: str = "", ancestors: str = "'none'") -> dict[str, str]:
    """What every answer carries; `host` is that of an admitted request.

    ``ancestors`` are the pages that may show it in a frame; empty: any.
    """
    own = f"'self' ws://{host} wss://{host}" if host else "'self'"
    policy = (
        f"default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
        f"img-src 'self' blob: data:; "
        f"font-src 'self'; connect-src {own}; manifest-src 'self'; frame-src 'self'; "
        f"base-uri 'none'; form-action 'none'"
    )
    if ancestors:
        policy += f"; frame-ancestors {ancestors}"
    older = {"X-Frame-Options": "DENY"} if ancestors == "'none'" else {}
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        **older,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def success(value: object, accept: str = "") -> Answer:
    """A result; `accept` is the request's header."""
    wanted = _binary(accept)
    if wanted is not None and isinstance(value, Mapping):
        body = _bytes_of(value, wanted)
        if body is not None:
            return Answer(200, wanted, body, _FRESH)
    return Answer(200, JSON, msgspec.json.encode({"args": [value]}), _FRESH)


def who(person: str, role: str, cookie: str = "") -> Answer:
    """What /session says: who somebody is, and may; with the cookie that is to be set, if any."""
    rights = sorted(right.value for right in ROLES.get(role, ()))
    body = msgspec.json.encode({"person": person, "role": role, "rights": rights})
    return Answer(200, JSON, body, {**_FRESH, "Set-Cookie": cookie} if cookie else _FRESH)


def listed(value: object) -> Answer:
    """A result that is read by GET: as it is, for a line of a shell."""
    return Answer(200, JSON, msgspec.json.encode(value), _FRESH)


def tagged(answer: Answer, head: Head) -> Answer:
    """What was read, with a tag of what it is; 304 where the request has that already.

    It may be kept by who asked for it alone, and is asked for again each time: what somebody may
    read can change.
    """
    if answer.status != 200 or len(answer.body) > _TAGGED_BYTES:
        return answer
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    headers = {**answer.headers, "ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in tags_of(head):
        return Answer(304, answer.content_type, b"", headers)
    return replace(answer, headers=headers)


def tags_of(head: Head) -> list[str]:
    """The tags that a request says it has."""
    given = head.header("if-none-match").split(",")
    return [tag.strip().removeprefix("W/") for tag in given]


def picture(value: object) -> Answer:
    """The result of output.screenshot as an image; ValueError where it holds none."""
    body = _bytes_of(value, "image/png") if isinstance(value, Mapping) else None
    if body is None:
        raise ValueError("a screenshot without a picture")
    return Answer(200, "image/png", body, _FRESH)


def failure(problem: BaseException, correlation: str = "") -> Answer:
    """A declared error or refusal; anything else becomes an internal error without details."""
    if isinstance(problem, Refused):
        return _refusal(problem)
    if not isinstance(problem, DeclaredError):
        problem = InternalError(
            f"The node failed inside; its log has the details under {correlation}.",
            correlation=correlation,
        )
    headers = {**_FRESH, "Retry-After": "1"} if isinstance(problem, Busy) else _FRESH
    if isinstance(problem, NotAdmitted):
        # RFC 9110, section 11.6.1, asks for it; browsers show no window for it.
        headers = {**_FRESH, "WWW-Authenticate": 'Bearer realm="geometry_ws"'}
    return _error(problem.status, problem.uri, problem.message, problem.values, headers)


def called_failed(
    call: Call, uri: str, args: Sequence[Any], keywords: Mapping[str, Any], timed_out: bool
) -> Answer | None:
    """The answer for an error that came by WAMP, if the procedure declares it.

    None for any other error: its text may tell about the machine.
    """
    if uri == NOT_AUTHORIZED and _is_routers(args):
        return _error(403, NOT_AUTHORIZED, "This role may not do that.", {}, _FRESH)
    declared = find_errors().get(uri)
    allowed: tuple[type[DeclaredError], ...] = (
        *GENERAL,
        InternalError,
        *errors_of(call.procedure),
    )
    if declared is not None and issubclass(declared, allowed):
        fields = {name: keywords.get(name) for name in declared.fields()}
        if args and isinstance(args[0], str) and None not in fields.values():
            headers = {**_FRESH, "Retry-After": "1"} if declared is Busy else _FRESH
            return _error(declared.status, uri, args[0], fields, headers)
    if uri == CANCELED and timed_out:
        return _error(504, CANCELED, "The component didn't answer in time.", {}, _FRESH)
    if uri in (CANCELED, NoSuchProcedure.uri):
        return failure(unavailable())
    return None


def _is_routers(args: Sequence[Any]) -> bool:
    """Whether the router has worded a refusal: it names sessions, which concern nobody."""
    return not args or str(args[0]).startswith("session (")


def unavailable() -> Busy:
    """The error for a component that isn't there just now."""
    return Busy(
        "The component that answers this isn't running; try again soon.", retry_ms=_RETRY_MS
    )


def too_large(limit: int) -> LimitExceeded:
    """The error for a body over the limit, in bytes."""
    return LimitExceeded(
        f"The body may have at most {limit} bytes.", limit="body_bytes", maximum=limit
    )


def health(hellos: Mapping[str, Any]) -> Answer:
    """What GET /health says: 200 when every component has answered its hello; None: it didn't.

    What components say is wrong is listed; they work all the same.
    """
    well = all(hello is not None for hello in hellos.values())
    said = [hello.get("notices") for hello in hellos.values() if isinstance(hello, dict)]
    body: dict[str, Any] = {
        "status": "ok" if well else "unavailable",
        "components": {
            name: "ok" if hello is not None else "no answer" for name, hello in hellos.items()
        },
    }
    if notices := [str(notice) for notices in said for notice in notices or ()]:
        body["notices"] = notices[:_MOST_NOTICES]
    return Answer(200 if well else 503, JSON, msgspec.json.encode(body), _FRESH)


def figures(text: str) -> Answer:
    """What GET /metrics says."""
    return Answer(200, metrics.CONTENT_TYPE, text.encode(), _FRESH)


def takes_packed(file: File, head: Head) -> bool:
    """Whether a file is to be sent by gzip."""
    return file.packs and "gzip" in [
        name.strip().lower() for name in head.header("accept-encoding").split(",")
    ]


def served(file: File, head: Head, packed: bytes = b"", frames: Sequence[str] = ()) -> Answer:
    """A file of the dashboard, by gzip where that is given; 304 where the request has it.

    ``frames`` are the origins whose pages may show ours in a frame. A frame within ours is then
    shown by them as well, and browsers ask for all that are around it.
    """
    etag = f'{file.etag[:-1]}-gzip"' if packed else file.etag
    headers = {"ETag": etag, "Cache-Control": file.cache_control}
    if file.packs:
        headers["Vary"] = "Accept-Encoding, Origin"
    if packed:
        headers["Content-Encoding"] = "gzip"
    if file.policy:
        ancestors = " ".join(("'self'", *frames))
        headers["Content-Security-Policy"] = f"{file.policy}; frame-ancestors {ancestors}"
        headers |= {} if frames else {"X-Frame-Options": "SAMEORIGIN"}
    tags = tags_of(head)
    if etag in tags or tags == ["*"]:
        return Answer(304, file.content_type, b"", headers)
    return Answer(200, file.content_type, packed or file.content, headers)


def moved(address: str) -> Answer:
    """What is asked for is at another address."""
    return Answer(308, "text/plain; charset=utf-8", b"", {"Location": address, **_FRESH})


def page(title: str, sentence: str, status: int = 200) -> Answer:
    """A plain page of one sentence."""
    text = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>"
        f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p></html>\n"
    )
    return Answer(status, "text/html; charset=utf-8", text.encode(), _FRESH)


def _refusal(problem: Refused) -> Answer:
    headers = {**_FRESH, **problem.headers}
    if not problem.error:
        text = (problem.sentence + "\n").encode()
        return Answer(problem.status, "text/plain; charset=utf-8", text, headers)
    fields: dict[str, Any] = {"field": ""} if problem.error == INVALID else {}
    return _error(problem.status, problem.error, problem.sentence, fields, headers)


_FRESH = {"Cache-Control": "no-store"}
_MOST_NOTICES = 10


def _error(
    status: int, uri: str, sentence: str, fields: Mapping[str, Any], headers: Mapping[str, str]
) -> Answer:
    body = msgspec.json.encode({"error": uri, "args": [sentence], "kwargs": fields})
    return Answer(status, JSON, body, headers)


def _binary(accept: str) -> str | None:
    """The binary type that Accept names, unless it would take JSON as well."""
    named = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    if JSON in named:
        return None
    return next((name for name in named if name in _BINARY), None)


def _bytes_of(value: Mapping[Any, Any], wanted: str) -> bytes | None:
    """The one field of bytes in a result, where it is of the wanted type."""
    contents = [item for item in value.values() if isinstance(item, bytes)]
    if len(contents) != 1 or (wanted == "image/png" and value.get("codec") != "png"):
        return None
    return contents[0]
