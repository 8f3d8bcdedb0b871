"""How an answer of ours becomes one of Twisted's: written at once, or when it is ready."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request

from geometry_ws.http import answers, framing
from geometry_ws.http.answers import Answer
from geometry_ws.http.decide import Refused
from geometry_ws.http.event_streams import EventStream
from geometry_ws.protocol.declare import DeclaredError

log = Logger()


def secure(request: Request, host: str, ancestors: str = framing.NOBODY) -> None:
    """Give an answer the headers that every one has; see `answers.security_headers`."""
    headers = answers.security_headers(host, ancestors)
    if "X-Frame-Options" not in headers:
        request.responseHeaders.removeHeader(b"x-frame-options")
    for name, value in headers.items():
        request.setHeader(name.encode(), value.encode())


def _write(request: Request, answer: Answer) -> None:
    request.setResponseCode(answer.status)
    for name, value in answer.headers.items():
        request.setHeader(name.encode(), value.encode("latin-1", "replace"))
    if answer.status != 304:
        request.setHeader(b"content-type", answer.content_type.encode())
        request.setHeader(b"content-length", str(len(answer.body)).encode())
    if request.method != b"HEAD":
        request.write(answer.body)


class Ready(Resource):
    """An answer that exists already."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, answer: Answer) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._answer = answer

    def render(self, request: Request) -> bytes | int:
        """Write the answer, for any method."""
        _write(request, self._answer)
        request.finish()
        return NOT_DONE_YET


class InTurn(Resource):
    """Another resource, after some seconds; a client that leaves meanwhile gets nothing."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, resource: Resource, seconds: float, clock: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._resource = resource
        self._seconds = seconds
        self._clock = clock

    def render(self, request: Request) -> int:
        """Wait, and let the other one answer."""
        waiting = self._clock.callLater(self._seconds, self._go_on, request)

        def give_up(_: Any) -> None:
            if waiting.active():
                waiting.cancel()

        request.notifyFinish().addErrback(give_up)
        return NOT_DONE_YET

    def _go_on(self, request: Request) -> None:
        body = self._resource.render(request)
        if body is not NOT_DONE_YET:
            request.write(body)
            request.finish()


class Later(Resource):
    """An answer that is awaited; a client that leaves meanwhile gets none."""

    isLeaf = True  # noqa: N815 - Twisted's name

    def __init__(self, make: Callable[[], Awaitable[Answer | Resource]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._make = make

    def render(self, request: Request) -> int:
        """Begin to make the answer; it is written when it is ready."""
        gone: list[Any] = []
        finished = request.notifyFinish()
        answering = Deferred.fromCoroutine(self._respond(request, gone))

        def give_up(failure: Any) -> None:
            """The client has left, and what is done for it ends, with its place."""
            gone.append(failure)
            answering.cancel()

        finished.addErrback(give_up)
        return NOT_DONE_YET

    async def _respond(self, request: Request, gone: list[Any]) -> None:
        answer: Answer | Resource
        try:
            answer = await self._make()
        except CancelledError:
            return
        except (Refused, DeclaredError) as refused:
            answer = answers.failure(refused)
        except Exception as problem:  # noqa: BLE001 - the one place where HTTP translates them
            correlation = secrets.token_hex(4)
            log.failure("HTTP failed ({correlation})", correlation=correlation)
            answer = answers.failure(problem, correlation)
        # The router answers a call that is cancelled, too.
        if gone:
            if isinstance(answer, EventStream):
                answer.unfollow()
            return
        if isinstance(answer, Resource):
            answer.render(request)
            return
        _write(request, answer)
        request.finish()
