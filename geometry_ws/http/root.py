"""The resource at the root of the router's port.

It sees every request, those for Crossbar's `/ws` included, lets `decide` judge it, calls through
`HttpSession`, and writes what `answers` makes of the outcome. It never blocks: files are in
memory, calls are awaited and end by the router's own timeout.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

import msgspec
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CallOptions, PublishOptions
from crossbar.common.twisted.web import Site as CrossbarSite
from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import deferToThread
from twisted.logger import Logger
from twisted.web.resource import Resource
from twisted.web.server import Request

import geometry_ws.web
from geometry_ws.http import answers, decide, early, framing, mcp, named, openapi, pictures
from geometry_ws.http.answering import InTurn, Later, Ready, secure
from geometry_ws.http.answers import Answer
from geometry_ws.http.collect_metrics import collect_metrics
from geometry_ws.http.decide import Call, Head, Refused, Wanted
from geometry_ws.http.doors import Door, guest_role, read_door
from geometry_ws.http.event_streams import EventStreams
from geometry_ws.http.files import below, dashboard
from geometry_ws.http.gate import Gate, Visitor
from geometry_ws.http.heads import read_head
from geometry_ws.http.hooks import HEARD, Hooks
from geometry_ws.http.places import Places
from geometry_ws.http.request import limit_bodies
from geometry_ws.http.session import HttpSession
from geometry_ws.http.surfaces import PictureSurfaces, read_picture, read_words
from geometry_ws.http.visits import follower, log_in_or_out, turn_of, visitor_of
from geometry_ws.protocol.declare import DeclaredError
from geometry_ws.protocol.errors import Busy, NotAuthorized
from geometry_ws.protocol.names import uri
from geometry_ws.protocol.registry import PROCEDURES
from geometry_ws.protocol.rights import GUEST_ROLE, Right, may
from geometry_ws.team.mcp import Call as ToolCall
from geometry_ws.wamp.quiet import QuietKeywords
from geometry_ws.wamp.upstream.connections import let_in
from geometry_ws.wamp.upstream.early import Early

log = Logger()
Performing = tuple[str, Callable[[], Awaitable[Answer]]]

CALL_SECONDS = 20
HEALTH_SECONDS = 2
_SECRET = secrets.token_bytes(32)
"""What keys of views are made with; they end with the router."""


class Root(Resource):
    """Crossbar makes it with `extra`: ``hosts``, ``origins`` and the ``door``.

    ``pages`` and ``frames`` are other origins: those whose pages may use the node, and those that
    may show its pages in a frame. ``dist`` may name another dashboard, ``call_seconds`` how long a
    call may take.
    """

    isLeaf = False  # noqa: N815 - Twisted's name

    surfaces: ClassVar[PictureSurfaces | None] = None
    """What is shown by HTTP, at whichever listening port."""

    def __init__(self, extra: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._site = framing.read_site(extra)
        self._door = read_door(extra["door"]) if "door" in extra else Door()
        files = dashboard(Path(extra.get("dist") or geometry_ws.web.dist()))
        self._files = below(files, self._door.base)
        self._places: Places | None = None
        self._events: EventStreams | None = None
        self._hooks = Hooks()
        self._call_seconds = int(extra.get("call_seconds", CALL_SECONDS))
        limit = decide.BODY_BYTES
        limit_bodies(CrossbarSite, limit, answers.failure(answers.too_large(limit)))

    def getChildWithDefault(  # noqa: N802 - Twisted's name
        self,
        path: bytes,  # noqa: ARG002 - the whole address is judged
        request: Request,
    ) -> Resource:
        """Judge a request by its head; the WebSocket's child is reached only from here."""
        request.responseHeaders.removeHeader(b"server")
        if self._door.keeps_tls:
            request.setHeader(b"strict-transport-security", b"max-age=31536000")
        head = read_head(request)
        secure(request, "")
        try:
            keyed = framing.is_keyed(_SECRET, head)
            decide.admit(self._site, head, keyed=keyed)
            ancestors = framing.ancestors(self._site, keyed=keyed)
            secure(request, head.header("host").lower(), ancestors)
            for name, value in framing.shared_headers(self._site, head).items():
                request.setHeader(name.encode(), value.encode())
            wanted = decide.route(head)
            if wanted.kind == "socket" and not request.postpath:
                socket: Resource = self.children[b"ws"]
                seconds = turn_of(self._door, head, request)
                return InTurn(socket, seconds, _reactor()) if seconds else socket
        except Refused as refused:
            return Ready(self._refused(refused, head))
        except Busy as busy:
            return Ready(answers.failure(busy))
        return Later(lambda: self._answer(wanted, head, request))

    async def _answer(self, wanted: Wanted, head: Head, request: Request) -> Answer | Resource:
        if wanted.kind == "page":
            return await self._named_page(wanted.name, head, request)
        if wanted.kind == "moved":
            return answers.moved(wanted.name)
        if wanted.kind == "health":
            return await self._health()
        if wanted.kind == "openapi":
            # Making it takes some 30 ms, once.
            return await deferToThread(
                openapi.answer, self._door.url_at(head.header("host").lower())
            )
        if wanted.kind == "session":
            return await log_in_or_out(self._door, wanted.name, head, request)
        visitor = await visitor_of(self._door, head, request)
        let_in(request.channel)
        if wanted.kind == "view key":
            return answers.listed(
                {"address": self._door.path(framing.keyed_view(_SECRET, head.query))}
            )
        if wanted.kind == "events":
            if not may(visitor.role, Right.LOOK):
                raise NotAuthorized(f"The role {visitor.role} hears nothing of what happens.")
            topics = decide.read_events(head)
            listed = await _call_or_none(uri("project.list"), {})
            projects = listed["projects"] if isinstance(listed, dict) else []
            last_id = head.header("last-event-id")
            if self._events is None:
                self._events = EventStreams(secrets.token_hex(4), _reactor())
            return await self._events.open(
                _session(),
                topics,
                last_id,
                projects,
                follower(self._door, visitor),
                visitor.person,
            )
        if wanted.kind == "hook":
            self._hooks.hear(head, _body(request), visitor, _session_of, monotonic())
            return HEARD
        if wanted.kind == "mcp":
            asked = mcp.read_message(head, _body(request))
            if isinstance(asked, Answer):
                return asked
            return await self._call_tool(asked, head, visitor)
        return await self._perform(visitor, *self._performing(wanted, head, request, visitor))

    def answer_early(self, data: bytes) -> Early | None:
        """Answer a guest's hook of which this has come; None: it goes the usual way."""
        asked = early.read_early(data)
        if asked is None:
            return None
        head = asked.head
        role = guest_role(self._door, {}, None)
        try:
            decide.admit(self._site, head)
            if role is None or decide.route(head).kind != "hook":
                return None
            self._hooks.hear(head, asked.body, Visitor("", role), _session_of, monotonic())
        except (Refused, DeclaredError):
            return None
        return Early(early.ANSWER, len(data), asked.rest)

    async def _call_tool(self, asked: ToolCall, head: Head, visitor: Visitor) -> Answer:
        """Call the procedure of a tool; whatever is wrong is told to the model."""
        try:
            keywords = mcp.keywords_of(asked, head.query)
            call = decide.check_call(f"agent.{asked.tool}", keywords)
            made = await self._perform(
                visitor, call.procedure.name, lambda: self._call(call, visitor, answers.listed)
            )
        except (Refused, DeclaredError) as refused:
            made = answers.failure(refused)
        if made.status != 200:
            return mcp.tool_failed(asked, made)
        return mcp.tool_answer(asked, msgspec.json.decode(made.body))

    async def _perform(
        self, visitor: Visitor, kind: str, perform: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        places = self._all_places()
        await places.take(kind)
        try:
            if Gate.current is not None:
                # The access may have ended while this waited.
                Gate.current.look_again(visitor)
            return await perform()
        finally:
            places.give_back(kind)

    def _all_places(self) -> Places:
        if self._places is None:
            self._places = Places(_reactor())
        return self._places

    async def _named_page(self, name: str, head: Head, request: Request) -> Answer:
        """A page; 404 where its address names something that isn't there."""
        item = named.read_item(head.path, head.query) if name == "pages.html" else None
        if item and await named.names_nothing(
            item, lambda: visitor_of(self._door, head, request), _session_of
        ):
            return self._nothing_here(head)
        try:
            file = self._files.get(name)
            if file is not None and answers.takes_packed(file, head):
                packed = await deferToThread(lambda: file.packed)
                return answers.served(file, head, packed, self._site.frames)
            return self._page(name, head)
        except Refused as refused:
            return self._refused(refused, head)

    def _refused(self, refused: Refused, head: Head) -> Answer:
        """A refusal; of an address where nothing is, a browser gets a page that says so."""
        if refused.status == 404 and not refused.error and decide.reads_pages(head):
            return self._nothing_here(head)
        return answers.failure(refused)

    def _nothing_here(self, head: Head) -> Answer:
        return replace(self._page("pages.html", replace(head, headers={})), status=404)

    def _page(self, name: str, head: Head) -> Answer:
        file = self._files.get(name)
        if file is not None:
            return answers.served(file, head, frames=self._site.frames)
        if name in ("index.html", "pages.html", "view.html"):
            return answers.page(
                "geometry_ws",
                "The node is running, but its dashboard isn't built: run make build and start "
                "the node again.",
            )
        raise Refused(404, "", "There is nothing here. The dashboard is at /.")

    def _performing(
        self, wanted: Wanted, head: Head, request: Request, visitor: Visitor
    ) -> Performing:
        """What is asked for, by the kind whose place it takes, and how it is answered."""
        if wanted.kind == "metrics":
            return wanted.kind, _figures
        if wanted.kind == "picture":
            picture = pictures.read_screenshot(wanted.name, head.query)
            return picture.procedure.name, lambda: self._call(
                picture, visitor, lambda value: answers.tagged(answers.picture(value), head)
            )
        if wanted.kind == "read":
            read = decide.read_api(wanted.name, head.query)
            return read.procedure.name, lambda: self._call(
                read, visitor, lambda value: answers.tagged(answers.listed(value), head)
            )
        if wanted.kind == "project picture":
            shown = pictures.read_address(head.path, head.query)
            return shown.procedure.name, lambda: self._call(
                shown, visitor, lambda value: pictures.answer(value, head)
            )
        if wanted.kind == "surface picture":
            surface = self._picture_surfaces().find(wanted.name)
            drawn = Call(PROCEDURES[uri("surface.screenshot")], {"surface": surface})
            return drawn.procedure.name, lambda: self._call(
                drawn, visitor, lambda value: answers.tagged(answers.picture(value), head)
            )
        body = _body(request)
        if wanted.kind == "surface":
            return wanted.kind, self._performing_surface(wanted.name, head, body, visitor)
        if wanted.kind == "publish":
            message = decide.read_publish(body)
            return wanted.kind, lambda: self._publish(message, visitor)
        accept = head.header("accept")
        call = decide.read_call(body, wanted.name)
        return call.procedure.name, lambda: self._call(
            call, visitor, lambda value: answers.success(value, accept)
        )

    def _picture_surfaces(self) -> PictureSurfaces:
        if Root.surfaces is None:
            Root.surfaces = PictureSurfaces(_call_plainly, _reactor())
        return Root.surfaces

    def _performing_surface(
        self, name: str, head: Head, body: bytes, visitor: Visitor
    ) -> Callable[[], Awaitable[Answer]]:
        if not may(visitor.role, Right.DRAW):
            raise NotAuthorized(f"The role {visitor.role} may not show pictures; program may.")
        surfaces = self._picture_surfaces()
        if head.method == "PUT":
            picture = read_picture(head.query, body)
            return lambda: _surface_answer(surfaces.show(name, picture, visitor.person))
        key = read_words(head.query).get("key", "")
        return lambda: _surface_answer(surfaces.remove(name, key, visitor.person))

    async def _call(
        self, call: Call, visitor: Visitor, finish: Callable[[object], Answer]
    ) -> Answer:
        session = _session_of(visitor)
        options = CallOptions(timeout=self._call_seconds)
        started = monotonic()
        try:
            value = await session.call_with(call.procedure.uri, (), call.keywords, options)
        except ApplicationError as problem:
            late = monotonic() - started >= self._call_seconds - 1
            answer = answers.called_failed(
                call, problem.error, problem.args or (), problem.kwargs or {}, late
            )
            if answer is None:
                raise
            return answer
        return finish(value)

    async def _publish(self, message: decide.Publish, visitor: Visitor) -> Answer:
        # Those who follow events by HTTP hear it by this very session.
        options = PublishOptions(acknowledge=True, exclude_me=False)
        session = _session_of(visitor)
        published = session.publish_with(message.topic, message.args, message.keywords, options)
        if published is None:
            raise RuntimeError("a publish with acknowledgement has one")
        try:
            publication = await published
        except ApplicationError as problem:
            if problem.error != NotAuthorized.uri:
                raise
            raise NotAuthorized(f"The role {visitor.role} may not publish messages.") from None
        return answers.success({"id": publication.id})

    async def _health(self) -> Answer:
        """Ask every component whether it answers."""
        pending = {name: _ask_hello(procedure) for name, procedure in _probes().items()}
        return answers.health({name: await answer for name, answer in pending.items()})


def _body(request: Request) -> bytes:
    body: bytes = request.content.read() if request.content else b""
    return body


async def _call_plainly(procedure: str, keywords: Mapping[str, Any]) -> Any:
    return await _session().call_with(procedure, (), dict(keywords))


async def _surface_answer(done: Awaitable[tuple[dict[str, Any], bool] | None]) -> Answer:
    """What a request for a surface is answered; errors are those of its commit."""
    try:
        shown, is_new = await done or ({}, False)
    except ApplicationError as problem:
        call = Call(PROCEDURES[uri("surface.commit")], {})
        given = problem.error, problem.args or (), problem.kwargs or {}
        answer = answers.called_failed(call, *given, timed_out=False)
        if answer is None:
            raise
        return answer
    return replace(answers.success(shown), status=201 if is_new else 200)


async def _figures() -> Answer:
    return answers.figures(await collect_metrics(_call_or_none))


def _reactor() -> Any:
    """Twisted's reactor, imported when it runs already."""
    from twisted.internet import reactor

    return reactor


def _session() -> HttpSession:
    if HttpSession.current is None:
        raise answers.unavailable()
    return HttpSession.current


def _session_of(visitor: Visitor) -> QuietKeywords:
    """The session that somebody's requests are made as."""
    if visitor.role == GUEST_ROLE:
        return _session()
    if Gate.current is None:
        raise answers.unavailable()
    return Gate.current.session_of(visitor)


def _probes() -> dict[str, str]:
    """One procedure for each component: its hello."""
    hellos = [p for p in PROCEDURES.values() if p.name.endswith(".hello")]
    return {p.name.removesuffix(".hello"): p.uri for p in hellos}


def _ask_hello(procedure: str) -> "Deferred[Any]":
    """What a procedure answers; None where it doesn't."""
    session = HttpSession.current
    if session is None:
        return succeed(None)
    answer: Deferred[Any] = session.call_with(
        procedure, options=CallOptions(timeout=HEALTH_SECONDS)
    )
    answer.addErrback(lambda _: None)
    return answer


async def _call_or_none(procedure: str, keywords: dict[str, Any]) -> Any:
    """What a procedure answers; None where it doesn't."""
    session = HttpSession.current
    if session is None:
        return None
    try:
        return await session.call_with(procedure, (), keywords, CallOptions(timeout=HEALTH_SECONDS))
    except ApplicationError:
        return None
