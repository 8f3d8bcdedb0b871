"""What a request is allowed and what it wants. Pure: values in, values or a refusal out.

Every request passes `admit` first, those for the WebSocket included: a page of another
origin must neither drive nor read this node, by whatever address. Then `route` says what is
wanted, and `read_call` and `read_publish` read a body. What a procedure takes, which needs a
session and what an error means is looked up in the protocol's declarations, never repeated here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geometry_ws.http.page_addresses import VIEW, is_page
from geometry_ws.http.plain import BadTopics, Subscription, everything, read_topics
from geometry_ws.http.reads import find_read, keywords_of
from geometry_ws.protocol.checking import decode
from geometry_ws.protocol.declare import Procedure
from geometry_ws.protocol.errors import InvalidArgument, SessionRequired
from geometry_ws.protocol.names import APP_PREFIX, expand, is_id, short
from geometry_ws.protocol.registry import find_procedure
from geometry_ws.wamp.fast_json import parse_json

BODY_BYTES = 2**20
"""The largest body of a request."""

SUBPROTOCOLS = ("wamp.2.msgpack", "wamp.2.cbor", "wamp.2.json")
"""What WebSockets may ask for."""

FOR_PAGES = ("/ws", "/viewer.js")
"""What pages of other origins may use, where they may use anything."""

PLAIN_SOCKETS = ("/", "/events")
"""Where a WebSocket without a subprotocol is a session in plain JSON."""

NOT_AUTHORIZED = "wamp.error.not_authorized"
INVALID = InvalidArgument.uri

APP_TOPIC = r"app(\.[0-9a-z_]+){1,16}"
"""What can be published by HTTP."""

_APP_TOPIC = re.compile(APP_TOPIC)
_PROCEDURE = re.compile(r"/call/([0-9A-Za-z_.]{1,255})")
_JSON = re.compile(r'application/json(\s*;\s*charset="?utf-8"?)?\s*', re.IGNORECASE)
_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
SURFACE_NAME = r"[0-9A-Za-z_-][0-9A-Za-z_.-]{0,63}"
_SURFACE = re.compile(f"/surfaces/({SURFACE_NAME})")
_PICTURE = re.compile(r"/screenshot/([^/]+)\.png")
_NAME = re.compile(r"/[0-9A-Za-z_-][0-9A-Za-z_.-]*(/[0-9A-Za-z_-][0-9A-Za-z_.-]*)*")
_DEEPEST = 16
_LARGEST = 2**63


@dataclass(frozen=True)
class Site:
    """Where this node may be reached, as in Host and Origin headers.

    ``pages`` are other origins whose pages may use it, ``frames`` those that may frame its pages.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    pages: frozenset[str] = frozenset()
    frames: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """A request without its body; names of headers in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """The one value of a header; empty where there is none, or more than one."""
        values = self.headers.get(name, ())
        return values[0] if len(values) == 1 else ""


class Refused(Exception):
    """A request that is not served: HTTP's status, the error's URI and one sentence."""

    def __init__(
        self, status: int, error: str, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.error = error
        self.sentence = sentence
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Wanted:
    """What a request asks for, and of what.

    Kinds: page, call, publish, picture, health, metrics, openapi, socket, events, surface, read,
    session, mcp, hook, moved, view key, and pictures of surfaces and projects. A call may name its
    procedure; of what is read, the name is the address.
    """

    kind: str
    name: str = ""


@dataclass(frozen=True)
class Call:
    """A call whose keywords fit the procedure's declaration."""

    procedure: Procedure
    keywords: Mapping[str, Any]


@dataclass(frozen=True)
class Publish:
    """A program's own message to publish."""

    topic: str
    args: list[Any]
    keywords: Mapping[str, Any]


def admit(site: Site, head: Head, *, keyed: bool = False) -> None:
    """Raise Refused for what comes from a foreign page or for a foreign name of this node.

    ``keyed``: the address is one that any page may show in a frame.

    A tunnel, a container or a remote editor lets the node be reached by another port of the
    person's own machine, which the node can't know. So a loopback name may carry any port, and a
    page is ours that was loaded from there: nobody else can have a name that stands for loopback.
    """
    host = head.header("host").lower()
    own = {f"http://{host}"} if _LOOPBACK.fullmatch(host) else set()
    if not own and host not in site.hosts:
        raise Refused(421, NOT_AUTHORIZED, "This node isn't reached under that name.")
    if head.path in FOR_PAGES and head.header("origin") in site.pages:
        return
    origins = head.headers.get("origin", ())
    if origins and (len(origins) != 1 or origins[0] not in site.origins | own):
        raise Refused(403, NOT_AUTHORIZED, "Pages of other origins may not use this node.")
    if head.header("sec-fetch-site") in ("cross-site", "same-site") and not _is_visit(
        head, framed=keyed or bool(site.frames)
    ):
        raise Refused(403, NOT_AUTHORIZED, "Pages of other origins may not use this node.")


def _is_visit(head: Head, *, framed: bool) -> bool:
    """Whether a person followed a link to the dashboard or a page: opening one does nothing.

    ``framed``: another page may show it in a frame, too; the answer says which.
    """
    places = ("document", "iframe", "frame") if framed else ("document",)
    return (
        head.method == "GET"
        and (head.path in ("/", VIEW) or is_page(head.path.removesuffix("/")))
        and head.header("sec-fetch-mode") == "navigate"
        and head.header("sec-fetch-dest") in places
    )


def route(head: Head) -> Wanted:
    """What a request asks for. Raises Refused for methods and paths that don't exist."""
    if head.path == "/ws" or (head.path in PLAIN_SOCKETS and _upgrades(head)):
        _demand_subprotocol(head)
        return Wanted("socket")
    if head.path == "/events":
        _demand(head, "GET")
        return Wanted("events")
    if head.path == "/agents/hook":
        _demand(head, "POST")
        _demand_json(head)
        return Wanted("hook")
    if head.path == "/mcp":
        _demand(head, "POST")
        _demand_json(head)
        return Wanted("mcp")
    if head.path == "/session":
        _demand(head, "GET", "POST", "DELETE")
        if head.method == "POST":
            _demand_json(head)
        return Wanted("session", head.method)
    if head.path.startswith("/pictures/"):
        _demand(head, "GET", "HEAD")
        return Wanted("project picture", head.path)
    if surface := _SURFACE.fullmatch(head.path):
        if head.method in ("GET", "HEAD") and surface[1].endswith(".png"):
            return Wanted("surface picture", surface[1])
        _demand(head, "PUT", "DELETE")
        return Wanted("surface", surface[1])
    procedure = _PROCEDURE.fullmatch(head.path)
    if procedure or head.path in ("/call", "/publish"):
        _demand(head, "POST")
        _demand_json(head)
        return Wanted("call", procedure[1]) if procedure else Wanted(head.path[1:])
    if head.path == "/hello" and head.method not in ("GET", "HEAD"):
        _demand(head, "GET", "HEAD", "POST")
        _demand_json(head)
        return Wanted("call", "compositor.hello")
    if is_page(head.path) and reads_pages(head):
        # What programs read at the same address is a page for people.
        return Wanted("page", "pages.html")
    wanted = _readable(head.path)
    if wanted is None and head.path.endswith("/") and _has_an_address(head.path[:-1]):
        # The same without the slash; from here on, so that no other host can be meant.
        query = f"?{head.query}" if head.query else ""
        wanted = Wanted("moved", f"../{head.path[:-1].rpartition('/')[2]}{query}")
    if wanted is None:
        raise Refused(404, "", "There is nothing here. The dashboard is at /.")
    _demand(head, "GET", "HEAD")
    return wanted


def _has_an_address(path: str) -> bool:
    """Whether a path is that of a page, or can be read; whether there is such a thing or not."""
    return is_page(path) or find_read(path) is not None or path in ("/health", "/metrics")


def _readable(path: str) -> Wanted | None:
    if path in ("/health", "/metrics"):
        return Wanted(path[1:])
    if find_read(path) is not None:
        return Wanted("read", path)
    if path == "/openapi.json":
        return Wanted("openapi")
    if path == "/":
        return Wanted("page", "index.html")
    if path == VIEW:
        return Wanted("page", "view.html")
    if path == f"{VIEW}/key":
        return Wanted("view key")
    if is_page(path):
        return Wanted("page", "pages.html")
    if picture := _PICTURE.fullmatch(path):
        return Wanted("picture", picture[1]) if is_id(picture[1]) else None
    if _NAME.fullmatch(path):
        return Wanted("page", path[1:])
    return None


def reads_pages(head: Head) -> bool:
    """Whether a request is a browser's for a page, which is told on a page what isn't there."""
    types = [part.split(";")[0].strip().lower() for part in head.header("accept").split(",")]
    return head.method in ("GET", "HEAD") and "text/html" in types


def _upgrades(head: Head) -> bool:
    return head.header("upgrade").lower() == "websocket"


def _demand_subprotocol(head: Head) -> None:
    """Refuse a WebSocket that asks for none of the subprotocols that are spoken.

    Without any it is taken: `/events` and `/` speak plainly then, and `/ws` says why it closes.
    """
    values = head.headers.get("sec-websocket-protocol", ())
    asked = [name.strip() for value in values for name in value.split(",")]
    if asked and not any(name in SUBPROTOCOLS for name in asked):
        raise Refused(
            400,
            INVALID,
            f"This node speaks the subprotocols {', '.join(SUBPROTOCOLS)}; ask for one of them "
            "at /ws, or for none at /events.",
        )


def _demand(head: Head, *methods: str) -> None:
    if head.method not in methods:
        allowed = ", ".join(methods)
        raise Refused(
            405, INVALID, f"{head.path} takes {' and '.join(methods)} only.", {"Allow": allowed}
        )


def _demand_json(head: Head) -> None:
    """Refuse a body without this type: any page could send it, without a preflight request."""
    if not _JSON.fullmatch(head.header("content-type")):
        raise Refused(
            415,
            INVALID,
            "Send JSON and say so: the header content-type must be application/json.",
            {"Accept-Post": "application/json"},
        )


def read_events(head: Head) -> tuple[Subscription, ...]:
    """The topics of GET /events. Raises Refused for those that aren't for everybody."""
    try:
        topics = read_topics(head.query)
    except BadTopics as problem:
        raise Refused(400, INVALID, str(problem)) from None
    public = everything()
    for topic in topics:
        if topic not in public and not topic.uri.startswith(APP_PREFIX):
            raise Refused(
                400,
                INVALID,
                f"{short(topic.uri).rstrip('.')} isn't told to everybody: follow it by WebSocket.",
            )
    return topics


def read_call(body: bytes, name: str = "") -> Call:
    """Read the body of POST /call, or of POST /call/<name>, which is keywords or nothing.

    Raises Refused or a declared error.
    """
    if name:
        procedure = find(name)
        keywords = _object(body) if body else {}
        decode(procedure.request, (), keywords)
        return Call(procedure, keywords)
    content = _object(body, {"procedure", "args", "kwargs"})
    called = content.get("procedure")
    if not isinstance(called, str) or not called:
        raise InvalidArgument("`procedure` must name what is called.", field="procedure")
    procedure = find(called)
    args, keywords = _values(content)
    decode(procedure.request, args, keywords)
    return Call(procedure, keywords)


def check_call(name: str, keywords: Mapping[str, Any]) -> Call:
    """A call of a procedure by its short name; raises a declared error."""
    procedure = find(name)
    decode(procedure.request, (), keywords)
    return Call(procedure, keywords)


def find(name: str) -> Procedure:
    """The procedure of a full or short name that HTTP can call; raises declared errors."""
    procedure = find_procedure(expand(name))
    if procedure.session:
        raise SessionRequired(
            f"{procedure.name} belongs to a session: connect by WebSocket.",
            procedure=procedure.name,
        )
    return procedure


def read_publish(body: bytes) -> Publish:
    """Read the body of POST /publish. Raises Refused or a declared error."""
    content = _object(body, {"topic", "args", "kwargs"})
    topic = content.get("topic")
    if not isinstance(topic, str) or not topic:
        raise InvalidArgument("`topic` must name what is published.", field="topic")
    if not topic.startswith("app."):
        raise Refused(403, NOT_AUTHORIZED, "By HTTP only topics below app. can be published.")
    if len(topic) > 255 or not _APP_TOPIC.fullmatch(topic):
        raise InvalidArgument(
            "`topic` must be app. and words of a-z, 0-9 and _ with dots between.", field="topic"
        )
    args, keywords = _values(content)
    _check_portable(args, 0)
    _check_portable(keywords, 0)
    return Publish(topic, args, keywords)


def read_link(body: bytes) -> str:
    """Read the body of POST /session, the token of a link. Raises Refused or a declared error."""
    token = _object(body, {"token"}).get("token")
    if not isinstance(token, str):
        raise InvalidArgument("`token` must be the text after #t= in the link.", field="token")
    return token


def read_api(path: str, query: str) -> Call:
    """What GET of an address of `reads` calls; raises a declared error."""
    meant = find_read(path)
    if meant is None:
        raise Refused(404, "", "There is nothing here. The dashboard is at /.")
    read, names = meant
    return Call(read.procedure, keywords_of(read, names, query))


def _object(body: bytes, allowed: set[str] | None = None) -> dict[str, Any]:
    try:
        content = parse_json(body.decode())
    except RecursionError:
        raise InvalidArgument("The body is nested too deep.", field="") from None
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise InvalidArgument(f"The body is no JSON: {place}.", field="") from None
    except UnicodeError:
        raise InvalidArgument("The body is no text in UTF-8.", field="") from None
    except ValueError as problem:
        raise InvalidArgument(f"The body can't be taken: {problem}.", field="") from None
    if not isinstance(content, dict):
        raise InvalidArgument("The body must be a JSON object.", field="")
    if allowed is not None and (unknown := sorted(set(content) - allowed)):
        raise InvalidArgument(
            f"The body takes {', '.join(sorted(allowed))} only.", field=unknown[0][:200]
        )
    return content


def _values(content: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    args = content.get("args")
    keywords = content.get("kwargs")
    if args is not None and not isinstance(args, list):
        raise InvalidArgument("`args` must be a list.", field="args")
    if keywords is not None and not isinstance(keywords, dict):
        raise InvalidArgument("`kwargs` must be an object.", field="kwargs")
    return args or [], keywords or {}


def _check_portable(value: object, depth: int) -> None:
    """Refuse a value that the serializer of some subscriber can't carry."""
    if depth > _DEEPEST:
        raise InvalidArgument("The message is nested too deep.", field="")
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise InvalidArgument("Numbers must fit into 64 bits.", field="")
    if isinstance(value, dict):
        for item in value.values():
            _check_portable(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_portable(item, depth + 1)
